package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/internal/cli"
)

// scene is what a failing command finds: a folder of its own, and what it was prepared with.
type scene struct {
	t      *testing.T
	folder string
	// left is the data folder of an instance that was stopped; scenes take copies of it.
	left string
}

// data is the data folder of the scene.
func (s scene) data() string { return filepath.Join(s.folder, "data") }

// write puts a file into the scene.
func (s scene) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// lived gives the scene the data folder of an instance that was stopped.
func (s scene) lived() {
	s.t.Helper()
	if err := os.CopyFS(s.data(), os.DirFS(s.left)); err != nil {
		s.t.Fatal(err)
	}
	_ = os.Chmod(filepath.Join(s.data(), "platform/orchestrator.key"), 0o600)
}

// up starts an instance in the data folder; stop ends it.
func (s scene) up() (stop func()) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.t.Context()))
	ready := make(firstWrite, 1)
	done := make(chan int, 1)
	go func() {
		done <- cli.Run(ctx, append([]string{"up", "--json", "--data", s.data()}, anywhere...), nil, ready, os.Stderr)
	}()
	select {
	case <-ready:
	case code := <-done:
		cancel()
		s.t.Fatalf("up ended with %d", code)
	}
	return func() { cancel(); <-done }
}

// firstWrite is a writer that tells when something was written.
type firstWrite chan struct{}

// Write tells.
func (w firstWrite) Write(p []byte) (int, error) {
	select {
	case w <- struct{}{}:
	default:
	}
	return len(p), nil
}

// anywhere lets servers take free ports.
var anywhere = []string{
	"--protocol-addr", "127.0.0.1:0", "--control-addr", "127.0.0.1:0", "--platform-addr", "127.0.0.1:0", "--console-addr", "127.0.0.1:0",
}

