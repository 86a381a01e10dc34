package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"countersign/contract/platform"
	"countersign/internal/money"
)

// platformPaymentSteps are about landing on the payment page, paying, and what became of it (T5, T12).
func platformPaymentSteps() []Step {
	return []Step{
		{`the payer lands on the payment page to pay ` + reYuan, land},
		{`the page (stays silent|shows a box for a payment code|offers no payment)`, pageShows},
		{`the payer pays ` + reYuan + ` from that page`, payFromPage},
		{`the payer pays ` + reYuan, pay},
		{`the payer pays ` + reYuan + `, giving every code that is asked for`, payWithCodes},
		{`the payer pays ` + reYuan + `, giving the elements along`, payWithElements},
		{`the payer has paid ` + reYuan + ` at ` + reLetter, paidAt},
		{`the payer has paid ` + reYuan, hasPaid},
		{`the payer pays ` + reYuan + ` until a code begins with a zero`, payUntilZero},
		{`the payer pays ` + reYuan + ` ` + reNumber + ` times`, payTimes},
		{reYuan + ` are debited by schedule, the payer absent`, payAbsent},
		{`the merchant tries the payment again`, retryPayment},
		{`the merchant closes the payment`, closePayment},
		{`the payment is (code_required|processing|succeeded|failed|closed)`, paymentIs},
		{`the payment is failed because of ` + reWord, paymentFailed},
		{`within ` + reNumber + ` (second|minute|hour|day)s? the payment is (code_required|processing|succeeded|failed|closed)`, paymentBecomes},
		{`the payment (can|cannot) be tried again`, paymentRetryable},
		{`the payment before is failed because of ` + reWord, paymentBefore},
		{`the payment is flagged as (late_success|conflict|manual)`, paymentFlagged},
		{`the answer says when the platform will ask again`, saysNextCheck},
		{`the payer is told in both languages why`, saysWhy},
	}
}

func land(ctx context.Context, amount string) error {
	w := From(ctx)
	fen, err := money.Parse(amount)
	if err != nil {
		return err
	}
	s, err := w.bound(ctx)
	if err != nil {
		return err
	}
	return w.postPlatform(ctx, "/v1/checkouts", platform.CheckoutRequest{
		PayerId: w.Payer, CardId: s.card.CardId, Amount: int64(fen), Currency: platform.CNY,
	}, keepLanding)
}

var pageModes = map[string]platform.CheckoutMode{
	"stays silent": platform.CheckoutModeSilent, "shows a box for a payment code": platform.CheckoutModeCode,
	"offers no payment": platform.CheckoutModeUnavailable,
}

func pageShows(ctx context.Context, words string) error {
	s := platformNote(From(ctx))
	if s.landing == nil || s.answer.problem != nil {
		return s.unexpected("a landing")
	}
	if s.landing.Mode != pageModes[words] {
		return fmt.Errorf("the page's mode is %s", s.landing.Mode)
	}
	if box := s.landing.Mode == platform.CheckoutModeCode; box != (s.landing.Prompt != nil) {
		return fmt.Errorf("a page of mode %s has a prompt: %t", s.landing.Mode, s.landing.Prompt != nil)
	}
	return nil
}

// wish is what a payment application is to say beyond the amount.
type wish struct{ absent, fromPage, elements bool }

// apply is the payment application; pressing "get code" is this call.
func (w *World) applyPayment(ctx context.Context, amount string, how wish) error {
	r, err := w.paymentRequest(ctx, amount, how)
	if err != nil {
		return err
	}
	s := platformNote(w)
	s.amount = amount
	if err := w.postPlatform(ctx, "/v1/payments", r, keepPayment); err != nil {
		return err
	}
	s.order = s.request
	return nil
}

func (w *World) paymentRequest(ctx context.Context, amount string, how wish) (platform.PaymentRequest, error) {
	var r platform.PaymentRequest
	fen, err := money.Parse(amount)
	if err != nil {
		return r, err
	}
	s, err := w.bound(ctx)
	if err != nil {
		return r, err
	}
	r = platform.PaymentRequest{
		MerchantOrderNo: w.NewNumber("mo"), PayerId: w.Payer, CardId: s.card.CardId, Amount: int64(fen), Currency: platform.CNY,
	}
	if how.absent {
		no := false
		r.PayerPresent = &no
	}
	if how.elements {
		e := w.elementsTyped(s)
		r.Elements = &e
	}
	if how.fromPage {
		if s.landing == nil {
			return r, errors.New("the payer has not landed")
		}
		r.CheckoutId = &s.landing.CheckoutId
	}
	return r, nil
}

