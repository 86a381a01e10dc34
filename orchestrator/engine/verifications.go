package engine

import (
	"context"

	"countersign/orchestrator"
)

// ApplyVerification is the authentication application (T5): the card is made usable at the channel that
// routing would take, without a payment.
func (e *Engine) ApplyVerification(ctx context.Context, merchantID string, key Key, cmd VerificationCommand) (VerificationView, error) {
	if err := e.checkIdentifiers(named{"payer_id", cmd.PayerID}); err != nil {
		return VerificationView{}, err
	}
	id, err := e.command(ctx, merchantID, "apply_verification", key, func(w *work) (string, error) {
		card, err := w.usableCard(cmd.CardID, cmd.PayerID)
		if err != nil {
			return "", err
		}
		v := orchestrator.Verification{
			ID: w.e.opt.IDs.New("vrf_"), MerchantID: w.m.ID, PayerID: cmd.PayerID, CardID: card.ID,
			Status: orchestrator.VerificationProcessing, RouteVersion: 1, CreatedAt: w.now,
		}
		if err := w.given(card, v.ID, cmd.Elements); err != nil {
			return "", err
		}
		if err := w.tx.Verifications().Insert(&v); err != nil {
			return "", err
		}
		if err := w.beginVerification(&v, card); err != nil {
			return "", err
		}
		return v.ID, w.tx.Verifications().Update(&v)
	})
	if err != nil {
		return VerificationView{}, err
	}
	return e.GetVerification(ctx, merchantID, id)
}

// beginVerification routes and takes the first step: nothing, an element check, or a signing.
func (w *work) beginVerification(v *orchestrator.Verification, card orchestrator.Card) error {
	owner := orchestrator.Owner{Kind: orchestrator.OwnerVerification, ID: v.ID}
	d, err := w.route(routeWish{owner: owner, card: card, payerPresent: true, version: v.RouteVersion, signingOnly: true})
	if err != nil {
		return err
	}
	v.DecisionID, v.ChannelID = d.ID, d.Chosen
	if d.Chosen == "" {
		return w.verification(v, orchestrator.VerificationFail, d.Failure)
	}
	config, err := w.channel(d.Chosen)
	if err != nil {
		return err
	}
	standing, err := w.standing(card.ID, d.Chosen)
	if err != nil {
		return err
	}
	checkFirst := config.Profile.Method() == orchestrator.MethodElementCheck && !standing.Checked()
	switch {
	case (checkFirst || d.SignReason != "") && !w.haveElements(card, v.ID):
		return elementsRequired()
	case checkFirst:
		v.Phase = orchestrator.PhaseChecking
		v.CheckID, err = w.newCheck(owner, card, config, card.ElementsPrint)
		return err
	case d.SignReason == "":
		return w.verification(v, orchestrator.VerificationSucceed, "")
	}
	v.Phase = orchestrator.PhaseSigning
	s, err := w.newSigning(owner, card, config, d.SignReason, v.RouteVersion, orchestrator.AboutSigning)
	if err != nil {
		return err
	}
	v.SigningID = s.ID
	return w.verificationAfterSigning(v, s)
}

// onVerification is the frame of the steps of a verification.
func (e *Engine) onVerification(ctx context.Context, merchantID, operation string, key Key, id string, fn func(*work, *orchestrator.Verification, orchestrator.Card) error) (VerificationView, error) {
	_, err := e.command(ctx, merchantID, operation+":"+id, key, func(w *work) (string, error) {
		v, err := w.tx.Verifications().Get(w.m.ID, id)
		if err != nil {
			return "", err
		}
		if v.Final() || v.Phase != orchestrator.PhaseSigning {
			return "", wrongState("The verification waits for no code.")
		}
		card, err := w.usableCard(v.CardID, v.PayerID)
		if err != nil {
			return "", err
		}
		if err := fn(w, &v, card); err != nil {
			return "", err
		}
		return v.ID, w.tx.Verifications().Update(&v)
	})
	if err != nil {
		return VerificationView{}, err
	}
	return e.GetVerification(ctx, merchantID, id)
}

// ConfirmVerification is the authentication confirmation (T5).
func (e *Engine) ConfirmVerification(ctx context.Context, merchantID string, key Key, id string, cmd ConfirmCommand) (VerificationView, error) {
	return e.onVerification(ctx, merchantID, "confirm_verification", key, id,
		func(w *work, v *orchestrator.Verification, card orchestrator.Card) error {
			s, err := w.tx.Signings().Get(w.m.ID, v.SigningID)
			if err != nil {
				return err
			}
			if err := w.mayConfirm(s, cmd); err != nil {
				return err
			}
			if s, err = w.confirmSigning(s, card, cmd); err != nil {
				return err
			}
			return w.verificationAfterSigning(v, s)
		})
}

// ResendVerification sends a new code, or begins the signing anew where the old one is in doubt.
func (e *Engine) ResendVerification(ctx context.Context, merchantID string, key Key, id string) (VerificationView, error) {
	return e.onVerification(ctx, merchantID, "resend_verification", key, id,
		func(w *work, v *orchestrator.Verification, card orchestrator.Card) error {
			s, err := w.resendSigning(v.SigningID, card, v.RouteVersion, orchestrator.AboutSigning)
			if err != nil {
				return err
			}
			v.SigningID = s.ID
			return w.verificationAfterSigning(v, s)
		})
}

// GetVerification answers a verification.
func (e *Engine) GetVerification(ctx context.Context, merchantID, id string) (view VerificationView, err error) {
	err = e.view(ctx, func(tx orchestrator.Tx) error {
		v, err := tx.Verifications().Get(merchantID, id)
		if err != nil {
			return err
		}
		view, err = verificationView(tx, v)
		return err
	})
	return view, err
}

func verificationView(tx orchestrator.Tx, v orchestrator.Verification) (VerificationView, error) {
	view := VerificationView{ID: v.ID, Status: v.Status}
	if v.Status == orchestrator.VerificationFailed {
		view.Failure = &Failure{Code: v.FailureCode, Retryable: v.Retryable, Message: orchestrator.FailureText(v.FailureCode)}
	}
	if v.Final() {
		return view, nil
	}
	if v.Phase == orchestrator.PhaseChecking {
		k, err := tx.Checks().Get(v.MerchantID, v.CheckID)
		view.NextCheckAt = k.DueAt
		return view, err
	}
	asks := v.Status == orchestrator.VerificationCodeRequired
	prompt, next, err := signingStep(tx, v.MerchantID, v.SigningID, asks, orchestrator.AboutSigning)
	view.CodeRequired, view.NextCheckAt = prompt, next
	return view, err
}
