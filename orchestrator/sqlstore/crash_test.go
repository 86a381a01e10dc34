package sqlstore_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	o "countersign/orchestrator"
	"countersign/orchestrator/sqlstore"
)

// crashFolder tells a copy of this test program to write until it is killed.
const crashFolder = "SQLSTORE_CRASH_FOLDER"

func TestMain(m *testing.M) {
	if folder := os.Getenv(crashFolder); folder != "" {
		writeUntilKilled(folder)
	}
	os.Exit(m.Run())
}

// writeUntilKilled stores payments from eight callers and says each number once it was answered.
func writeUntilKilled(folder string) {
	store, _, err := sqlstore.Open(context.Background(), folder)
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "error", err)
		os.Exit(1)
	}
	var next atomic.Int64
	var out sync.Mutex
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for {
				n := int(next.Add(1))
				if err := pay(store, n); err != nil {
					os.Exit(1)
				}
				out.Lock()
				_, _ = os.Stdout.WriteString("kept " + strconv.Itoa(n) + "\n")
				out.Unlock()
			}
		})
	}
	wait.Wait()
}

// A kill in the middle of the work of eight callers loses nothing that was answered.
func TestNothingAnsweredIsLostByAKill(t *testing.T) {
	t.Parallel()
	for _, after := range []int{1, 100, 300} {
		folder := t.TempDir()
		store, _, err := sqlstore.Open(context.Background(), folder)
		if err != nil {
			t.Fatal(err)
		}
		merchant(t, store, "mer_1")
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		kept := killWriter(t, folder, after)
		reopened, _ := onDisk(t, folder)
		for _, n := range kept {
			err := reopened.View(context.Background(), func(tx o.Tx) error {
				_, err := tx.Payments().ByOrderNo("mer_1", "order-"+strconv.Itoa(n))
				return err
			})
			if err != nil {
				t.Errorf("killed after %d answers: payment %d was answered and is lost: %v", after, n, err)
			}
		}
	}
}

// killWriter runs the writer, kills it after so many answers and returns all it had answered.
func killWriter(t *testing.T, folder string, after int) []int {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(program)
	child.Env = append(os.Environ(), crashFolder+"="+folder)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var kept []int
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		number, found := strings.CutPrefix(lines.Text(), "kept ")
		n, err := strconv.Atoi(number)
		if !found || err != nil {
			t.Errorf("the writer says %q", lines.Text())
			break
		}
		if kept = append(kept, n); len(kept) == after {
			if err := child.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	_ = child.Wait()
	if len(kept) < after {
		t.Fatalf("the writer ended after %d answers", len(kept))
	}
	return kept
}
