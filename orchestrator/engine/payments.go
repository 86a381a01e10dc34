package engine

import (
	"context"
	"errors"
	"time"

	"countersign/internal/money"
	"countersign/orchestrator"
)

// largestAmount bounds a payment, in fen (contract, Fen).
const largestAmount money.Fen = 99_999_999_999

// Land decides what the payment page shows: no SMS, no money (T12).
func (e *Engine) Land(ctx context.Context, merchantID string, key Key, cmd LandCommand) (CheckoutView, error) {
	if err := e.checkIdentifiers(named{"payer_id", cmd.PayerID}); err != nil {
		return CheckoutView{}, err
	}
	id, err := e.command(ctx, merchantID, "land", key, func(w *work) (string, error) {
		if err := checkAmount(cmd.Amount); err != nil {
			return "", err
		}
		card, err := w.usableCard(cmd.CardID, cmd.PayerID)
		if err != nil {
			return "", err
		}
		k := orchestrator.Checkout{
			ID: w.e.opt.IDs.New("cko_"), MerchantID: w.m.ID, PayerID: cmd.PayerID, CardID: card.ID, Amount: cmd.Amount,
			CreatedAt: w.now, ExpiresAt: w.now.Add(orchestrator.CheckoutLife),
		}
		if err := w.decideCheckout(&k, card); err != nil {
			return "", err
		}
		return k.ID, w.tx.Checkouts().Insert(&k)
	})
	if err != nil {
		return CheckoutView{}, err
	}
	return e.checkoutView(ctx, merchantID, id)
}

// decideCheckout routes for a landing and pins the decision to it.
func (w *work) decideCheckout(k *orchestrator.Checkout, card orchestrator.Card) error {
	k.RouteVersion++
	d, err := w.route(routeWish{
		owner: orchestrator.Owner{Kind: orchestrator.OwnerPayment, ID: k.ID}, card: card, amount: k.Amount,
		payerPresent: true, version: k.RouteVersion,
	})
	k.DecisionID = d.ID
	switch {
	case d.Chosen == "":
		k.Mode = orchestrator.CheckoutUnavailable
	case d.Silent:
		k.Mode = orchestrator.CheckoutSilent
	default:
		k.Mode = orchestrator.CheckoutCode
	}
	return err
}

func (e *Engine) checkoutView(ctx context.Context, merchantID, id string) (CheckoutView, error) {
	var k orchestrator.Checkout
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		k, err = tx.Checkouts().Get(merchantID, id)
		return err
	})
	return CheckoutView{
		ID: k.ID, Mode: k.Mode, Prompt: orchestrator.LandingPrompt(k.Mode), DecisionID: k.DecisionID,
		RouteVersion: k.RouteVersion, ExpiresAt: k.ExpiresAt,
	}, err
}

func checkAmount(amount money.Fen) error {
	if amount <= 0 || amount > largestAmount {
		return orchestrator.RefuseField("amount", "The amount must be a positive number of fen.")
	}
	return nil
}

// ApplyPayment is the payment application; authentication happens inside when it is needed (T5).
func (e *Engine) ApplyPayment(ctx context.Context, merchantID string, key Key, cmd PaymentCommand) (PaymentView, error) {
	if err := e.checkIdentifiers(named{"merchant_order_no", cmd.MerchantOrderNo}, named{"payer_id", cmd.PayerID}); err != nil {
		return PaymentView{}, err
	}
	if err := e.checkText(named{"summary", cmd.Summary}); err != nil {
		return PaymentView{}, err
	}
	existing := false
	id, err := e.command(ctx, merchantID, "apply_payment", key, func(w *work) (string, error) {
		known, err := w.knownOrder(cmd)
		if existing = known != ""; existing || err != nil {
			return known, err
		}
		return w.applyPayment(cmd)
	})
	if err != nil {
		return PaymentView{}, e.withPayment(err, id)
	}
	view, err := e.GetPayment(ctx, merchantID, id)
	view.Existing = existing
	return view, err
}

// withPayment names the payment in a refusal that has one.
func (e *Engine) withPayment(err error, id string) error {
	var refusal *orchestrator.Error
	if id == "" || !errors.As(err, &refusal) {
		return err
	}
	named := *refusal
	named.PaymentID = id
	return &named
}

