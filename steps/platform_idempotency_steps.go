package steps

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"countersign/contract/platform"
	"countersign/internal/money"
)

// platformIdempotencySteps are about asking for the same thing more than once.
func platformIdempotencySteps() []Step {
	return []Step{
		{`the merchant sends the payment application again with (the same key|a new key)`, sendAgain},
		{`the merchant sends the payment application again with (the same key|a new key), but for ` + reYuan, sendAgainFor},
		{`the merchant sends a payment application without a key`, sendWithoutKey},
		{`the merchant sends one payment application of ` + reYuan + ` twice at the same time, with (one key|two keys)`, sendInParallel},
		{`it is the same payment as before`, samePaymentAsBefore},
		{`the answer is that of the first time`, sameAnswerAsBefore},
		{`whatever was answered is about one payment`, onePayment},
	}
}

// again is the last payment application with a key and an amount.
func (w *World) again(which, amount string) (platformRequest, error) {
	s := platformNote(w)
	r := s.order
	if r.path == "" {
		return r, errors.New("there was no payment application")
	}
	if which == "a new key" {
		r.key = w.NewNumber("key")
	}
	if amount == "" {
		return r, nil
	}
	was, err := money.Parse(s.amount)
	if err != nil {
		return r, err
	}
	fen, err := money.Parse(amount)
	if err != nil {
		return r, err
	}
	r.body = bytes.Replace(r.body, fmt.Appendf(nil, `"amount":%d`, int64(was)), fmt.Appendf(nil, `"amount":%d`, int64(fen)), 1)
	return r, nil
}

func sendAgain(ctx context.Context, which string) error { return sendAgainFor(ctx, which, "") }

func sendAgainFor(ctx context.Context, which, amount string) error {
	w := From(ctx)
	r, err := w.again(which, amount)
	if err != nil {
		return err
	}
	return w.ask(ctx, platformNote(w), r)
}

func sendWithoutKey(ctx context.Context) error {
	w := From(ctx)
	if err := w.prepareOrder(ctx, "1.00"); err != nil {
		return err
	}
	s := platformNote(w)
	s.order.key = ""
	return w.ask(ctx, s, s.order)
}

// application is a payment application that is not sent yet, with a key of its own.
func (w *World) application(ctx context.Context, amount string) (platformRequest, error) {
	r, err := w.paymentRequest(ctx, amount, wish{})
	if err != nil {
		return platformRequest{}, err
	}
	body, err := encode(r)
	return platformRequest{method: http.MethodPost, path: "/v1/payments", key: w.NewNumber("key"), body: body, keep: keepPayment}, err
}

// prepareOrder makes the payment application that the scenario is about, without sending it.
func (w *World) prepareOrder(ctx context.Context, amount string) error {
	r, err := w.application(ctx, amount)
	if err != nil {
		return err
	}
	s := platformNote(w)
	s.amount, s.order = amount, r
	return nil
}

func sendInParallel(ctx context.Context, amount, keys string) error {
	w := From(ctx)
	if err := w.prepareOrder(ctx, amount); err != nil {
		return err
	}
	second := platformNote(w).order
	if keys == "two keys" {
		second.key = w.NewNumber("key")
	}
	return w.askTogether(ctx, platformNote(w).order, second)
}

func typeInParallel(ctx context.Context, n int) error {
	w := From(ctx)
	code, seq, err := w.newest(ctx)
	if err != nil {
		return err
	}
	all := make([]platformRequest, n)
	for i := range all {
		if all[i], err = w.confirmation(ctx, code, seq); err != nil {
			return err
		}
	}
	return w.askTogether(ctx, all...)
}

// askTogether sends requests at the same time and keeps the answers; good ones are read.
func (w *World) askTogether(ctx context.Context, all ...platformRequest) error {
	answers, err := AwaitPlatform(ctx, w, func(ctx context.Context) []platformSent {
		sent := make([]platformSent, len(all))
		var group sync.WaitGroup
		for i := range all {
			group.Go(func() { sent[i] = w.sendPlatform(ctx, w.Merchant, all[i]) })
		}
		group.Wait()
		return sent
	})
	if err != nil {
		return err
	}
	s := platformNote(w)
	s.parallel = nil
	for i, a := range answers {
		if a.err != nil {
			return fmt.Errorf("answer %d of %d: %w", i+1, len(answers), a.err)
		}
		if err := w.hearPlatform(s, all[i], a.platformAnswer); err != nil {
			return err
		}
		s.parallel = append(s.parallel, a.platformAnswer)
	}
	return nil
}

func samePaymentAsBefore(ctx context.Context) error {
	s := platformNote(From(ctx))
	if s.answer.problem != nil || s.before == nil || s.payment == nil {
		return s.unexpected("a second answer about a payment")
	}
	if s.before.PaymentId != s.payment.PaymentId {
		return errors.New("the answers are about two payments")
	}
	return nil
}

func sameAnswerAsBefore(ctx context.Context) error {
	s := platformNote(From(ctx))
	if s.earlier.status != s.answer.status || !bytes.Equal(s.earlier.body, s.answer.body) {
		return fmt.Errorf("the answers differ: %d %s and %d %s", s.earlier.status, s.earlier.body, s.answer.status, s.answer.body)
	}
	return nil
}

// onePayment takes a refusal that says that the first request is still running for a good answer too.
func onePayment(ctx context.Context) error {
	s := platformNote(From(ctx))
	id, good := "", 0
	for _, a := range s.parallel {
		if p := a.problem; p != nil {
			switch p.Code {
			case platform.ProblemCodeIdempotencyInProgress, platform.ProblemCodeInProgress, platform.ProblemCodeWrongState:
				continue
			default:
				return fmt.Errorf("one answer is a refusal with %d %s", a.status, p.Code)
			}
		}
		p, err := read[platform.Payment](a.body)
		if err != nil {
			return err
		}
		if id != "" && id != p.PaymentId {
			return errors.New("the answers are about two payments")
		}
		id = p.PaymentId
		good++
	}
	if good == 0 {
		return errors.New("every answer is a refusal")
	}
	return nil
}
