package scenario_test

import (
	"strings"
	"testing"

	"countersign/simulator/scenario"
)

// TestWhatTheParserIsSlowAtIsNotGivenToIt has files within the size whose parsing takes
// the square of their length.
func TestWhatTheParserIsSlowAtIsNotGivenToIt(t *testing.T) {
	t.Parallel()
	const bytes = 1 << 18
	for name, test := range map[string]struct{ piece, what string }{
		"names with a question mark": {"? a\n", "no plain word"},
		"comments behind values":     {"a: 1 #x\n", "too many words"},
		"maps in a list":             {"- a: 1\n", "too many words"},
		"list":                       {"- 1\n", "too many words"},
		"brackets":                   {"[]", "too many words"},
	} {
		_, err := scenario.Parse("slow.yaml", []byte(strings.Repeat(test.piece, bytes/len(test.piece))))
		if err == nil || !strings.Contains(err.Error(), test.what) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
