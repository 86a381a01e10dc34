package httpapi

import (
	"net/http"

	"countersign/contract/platform"
	"countersign/internal/money"
	"countersign/orchestrator/engine"
)

// ApplyPayment is the payment application (T5): 201, or 200 when the merchant order number is known.
func (a *api) ApplyPayment(w http.ResponseWriter, r *http.Request, _ platform.ApplyPaymentParams) {
	a.serve(w, r, func(c *call) (int, any, error) {
		command, err := paymentCommand(c)
		if err != nil {
			return 0, nil, err
		}
		return a.paid(a.options.Engine.ApplyPayment(c.ctx, c.merchantID, c.key, command))
	})
}

// paymentCommand reads a payment application. The payer is there unless the merchant says otherwise.
func paymentCommand(c *call) (engine.PaymentCommand, error) {
	body, err := decode[platform.PaymentRequest](c)
	if err != nil {
		return engine.PaymentCommand{}, err
	}
	elements, err := optionalElements(body.Elements)
	if err != nil {
		return engine.PaymentCommand{}, err
	}
	if err := printable(value(body.Summary), "/summary"); err != nil {
		return engine.PaymentCommand{}, err
	}
	return engine.PaymentCommand{
		MerchantOrderNo: body.MerchantOrderNo, PayerID: body.PayerId, CardID: body.CardId, CheckoutID: value(body.CheckoutId),
		Amount: money.Fen(body.Amount), PayerPresent: valueOr(body.PayerPresent, true), Elements: elements, Summary: value(body.Summary),
	}, nil
}

// GetPayment answers a payment.
func (a *api) GetPayment(w http.ResponseWriter, r *http.Request, id platform.PaymentID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		return a.found(a.options.Engine.GetPayment(c.ctx, c.merchantID, id))
	})
}

// ResendPaymentCode has a new code sent.
func (a *api) ResendPaymentCode(w http.ResponseWriter, r *http.Request, id platform.PaymentID, _ platform.ResendPaymentCodeParams) {
	a.serve(w, r, func(c *call) (int, any, error) {
		return a.found(a.options.Engine.ResendPayment(c.ctx, c.merchantID, c.key, id))
	})
}

// ConfirmPayment is the payment confirmation (T5).
func (a *api) ConfirmPayment(w http.ResponseWriter, r *http.Request, id platform.PaymentID, _ platform.ConfirmPaymentParams) {
	a.serve(w, r, func(c *call) (int, any, error) {
		command, err := confirmCommand(c)
		if err != nil {
			return 0, nil, err
		}
		return a.found(a.options.Engine.ConfirmPayment(c.ctx, c.merchantID, c.key, id, command))
	})
}

// RetryPayment tries a failed payment again.
func (a *api) RetryPayment(w http.ResponseWriter, r *http.Request, id platform.PaymentID, _ platform.RetryPaymentParams) {
	a.serve(w, r, func(c *call) (int, any, error) {
		body, err := decode[platform.RetryRequest](c)
		if err != nil {
			return 0, nil, err
		}
		elements, err := optionalElements(body.Elements)
		if err != nil {
			return 0, nil, err
		}
		return a.found(a.options.Engine.RetryPayment(c.ctx, c.merchantID, c.key, id, engine.RetryCommand{
			PayerPresent: valueOr(body.PayerPresent, true), Elements: elements,
		}))
	})
}

// ClosePayment closes a payment that is no longer wanted.
func (a *api) ClosePayment(w http.ResponseWriter, r *http.Request, id platform.PaymentID, _ platform.ClosePaymentParams) {
	a.serve(w, r, func(c *call) (int, any, error) {
		return a.found(a.options.Engine.ClosePayment(c.ctx, c.merchantID, c.key, id))
	})
}

// paid is the answer to an application.
func (a *api) paid(view engine.PaymentView, err error) (int, any, error) {
	_, result, err := a.found(view, err)
	return createdUnless(view.Existing), result, err
}

// found is the answer to every other question about a payment.
func (a *api) found(view engine.PaymentView, err error) (int, any, error) {
	if err != nil {
		return 0, nil, err
	}
	a.meters.payment(view.Status)
	return http.StatusOK, payment(view), nil
}
