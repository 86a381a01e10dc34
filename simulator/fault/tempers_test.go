package fault_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"countersign/simulator"
	"countersign/simulator/fault"
)

// tempersPath is the page for people.
const tempersPath = "../../docs/tempers.md"

// temperPage is what docs/tempers.md says: its table comes from the catalogue.
func temperPage() string {
	var text strings.Builder
	text.WriteString("# Tempers\n\n" +
		"How unfriendly a world is by itself, so that a client cannot grow used to a channel that never fails. `friendly`, the\n" +
		"usual one, has no oddities; `realistic` has those of ordinary channels at their ordinary rates; `hostile` has far more.\n" +
		"This page is written by `go test ./simulator/fault -run Page -update`; a test fails when it lags behind.\n\n" +
		"- Choose one when a world is made (`\"temper\":\"realistic\"`), later with `PATCH /v1/worlds/{world}`, or for the demo\n" +
		"  world with `countersign up --temper realistic`.\n" +
		"- `oddities` of a world sets rates one by one, in permille: `{\"oddities\":{\"sms_lost\":0,\"reply_withheld\":300}}`.\n" +
		"  For the demo world the variable does the same. `countersign up` leaves key_rotation out unless its variable is set: its\n" +
		"  orchestrator is given new keys by hand.\n" +
		"- A temper is fault rules in force: `GET /v1/worlds/{world}/faults` lists them with `\"source\":\"temper\"`, and each can be\n" +
		"  switched off. They stand behind the rules of people, whose message has its way. `DELETE` of all faults leaves them,\n" +
		"  and so does a reset: a world keeps its temper.\n" +
		"- What strikes is drawn by the seed, which every answer on the protocol port names in `Countersign-Seed`. Same seed, same\n" +
		"  calls, same strikes.\n" +
		"- A good answer always comes in the end: the oddities together strike one order, signing, check or refund number at most\n" +
		"  3 times in a realistic world and 5 times in a hostile one. `fault_budget` of the world sets another bound.\n\n" +
		"| oddity | what happens | realistic | hostile | variable | rows |\n|---|---|---|---|---|---|\n")
	for _, o := range fault.All().Oddities() {
		fmt.Fprintf(&text, "| `%s` | %s | %d ‰ | %d ‰ | `%s` | %s |\n",
			o.Name, o.About, o.Realistic, o.Hostile, fault.OddityVariable(o.Name), strings.Join(o.Rows, ", "))
	}
	return text.String()
}

func TestThePageHasEveryOddity(t *testing.T) {
	t.Parallel()
	samePage(t, tempersPath, temperPage())
}

// samePage holds a page to what the tables say, or writes it.
func samePage(t *testing.T, path, wanted string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(wanted), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != wanted {
		t.Errorf("%s lags behind: go test ./simulator/fault -run Page -update", path)
	}
}

func TestEveryOddityIsRulesThatTheCatalogueTakes(t *testing.T) {
	t.Parallel()
	names, ids := map[string]bool{}, map[string]bool{}
	for _, o := range fault.All().Oddities() {
		if names[o.Name] || o.About == "" || len(o.Rules) == 0 {
			t.Errorf("%s: listed twice, or says nothing", o.Name)
		}
		names[o.Name] = true
		if o.Rate(simulator.TemperFriendly) != 0 || o.Realistic < 1 || o.Hostile < o.Realistic || o.Hostile > 1000 {
			t.Errorf("%s: rates %d and %d", o.Name, o.Realistic, o.Hostile)
		}
		for _, rule := range o.Rules {
			rule.When.Permille = o.Realistic
			if _, problem := fault.All().Complete(rule); problem != nil || rule.ID == "" || ids[rule.ID] {
				t.Errorf("%s: %+v %v", o.Name, rule, problem)
			}
			ids[rule.ID] = true
		}
	}
}
