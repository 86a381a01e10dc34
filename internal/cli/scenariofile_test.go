package cli

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"countersign/contract/control"
)

// What people write as a scenario becomes a request, or a refusal that tells what is wrong. This is a property test
// and no fuzz target: instrumenting all that the command line is linked with takes minutes.
func TestAScenarioFileIsReadOrRefused(t *testing.T) {
	t.Parallel()
	good := []string{
		"seed: 7\nclock: {mode: virtual}\nfaults:\n  - {effect: hang, operation: charge}\n",
		`{"world_id":"w1","members":[{"merchant":"dawn"}]}`, "a: &a [*a]", "seed: !!binary x", "\t- ]", "<<: {seed: 1}", "",
	}
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.SampledFrom(good).Draw(rt, "file")
		at := rapid.IntRange(0, len(text)).Draw(rt, "at")
		text = text[:at] + rapid.StringOfN(rapid.Rune(), 0, 8, -1).Draw(rt, "written") + text[min(at+rapid.IntRange(0, 3).Draw(rt, "over"), len(text)):]
		form, err := readForm[control.WorldRequest](&console{in: strings.NewReader(text)}, "-", "a scenario")
		if (form == nil) == (err == nil) {
			rt.Fatalf("%v and %v of %q", form, err, text)
		}
	})
}
