package simtest_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/simulator/simtest"
)

// seen is what a client sees of an order of a magic amount: the answer to the charge,
// to a first query, and to a query two minutes later; and what its receiver got.
type seen struct {
	charge, query, later string
	notices              string
}

// good is an order that goes well and of which one notification tells.
var good = seen{"succeeded", "succeeded", "succeeded", "succeeded"}

// magicAmounts is what each amount leads to.
func magicAmounts() map[int]seen {
	declined := func(reason string) seen {
		return seen{"declined " + reason, "declined " + reason, "declined " + reason, "declined"}
	}
	lost := func(charge string) seen { return seen{charge, "succeeded", "succeeded", "succeeded"} }
	undone := func(charge string) seen { return seen{charge, "order_not_found", "order_not_found", ""} }
	twice := "succeeded" + " succeeded"
	told := func(notices string) seen { return seen{"succeeded", "succeeded", "succeeded", notices} }
	return map[int]seen{
		88801: declined("insufficient_balance"), 88802: declined("limit_single"), 88803: declined("limit_daily"),
		88804: declined("limit_monthly"), 88805: declined("limit_count"), 88806: declined("card_lost"),
		88807: declined("card_frozen"), 88808: declined("card_cancelled"), 88809: declined("card_expired"),
		88810: declined("card_unsupported"), 88811: declined("risk_refused"),
		88812: {"processing risk_held", "processing risk_held", "processing risk_held", ""},
		88820: {"processing", "processing", "processing", ""},
		88821: {"processing", "processing", "succeeded", "succeeded"},
		88822: {"processing", "processing", "declined insufficient_balance", "declined"},
		88823: {"processing", "processing", "processing", ""},
		88824: {"declined risk_refused", "declined risk_refused", "succeeded", "declined succeeded"},
		88825: good,
		88826: declined("agreement_cancelled"),
		88827: {"open", "open", "succeeded", "succeeded"},
		88830: lost("no answer"), 88831: undone("no answer"), 88832: lost("no evidence"), 88833: undone("no evidence"),
		88834: lost("system_busy"), 88835: undone("system_busy"), 88836: lost("succeeded"), 88837: lost("no evidence"),
		88838: lost("another order"), 88839: lost("no evidence"),
		88840: {"succeeded", "order_not_found", "order_not_found", "succeeded"},
		88841: {"succeeded", "processing", "succeeded", "succeeded"},
		88842: {"no answer", "order_not_found", "order_not_found", "succeeded"},
		88850: told(""), 88851: told(twice), 88852: told("succeeded"), 88853: told("succeeded"),
		88854: told("declined succeeded"), 88855: told("bad succeeded"), 88856: told("amount"), 88857: told("succeeded"),
	}
}

func TestEveryMagicAmountIsSeenFromOutside(t *testing.T) {
	t.Parallel()
	wanted := magicAmounts()
	listed := 0
	for _, v := range magicList(t) {
		if v.Kind != control.MagicAmount {
			continue
		}
		listed++
		fen, _ := strconv.Atoi(v.Value)
		want, known := wanted[fen]
		if !known {
			t.Errorf("%d (%s) is not looked at", fen, v.Outcome)
			continue
		}
		t.Run(v.Value, func(t *testing.T) {
			t.Parallel()
			w, got := observe(t, int64(fen))
			if got != want {
				t.Errorf("%s\n got %+v\nwant %+v", v.Outcome, got, want)
			}
			struck := func(row control.JournalRow) bool { return row.Faults != nil && slices.Contains(*row.Faults, v.RuleId) }
			if rows := w.Journal(control.ReadJournalParams{}); !slices.ContainsFunc(rows, struck) {
				t.Errorf("no journal row names %s", v.RuleId)
			}
		})
	}
	if listed != len(wanted) {
		t.Errorf("%d amounts are listed, %d looked at", listed, len(wanted))
	}
}

// magicList is what the control plane says there is.
func magicList(t *testing.T) []control.MagicValue {
	t.Helper()
	w := simtest.New(t)
	r, err := w.Control().ListMagicValuesWithResponse(t.Context())
	if err != nil || r.JSON200 == nil {
		t.Fatal(err)
	}
	return r.JSON200.Values
}

// observe sends one order of an amount and watches it for two minutes.
func observe(t *testing.T, fen int64) (*simtest.World, seen) {
	t.Helper()
	w, m, agreement := signed(t)
	mail := m.Receive()
	const orderNo = "ord_magic01"
	answered := make(chan string, 1)
	go func() {
		charge, err := m.Charge(simtest.Order{Number: orderNo, Fen: fen, AgreementNo: agreement})
		if err == nil && charge.OrderNo != orderNo {
			answered <- "another order"
			return
		}
		answered <- said(charge, err)
	}()
	var got seen
	heldOr(w, func() bool { return len(answered) > 0 })
	if len(answered) == 0 { // held: its end is a due time
		w.Clock.Advance(61 * time.Second)
	}
	got.charge = <-answered
	w.Clock.Settle()
	got.query = said(m.Query(orderNo, start))
	w.Clock.Advance(2 * time.Minute)
	got.later = said(m.Query(orderNo, start))
	for _, n := range mail.Got() {
		word := "bad"
		switch {
		case n.Signature == nil && n.Charge.Amount != nil && *n.Charge.Amount != fen && fen != 88825:
			word = "amount"
		case n.Signature == nil:
			word = string(n.Charge.Status)
		}
		if got.notices != "" {
			got.notices += " "
		}
		got.notices += word
	}
	return w, got
}

// said is an answer in a word or two.
func said(charge *channel.Charge, err error) string {
	var refused *simtest.RefusedError
	switch {
	case errors.Is(err, simtest.ErrNoAnswer):
		return "no answer"
	case errors.As(err, &refused):
		return string(refused.Code)
	case err != nil:
		return "no evidence"
	case !charge.Status.Valid():
		return "open"
	case charge.Reason != nil:
		return fmt.Sprintf("%s %s", charge.Status, *charge.Reason)
	}
	return string(charge.Status)
}

func TestAWorldWithoutMagicValuesTakesEveryAmountAsItIs(t *testing.T) {
	t.Parallel()
	w, m, agreement := signed(t, simtest.Request(func(r *control.WorldRequest) { off := false; r.MagicValues = &off }))
	if w.About.MagicValues {
		t.Error("the world says that they are in force")
	}
	charge, err := m.Charge(simtest.Order{Fen: 88801, AgreementNo: agreement})
	if said(charge, err) != "succeeded" || w.Debited(charge.OrderNo) != 88801 {
		t.Errorf("%+v %v", charge, err)
	}
}
