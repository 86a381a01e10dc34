package controlapi

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/simulator"
)

// toHandset is the party of a journal row that is an SMS arriving.
const toHandset = "handset"

// ReadStory tells who called whom about one number.
func (s *Server) ReadStory(w http.ResponseWriter, r *http.Request, world control.WorldID, number control.ID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		var rows []simulator.JournalRow
		var money []simulator.LedgerRow
		err := s.config.Engine.Read(world, func(w *simulator.World) {
			rows, money = w.Journal(0, 0), w.Ledger()
		})
		if err != nil {
			return nil, err
		}
		steps := story(about(rows, number), movements(money, number))
		if len(steps) == 0 {
			return nil, hint(httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "nothing is known of this number"),
				"give an order, signing, check, refund, agreement or event number, or the reference of a message")
		}
		return control.Story{Number: number, Steps: steps}, nil
	})
}

// about selects the rows of one number.
func about(rows []simulator.JournalRow, number string) []simulator.JournalRow {
	var chosen []simulator.JournalRow
	for _, row := range rows {
		if row.Ref == number {
			chosen = append(chosen, row)
		}
	}
	return chosen
}

// movements selects the movements of money of one number.
func movements(rows []simulator.LedgerRow, number string) []simulator.LedgerRow {
	var chosen []simulator.LedgerRow
	for _, row := range rows {
		if row.OrderNo == number && row.Kind == simulator.LedgerDebit || row.RefundNo == number {
			chosen = append(chosen, row)
		}
	}
	return chosen
}

// story puts steps in the order in which they happened. The journal writes an SMS
// down before the request that caused it, and the bank's ledger is apart; both are
// put behind their request here.
func story(rows []simulator.JournalRow, money []simulator.LedgerRow) []control.StoryStep {
	steps := []control.StoryStep{}
	var waiting []control.StoryStep
	flush := func() {
		steps = append(steps, waiting...)
		waiting = nil
	}
	for i := range rows {
		row := &rows[i]
		for len(money) > 0 && money[0].At.Before(row.At) { // settled by the bank later
			flush()
			steps, money = append(steps, movementStep(&money[0])), money[1:]
		}
		switch {
		case row.To == toHandset:
			if len(waiting) > 0 && !waiting[0].At.Equal(row.At) {
				flush()
			}
			waiting = append(waiting, stepOf(row))
		case row.From == fromPlatform:
			if len(waiting) > 0 && !waiting[0].At.Equal(row.At) {
				flush()
			}
			steps = append(steps, callStep(row))
			if movesMoney(row) && len(money) > 0 && money[0].At.Equal(row.At) {
				steps, money = append(steps, movementStep(&money[0])), money[1:]
			}
			flush()
			if lost(row) {
				steps = append(steps, lostStep(row))
			}
		default:
			flush()
			steps = append(steps, stepOf(row))
		}
	}
	flush()
	for i := range money {
		steps = append(steps, movementStep(&money[i]))
	}
	return slices.Clip(steps)
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

// lost reports whether the answer to a request never arrived: a fault struck and
// nothing was answered.
func lost(row *simulator.JournalRow) bool {
	return row.AnswerStatus() == 0 && slices.ContainsFunc(row.Faults, func(f simulator.FaultStrike) bool {
		return f.Fault == "reply_withheld" || f.Fault == "hang"
	})
}

// callStep is a request; what came of it is told by the answer.
func callStep(row *simulator.JournalRow) control.StoryStep {
	step := stepOf(row)
	if lost(row) {
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
