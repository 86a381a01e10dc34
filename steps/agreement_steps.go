package steps

import (
	"context"
	"errors"
	"fmt"

	"countersign/contract/channel"
	"countersign/contract/control"
)

// agreementSteps are about the life of an agreement at a channel.
func agreementSteps() []Step {
	return []Step{
		{`the member queries the agreement`, queryAgreement},
		{`the member queries the agreement by payer and card`, queryAgreementByCard},
		{`the member terminates the agreement`, terminateAgreement},
		{`the member has terminated the agreement`, agreementTerminated},
		{`the channel loses the agreement`, forgetAgreement},
		{`the agreement is (active|terminated|cancelled_at_bank|expired)`, agreementIs},
		{`the new agreement has a number of its own`, agreementIsNew},
		{`the agreement shows the card masked`, agreementMasked},
		{`the truth shows exactly ` + reNumber + ` agreements?`, agreementCount},
	}
}

func (w *World) agreement(ctx context.Context, path string, body any) error {
	return post(ctx, w, path, body, func(h *heard, v *channel.Agreement) { h.agreement = v })
}

func queryAgreement(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.agreement(ctx, "/v1/agreements/query", channel.AgreementQuery{MemberNo: c.client.MemberNo, AgreementNo: &c.agreementNo})
}

func queryAgreementByCard(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.agreement(ctx, "/v1/agreements/query", channel.AgreementQuery{
		MemberNo: c.client.MemberNo, PayerRef: &w.Payer, CardNumber: &w.Card.Elements.CardNumber,
	})
}

func terminateAgreement(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	c.earlier = c.agreementNo
	return w.agreement(ctx, "/v1/agreements/"+c.agreementNo+"/terminate", channel.MemberRequest{MemberNo: c.client.MemberNo})
}

func agreementTerminated(ctx context.Context) error {
	if err := terminateAgreement(ctx); err != nil {
		return err
	}
	return agreementIs(ctx, string(channel.AgreementStatusAgreementTerminated))
}

func forgetAgreement(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	r, err := w.suite.control.ForgetAgreementWithResponse(ctx, w.Sim.WorldId, c.profile.ChannelId,
		control.ForgetRequest{CardNumber: w.Card.Elements.CardNumber})
	if err := Done(r, err); err != nil {
		return fmt.Errorf("forget the agreement: %w", err)
	}
	return nil
}

func agreementIs(ctx context.Context, status string) error {
	w := From(ctx)
	if w.heard.agreement == nil {
		return w.unexpected("an agreement")
	}
	if got := w.heard.agreement; string(got.Status) != status {
		return fmt.Errorf("the agreement is %s, not %s", got.Status, status)
	}
	return nil
}

func agreementIsNew(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	if c.agreementNo == "" || c.agreementNo == c.earlier {
		return errors.New("the agreement has the number of the one that ended")
	}
	return nil
}

func agreementMasked(ctx context.Context) error {
	w := From(ctx)
	if w.heard.agreement == nil {
		return w.unexpected("an agreement")
	}
	shown, full := w.heard.agreement.MaskedCard, w.Card.Elements.CardNumber
	if shown == full || len(shown) < 4 || shown[len(shown)-4:] != full[len(full)-4:] {
		return errors.New("the card is not masked down to its first and last digits")
	}
	return nil
}

func agreementCount(ctx context.Context, n int) error {
	w := From(ctx)
	truth, err := w.Truth(ctx)
	if err != nil {
		return err
	}
	got := 0
	for _, a := range truth.Agreements {
		if a.CardLast4 == w.last4() {
			got++
		}
	}
	if got != n {
		return fmt.Errorf("the truth shows %d agreements, not %d", got, n)
	}
	return nil
}