func pay(ctx context.Context, amount string) error {
	return From(ctx).applyPayment(ctx, amount, wish{})
}

func payFromPage(ctx context.Context, amount string) error {
	return From(ctx).applyPayment(ctx, amount, wish{fromPage: true})
}

func payAbsent(ctx context.Context, amount string) error {
	return From(ctx).applyPayment(ctx, amount, wish{absent: true})
}

func payWithElements(ctx context.Context, amount string) error {
	return From(ctx).applyPayment(ctx, amount, wish{elements: true})
}

// payWithCodes pays as a payer does who types each code he is asked for.
func payWithCodes(ctx context.Context, amount string) error {
	if err := pay(ctx, amount); err != nil {
		return err
	}
	return giveCodes(ctx)
}

// giveCodes types codes as long as one is asked for; nothing asks for more than two.
func giveCodes(ctx context.Context) error {
	const most = 3
	for range most {
		if err := From(ctx).lookAgain(ctx); err != nil {
			return err
		}
		if !From(ctx).codeWanted() {
			return nil
		}
		if err := typeCode(ctx); err != nil {
			return err
		}
	}
	return errors.New("there is no end to the codes that are asked for")
}

// codeWanted tells whether the last answer asks for a code.
func (w *World) codeWanted() bool {
	s := platformNote(w)
	if s.answer.problem != nil {
		return false
	}
	if s.payment != nil && s.waiting == "/v1/payments/"+s.payment.PaymentId {
		return s.payment.Status == platform.PaymentCodeRequired
	}
	return s.proof != nil && s.proof.Status == platform.VerificationCodeRequired
}

func hasPaid(ctx context.Context, amount string) error {
	if err := payWithCodes(ctx, amount); err != nil {
		return err
	}
	return paymentIs(ctx, string(platform.PaymentSucceeded))
}

func paidAt(ctx context.Context, amount, letter string) error {
	return From(ctx).only(ctx, letter, func() error { return hasPaid(ctx, amount) })
}

func payTimes(ctx context.Context, amount string, n int) error {
	From(ctx).pardon("charged_again_while_unknown") // several payments alike, each wanted
	for range n {
		if err := pay(ctx, amount); err != nil {
			return err
		}
	}
	return nil
}

// payUntilZero applies anew until chance gives a code with a leading zero: one in ten does. The platform may
// have enough of it for a day.
func payUntilZero(ctx context.Context, amount string) error {
	w := From(ctx)
	s := platformNote(w)
	const most = 300
	for range most {
		if err := pay(ctx, amount); err != nil {
			return err
		}
		if s.answer.problem != nil && s.answer.problem.Code == platform.ProblemCodeTooFrequent {
			if err := w.Pass(ctx, day); err != nil {
				return err
			}
			continue
		}
		codes, err := w.codesTextedSoFar(ctx)
		if err != nil {
			return err
		}
		if w.codeWanted() && len(codes) > 0 && (*codes[len(codes)-1].Code)[0] == '0' {
			return nil
		}
	}
	return fmt.Errorf("none of %d codes begins with a zero", most)
}

// onPayment does something to the payment by a request of its own.
func (w *World) onPayment(ctx context.Context, verb string, body any) error {
	s, err := w.atPlatform(ctx)
	if err != nil {
		return err
	}
	if s.payment == nil {
		return s.unexpected("a payment")
	}
	return w.postPlatform(ctx, "/v1/payments/"+s.payment.PaymentId+"/"+verb, body, keepPayment)
}

func retryPayment(ctx context.Context) error {
	return From(ctx).onPayment(ctx, "retry", platform.RetryRequest{})
}

func closePayment(ctx context.Context) error { return From(ctx).onPayment(ctx, "close", struct{}{}) }

// readPayment asks how the payment stands.
func (w *World) readPayment(ctx context.Context) (*platformState, error) {
	s, err := w.atPlatform(ctx)
	if err != nil {
		return nil, err
	}
	if s.payment == nil {
		return nil, s.unexpected("a payment")
	}
	err = w.ask(ctx, s, platformRequest{method: http.MethodGet, path: "/v1/payments/" + s.payment.PaymentId, keep: keepPayment})
	if err == nil && s.answer.problem != nil {
		err = s.unexpected("a payment")
	}
	return s, err
}

