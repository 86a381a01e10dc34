package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"countersign/internal/cli"
)

// TestMain makes this binary the command `countersign` inside the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"countersign": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
		stop()
		os.Exit(code)
	}})
}

// TestCommands runs the scripts in testdata: the program as people use it, a process of its own each time.
func TestCommands(t *testing.T) {
	t.Parallel()
	naive := buildNaiveClient(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"PROTOCOL", "CONTROL", "PLATFORM", "PLATFORM_CONTROL", "CONSOLE"} {
				env.Setenv("COUNTERSIGN_"+name+"_ADDR", "127.0.0.1:0")
			}
			env.Setenv("NAIVECLIENT", naive)
			env.Setenv("COUNTERSIGN_DATA", filepath.Join(env.WorkDir, "data"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "ready": ready, "gone": gone, "debits": debits, "terminate": terminate, "addresses": addresses},
	})
}

// exits runs a command and wants an exit code: exits CODE command args...
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// ready waits until an instance has written its state into the data folder.
func ready(ts *testscript.TestScript, _ bool, _ []string) {
	await(ts, "no instance is ready", func() bool { return exists(ts) })
}

// gone waits until the instance has taken its state away.
func gone(ts *testscript.TestScript, _ bool, _ []string) {
	await(ts, "the instance is still there", func() bool { return !exists(ts) })
}

// exists looks for the state file.
func exists(ts *testscript.TestScript) bool {
	_, err := os.Stat(filepath.Join(ts.Getenv("COUNTERSIGN_DATA"), "instance.json"))
	return err == nil
}

// await looks again and again for ten seconds.
func await(ts *testscript.TestScript, what string, done func() bool) {
	const patience, pause = 10 * time.Second, 5 * time.Millisecond
	again := time.NewTicker(pause)
	defer again.Stop()
	for giveUp := time.After(patience); !done(); {
		select {
		case <-giveUp:
			ts.Fatalf("%s after ten seconds", what)
		case <-again.C:
		}
	}
}

// buildNaiveClient compiles the naive client.
func buildNaiveClient(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "naiveclient")
	if text, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "countersign/fixtures/naiveclient").CombinedOutput(); err != nil {
		t.Fatalf("build the naive client: %v\n%s", err, text)
	}
	return path
}

// debits wants so many debits of an amount on the bank's ledger: debits FEN COUNT
func debits(ts *testscript.TestScript, _ bool, args []string) {
	answer, err := http.Get(state(ts).Control + "/v1/worlds/demo/truth")
	ts.Check(err)
	defer func() { _ = answer.Body.Close() }()
	var truth struct {
		Ledger []struct {
			Kind   string `json:"kind"`
			Amount int64  `json:"amount"`
		} `json:"ledger"`
	}
	ts.Check(json.NewDecoder(answer.Body).Decode(&truth))
	count := 0
	for _, row := range truth.Ledger {
		if row.Kind == "debit" && strconv.FormatInt(row.Amount, 10) == args[0] {
			count++
		}
	}
	if strconv.Itoa(count) != args[1] {
		ts.Fatalf("%d debits of %s fen, want %s", count, args[0], args[1])
	}
}

// terminate sends SIGTERM to everything in the background.
func terminate(ts *testscript.TestScript, _ bool, _ []string) {
	for _, cmd := range ts.BackgroundCmds() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			ts.Check(err)
		}
	}
}

// urls are what the scripts need of the state file.
type urls struct {
	Protocol string `json:"simulator_url"`
	Control  string `json:"control_url"`
}

// state reads the state file.
func state(ts *testscript.TestScript) urls {
	text, err := os.ReadFile(filepath.Join(ts.Getenv("COUNTERSIGN_DATA"), "instance.json"))
	ts.Check(err)
	var at urls
	ts.Check(json.Unmarshal(text, &at))
	return at
}

// addresses puts the simulator's URLs into the environment.
func addresses(ts *testscript.TestScript, _ bool, _ []string) {
	at := state(ts)
	ts.Setenv("PROTOCOL_URL", at.Protocol)
	ts.Setenv("CONTROL_URL", at.Control)
}