// damage overwrites the beginning of a file of the data folder.
func (s scene) damage(name string) {
	s.t.Helper()
	path := filepath.Join(s.data(), name)
	text, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	copy(text, strings.Repeat("damage ", 20))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// failures are commands that cannot do their work. $DATA is the data folder, $FOLDER the scene's, $RUNNING the data
// folder of an instance that runs, $TAKEN an address where somebody listens, $NOBODY one where nobody does.
var failures = map[string]struct {
	prepare func(scene)
	args    []string
	next    string // part of the next step
	asRoot  bool   // root may do what others may not
}{
	"bad flag":                    {args: []string{"up", "--nonsense"}, next: "up --help"},
	"bad value of a flag":         {args: []string{"up", "--seed", "many"}, next: "up --help"},
	"seed out of range":           {args: []string{"up", "--seed", "-1"}, next: "from 1 to"},
	"bad level":                   {args: []string{"up", "--log-level", "loud"}, next: "debug"},
	"no data folder":              {args: append([]string{"up", "--data", ""}, anywhere...), next: "leave --data out"},
	"bad flag of no command":      {args: []string{"--nope"}, next: "countersign --help"},
	"bad address":                 {args: []string{"up", "--data", "$DATA", "--control-addr", "nowhere"}, next: "host:port"},
	"address of another machine":  {args: []string{"simulator", "--protocol-addr", "192.0.2.1:0"}, next: "127.0.0.1:0"},
	"address without a name":      {args: []string{"simulator", "--protocol-addr", "no.such.host.invalid:0"}, next: "127.0.0.1:0"},
	"open to all without a token": {args: []string{"up", "--data", "$DATA", "--control-addr", "0.0.0.0:0"}, next: "--control-token"},
	"unknown command":             {args: []string{"dance"}, next: "--help"},
	"unknown command below":       {args: []string{"call", "dance"}, next: "--help"},
	"too many arguments":          {args: []string{"up", "now"}, next: "up --help"},
	"settings file missing":       {args: []string{"up", "--config", "$FOLDER/none.yaml"}, next: "--config"},
	"settings file of nonsense": {
		prepare: func(s scene) { s.write("settings.yaml", "- a\n- b\n") },
		args:    []string{"up", "--config", "$FOLDER/settings.yaml"}, next: "flag names",
	},
	"fixtures missing": {args: []string{"simulator", "--fixtures", "$FOLDER/none"}, next: "--fixtures"},
	"port in use":      {args: []string{"up", "--data", "$DATA", "--control-addr", "$TAKEN"}, next: "port 0"},
	"folder is a file": {
		prepare: func(s scene) { s.write("data", "a file") },
		args:    append([]string{"up", "--data", "$DATA"}, anywhere...), next: "--data",
	},
	"folder unwritable": {args: append([]string{"up", "--data", "/proc/none"}, anywhere...), next: "--data"},
	"folder read-only": {
		prepare: func(s scene) { _ = os.Mkdir(s.data(), 0o500) },
		args:    append([]string{"up", "--data", "$DATA"}, anywhere...), next: "--data", asRoot: true,
	},
	"folder in use": {
		args: append([]string{"up", "--data", "$RUNNING"}, anywhere...), next: "stop the other instance",
	},
	"world of another seed": {
		prepare: scene.lived, args: append([]string{"up", "--data", "$DATA", "--seed", "12"}, anywhere...), next: "--seed",
	},
	"world of another clock": {
		prepare: scene.lived, next: "another folder",
		args: append([]string{"up", "--data", "$DATA", "--test-clock", "--platform-control-addr", "127.0.0.1:0"}, anywhere...),
	},
	"world log damaged": {
		prepare: func(s scene) { s.lived(); s.damage("world/demo.log") },
		args:    append([]string{"up", "--data", "$DATA"}, anywhere...), next: "copy",
	},
	"database damaged": {
		prepare: func(s scene) { s.lived(); s.damage("platform/orchestrator.db") },
		args:    append([]string{"up", "--data", "$DATA"}, anywhere...), next: "copy",
	},
	"tokens damaged": {
		prepare: func(s scene) { s.lived(); s.damage("platform/tokens.json") },
		args:    append([]string{"up", "--data", "$DATA"}, anywhere...), next: "copy",
	},
	"placement damaged": {
		prepare: func(s scene) { s.lived(); s.damage("platform/placement.json") },
		args:    append([]string{"up", "--data", "$DATA"}, anywhere...), next: "copy",
	},
	"key file missing": {
		prepare: func(s scene) { s.lived(); _ = os.Remove(filepath.Join(s.data(), "platform/orchestrator.key")) },
		args:    append([]string{"up", "--data", "$DATA"}, anywhere...), next: "key file",
	},
	"key file damaged": {
		prepare: func(s scene) { s.lived(); s.damage("platform/orchestrator.key") },
		args:    append([]string{"up", "--data", "$DATA"}, anywhere...), next: "key file",
	},
	"key file open to others": {
		prepare: func(s scene) { s.lived(); _ = os.Chmod(filepath.Join(s.data(), "platform/orchestrator.key"), 0o644) },
		args:    append([]string{"up", "--data", "$DATA"}, anywhere...), next: "0600",
	},
	"nobody runs":        {args: []string{"call", "pay", "88.00", "--data", "$DATA"}, next: "countersign up"},
	"nobody runs, inbox": {args: []string{"inbox", "--data", "$DATA"}, next: "countersign up"},
	"nobody runs, fault": {args: []string{"fault", "list", "--data", "$DATA"}, next: "countersign up"},
	"nobody runs, clock": {args: []string{"clock", "--data", "$DATA"}, next: "countersign up"},
	"nobody runs, story": {args: []string{"story", "--data", "$DATA"}, next: "countersign up"},
	"nobody runs, world": {args: []string{"world", "list", "--data", "$DATA"}, next: "countersign up"},
	"nobody runs, walk":  {args: []string{"walk", "--data", "$DATA"}, next: "countersign up"},
	"nobody runs who has run": {
		prepare: func(s scene) { s.write("data/instance.json", `{"control_url":"http://127.0.0.1:1","world":"demo"}`) },
		args:    []string{"inbox", "--data", "$DATA"}, next: "countersign up",
	},
	"instance damaged": {
		prepare: func(s scene) { s.write("data/instance.json", "{") },
		args:    []string{"inbox", "--data", "$DATA"}, next: "countersign up",
	},
	"notes damaged": {
		prepare: func(s scene) { s.write("data/instance.json", "{}"); s.write("data/notes.json", "[]") },
		args:    []string{"call", "pay", "88.00", "--data", "$DATA"}, next: "delete it",
	},
	"bad amount":              {args: []string{"call", "pay", "88,00", "--data", "$DATA"}, next: "88.00"},
	"amount with fractions":   {args: []string{"call", "land", "0.001", "--data", "$DATA"}, next: "88.00"},
	"no amount":               {args: []string{"call", "pay", "--data", "$DATA"}, next: "call pay --help"},
	"nothing landed":          {args: []string{"call", "platform", "GET", "/v1/@checkout", "--data", "$RUNNING"}, next: "call land"},
	"unknown channel":         {args: []string{"call", "channel", "none", "GET", "/v1/limits", "--data", "$RUNNING"}, next: "bridge-pay"},
	"unknown card":            {args: []string{"call", "bind", "none", "--data", "$RUNNING"}, next: "people.yaml"},
	"unknown placeholder":     {args: []string{"call", "platform", "POST", "/v1/cards", `{"a":"@none"}`, "--data", "$RUNNING"}, next: "call --help"},
	"broken body":             {args: []string{"call", "platform", "POST", "/v1/cards", `{"a":"@new"`, "--data", "$RUNNING"}, next: "quotes"},
	"no payment yet":          {args: []string{"story", "--data", "$RUNNING"}, next: "call pay"},
	"fault without an effect": {args: []string{"fault", "add", "--data", "$RUNNING"}, next: "withhold_reply"},
	"time that is real":       {args: []string{"clock", "next", "--data", "$RUNNING"}, next: "--test-clock"},
	"bad duration":            {args: []string{"clock", "pass", "soon", "--data", "$DATA"}, next: "10m"},
	"simulator unreachable": {
		args: []string{"orchestrator", "--platform-addr", "127.0.0.1:0", "--demo-from", "http://$NOBODY", "--demo-wait", "0s", "--log-level", "error"},
		next: "countersign simulator",
	},
	"simulator without a scheme": {
		args: []string{"orchestrator", "--platform-addr", "127.0.0.1:0", "--demo-from", "127.0.0.1:7101"}, next: "http://",
	},
	"reports unwritable": {
		prepare: func(s scene) { s.write("reports", "a file") },
		args:    []string{"verify", "--out", "$FOLDER/reports"}, next: "--out",
	},
	"target unknown":     {args: []string{"verify", "--target", "moon"}, next: "verify --help"},
	"target undescribed": {args: []string{"verify", "--target", "remote"}, next: "verify --help"},
}

func TestEveryFailureIsOneLineWithANextStep(t *testing.T) {
	t.Parallel()
	runs := scene{t: t, folder: t.TempDir()}
	t.Cleanup(runs.up())
	left := scene{t: t, folder: t.TempDir()}
	left.up()()
	for name, tt := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.asRoot && os.Geteuid() == 0 {
				t.Skip("root may write everywhere")
			}
			s := scene{t: t, folder: t.TempDir(), left: left.data()}
			if tt.prepare != nil {
				tt.prepare(s)
			}
			args := s.resolve(tt.args, runs.data())
			before := s.files()
			told := fails(t, args)
			if !strings.HasPrefix(told, "countersign: ") || !strings.Contains(told, ": ") {
				t.Errorf("said %q", told)
			}
			var inJSON struct {
				Error string `json:"error"`
				Next  string `json:"next"`
			}
			asJSON := fails(t, append(args, "--json"))
			if err := json.Unmarshal([]byte(asJSON), &inJSON); err != nil || inJSON.Error == "" {
				t.Errorf("%v: said %q", err, asJSON)
			}
			if !strings.Contains(inJSON.Next, tt.next) {
				t.Errorf("next step %q, want one with %q (error %q)", inJSON.Next, tt.next, inJSON.Error)
			}
			if told != "countersign: "+inJSON.Error+": "+inJSON.Next {
				t.Errorf("said %q, and in JSON %q", told, asJSON)
			}
			if after := s.files(); after != before {
				t.Errorf("something was done by halves; before\n%s\nand after\n%s", before, after)
			}
		})
	}
}

