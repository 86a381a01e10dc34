package fault_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"countersign/simulator"
	"countersign/simulator/fault"
)

// update writes the page of faults anew instead of comparing it.
var update = flag.Bool("update", false, "write docs/faults.md anew")

// pagePath is the page for people.
const pagePath = "../../docs/faults.md"

// page is what docs/faults.md says: all of it comes from the catalogue.
func page() string {
	var text strings.Builder
	text.WriteString("# Faults\n\n" +
		"What can go wrong on purpose. Switch one on with `POST /v1/worlds/{world}/faults` or `countersign fault add`.\n" +
		"This page is written by `go test ./simulator/fault -run Page -update`; a test fails when it lags behind.\n\n" +
		"Every rule may narrow itself by operation, `channel_id` and `match` (number, card, bank, amount or a range, member,\n" +
		"merchant, event type), by one of `nth`, `every` and `permille` (drawn by the seed of the world), by the budgets `times`\n" +
		"and `times_per_number`, and by `expires_at` on the clock of the world. `fault_budget` of a world bounds all rules together.\n" +
		"A rule that could have no effect is refused with the member that is wrong.\n\n" +
		"## Which has its way\n\nWhen several strike one request, the first line that applies decides.\n\n| faults | what happens |\n|---|---|\n")
	for _, line := range fault.PrecedenceTable() {
		text.WriteString("| " + line.Faults + " | " + line.Rule + " |\n")
	}
	text.WriteString("\n## All faults\n\nPoints: the first is the usual one. At `received` nothing was done and never will be by this copy; `committed` is met only by\nrequests that were carried out, queries of what is there included, never by one that was refused. Rows are those of the fault model (O4: reply lost after commit, and so on).\n\n" +
		"| effect | what it does | points | parameters | rows |\n|---|---|---|---|---|\n")
	for _, d := range fault.All().Descriptions() {
		points := make([]string, 0, len(d.Points))
		for _, point := range d.Points {
			points = append(points, string(point))
		}
		about := strings.ReplaceAll(d.About, "|", "\\|")
		if d.OnSocket {
			about += " On the socket."
		}
		text.WriteString("| `" + d.Name + "` | " + about + " | " + strings.Join(points, ", ") + " | " +
			strings.Join(d.Parameters, ", ") + " | " + strings.Join(d.Rows, ", ") + " |\n")
	}
	text.WriteString(socketSection)
	text.WriteString(rowsSection())
	return text.String()
}

func TestThePageHasEveryFault(t *testing.T) {
	t.Parallel()
	if *update {
		if err := os.WriteFile(pagePath, []byte(page()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(pagePath)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != page() {
		t.Error("docs/faults.md lags behind the catalogue: go test ./simulator/fault -run Page -update")
	}
}

func TestTheContractAndTheCatalogueNameTheSameFaults(t *testing.T) {
	t.Parallel()
	_, list, _ := strings.Cut(string(documentOf(t)), "FaultEffect:")
	_, list, _ = strings.Cut(list, "enum: [")
	list, _, _ = strings.Cut(list, "]")
	words := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
	for _, word := range words {
		if _, known := fault.All().Kind(word); !known {
			t.Errorf("%s is in the contract and not in the catalogue", word)
		}
	}
	for _, d := range fault.All().Descriptions() {
		if !slices.Contains(words, d.Name) {
			t.Errorf("%s is in the catalogue and not in the contract", d.Name)
		}
	}
}

func TestEveryExampleIsInForceAsItStands(t *testing.T) {
	t.Parallel()
	for _, d := range fault.All().Descriptions() {
		if d.Example.Fault != d.Name || len(d.Rows) == 0 {
			t.Errorf("%s: example of %q, rows %v", d.Name, d.Example.Fault, d.Rows)
			continue
		}
		done, problem := fault.All().Complete(d.Example)
		if problem != nil || done.Point != d.Points[0] && d.Example.Point == "" {
			t.Errorf("%s: %+v %v", d.Name, done, problem)
		}
	}
}

func TestThePrecedenceTableNamesEveryFaultOfAnswers(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, line := range fault.PrecedenceTable() {
		all.WriteString(line.Faults + " ")
	}
	for _, d := range fault.All().Descriptions() {
		ofAnswers := slices.Contains(d.Operations, simulator.OpLimits) || slices.Contains(d.Operations, simulator.OpChargeQuery)
		if ofAnswers && d.Points[0] != simulator.PointStatement && !strings.Contains(all.String(), d.Name) {
			t.Errorf("%s has no place in the precedence table", d.Name)
		}
	}
}

// documentOf is the contract of the control plane.
func documentOf(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../../contract/control.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return text
}
