package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"countersign/simulator"
)

// canonicalID stands for the name of the world in every canonical export.
const canonicalID = "world"

// Canonical writes everything in a world as JSON, the same bytes for the same seed
// and the same calls, whatever the world and its members are called: the world's
// name is left out, members go by channel, merchant and ordinal, and jtis, which
// callers draw, are not in it. Personal data are masked; inbox texts and their codes
// are in it.
func Canonical(w *simulator.World) ([]byte, error) { return canonical(w.Export(), w.MemberNames()) }

// canonical is Canonical for a world that was taken out already.
func canonical(e simulator.Export, names map[string]string) ([]byte, error) {
	prefix := "/w/" + e.ID + "/"
	e.ID = canonicalID
	slices.SortFunc(e.Members, func(a, b simulator.MemberExport) int {
		return strings.Compare(names[a.MemberNo], names[b.MemberNo])
	})
	plainRows(e.Journal, prefix)
	for i := range e.Verdicts {
		v := &e.Verdicts[i]
		v.Evidence = slices.Clone(v.Evidence) // the world's own
		plainRows(v.Evidence, prefix)
	}
	text, err := json.MarshalIndent(e, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write canonical export: %w", err)
	}
	return append(named(text, names), '\n'), nil
}

// plainRows takes out of journal rows what two tellings of one story differ in.
func plainRows(rows []simulator.JournalRow, prefix string) {
	for i := range rows {
		rows[i].JTI = ""
		if rest, found := strings.CutPrefix(rows[i].Target, prefix); found {
			rows[i].Target = "/w/" + canonicalID + "/" + rest
		}
	}
}

// named replaces member numbers, where they are a whole text, by their stable names.
func named(text []byte, names map[string]string) []byte {
	pairs := make([]string, 0, 2*len(names))
	for _, no := range sortedNumbers(names) {
		pairs = append(pairs, quoted(no), quoted(names[no]))
	}
	return []byte(strings.NewReplacer(pairs...).Replace(string(text)))
}

// quoted is a text as it stands in JSON.
func quoted(text string) string {
	written, _ := json.Marshal(text) //nolint:errchkjson // a string is always written
	return string(written)
}

// sortedNumbers gives the numbers in order.
func sortedNumbers(names map[string]string) []string {
	numbers := make([]string, 0, len(names))
	for no := range names {
		numbers = append(numbers, no)
	}
	slices.Sort(numbers)
	return numbers
}

// Canonical writes one world of the engine. The world is held only while it is taken
// out, not while it is written.
func (e *Engine) Canonical(worldID string) ([]byte, error) {
	var export simulator.Export
	var names map[string]string
	if err := e.Read(worldID, func(w *simulator.World) { export, names = w.Export(), w.MemberNames() }); err != nil {
		return nil, err
	}
	return canonical(export, names)
}
