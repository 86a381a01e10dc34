package scenario_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/simulator/scenario"
)

// FuzzParse gives files of any kind: one is read, and then reads the same when its
// request is written as JSON, or refused in one line.
func FuzzParse(f *testing.F) {
	examples, err := filepath.Glob("../../fixtures/scenarios/*.yaml")
	if err != nil || len(examples) == 0 {
		f.Fatal("no examples", err)
	}
	for _, name := range examples {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{`{"seed": 1}`, "a: &a [*a]", "- - -", "? x\n: y", "seed: 0x1f", "seed: .inf", "%YAML 1.2\n---\nseed: 1", "\tseed: 1", "|", "seed: >\n 1"} {
		f.Add([]byte(text))
	}
	// The document is read once, here: within the first input it would take the fuzzer's workers seconds.
	if _, err := scenario.Parse("first.yaml", []byte("seed: 1")); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := scenario.Parse("fuzz.yaml", text)
		if err != nil {
			var wrong *scenario.Error
			if !errors.As(err, &wrong) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("%q", err)
			}
			return
		}
		once, err := json.Marshal(read.Request)
		if err != nil {
			t.Fatal(err)
		}
		again, err := scenario.Parse("again.json", once)
		if err != nil {
			t.Fatalf("%s is not read: %v", once, err)
		}
		if twice, _ := json.Marshal(again.Request); string(twice) != string(once) {
			t.Fatalf("%s became %s", once, twice)
		}
	})
}
