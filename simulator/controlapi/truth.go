package controlapi

import (
	"fmt"
	"net/http"

	"countersign/contract/control"
	"countersign/simulator"
)

// ReadTruth shows what really is so, at the banks, page by page. The world is held only
// while a page is taken out of it: names are sorted and the answer is written outside.
func (s *Server) ReadTruth(w http.ResponseWriter, r *http.Request, world control.WorldID, params control.ReadTruthParams) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		page, err := newTruthPage(&params)
		if err != nil {
			return nil, err
		}
		var names []simulator.OrderName
		err = s.config.Engine.Read(world, func(w *simulator.World) {
			page.addBooks(w)
			names = w.OrderNames(page.number)
		})
		if err != nil {
			return nil, err
		}
		names = page.choose(names)
		err = s.config.Engine.Read(world, func(w *simulator.World) { page.addCharges(w, names) })
		return page.truth(), err
	})
}

// ledgerOf is the schema LedgerEntry.
func ledgerOf(row *simulator.LedgerRow) control.LedgerEntry {
	return control.LedgerEntry{
		EntryId: fmt.Sprintf("led_%d", row.Seq), At: row.At.UTC(), Kind: control.LedgerEntryKind(row.Kind), Bank: row.Bank,
		CardLast4: last4(row.MaskedCard), Amount: int64(row.Amount), ChannelId: row.ChannelID, MemberNo: row.MemberNo,
		OrderNo: row.OrderNo, RefundNo: given(row.RefundNo),
	}
}

// truthAgreement is the schema TruthAgreement.
func truthAgreement(a *simulator.AgreementView) control.TruthAgreement {
	made := control.TruthAgreement{
		AgreementNo: a.AgreementNo, ChannelId: a.ChannelID, MemberNo: a.MemberNo, PayerRef: a.PayerRef,
		CardLast4: last4(a.MaskedCard), Status: string(a.Status), SignNo: given(a.SignNo), SignedAt: a.SignedAt.UTC(),
	}
	if !a.EndedAt.IsZero() {
		ended := a.EndedAt.UTC()
		made.EndedAt = &ended
	}
	return made
}

// last4 are the digits a masked number ends with.
func last4(masked string) string { return masked[max(0, len(masked)-4):] }
