package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"countersign/contract/platform"
	"countersign/steps/target"
)

// platformAnswerSteps are about refusals of the platform and about who may ask for what.
func platformAnswerSteps() []Step {
	return []Step{
		{`the platform refuses with ` + reWord, platformRefuses},
		{`the platform refuses with ` + reWord + ` and HTTP status ` + reNumber, platformRefusesStatus},
		{`the refusal names the member "([^"]*)"`, refusalNames},
		{`the refusal tells when to try again`, refusalRetryAfter},
		{`the merchant sends a payment (whose .+|with .+)`, malformedPayment},
		{`the merchant sends a payment without a token`, withoutToken},
		{`the merchant pays with a card that was never bound`, neverBound},
		{`another merchant asks for the payment`, otherMerchantAsks},
		{`it is answered exactly as for a payment that never was`, answeredAsNone},
	}
}

func platformRefuses(ctx context.Context, code string) error {
	s := platformNote(From(ctx))
	p := s.answer.problem
	if p == nil || string(p.Code) != code {
		return s.unexpected("a refusal with " + code)
	}
	if p.Status != s.answer.status {
		return fmt.Errorf("the problem says status %d, the status line %d", p.Status, s.answer.status)
	}
	if got := s.answer.header.Get("Content-Type"); !strings.HasPrefix(got, "application/problem+json") {
		return fmt.Errorf("the refusal is of type %q", got)
	}
	return nil
}

func platformRefusesStatus(ctx context.Context, code string, status int) error {
	if err := platformRefuses(ctx, code); err != nil {
		return err
	}
	if got := platformNote(From(ctx)).answer.status; got != status {
		return fmt.Errorf("the HTTP status is %d, not %d", got, status)
	}
	return nil
}

func refusalNames(ctx context.Context, member string) error {
	s := platformNote(From(ctx))
	if s.answer.problem == nil {
		return s.unexpected("a refusal")
	}
	if got := word(s.answer.problem.Field); normalPointer(got) != normalPointer(member) {
		return fmt.Errorf("the refusal names %q, not %q", got, member)
	}
	return nil
}

func refusalRetryAfter(ctx context.Context) error {
	s := platformNote(From(ctx))
	if s.answer.problem == nil {
		return s.unexpected("a refusal")
	}
	if seconds, err := strconv.Atoi(s.answer.header.Get("Retry-After")); err != nil || seconds < 1 {
		return errors.New("the answer has no Retry-After in seconds")
	}
	return nil
}

// malformedPayment sends a payment of 1.00 yuan with one of the defects that channels are tried with.
func malformedPayment(ctx context.Context, defect string) error {
	spoil := defects[defect]
	if spoil == nil {
		return fmt.Errorf("no defect is called %q", defect)
	}
	w := From(ctx)
	r, err := w.application(ctx, "1.00")
	if err != nil {
		return err
	}
	r.body = []byte(spoil(string(r.body)))
	return w.ask(ctx, platformNote(w), r)
}

// withToken sends a request with another token than the merchant's.
func (w *World) withToken(ctx context.Context, token target.Token, r platformRequest) error {
	answer, err := AwaitPlatform(ctx, w, func(ctx context.Context) platformSent { return w.sendAs(ctx, token, r) })
	if err == nil {
		err = answer.err
	}
	if err != nil {
		return err
	}
	return w.hearPlatform(platformNote(w), r, answer.platformAnswer)
}

func withoutToken(ctx context.Context) error {
	w := From(ctx)
	r, err := w.application(ctx, "1.00")
	if err != nil {
		return err
	}
	return w.withToken(ctx, "nobody-has-this-token", r)
}

func neverBound(ctx context.Context) error {
	w := From(ctx)
	r, err := w.paymentRequest(ctx, "1.00", wish{})
	if err != nil {
		return err
	}
	r.CardId = "crd_never_was_bound"
	return w.postPlatform(ctx, "/v1/payments", r, keepPayment)
}

// otherMerchantAsks provisions a second merchant, which asks for the first one's payment.
func otherMerchantAsks(ctx context.Context) error {
	w := From(ctx)
	s := platformNote(w)
	if s.payment == nil {
		return s.unexpected("a payment")
	}
	other := Merchant{ID: w.Merchant.ID + "-o", Token: target.Token(w.Merchant.Token.Reveal() + "-other")}
	r, err := w.platform.operator.PutMerchantWithResponse(ctx, other.ID, platform.MerchantConfig{Name: "Another merchant", Token: other.Token.Reveal()})
	if _, err := Fetched[platform.Merchant](r, err); err != nil {
		return fmt.Errorf("provision another merchant: %w", err)
	}
	for _, id := range []string{"pay_never_was_applied_for", s.payment.PaymentId} {
		if err := w.withToken(ctx, other.Token, platformRequest{method: http.MethodGet, path: "/v1/payments/" + id}); err != nil {
			return err
		}
	}
	return nil
}

func answeredAsNone(ctx context.Context) error {
	s := platformNote(From(ctx))
	if s.answer.status != http.StatusNotFound || s.earlier.status != http.StatusNotFound || string(s.answer.body) != string(s.earlier.body) {
		return fmt.Errorf("the answers are %d %s and %d %s", s.earlier.status, s.earlier.body, s.answer.status, s.answer.body)
	}
	return nil
}
