package httpapi

import (
	"net/http"

	"countersign/contract/platform"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// ApplyVerification is the authentication application (T5).
func (a *api) ApplyVerification(w http.ResponseWriter, r *http.Request, _ platform.ApplyVerificationParams) {
	a.serve(w, r, func(c *call) (int, any, error) {
		body, err := decode[platform.VerificationRequest](c)
		if err != nil {
			return 0, nil, err
		}
		elements, err := optionalElements(body.Elements)
		if err != nil {
			return 0, nil, err
		}
		view, err := a.options.Engine.ApplyVerification(c.ctx, c.merchantID, c.key, engine.VerificationCommand{
			PayerID: body.PayerId, CardID: body.CardId, Elements: elements,
		})
		return http.StatusCreated, verification(view), err
	})
}

// GetVerification answers a verification.
func (a *api) GetVerification(w http.ResponseWriter, r *http.Request, id platform.VerificationID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		view, err := a.options.Engine.GetVerification(c.ctx, c.merchantID, id)
		return http.StatusOK, verification(view), err
	})
}

// ResendVerificationCode has a new code sent.
func (a *api) ResendVerificationCode(w http.ResponseWriter, r *http.Request, id platform.VerificationID, _ platform.ResendVerificationCodeParams) {
	a.serve(w, r, func(c *call) (int, any, error) {
		view, err := a.options.Engine.ResendVerification(c.ctx, c.merchantID, c.key, id)
		return http.StatusOK, verification(view), err
	})
}

// ConfirmVerification is the authentication confirmation (T5).
func (a *api) ConfirmVerification(w http.ResponseWriter, r *http.Request, id platform.VerificationID, _ platform.ConfirmVerificationParams) {
	a.serve(w, r, func(c *call) (int, any, error) {
		command, err := confirmCommand(c)
		if err != nil {
			return 0, nil, err
		}
		view, err := a.options.Engine.ConfirmVerification(c.ctx, c.merchantID, c.key, id, command)
		return http.StatusOK, verification(view), err
	})
}

// confirmCommand reads the code that the payer typed; from here on nothing prints it.
func confirmCommand(c *call) (engine.ConfirmCommand, error) {
	body, err := decode[platform.ConfirmRequest](c)
	if err != nil {
		return engine.ConfirmCommand{}, err
	}
	return engine.ConfirmCommand{Code: orchestrator.NewSecret(body.Code), SMSSeq: value(body.SmsSeq)}, nil
}
