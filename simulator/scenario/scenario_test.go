package scenario_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"countersign/simulator/scenario"
)

func TestAFileIsReadStrictly(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		text  string
		line  int
		field string
		says  string
	}{
		"unknown member":       {"seed: 1\nsede: 2\n", 2, "/sede", "not known"},
		"unknown inside":       {"faults:\n  - effect: slow\n    delai_ms: 3\n", 3, "/faults/0/delai_ms", "not known"},
		"a number for a text":  {"cards:\n- elements:\n    name: x\n    id_type: resident_id\n    id_number: \"990000199001010018\"\n    card_number: 6222020000000000017\n    mobile: \"13900000017\"\n", 6, "/cards/0/elements/card_number", "quotes"},
		"missing":              {"seed: 1\nmembers:\n  - name_zh: 甲\n", 3, "/members/0/merchant", "missing"},
		"out of range":         {"faults:\n- {effect: slow, delay_ms: 0}\n", 2, "/faults/0/delay_ms", "range"},
		"no such word":         {"\n\ntemper: angry\n", 3, "/temper", "words"},
		"twice":                {"seed: 1\nseed: 2\n", 2, "", "twice"},
		"twice, in JSON":       {"{\"seed\": 1,\n \"seed\": 2}", 2, "", "twice"},
		"an alias":             {"a: &x [1]\nb: *x\n", 1, "/a", "anchors"},
		"a merge":              {"<<: {seed: 1}\n", 1, "", "plain"},
		"a tag":                {"seed: !!int 3\n", 1, "/seed", "tags"},
		"two documents":        {"seed: 1\n---\nseed: 2\n", 1, "", "one document"},
		"nothing":              {"", 1, "", "one document"},
		"a comment only":       {"# nothing\n", 1, "", "one document"},
		"a list":               {"- seed\n", 0, "", "type"},
		"no YAML":              {"seed: 1\nfaults: [}\n", 2, "", "YAML"},
		"a world of one name":  {"world_id: mine\n", 1, "/world_id", "many worlds"},
		"deep in brackets":     {"seed: " + strings.Repeat("[", 100_000), 1, "", "deep"},
		"deep in dashes":       {strings.Repeat("- ", 100_000), 1, "", "deep"},
		"deep in question":     {strings.Repeat("? ", 100_000), 1, "", "deep"},
		"deep in blocks":       {blocks(700), 129, "", "deep"},
		"deep, but not for it": {blocks(40), 18, "", "deep"},
		"too long":             {"# " + strings.Repeat("x", scenario.LongestFile), 0, "", "1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := scenario.Parse("folder/mine.yaml", []byte(row.text))
			var wrong *scenario.Error
			if !errors.As(err, &wrong) {
				t.Fatalf("%v", err)
			}
			if wrong.File != "mine.yaml" || wrong.Line != row.line || !strings.HasPrefix(wrong.Field, row.field) && row.field != "" ||
				!strings.Contains(err.Error(), row.says) || wrong.Next == "" {
				t.Errorf("%q, line %d, field %q", err, wrong.Line, wrong.Field)
			}
			if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "622202") {
				t.Errorf("more than a line, or a value: %q", err)
			}
		})
	}
}

// blocks nests maps, one on a line.
func blocks(depth int) string {
	var text strings.Builder
	for i := range depth {
		text.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return text.String()
}

func TestJSONIsReadAsWellAndPlacesAProblem(t *testing.T) {
	t.Parallel()
	s, err := scenario.Parse("x.json", []byte("{\n \"seed\": 9007199254740991,\n \"temper\": \"realistic\",\n \"members\": [\n  {\"merchant\": \"second\"}]}"))
	if err != nil || *s.Request.Seed != 9007199254740991 || *s.Request.Temper != "realistic" || len(*s.Request.Members) != 1 {
		t.Fatalf("%+v %v", s, err)
	}
	other := errors.New("another")
	if got := s.Place(other); !errors.Is(got, other) {
		t.Errorf("%v", got)
	}
}

func TestAFileThatIsNotThereIsNamed(t *testing.T) {
	t.Parallel()
	for _, err := range []error{openError("/nowhere/at/all.yaml"), openError(t.TempDir())} {
		if err == nil || !strings.Contains(err.Error(), "cannot be read") {
			t.Errorf("%v", err)
		}
	}
	long := fstest.MapFS{"x.yaml": {Data: make([]byte, scenario.LongestFile+10)}}
	if _, err := scenario.Load(long, "x.yaml"); err == nil || !strings.Contains(err.Error(), "1 MiB") {
		t.Errorf("%v", err)
	}
}

// openError is what opening a file met.
func openError(path string) error {
	_, err := scenario.Open(path)
	return err
}
