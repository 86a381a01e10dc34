package httpapi

import (
	"net/http"

	"countersign/contract/platform"
	"countersign/internal/money"
	"countersign/orchestrator/engine"
)

// BindCard binds a card: 201, or 200 when this payer has bound it before.
func (a *api) BindCard(w http.ResponseWriter, r *http.Request, _ platform.BindCardParams) {
	a.serve(w, r, func(c *call) (int, any, error) {
		body, err := decode[platform.BindCardRequest](c)
		if err != nil {
			return 0, nil, err
		}
		elements, err := elementsOf(body.Elements, "/elements")
		if err != nil {
			return 0, nil, err
		}
		view, err := a.options.Engine.BindCard(c.ctx, c.merchantID, c.key, engine.BindCardCommand{
			PayerID: body.PayerId, Elements: elements, OpenID: value(body.OpenId),
		})
		return createdUnless(view.Existing), card(view), err
	})
}

// GetCard answers a card.
func (a *api) GetCard(w http.ResponseWriter, r *http.Request, cardID platform.CardID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		view, err := a.options.Engine.GetCard(c.ctx, c.merchantID, cardID)
		return http.StatusOK, card(view), err
	})
}

// UnbindCard takes a card away.
func (a *api) UnbindCard(w http.ResponseWriter, r *http.Request, cardID platform.CardID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		view, err := a.options.Engine.UnbindCard(c.ctx, c.merchantID, cardID)
		return http.StatusOK, card(view), err
	})
}

// ListCardAgreements lists a card's agreements without their channels (T11).
func (a *api) ListCardAgreements(w http.ResponseWriter, r *http.Request, cardID platform.CardID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		views, err := a.options.Engine.CardAgreements(c.ctx, c.merchantID, cardID)
		return http.StatusOK, agreements(views), err
	})
}

// Land is the payer landing on the payment page (T12).
func (a *api) Land(w http.ResponseWriter, r *http.Request, _ platform.LandParams) {
	a.serve(w, r, func(c *call) (int, any, error) {
		body, err := decode[platform.CheckoutRequest](c)
		if err != nil {
			return 0, nil, err
		}
		view, err := a.options.Engine.Land(c.ctx, c.merchantID, c.key, engine.LandCommand{
			PayerID: body.PayerId, CardID: body.CardId, Amount: money.Fen(body.Amount),
		})
		return http.StatusCreated, checkout(view), err
	})
}

// createdUnless is 200 for a resource that was there before, else 201.
func createdUnless(existing bool) int {
	if existing {
		return http.StatusOK
	}
	return http.StatusCreated
}
