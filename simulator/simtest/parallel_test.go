package simtest_test

import (
	"fmt"
	"sync"
	"testing"

	"countersign/contract/control"
	"countersign/simulator/simtest"
)

// ordeal is what a world is to suffer, and what its books say in the end.
type ordeal struct {
	rule  func(fen int64) simtest.Rule
	debit func(fen int64) int64
	texts int
}

// ordeals differ in what goes wrong with the one charge, or with the SMS before it.
func ordeals() []ordeal {
	all := func(fen int64) int64 { return fen }
	none := func(int64) int64 { return 0 }
	at := func(effect control.FaultEffect) func(int64) simtest.Rule {
		return func(int64) simtest.Rule { return simtest.Fault(effect).On(control.OperationCharge) }
	}
	return []ordeal{
		{at(control.WithholdReply), all, 1},
		{at(control.SystemBusy), all, 1},
		{at(control.GarbledBody), all, 1},
		{at(control.SignatureMissing), all, 1},
		{at(control.GatewayError), all, 1},
		{at(control.Maintenance), none, 1},
		{at(control.BankSilent), none, 1},
		{func(int64) simtest.Rule { return simtest.Decline("insufficient_balance") }, none, 1},
		{func(fen int64) simtest.Rule {
			half := fen / 2
			rule := simtest.Fault(control.PartialDebit).On(control.OperationCharge)
			rule.Request.Amount = &half
			return rule
		}, func(fen int64) int64 { return fen / 2 }, 1},
		{func(int64) simtest.Rule { return simtest.Fault(control.SmsDuplicate).Times(1) }, all, 2},
	}
}

// Two hundred worlds live in one server at once and are used at the same time, each with a fault of its own:
// each sees its own calls, its own SMS, its own money and its own rule, and nothing of any other.
func TestTwoHundredWorldsAtOnceSeeOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	const worlds = 200
	kinds := ordeals()
	made := make([]*simtest.World, worlds)
	rules := make([]string, worlds)
	for i := range made {
		made[i] = simtest.New(t, simtest.Seed(int64(i)+1), simtest.VirtualClock(start), simtest.Channels("bridge-pay"))
	}
	var running sync.WaitGroup
	for i, w := range made {
		rules[i] = w.Faults.Add(kinds[i%len(kinds)].rule(amountOf(i)))
		running.Go(func() {
			m := w.Member("bridge-pay")
			agreement, err := m.Sign(w.CardOf("ICBC"))
			if err != nil {
				t.Errorf("world %d: %v", i, err)
				return
			}
			_, _ = m.Charge(simtest.Order{Number: orderOf(i), Fen: amountOf(i), AgreementNo: agreement}) // as the fault has it
		})
	}
	running.Wait()
	for i, w := range made {
		seesItsOwn(t, i, w, rules[i], kinds[i%len(kinds)])
	}
}

// amountOf and orderOf are a world's own.
func amountOf(i int) int64 { return int64(1000 + 2*i) }

func orderOf(i int) string { return fmt.Sprintf("ord_%07d", i) }

// seesItsOwn holds the whole record of a world against what was done in it.
func seesItsOwn(t *testing.T, i int, w *simtest.World, rule string, o ordeal) {
	t.Helper()
	if got, want := w.Debited(orderOf(i)), o.debit(amountOf(i)); got != want {
		t.Errorf("world %d: %d fen debited, not %d", i, got, want)
	}
	truth := w.Truth()
	for _, entry := range truth.Ledger {
		if entry.OrderNo != orderOf(i) {
			t.Errorf("world %d has a movement of %s", i, entry.OrderNo)
		}
	}
	if len(truth.Agreements) != 1 {
		t.Errorf("world %d has %d agreements", i, len(truth.Agreements))
	}
	if all := w.Faults.List(); len(all) != 1 || all[0].FaultId != rule || all[0].Hits != 1 {
		t.Errorf("world %d has rules %+v", i, all)
	}
	if texts := w.Inbox.List(simtest.Mail{About: control.Signing}); len(texts) != o.texts {
		t.Errorf("world %d has %d codes, not %d", i, len(texts), o.texts)
	}
	charges := 0
	for _, row := range w.Journal(control.ReadJournalParams{}) {
		if row.Operation != control.OperationCharge {
			continue
		}
		if charges++; row.Number == nil || *row.Number != orderOf(i) {
			t.Errorf("world %d has a charge of %v", i, row.Number)
		}
	}
	if charges != 1 {
		t.Errorf("world %d has %d charges in its journal", i, charges)
	}
}
