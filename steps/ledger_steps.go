package steps

import (
	"context"
	"fmt"

	"countersign/contract/control"
	"countersign/internal/money"
)

// ledgerSteps are about what the banks' books say: the truth, whatever anybody was told.
func ledgerSteps() []Step {
	return []Step{
		{`the bank's ledger shows exactly one debit of ` + reYuan, oneDebit},
		{`the bank's ledger shows exactly ` + reNumber + ` debits?`, debitCount},
		{`the bank's ledger shows no debit`, noDebit},
		{`the bank's ledger shows refunds of ` + reYuan + ` in all`, refundsInAll},
	}
}

// Truth reads what really is so in the world.
func (w *World) Truth(ctx context.Context) (*control.Truth, error) {
	return w.truthOf(ctx, w.Sim.WorldId)
}

// truthOf reads all pages of a world's truth.
func (w *World) truthOf(ctx context.Context, worldID string) (*control.Truth, error) {
	whole := &control.Truth{}
	var params control.ReadTruthParams
	for {
		r, err := w.suite.control.ReadTruthWithResponse(ctx, worldID, &params)
		page, err := Fetched[control.Truth](r, err)
		if err != nil {
			return nil, fmt.Errorf("the truth: %w", err)
		}
		whole.Ledger, whole.Agreements = append(whole.Ledger, page.Ledger...), append(whole.Agreements, page.Agreements...)
		whole.Charges, whole.Accounts = append(whole.Charges, page.Charges...), append(whole.Accounts, page.Accounts...)
		if page.Cursor == nil {
			return whole, nil
		}
		params.After = page.Cursor
	}
}

// Ledger lists the entries of one kind on the scenario's card.
func (w *World) Ledger(ctx context.Context, kind control.LedgerEntryKind) ([]control.LedgerEntry, error) {
	truth, err := w.Truth(ctx)
	if err != nil {
		return nil, err
	}
	var found []control.LedgerEntry
	for _, e := range truth.Ledger {
		if e.Kind == kind && e.Bank == w.Card.Bank && e.CardLast4 == w.last4() {
			found = append(found, e)
		}
	}
	return found, nil
}

func oneDebit(ctx context.Context, amount string) error {
	fen, err := money.Parse(amount)
	if err != nil {
		return err
	}
	debits, err := From(ctx).Ledger(ctx, control.LedgerEntryKindDebit)
	if err != nil {
		return err
	}
	if len(debits) != 1 {
		return fmt.Errorf("the ledger shows %d debits, not one", len(debits))
	}
	if debits[0].Amount != int64(fen) {
		return fmt.Errorf("the debit is of %s, not %s", money.Fen(debits[0].Amount), fen)
	}
	return nil
}

func debitCount(ctx context.Context, n int) error {
	debits, err := From(ctx).Ledger(ctx, control.LedgerEntryKindDebit)
	if err == nil && len(debits) != n {
		return fmt.Errorf("the ledger shows %d debits, not %d", len(debits), n)
	}
	return err
}

func noDebit(ctx context.Context) error { return debitCount(ctx, 0) }

func refundsInAll(ctx context.Context, amount string) error {
	fen, err := money.Parse(amount)
	if err != nil {
		return err
	}
	entries, err := From(ctx).Ledger(ctx, control.LedgerEntryKindRefund)
	if err != nil {
		return err
	}
	var sum int64
	for _, e := range entries {
		sum += e.Amount
	}
	if sum != int64(fen) {
		return fmt.Errorf("the ledger shows refunds of %s, not %s", money.Fen(sum), fen)
	}
	return nil
}
