package steps

import (
	"context"
	"fmt"

	"countersign/contract/control"
	"countersign/internal/money"
)

// cardSteps are about the payer's card at its bank.
func cardSteps() []Step {
	return []Step{
		{`the payer has a (debit|credit) card of ` + `([A-Z]+)`, payerHasCard},
		{`the card's balance is ` + reYuan, setBalance},
		{`the card is (lost|frozen|cancelled|expired) at its bank`, setCardState},
		{`the payer has subscribed to the bank's debit notices`, subscribe},
		{`the payer registers another mobile with the bank`, otherMobile},
		{`the payer cancels the agreement at the bank`, cancelAtBank},
		{`the card's balance is still ` + reYuan, balanceIs},
		{`the card's balance has become ` + reYuan, balanceIs},
	}
}

func payerHasCard(ctx context.Context, cardType, bank string) error {
	w := From(ctx)
	c, err := w.card(bank, cardType)
	if err != nil {
		return err
	}
	w.Card = c
	return nil
}

// ChangeCard changes the scenario's card at its bank.
func (w *World) ChangeCard(ctx context.Context, change control.CardChange) error {
	r, err := w.suite.control.ChangeCardWithResponse(ctx, w.Sim.WorldId, w.Card.Elements.CardNumber, change)
	c, err := Fetched[control.Card](r, err)
	if err != nil {
		return fmt.Errorf("change the card: %w", err)
	}
	w.Card.Balance, w.Card.State, w.Card.DebitNotice = c.Balance, c.State, c.DebitNotice
	return nil
}

func setBalance(ctx context.Context, amount string) error {
	fen, err := money.Parse(amount)
	if err != nil {
		return err
	}
	balance := int64(fen)
	return From(ctx).ChangeCard(ctx, control.CardChange{Balance: &balance})
}

func setCardState(ctx context.Context, state string) error {
	s := control.CardState(state)
	return From(ctx).ChangeCard(ctx, control.CardChange{State: &s})
}

func subscribe(ctx context.Context) error {
	yes := true
	return From(ctx).ChangeCard(ctx, control.CardChange{DebitNotice: &yes})
}

// otherMobile leaves the scenario's elements as the payer once typed them: they no longer match.
func otherMobile(ctx context.Context) error {
	mobile := "13000000099"
	return From(ctx).ChangeCard(ctx, control.CardChange{Mobile: &mobile})
}

// cancelAtBank ends the card's agreements everywhere; the platform is not told.
func cancelAtBank(ctx context.Context) error {
	w := From(ctx)
	r, err := w.suite.control.CancelAtBankWithResponse(ctx, w.Sim.WorldId, w.Card.Elements.CardNumber, control.CancelRequest{})
	if err := Done(r, err); err != nil {
		return fmt.Errorf("cancel at the bank: %w", err)
	}
	return nil
}

func balanceIs(ctx context.Context, amount string) error {
	w := From(ctx)
	fen, err := money.Parse(amount)
	if err != nil {
		return err
	}
	truth, err := w.Truth(ctx)
	if err != nil {
		return err
	}
	last4 := w.last4()
	for _, a := range truth.Accounts {
		if a.Bank == w.Card.Bank && a.CardLast4 == last4 {
			if a.Balance != int64(fen) {
				return fmt.Errorf("the balance is %s, not %s", money.Fen(a.Balance), fen)
			}
			return nil
		}
	}
	return fmt.Errorf("the bank knows no card ending in %s", last4)
}

func (w *World) last4() string {
	n := w.Card.Elements.CardNumber
	return n[len(n)-4:]
}
