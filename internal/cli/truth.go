package cli

import (
	"context"
	"net/url"

	"github.com/spf13/cobra"

	"countersign/contract/control"
	"countersign/internal/money"
)

// truthPart is one table of the truth.
type truthPart struct {
	name string
	head []string
	rows func(t *control.Truth) [][]string
}

// truthParts are its tables, in the order in which they are printed.
var truthParts = []truthPart{
	{"ledger", []string{"entry", "at", "kind", "amount", "bank", "card", "channel", "order", "refund"}, ledgerRows},
	{"agreements", []string{"agreement", "channel", "member_no", "payer", "card", "status", "signed", "ended"}, agreementRows},
	{"charges", []string{"order", "channel", "member_no", "amount", "status", "reason"}, chargeRows},
	{"accounts", []string{"bank", "card", "balance", "state"}, accountRows},
}

// newTruth prints what really is so.
func newTruth(c *console) *cobra.Command {
	cmd := completeArgs(&cobra.Command{
		Use: "truth [ledger|agreements|charges|accounts]", Short: "What really is so, at banks and channels", Args: wantArgs(0, 1, "[ledger|agreements|charges|accounts]"),
	}, words("ledger", "agreements", "charges", "accounts"))
	at := whereFlags(cmd)
	var number string
	cmd.Flags().StringVar(&number, "number", "", "only what bears this order, refund, agreement or signing number")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		chosen := truthParts
		if len(args) == 1 {
			chosen = nil
			for _, part := range truthParts {
				if part.name == args[0] {
					chosen = []truthPart{part}
				}
			}
			if chosen == nil {
				return usage("the truth has no part "+args[0], "name ledger, agreements, charges or accounts, or none for all")
			}
		}
		found, err := at.find()
		if err != nil {
			return err
		}
		truth, err := wholeTruth(cmd.Context(), found, number)
		if err != nil {
			return err
		}
		if c.json {
			return c.show(truth, "")
		}
		for _, part := range chosen {
			if len(chosen) > 1 {
				say(c.out, part.name)
			}
			if err := c.columns(part.head, part.rows(truth), "no "+part.name); err != nil {
				return err
			}
		}
		return nil
	}
	return cmd
}

// wholeTruth reads all pages of the truth, or of what it says about one number.
func wholeTruth(ctx context.Context, at *instance, number string) (*control.Truth, error) {
	whole := &control.Truth{
		Ledger: []control.LedgerEntry{}, Agreements: []control.TruthAgreement{},
		Charges: []control.TruthCharge{}, Accounts: []control.TruthAccount{},
	}
	query := url.Values{}
	if number != "" {
		query.Set("number", number)
	}
	for {
		page, err := read[control.Truth](ctx, at.control(), withQuery(at.path("truth"), query))
		if err != nil {
			return nil, err
		}
		p := &page.value
		whole.Ledger, whole.Agreements = append(whole.Ledger, p.Ledger...), append(whole.Agreements, p.Agreements...)
		whole.Charges, whole.Accounts = append(whole.Charges, p.Charges...), append(whole.Accounts, p.Accounts...)
		if p.Cursor == nil {
			return whole, nil
		}
		query.Set("after", *p.Cursor)
	}
}

// yuan writes fen as yuan.
func yuan(fen int64) string { return money.Fen(fen).String() }

// ledgerRows are what the banks booked.
func ledgerRows(t *control.Truth) [][]string {
	rows := make([][]string, 0, len(t.Ledger))
	for _, e := range t.Ledger {
		rows = append(rows, []string{e.EntryId, instant(e.At), string(e.Kind), yuan(e.Amount), e.Bank, e.CardLast4, e.ChannelId, e.OrderNo, value(e.RefundNo)})
	}
	return rows
}

// agreementRows are what the channels keep.
func agreementRows(t *control.Truth) [][]string {
	rows := make([][]string, 0, len(t.Agreements))
	for i := range t.Agreements {
		a := &t.Agreements[i]
		rows = append(rows, []string{a.AgreementNo, a.ChannelId, a.MemberNo, a.PayerRef, a.CardLast4, a.Status, instant(a.SignedAt), maybeInstant(a.EndedAt)})
	}
	return rows
}

// chargeRows are the orders.
func chargeRows(t *control.Truth) [][]string {
	rows := make([][]string, 0, len(t.Charges))
	for _, ch := range t.Charges {
		rows = append(rows, []string{ch.OrderNo, ch.ChannelId, ch.MemberNo, yuan(ch.Amount), ch.Status, value(ch.Reason)})
	}
	return rows
}

// accountRows are the cards.
func accountRows(t *control.Truth) [][]string {
	rows := make([][]string, 0, len(t.Accounts))
	for _, a := range t.Accounts {
		rows = append(rows, []string{a.Bank, a.CardLast4, yuan(a.Balance), a.State})
	}
	return rows
}
