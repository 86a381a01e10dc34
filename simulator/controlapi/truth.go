package controlapi

import (
	"fmt"
	"net/http"

	"countersign/contract/control"
	"countersign/simulator"
)

// ReadTruth shows what really is so, at the banks.
func (s *Server) ReadTruth(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		made := control.Truth{
			Ledger: []control.LedgerEntry{}, Agreements: []control.TruthAgreement{},
			Charges: []control.TruthCharge{}, Accounts: []control.TruthAccount{},
		}
		err := s.config.Engine.Read(world, func(w *simulator.World) {
			for _, row := range w.Ledger() {
				made.Ledger = append(made.Ledger, ledgerOf(&row))
			}
			for _, a := range w.Agreements() {
				made.Agreements = append(made.Agreements, truthAgreement(&a))
			}
			for _, c := range w.Charges("") {
				made.Charges = append(made.Charges, control.TruthCharge{
					ChannelId: c.ChannelID, MemberNo: c.MemberNo, OrderNo: c.OrderNo, Status: string(c.Status),
					Reason: given(string(c.Reason)), Amount: int64(c.Amount),
				})
			}
			for _, a := range w.Accounts() {
				made.Accounts = append(made.Accounts, control.TruthAccount{
					Bank: a.Bank, CardLast4: a.Last4, Balance: int64(a.Balance), State: string(a.State),
				})
			}
		})
		return made, err
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