// knownOrder finds the payment of a merchant order number that was used before: the same wish is the same
// payment, another wish is refused. The number outlives every idempotency key.
func (w *work) knownOrder(cmd PaymentCommand) (string, error) {
	if cmd.MerchantOrderNo == "" {
		return "", orchestrator.RefuseField("merchant_order_no", "The merchant order number is missing.")
	}
	p, err := w.tx.Payments().ByOrderNo(w.m.ID, cmd.MerchantOrderNo)
	if errors.Is(err, orchestrator.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if p.CardID != cmd.CardID || p.PayerID != cmd.PayerID || p.Amount != cmd.Amount {
		return "", &orchestrator.Error{
			Code: orchestrator.CodeOrderExists, Field: "merchant_order_no", Detail: "This number was used for another payment.", PaymentID: p.ID,
		}
	}
	return p.ID, nil
}

// applyPayment stores a new payment and begins its first step in the same commit.
func (w *work) applyPayment(cmd PaymentCommand) (string, error) {
	if err := checkAmount(cmd.Amount); err != nil {
		return "", err
	}
	card, err := w.usableCard(cmd.CardID, cmd.PayerID)
	if err != nil {
		return "", err
	}
	p := orchestrator.Payment{
		ID: w.e.opt.IDs.New("pay_"), MerchantID: w.m.ID, MerchantOrderNo: cmd.MerchantOrderNo, PayerID: cmd.PayerID,
		CardID: card.ID, CheckoutID: cmd.CheckoutID, Amount: cmd.Amount, Summary: cmd.Summary, PayerPresent: cmd.PayerPresent,
		Status: orchestrator.PaymentProcessing, RouteVersion: 1, CreatedAt: w.now,
	}
	if err := w.given(card, p.ID, cmd.Elements); err != nil {
		return "", err
	}
	d, err := w.routeApplication(&p, card)
	if err != nil || w.refusal != nil {
		return "", err
	}
	if err := w.record(orchestrator.Event{
		Reference: p.ID, Subject: "payment", SubjectID: p.ID, Actor: w.actor, Name: "apply", New: string(p.Status),
	}); err != nil {
		return "", err
	}
	if err := w.tx.Payments().Insert(&p); err != nil { // first: an attempt names its payment
		return "", err
	}
	if err := w.begin(&p, card, d); err != nil {
		return "", err
	}
	return p.ID, w.tx.Payments().Update(&p)
}

// routeApplication takes the decision pinned at the landing while it still holds, or decides now.
func (w *work) routeApplication(p *orchestrator.Payment, card orchestrator.Card) (orchestrator.Decision, error) {
	wish := w.wish(*p, card)
	if p.CheckoutID == "" {
		return w.route(wish)
	}
	k, err := w.tx.Checkouts().Get(w.m.ID, p.CheckoutID)
	if err != nil {
		return orchestrator.Decision{}, err
	}
	if k.CardID != p.CardID || k.PayerID != p.PayerID || k.Amount != p.Amount {
		return orchestrator.Decision{}, orchestrator.RefuseField("checkout_id", "The landing was for another card, payer or amount.")
	}
	if k.PaymentID != "" {
		return orchestrator.Decision{}, &orchestrator.Error{
			Code: orchestrator.CodeWrongState, Field: "checkout_id", Detail: "This landing has led to another payment already; land again.",
		}
	}
	pinned, err := w.tx.Decisions().Get(w.m.ID, k.DecisionID)
	if err != nil {
		return pinned, err
	}
	wish.landed = pinned.Chosen
	fresh, err := w.decide(wish)
	if err != nil {
		return fresh, err
	}
	if !w.now.Before(k.ExpiresAt) || !asLanded(pinned, fresh) {
		return fresh, w.landAgain(k, card)
	}
	k.PaymentID = p.ID
	if err := w.tx.Checkouts().Update(&k); err != nil {
		return fresh, err
	}
	p.RouteVersion, wish.version = k.RouteVersion, k.RouteVersion
	return fresh, w.storeDecision(&fresh, wish)
}

// asLanded says whether a decision does what the page showed. A page that only lacked the elements is kept by them: who
// gives them along with the application is asked for nothing more.
func asLanded(pinned, fresh orchestrator.Decision) bool {
	c, ok := candidateOf(pinned, pinned.Chosen)
	return ok && fresh.Chosen == pinned.Chosen && (fresh.Silent == pinned.Silent || c.ElementsMissing)
}

// landAgain decides a stale landing anew and refuses the application: the page has to show what is true now.
func (w *work) landAgain(k orchestrator.Checkout, card orchestrator.Card) error {
	k.ExpiresAt = w.now.Add(orchestrator.CheckoutLife)
	if err := w.decideCheckout(&k, card); err != nil {
		return err
	}
	if err := w.tx.Checkouts().Update(&k); err != nil {
		return err
	}
	w.refusal = orchestrator.Refuse(orchestrator.CodeRouteChanged, "What the page showed no longer holds; land again.")
	return nil
}

// GetPayment answers a payment.
func (e *Engine) GetPayment(ctx context.Context, merchantID, id string) (view PaymentView, err error) {
	err = e.view(ctx, func(tx orchestrator.Tx) error {
		p, err := tx.Payments().Get(merchantID, id)
		if err != nil {
			return err
		}
		view, err = paymentView(tx, p)
		return err
	})
	return view, err
}

// paymentView shows a payment with the prompt of its present step. No channel is named (T11).
func paymentView(tx orchestrator.Tx, p orchestrator.Payment) (PaymentView, error) {
	v := PaymentView{
		ID: p.ID, MerchantOrderNo: p.MerchantOrderNo, PayerID: p.PayerID, CardID: p.CardID, Amount: p.Amount, Status: p.Status,
		RouteVersion: p.RouteVersion, CreatedAt: p.CreatedAt, CompletedAt: p.CompletedAt, Flags: []string{},
	}
	for _, f := range []struct {
		set  bool
		name string
	}{{p.LateSuccess, "late_success"}, {p.Conflict, "conflict"}, {p.Manual, "manual"}} {
		if f.set {
			v.Flags = append(v.Flags, f.name)
		}
	}
	if p.Status == orchestrator.PaymentFailed {
		v.Failure = &Failure{Code: p.FailureCode, Retryable: p.Retryable, Message: orchestrator.FailureText(p.FailureCode)}
	}
	if p.Final() {
		return v, nil
	}
	return v, showStep(tx, p, &v)
}

// showStep adds the prompt, or when the platform looks again.
func showStep(tx orchestrator.Tx, p orchestrator.Payment, v *PaymentView) error {
	switch p.Phase {
	case orchestrator.PhaseSigning:
		asks := p.Status == orchestrator.PaymentCodeRequired
		prompt, next, err := signingStep(tx, p.MerchantID, p.SigningID, asks, orchestrator.AboutPayment)
		v.CodeRequired, v.NextCheckAt = prompt, next
		return err
	case orchestrator.PhaseCharging:
		a, err := tx.Attempts().Get(p.MerchantID, p.AttemptID)
		if err != nil {
			return err
		}
		if p.Status != orchestrator.PaymentCodeRequired {
			v.NextCheckAt = a.DueAt
			return nil
		}
		config, err := tx.Channels().Get(p.MerchantID, a.ChannelID)
		v.CodeRequired = orchestrator.PromptForCharge(a, config.Profile)
		return err
	case orchestrator.PhaseChecking:
		k, err := tx.Checks().Get(p.MerchantID, p.CheckID)
		v.NextCheckAt = k.DueAt
		return err
	}
	return nil
}

// signingStep is what a page shows of a signing inside: the prompt while it asks for a code, else when the platform
// looks again.
func signingStep(tx orchestrator.Tx, merchantID, id string, asks bool, about orchestrator.About) (*orchestrator.Prompt, time.Time, error) {
	s, err := tx.Signings().Get(merchantID, id)
	if err != nil {
		return nil, time.Time{}, err
	}
	if !asks {
		return nil, s.DueAt, nil
	}
	config, err := tx.Channels().Get(merchantID, s.ChannelID)
	return orchestrator.PromptForSigning(s, config.Profile, about), time.Time{}, err
}
