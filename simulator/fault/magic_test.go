package fault_test

import (
	"strings"
	"testing"

	"countersign/simulator"
	"countersign/simulator/fault"
)

// magicPath is the page for people.
const magicPath = "../../docs/magic-values.md"

// magicPage is what docs/magic-values.md says: its tables come from the catalogue.
func magicPage() string {
	var text strings.Builder
	text.WriteString("# Magic values\n\n" +
		"Amounts, mobiles and codes that choose an outcome, for tests that reach the protocol port only. They are in force unless\n" +
		"a world is made with `\"magic_values\":false`, or changed so by `PATCH /v1/worlds/{world}`. `GET /v1/magic-values` lists them.\n" +
		"This page is written by `go test ./simulator/fault -run Page -update`; a test fails when it lags behind.\n\n" +
		"Each strike stands in the journal under the id of the value, `magic_88801` for one. No budget counts it. A value that\n" +
		"speaks of the first copy, message or query strikes so often for each number and lets it go then.\n")
	for _, part := range []struct {
		kind        simulator.MagicKind
		title, head string
	}{
		{simulator.MagicAmount, "Amounts of a charge, in fen", "amount"},
		{simulator.MagicMobile, "Last four digits of the registered mobile", "digits"},
		{simulator.MagicCode, "Codes that the payer types", "code"},
	} {
		text.WriteString("\n## " + part.title + "\n\n| " + part.head + " | outcome | faults |\n|---|---|---|\n")
		for _, v := range fault.All().Magic().Values() {
			if v.Kind != part.kind {
				continue
			}
			var faults []string
			for _, rule := range v.Rules {
				faults = append(faults, "`"+rule.Fault+"`")
			}
			text.WriteString("| " + v.Value + " | " + v.Outcome + " | " + strings.Join(faults, ", ") + " |\n")
		}
	}
	text.WriteString("\nNo channel ever draws one of these codes.\n")
	return text.String()
}

func TestThePageHasEveryMagicValue(t *testing.T) {
	t.Parallel()
	samePage(t, magicPath, magicPage())
}

func TestEveryMagicValueIsThereOnceAndItsRulesAreSound(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	for _, v := range fault.All().Magic().Values() {
		if ids[v.ID()] || v.Outcome == "" || (len(v.Rules) == 0) != (v.Kind == simulator.MagicCode) {
			t.Errorf("%+v", v)
		}
		ids[v.ID()] = true
		if v.Kind == simulator.MagicCode && strings.Contains(v.ID(), v.Value) {
			t.Errorf("the journal would show the code %s", v.Value)
		}
		for _, rule := range v.Rules {
			if _, problem := fault.All().Complete(rule); problem != nil {
				t.Errorf("%s: %v", v.Value, problem)
			}
		}
	}
}

func TestAMagicValueOutsideItsRangeIsRefused(t *testing.T) {
	t.Parallel()
	for _, v := range []simulator.MagicValue{
		{Kind: simulator.MagicAmount, Value: "88800"},
		{Kind: simulator.MagicAmount, Value: "x"},
		{Kind: simulator.MagicMobile, Value: "8801", Rules: []simulator.FaultRule{{Fault: "sms_late"}}},
		{Kind: simulator.MagicMobile, Value: "8801", Rules: []simulator.FaultRule{{Fault: "nothing"}}},
	} {
		if _, problem := simulator.NewMagicTable([]simulator.MagicValue{v}, fault.All()); problem == nil {
			t.Errorf("%+v was taken", v)
		}
	}
}