// fails runs a command that must end with exit code 2, one line on standard error and nothing on standard output.
func fails(t *testing.T, args []string) string {
	t.Helper()
	var out, told bytes.Buffer
	if code := cli.Run(t.Context(), args, strings.NewReader(""), &out, &told); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	if out.Len() > 0 || strings.Count(told.String(), "\n") != 1 {
		t.Errorf("output %q, errors %q", out.String(), told.String())
	}
	return strings.TrimSuffix(told.String(), "\n")
}

// resolve puts folders and addresses into arguments.
func (s scene) resolve(args []string, running string) []string {
	s.t.Helper()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = taken.Close() })
	replacer := strings.NewReplacer("$DATA", s.data(), "$FOLDER", s.folder, "$RUNNING", running, "$TAKEN", taken.Addr().String(), "$NOBODY", "127.0.0.1:1")
	resolved := make([]string, 0, len(args))
	for _, arg := range args {
		resolved = append(resolved, replacer.Replace(arg))
	}
	return resolved
}

// files lists the scene's files with their sizes, locks aside.
func (s scene) files() string {
	var list strings.Builder
	_ = filepath.WalkDir(s.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "lock" || strings.Contains(entry.Name(), ".db") {
			return nil //nolint:nilerr // what cannot be listed is listed neither time
		}
		text, _ := os.ReadFile(path)
		list.WriteString(strings.TrimPrefix(path, s.folder) + " " + string(text[:min(len(text), 200)]) + "\n")
		return nil
	})
	return list.String()
}