// paymentIs judges the last answer where that was about the payment, and else asks.
func paymentIs(ctx context.Context, status string) error {
	w := From(ctx)
	s := platformNote(w)
	refusal := ""
	if s.payment == nil {
		return s.unexpected("a payment")
	}
	if s.answer.problem != nil || s.waiting != "/v1/payments/"+s.payment.PaymentId {
		if p := s.answer.problem; p != nil {
			refusal = fmt.Sprintf(" after a refusal with %s", p.Code)
		}
		var err error
		if s, err = w.readPayment(ctx); err != nil {
			return err
		}
	}
	if got := string(s.payment.Status); got != status {
		return fmt.Errorf("the payment is %s%s%s, not %s", got, failureOf(s.payment), refusal, status)
	}
	return nil
}

func failureOf(p *platform.Payment) string {
	if p.Failure == nil {
		return ""
	}
	return " because of " + p.Failure.Code
}

func paymentFailed(ctx context.Context, reason string) error {
	if err := paymentIs(ctx, string(platform.PaymentFailed)); err != nil {
		return err
	}
	if p := platformNote(From(ctx)).payment; p.Failure == nil || p.Failure.Code != reason {
		return fmt.Errorf("the payment is failed%s, not because of %s", failureOf(p), reason)
	}
	return nil
}

// paymentBefore asks about the payment that the latest one has followed.
func paymentBefore(ctx context.Context, reason string) error {
	w := From(ctx)
	s := platformNote(w)
	if s.payment == nil || s.before == nil || s.before.PaymentId == s.payment.PaymentId {
		return errors.New("there is no payment before the latest one")
	}
	answer := s.answer
	defer func() { s.answer = answer }() // the latest payment stays the one that is talked about
	var p *platform.Payment
	err := w.ask(ctx, s, platformRequest{
		method: http.MethodGet, path: "/v1/payments/" + s.before.PaymentId,
		keep: func(_ *platformState, body []byte) (err error) {
			p, err = read[platform.Payment](body)
			return err
		},
	})
	switch {
	case err != nil:
		return err
	case p == nil:
		return s.unexpected("the payment before")
	case p.Status != platform.PaymentFailed || p.Failure.Code != reason || !p.Failure.Retryable:
		return fmt.Errorf("the payment before is %s%s", p.Status, failureOf(p))
	}
	return nil
}

// paymentFlagged asks anew: a flag comes up without the merchant's doing.
func paymentFlagged(ctx context.Context, flag string) error {
	s, err := From(ctx).readPayment(ctx)
	if err != nil {
		return err
	}
	if f := s.payment.Flags; f == nil || !slices.Contains(*f, platform.PaymentFlags(flag)) {
		return fmt.Errorf("the payment is %s, without the flag %s", s.payment.Status, flag)
	}
	return nil
}

// paymentBecomes lets the time pass and asks then.
func paymentBecomes(ctx context.Context, n int, unit, status string) error {
	w := From(ctx)
	if err := w.Pass(ctx, time.Duration(n)*units[unit]); err != nil {
		return err
	}
	s, err := w.readPayment(ctx)
	if err != nil {
		return err
	}
	if got := string(s.payment.Status); got != status {
		return fmt.Errorf("the payment is %s%s, not %s", got, failureOf(s.payment), status)
	}
	return nil
}

func paymentRetryable(ctx context.Context, words string) error {
	s := platformNote(From(ctx))
	if s.payment == nil || s.payment.Failure == nil {
		return s.unexpected("a failed payment")
	}
	if s.payment.Failure.Retryable != (words == "can") {
		return fmt.Errorf("the answer says retryable: %t", s.payment.Failure.Retryable)
	}
	return nil
}

func saysNextCheck(ctx context.Context) error {
	w := From(ctx)
	s := platformNote(w)
	if s.payment == nil || s.answer.problem != nil {
		return s.unexpected("a payment")
	}
	if at := s.payment.NextCheckAt; at == nil || !at.After(w.Now()) {
		return errors.New("the answer does not say when the platform will ask again")
	}
	return nil
}

func saysWhy(ctx context.Context) error {
	s := platformNote(From(ctx))
	if s.payment == nil || s.payment.Failure == nil {
		return s.unexpected("a failed payment")
	}
	if m := s.payment.Failure.Message; m == nil || m.Zh == "" || m.En == "" {
		return errors.New("the failure has no sentence in both languages")
	}
	return nil
}
