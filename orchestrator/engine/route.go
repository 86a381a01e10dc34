package engine

import (
	"countersign/internal/clock"
	"countersign/internal/money"
	"countersign/orchestrator"
	"countersign/orchestrator/routing"
)

// routeWish is what is to be routed, in the engine's words.
type routeWish struct {
	owner        orchestrator.Owner
	card         orchestrator.Card
	amount       money.Fen
	payerPresent bool
	excluded     []string
	landed       string // channel that the landing has pinned
	version      int
	signingOnly  bool // a verification: prefer channels where something is signed
}

// route decides and stores the decision.
func (w *work) route(wish routeWish) (orchestrator.Decision, error) {
	d, err := w.decide(wish)
	if err != nil {
		return d, err
	}
	return d, w.storeDecision(&d, wish)
}

// storeDecision completes a decision and stores it.
func (w *work) storeDecision(d *orchestrator.Decision, wish routeWish) error {
	d.ID = w.e.opt.IDs.New("dec_")
	d.MerchantID, d.Owner, d.CardID, d.RouteVersion, d.At = w.m.ID, wish.owner, wish.card.ID, wish.version, w.now
	return w.tx.Decisions().Insert(d)
}

// decide asks the rules, without storing anything.
func (w *work) decide(wish routeWish) (orchestrator.Decision, error) {
	req, candidates, err := w.routeInputs(wish)
	if err != nil {
		return orchestrator.Decision{}, err
	}
	if !wish.signingOnly {
		return routing.Choose(req, candidates), nil
	}
	req.Policy = orchestrator.RouteFirst
	signing := make([]routing.Candidate, 0, len(candidates))
	for _, c := range candidates {
		if c.Config.Profile.Method() != orchestrator.MethodElementCheck {
			signing = append(signing, c)
		}
	}
	if d := routing.Choose(req, signing); d.Chosen != "" {
		return d, nil
	}
	return routing.Choose(req, candidates), nil
}

// routeInputs gathers all that a decision looks at.
func (w *work) routeInputs(wish routeWish) (routing.Request, []routing.Candidate, error) {
	req := routing.Request{
		Policy: w.m.Policy.Routing, PayerPresent: wish.payerPresent, Amount: wish.amount,
		Bank: wish.card.Bank, CardType: wish.card.CardType, Now: w.now, Excluded: wish.excluded,
		Landed: wish.landed, ElementsAtHand: w.haveElements(wish.card, wish.owner.ID),
	}
	var err error
	if req.Agreements, err = w.tx.Agreements().ByCard(w.m.ID, wish.card.ID); err != nil {
		return req, nil, err
	}
	if req.Standings, err = w.tx.Standings().List(w.m.ID, wish.card.ID); err != nil {
		return req, nil, err
	}
	configs, err := w.tx.Channels().List(w.m.ID)
	if err != nil {
		return req, nil, err
	}
	candidates := make([]routing.Candidate, 0, len(configs))
	for _, config := range configs {
		c, err := w.candidate(config, wish.card)
		if err != nil {
			return req, nil, err
		}
		candidates = append(candidates, c)
	}
	return req, candidates, nil
}

// candidate adds what has happened at a channel lately. Sums are read only where a limit asks for them.
func (w *work) candidate(config orchestrator.ChannelConfig, card orchestrator.Card) (routing.Candidate, error) {
	c := routing.Candidate{Config: config}
	var err error
	if c.Health, err = w.tx.Healths().Get(w.m.ID, config.ChannelID); err != nil {
		return c, err
	}
	support, ok := config.Profile.Support(card.Bank, card.CardType)
	if !ok {
		return c, nil
	}
	if support.Limits.Daily > 0 || support.Limits.DailyCount > 0 {
		c.UsedToday, c.CountToday, err = w.tx.Attempts().Used(w.m.ID, card.ID, config.ChannelID, clock.StartOfBusinessDay(w.now))
		if err != nil {
			return c, err
		}
	}
	if support.Limits.Monthly > 0 {
		c.UsedMonth, _, err = w.tx.Attempts().Used(w.m.ID, card.ID, config.ChannelID, clock.StartOfBusinessMonth(w.now))
	}
	return c, err
}

// candidateOf finds a channel in a decision.
func candidateOf(d orchestrator.Decision, channelID string) (orchestrator.Candidate, bool) {
	for _, c := range d.Candidates {
		if c.ChannelID == channelID {
			return c, true
		}
	}
	return orchestrator.Candidate{}, false
}

// stillGood says whether the channel a payment was routed to can still take it now. It answers the card too.
func (w *work) stillGood(p orchestrator.Payment) (card orchestrator.Card, good bool, err error) {
	if card, err = w.tx.Cards().Get(w.m.ID, p.CardID); err != nil {
		return card, false, err
	}
	d, err := w.decide(w.wish(p, card))
	if err != nil {
		return card, false, err
	}
	c, ok := candidateOf(d, p.ChannelID)
	return card, ok && c.Eligible, nil
}

// wish is what a payment wants routed, under its present version.
func (w *work) wish(p orchestrator.Payment, card orchestrator.Card) routeWish {
	return routeWish{
		owner: orchestrator.Owner{Kind: orchestrator.OwnerPayment, ID: p.ID}, card: card, amount: p.Amount,
		payerPresent: p.PayerPresent, excluded: p.Excluded, version: p.RouteVersion,
	}
}
