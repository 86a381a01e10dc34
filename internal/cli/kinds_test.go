package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"countersign/contract/control"
	"countersign/internal/cli"
)

// run carries out a command that must succeed and gives what it printed.
func run(t *testing.T, args ...string) string {
	t.Helper()
	var out, told bytes.Buffer
	if code := cli.Run(t.Context(), args, strings.NewReader(""), &out, &told); code != 0 {
		t.Fatalf("%v: exit code %d: %s", args, code, told.String())
	}
	return out.String()
}

func TestTheExampleOfEveryFaultCanBePasted(t *testing.T) {
	t.Parallel()
	s := scene{t: t, folder: t.TempDir()}
	t.Cleanup(s.up())
	var all control.FaultKindList
	if err := json.Unmarshal([]byte(run(t, "fault", "kinds", "--json", "--data", s.data())), &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Kinds) == 0 {
		t.Fatal("no kinds")
	}
	for _, kind := range all.Kinds {
		text := run(t, "fault", "kinds", string(kind.Effect), "--data", s.data())
		_, line, found := strings.Cut(text, "\n  countersign ")
		if !found {
			t.Errorf("%s has no example:\n%s", kind.Effect, text)
			continue
		}
		made := run(t, append(strings.Fields(line), "--json", "--data", s.data())...)
		var rule control.Fault
		if err := json.Unmarshal([]byte(made), &rule); err != nil {
			t.Fatal(err)
		}
		if missing := lacks(members(t, kind.Example), members(t, &rule.Rule)); len(missing) > 0 {
			t.Errorf("`countersign %s` made %s: not as asked: %v", strings.TrimSpace(line), made, missing)
		}
	}
}

// members are the members of a rule as they stand on the wire.
func members(t *testing.T, rule *control.FaultRequest) map[string]any {
	t.Helper()
	text, err := json.Marshal(rule)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// lacks lists the members that were asked for and are not so; the simulator fills in others.
func lacks(asked, made map[string]any) []string {
	var missing []string
	for name, want := range asked {
		if !reflect.DeepEqual(made[name], want) {
			missing = append(missing, name)
		}
	}
	return missing
}

func TestASavedWorldIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	s := scene{t: t, folder: t.TempDir()}
	t.Cleanup(s.up())
	path := s.folder + "/world.json"
	run(t, "world", "save", path, "--data", s.data())
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("mode %o, want 600", mode)
	}
}
