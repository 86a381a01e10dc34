package fault_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"countersign/simulator/fault"
)

// switchless are the rows of the fault model that no effect stands for, or not alone, and how a test meets them all the same.
var switchless = []struct{ row, why string }{
	{"O1", "All worlds share a port, so one world cannot refuse connections: see *On the socket*. `reset` at `before_receive` comes nearest."},
	{"O20", "The lost acknowledgement is `withhold_reply` of `charge_close`. \"Already paid\" needs no switch: a close of a charge that " +
		"succeeded answers `succeeded`, and one that is paid while its answer is lost is met with `withhold_reply` of `charge`, then a close."},
	{"B7", "A card reissued under its number is a state of the bank, not a fault of a call: PATCH the card with another mobile, " +
		"or POST it anew with the same number; cancel its agreements at the bank if they shall die (see [divergences](divergences.md))."},
	{"N-3", "A notification before the client has stored its intent can only come of a client that calls first and stores then. " +
		"`notification_early` shows it: the notification is there before the answer, and a client that stored nothing does not know the order."},
	{"K2", "Requests and answers are signed with keys that have a kid and no end: there is no certificate. `key_rotate` without overlap, and " +
		"`signature_wrong_key`, are what a client sees of one that has run out."},
	{"K3", "The configuration pushed half-way is the client's own, and no channel can do that to it."},
	{"T1", "The clock that jumps is the client's. Give it a clock of its own; that of the world never goes back."},
	{"T3", "A day's end is a time, not a fault: make the world with a virtual clock that starts at 23:59 in UTC+8, or set it there."},
	{"T4", "A process that slept is the client's: stop it, let the world's clock go on, and wake it."},
	{"T5", "Late timers are the client's. The channel's own, late, are `slow`, `bank_slow`, `notification_late` and `statement_late`."},
}

// modelRows are the rows of the fault model that are about channels, banks, notifications, keys and clocks.
func modelRows() []string {
	var rows []string
	for _, group := range []struct {
		prefix string
		count  int
	}{{"O", 23}, {"B", 8}, {"N-", 11}, {"K", 4}, {"T", 5}} {
		for i := range group.count {
			rows = append(rows, fmt.Sprint(group.prefix, i+1))
		}
	}
	return rows
}

// rowsSection is what the page of faults says about rows without a switch, and about rules for files.
func rowsSection() string {
	var text strings.Builder
	text.WriteString("\n## Rules for files\n\n" +
		"A file is struck as a whole, once for each time it is asked for. With `match` a rule means: if the file has such a line. For the faults of\n" +
		"one line that line is the one struck; `statement_extra_line`, `statement_wrong_digest` and `statement_late` strike the whole file then, and\n" +
		"leave a file without such a line alone. `match.number` may be the business day too.\n" +
		"\n## Rows without a switch, and why\n\n" +
		"The rows O, B, N, K and T of the fault model all stand in the table above or here; a test holds both to the model. The rows C, D and P are about\n" +
		"the client's own callers, store and process, which a simulated channel cannot touch.\n\n| row | why, and what to do instead |\n|---|---|\n")
	for _, r := range switchless {
		text.WriteString("| " + r.row + " | " + r.why + " |\n")
	}
	return text.String()
}

func TestEveryRowOfTheModelHasASwitchOrAReason(t *testing.T) {
	t.Parallel()
	var known []string
	for _, d := range fault.All().Descriptions() {
		known = append(known, d.Rows...)
	}
	for _, r := range switchless {
		known = append(known, r.row)
	}
	model := modelRows()
	for _, row := range model {
		if !slices.Contains(known, row) {
			t.Errorf("row %s: no effect has it and no reason says why", row)
		}
	}
	for _, row := range known {
		if !slices.Contains(model, row) && row != "3.1" {
			t.Errorf("%s is no row of the model", row)
		}
	}
}
