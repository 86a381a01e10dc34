package controlapi

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"countersign/contract/control"
	"countersign/simulator"
)

// toHandset is the party of a journal row that is an SMS arriving.
const toHandset = "handset"

// about selects the rows of some numbers.
func about(rows []simulator.JournalRow, numbers []string) []simulator.JournalRow {
	var chosen []simulator.JournalRow
	for i := range rows {
		if slices.Contains(numbers, rows[i].Ref) {
			chosen = append(chosen, rows[i])
		}
	}
	return chosen
}

// checksNamed are the element checks that charges and bindings of some numbers
// name; the world itself does not keep them.
func checksNamed(rows []simulator.JournalRow, numbers []string) []string {
	var checks []string
	for i := range rows {
		row := &rows[i]
		if row.Operation != simulator.OpCharge && row.Operation != simulator.OpBind || !slices.Contains(numbers, row.Ref) {
			continue
		}
		var names struct {
			CheckNo  string `json:"check_no"`
			Evidence struct {
				CheckNo string `json:"check_no"`
			} `json:"evidence"`
		}
		_ = json.Unmarshal(row.RequestBody(), &names) // a body that was let go names none
		for _, no := range []string{names.CheckNo, names.Evidence.CheckNo} {
			if no != "" && !slices.Contains(checks, no) {
				checks = append(checks, no)
			}
		}
	}
	return checks
}

// storyteller puts steps in the order in which they happened: the rows of the
// journal stand so already, the bank's ledger is apart, and an answer that got lost
// comes after all that its request caused.
type storyteller struct {
	steps []control.StoryStep
	money []simulator.LedgerRow
	owed  []control.StoryStep // answers that got lost, to be told next
	since time.Time           // when they were
}

// story tells rows and movements of money as steps.
func story(rows []simulator.JournalRow, money []simulator.LedgerRow) []control.StoryStep {
	t := &storyteller{steps: []control.StoryStep{}, money: money}
	for i := range rows {
		t.tell(&rows[i])
	}
	t.answers()
	for len(t.money) > 0 {
		t.movement()
	}
	return slices.Clip(t.steps)
}

// tell adds a row.
func (t *storyteller) tell(row *simulator.JournalRow) {
	if row.To != toHandset || !row.At.Equal(t.since) {
		t.answers()
	}
	for len(t.money) > 0 && (t.money[0].At.Before(row.At) || row.From != fromPlatform && movedBy(&t.money[0], row)) {
		t.movement() // settled by the bank meanwhile
	}
	if row.From != fromPlatform {
		t.steps = append(t.steps, stepOf(row))
		return
	}
	t.steps = append(t.steps, callStep(row))
	for movesMoney(row) && len(t.money) > 0 && movedBy(&t.money[0], row) {
		t.movement()
	}
	if row.Lost {
		t.owed, t.since = append(t.owed, lostStep(row)), row.At
	}
}

// answers tells the answers that are owed.
func (t *storyteller) answers() {
	t.steps, t.owed = append(t.steps, t.owed...), nil
}

// movement tells the next movement of money.
func (t *storyteller) movement() {
	t.steps, t.money = append(t.steps, movementStep(&t.money[0])), t.money[1:]
}

// movedBy reports whether a movement belongs to a row of the same instant.
func movedBy(money *simulator.LedgerRow, row *simulator.JournalRow) bool {
	return money.At.Equal(row.At) && (money.OrderNo == row.Ref || money.RefundNo == row.Ref)
}

// movesMoney reports whether an operation can make a bank debit or refund.
func movesMoney(row *simulator.JournalRow) bool {
	switch row.Operation {
	case simulator.OpCharge, simulator.OpChargeConfirm, simulator.OpRefund:
		return row.Committed
	default:
		return false
	}
}

// callStep is a request; what came of it is told by the answer.
func callStep(row *simulator.JournalRow) control.StoryStep {
	step := stepOf(row)
	if row.Lost {
		step.Outcome = nil
	}
	return step
}

// lostStep is an answer that never arrived.
func lostStep(row *simulator.JournalRow) control.StoryStep {
	gone := true
	return control.StoryStep{
		At: row.At.UTC(), From: row.To, To: row.From, What: "answer to " + words(row.Operation), Outcome: given(causeOf(row)), Lost: &gone,
	}
}

// stepOf is one row as a step.
func stepOf(row *simulator.JournalRow) control.StoryStep {
	what := words(row.Operation)
	switch {
	case row.To == toHandset:
		what = medium(row.Operation) + " about " + strings.ReplaceAll(row.Cause, "_", " ")
	case row.Operation == simulator.OpNotification:
		what = "notification " + row.Cause
	}
	outcome := row.Result
	if row.Reason != "" {
		outcome += ": " + string(row.Reason)
	}
	return control.StoryStep{At: row.At.UTC(), From: row.From, To: row.To, What: what, Outcome: given(outcome)}
}

// movementStep is the channel's call to the bank.
func movementStep(row *simulator.LedgerRow) control.StoryStep {
	what, outcome := "debit ", "debited"
	if row.Kind == simulator.LedgerRefund {
		what, outcome = "refund ", "refunded"
	}
	return control.StoryStep{
		At: row.At.UTC().Truncate(time.Nanosecond), From: row.ChannelID, To: row.Bank,
		What: what + row.Amount.String() + " CNY, card ending " + last4(row.MaskedCard), Outcome: given(outcome),
	}
}

// medium names the kind of a message.
func medium(op simulator.Operation) string {
	if op == simulator.OpSendWeChat {
		return "WeChat message"
	}
	return "SMS"
}

// words spells an operation for people.
func words(op simulator.Operation) string { return strings.ReplaceAll(string(op), "_", " ") }
