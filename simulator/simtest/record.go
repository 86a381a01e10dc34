package simtest

import (
	"fmt"
	"strings"

	"countersign/contract/control"
)

// Journal lists every exchange of the world that the filter selects, oldest first,
// bodies masked.
func (w *World) Journal(filter control.ReadJournalParams) []control.JournalRow {
	w.t.Helper()
	const most = 1000
	if filter.Limit == nil {
		limit := most
		filter.Limit = &limit
	}
	r, err := w.api.ReadJournalWithResponse(w.t.Context(), w.ID(), &filter)
	return answer[control.Journal](w.t, "read the journal", r, err).Rows
}

// Truth is what really is so at the banks: ledger, agreements, charges, balances. It
// reads all pages.
func (w *World) Truth() control.Truth {
	w.t.Helper()
	var whole control.Truth
	var params control.ReadTruthParams
	for {
		r, err := w.api.ReadTruthWithResponse(w.t.Context(), w.ID(), &params)
		page := answer[control.Truth](w.t, "read the truth", r, err)
		whole.Ledger, whole.Agreements = append(whole.Ledger, page.Ledger...), append(whole.Agreements, page.Agreements...)
		whole.Charges, whole.Accounts = append(whole.Charges, page.Charges...), append(whole.Accounts, page.Accounts...)
		if page.Cursor == nil {
			return whole
		}
		params.After = page.Cursor
	}
}

// Ledger lists the money that moved for an order; "" is for all.
func (w *World) Ledger(orderNo string) []control.LedgerEntry {
	w.t.Helper()
	var found []control.LedgerEntry
	for _, entry := range w.Truth().Ledger {
		if orderNo == "" || entry.OrderNo == orderNo {
			found = append(found, entry)
		}
	}
	return found
}

// Debited is how many fen really left cards for an order: debits less refunds and
// reversals.
func (w *World) Debited(orderNo string) int64 {
	w.t.Helper()
	var sum int64
	for _, entry := range w.Ledger(orderNo) {
		if entry.Kind == control.LedgerEntryKindDebit {
			sum += entry.Amount
		} else {
			sum -= entry.Amount
		}
	}
	return sum
}

// Verify asks whether something happened as often as it should, and ends the test if it
// did not, naming what came nearest.
func (w *World) Verify(what control.VerifyRequest) {
	w.t.Helper()
	r, err := w.api.VerifyRecordWithResponse(w.t.Context(), w.ID(), what)
	v := answer[control.Verification](w.t, "verify", r, err)
	if v.Held {
		return
	}
	var near strings.Builder
	for _, miss := range v.NearMisses {
		fmt.Fprintf(&near, "\n  row %d", miss.Cursor)
		for _, d := range miss.Differs {
			fmt.Fprintf(&near, "; %s is %s, wanted %s", d.Field, d.Found, d.Wanted)
		}
	}
	w.t.Fatalf("simtest: %s%s", v.Explanation, near.String())
}

// Verdicts are what the client did that the contract forbids, each with its clause.
func (w *World) Verdicts() []control.Verdict {
	w.t.Helper()
	r, err := w.api.ReadVerdictsWithResponse(w.t.Context(), w.ID(), &control.ReadVerdictsParams{})
	return answer[control.VerdictList](w.t, "read verdicts", r, err).Verdicts
}

// NoVerdicts ends the test if the client did anything the contract forbids.
func (w *World) NoVerdicts() {
	w.t.Helper()
	for _, v := range w.Verdicts() {
		w.t.Errorf("simtest: %s (%s): %s", v.Verdict, v.Clause, v.Text)
	}
}

// Story is who called whom for one number.
func (w *World) Story(number string) control.Story {
	w.t.Helper()
	r, err := w.api.ReadStoryWithResponse(w.t.Context(), w.ID(), number, &control.ReadStoryParams{})
	return *answer[control.Story](w.t, "read the story", r, err)
}

// Diagram is the story of a number as a Mermaid sequence diagram, for t.Log.
func (w *World) Diagram(number string) string {
	w.t.Helper()
	format := control.StoryMermaid
	r, err := w.api.ReadStoryWithResponse(w.t.Context(), w.ID(), number, &control.ReadStoryParams{Format: &format})
	return string(done(w.t, "draw the story", r, err))
}

// Export is the canonical state: same seed and same calls give the same bytes.
func (w *World) Export() []byte {
	w.t.Helper()
	r, err := w.api.ExportWorldWithResponse(w.t.Context(), w.ID())
	return done(w.t, "export the world", r, err)
}
