package engine

import (
	"errors"
	"time"

	"countersign/orchestrator"
)

// begin takes the first step of a decision for a stored payment: element check, signing or charge. The caller
// stores the changed payment afterwards. An empty decision fails the payment.
func (w *work) begin(p *orchestrator.Payment, card orchestrator.Card, d orchestrator.Decision) error {
	p.DecisionID, p.ChannelID, p.RouteVersion = d.ID, d.Chosen, d.RouteVersion
	p.SigningID, p.CheckID, p.AttemptID = "", "", ""
	switch {
	case d.Chosen == "" && d.Failure == orchestrator.FailureElementsRequired:
		return elementsRequired()
	case d.Chosen == "":
		return w.fail(p, d.Failure)
	}
	config, err := w.channel(d.Chosen)
	if err != nil {
		return err
	}
	s, err := w.standing(card.ID, config.ChannelID)
	if err != nil {
		return err
	}
	checkFirst := config.Profile.Method() == orchestrator.MethodElementCheck && !s.Checked()
	byElements := config.Profile.ChargeBy == orchestrator.ChargeByElements
	if (checkFirst || d.SignReason != "" || byElements) && !w.haveElements(card, p.ID) {
		return elementsRequired()
	}
	owner := orchestrator.Owner{Kind: orchestrator.OwnerPayment, ID: p.ID}
	switch {
	case checkFirst:
		p.Phase = orchestrator.PhaseChecking
		p.CheckID, err = w.newCheck(owner, card, config, card.ElementsPrint)
		if err != nil {
			return err
		}
		return w.payment(p, orchestrator.PaymentProceed, "element check")
	case d.SignReason != "":
		p.Phase = orchestrator.PhaseSigning
		signing, err := w.newSigning(owner, card, config, d.SignReason, p.RouteVersion, orchestrator.AboutPayment)
		if err != nil {
			return err
		}
		p.SigningID = signing.ID
		return w.payment(p, eventOfSigning(signing), "signing")
	}
	return w.charge(p, card, config)
}

// eventOfSigning says what a signing in its state means for the payment's page.
func eventOfSigning(s orchestrator.Signing) orchestrator.PaymentEvent {
	if s.State == orchestrator.SigningCodeSentState {
		return orchestrator.PaymentAskCode
	}
	return orchestrator.PaymentProceed
}

// charge stores a new attempt with its permit and calls for the charge. Intent and permit share this commit.
func (w *work) charge(p *orchestrator.Payment, card orchestrator.Card, config orchestrator.ChannelConfig) error {
	a := orchestrator.Attempt{
		ID: w.e.opt.IDs.New("att_"), MerchantID: w.m.ID, PaymentID: p.ID, PayerID: p.PayerID, CardID: card.ID,
		ChannelID: config.ChannelID, MemberNo: config.MemberNo, OrderNo: w.e.opt.IDs.New("ord_"), Amount: p.Amount,
		RouteVersion: p.RouteVersion, DecisionID: p.DecisionID, Summary: p.Summary,
		SMS: orchestrator.SMS{MaskedMobile: card.MaskedMobile},
	}
	if config.Profile.ChargeBy == orchestrator.ChargeByAgreement {
		agreement, ok, err := w.liveAgreement(card.ID, config.ChannelID)
		if err != nil {
			return err
		}
		if !ok {
			return errors.New("routing chose a channel whose agreement is gone")
		}
		a.AgreementID, a.AgreementNo = agreement.ID, agreement.AgreementNo
	} else {
		s, err := w.standing(card.ID, config.ChannelID)
		if err != nil {
			return err
		}
		a.CheckNo, a.ElementsPrint = s.CheckNo, card.ElementsPrint
	}
	a, intent := orchestrator.NewIntent(a, config.Profile, w.now)
	a, permit, err := a.Step(w.attemptInput(orchestrator.AttemptPermit, config))
	if err != nil {
		return err
	}
	if err := w.tx.Attempts().Insert(&a); err != nil {
		return err
	}
	if err := w.trial(config.ChannelID); err != nil {
		return err
	}
	p.AttemptID, p.Phase = a.ID, orchestrator.PhaseCharging
	w.add(job{kind: jobCharge, id: a.ID, fence: a.Lease.Fence})
	if err := w.record(intent, permit); err != nil {
		return err
	}
	return w.payment(p, orchestrator.PaymentProceed, "charge")
}

// attemptInput is an event of the engine's own for an attempt, with a lease for one call.
func (w *work) attemptInput(event orchestrator.AttemptEvent, config orchestrator.ChannelConfig) orchestrator.AttemptInput {
	return orchestrator.AttemptInput{
		Event: event, Actor: w.actor, At: w.now, Profile: config.Profile, Owner: w.e.owner,
		LeaseUntil: w.leaseUntil(config), TriesLeft: -1,
	}
}

// trial notes new work at the breaker: element check, signing, binding or charge. A half-open one lets one through.
func (w *work) trial(channelID string) error {
	h, err := w.tx.Healths().Get(w.m.ID, channelID)
	if err != nil || h.State(w.now) != orchestrator.BreakerHalfOpen {
		return err
	}
	h = h.Begin(w.now)
	return w.tx.Healths().Put(&h)
}

// liveAgreement is the agreement a charge may name now.
func (w *work) liveAgreement(cardID, channelID string) (orchestrator.Agreement, bool, error) {
	all, err := w.tx.Agreements().ByCard(w.m.ID, cardID)
	if err != nil {
		return orchestrator.Agreement{}, false, err
	}
	for _, a := range all {
		if a.ChannelID == channelID && a.Usable(w.now) {
			return a, true, nil
		}
	}
	return orchestrator.Agreement{}, false, nil
}

// standing is what the card has reached at the channel; never stored ones are filled with their key.
func (w *work) standing(cardID, channelID string) (orchestrator.Standing, error) {
	s, err := w.tx.Standings().Get(w.m.ID, cardID, channelID)
	s.MerchantID, s.CardID, s.ChannelID = w.m.ID, cardID, channelID
	return s, err
}

// haveElements says whether a step that needs the elements can be taken.
func (w *work) haveElements(card orchestrator.Card, ownerID string) bool {
	if len(card.SealedElements) > 0 {
		return true
	}
	el, ok := w.e.memory.get(ownerID)
	return ok && w.e.elementsPrint(el) == card.ElementsPrint
}

func elementsRequired() *orchestrator.Error {
	return orchestrator.Refuse(orchestrator.CodeElementsRequired,
		"The elements of this card are not kept, and this step needs them; give them with the request.")
}

// newCheck stores an element check and calls for it. imprint names the elements to check.
func (w *work) newCheck(owner orchestrator.Owner, card orchestrator.Card, config orchestrator.ChannelConfig, imprint string) (string, error) {
	c, begun := orchestrator.NewCheck(orchestrator.Check{
		ID: w.e.opt.IDs.New("chk_"), MerchantID: w.m.ID, Owner: owner, CardID: card.ID,
		ChannelID: config.ChannelID, MemberNo: config.MemberNo, CheckNo: w.e.opt.IDs.New("chk_"), ElementsPrint: imprint,
	}, w.e.owner, w.leaseUntil(config), w.now)
	if err := w.tx.Checks().Insert(&c); err != nil {
		return "", err
	}
	if err := w.trial(config.ChannelID); err != nil {
		return "", err
	}
	w.add(job{kind: jobCheck, id: c.ID, fence: c.Lease.Fence})
	return c.ID, w.record(begun)
}

// newSigning stores a signing and calls for its first step. An older one that only waits gives way.
func (w *work) newSigning(owner orchestrator.Owner, card orchestrator.Card, config orchestrator.ChannelConfig,
	reason orchestrator.SigningReason, routeVersion int, about orchestrator.About,
) (orchestrator.Signing, error) {
	s := orchestrator.Signing{
		ID: w.e.opt.IDs.New("sgn_"), MerchantID: w.m.ID, Owner: owner, PayerID: card.PayerID, CardID: card.ID,
		ChannelID: config.ChannelID, MemberNo: config.MemberNo, SignNo: w.e.opt.IDs.New("sgn_"),
		Method: config.Profile.Method(), Reason: reason, RouteVersion: routeVersion,
		SMS: orchestrator.SMS{MaskedMobile: card.MaskedMobile}, ElementsPrint: card.ElementsPrint, Binding: card.Bindings,
	}
	if err := w.mayBegin(card.ID, config.ChannelID); err != nil {
		return s, err
	}
	if err := w.supersede(s); err != nil {
		return s, err
	}
	if s.Method == orchestrator.MethodTexted {
		return w.applySigning(s, config)
	}
	return w.applyOwnCode(s, card, config, about)
}

// applySigning begins a signing where the channel's side texts.
func (w *work) applySigning(s orchestrator.Signing, config orchestrator.ChannelConfig) (orchestrator.Signing, error) {
	s, begun := orchestrator.NewSigning(s, orchestrator.SigningApplying, config.Profile, w.now)
	s.SMS, s.SMSCount = s.SMS.Counted(config.Profile, w.now), 1 // before sending: the SMS may go out although the answer is lost
	w.leaseSigning(&s, config)
	if err := w.tx.Signings().Insert(&s); err != nil {
		return s, err
	}
	if err := w.trial(config.ChannelID); err != nil {
		return s, err
	}
	w.add(job{kind: jobApply, id: s.ID, fence: s.Lease.Fence})
	return s, w.record(begun)
}

// leaseSigning takes a lease for one call of a signing.
func (w *work) leaseSigning(s *orchestrator.Signing, config orchestrator.ChannelConfig) {
	until := w.leaseUntil(config)
	s.Lease, s.DueAt, s.SentAt = s.Lease.Take(w.e.owner, until), until, w.now
}

// applyOwnCode begins a signing with the platform's own code: the element check first, and no SMS to a number
// that neither a check nor a signing has confirmed.
func (w *work) applyOwnCode(s orchestrator.Signing, card orchestrator.Card, config orchestrator.ChannelConfig, about orchestrator.About) (orchestrator.Signing, error) {
	standing, err := w.standing(card.ID, config.ChannelID)
	if err != nil {
		return s, err
	}
	s, begun := orchestrator.NewSigning(s, orchestrator.SigningChecking, config.Profile, w.now)
	s.SMS.About = about
	if !standing.Checked() {
		if s.CheckID, err = w.newCheck(s.Owner, card, config, s.ElementsPrint); err != nil {
			return s, err
		}
		if err := w.tx.Signings().Insert(&s); err != nil {
			return s, err
		}
		return s, w.record(begun)
	}
	if err := w.tx.Signings().Insert(&s); err != nil {
		return s, err
	}
	if err := w.record(begun); err != nil {
		return s, err
	}
	s.CheckNo = standing.CheckNo
	return w.sendOwnCode(s, card, orchestrator.SigningCheckPassed)
}

// sendOwnCode makes a new own code, keeps its keyed hash and calls for the SMS. The code itself lives in the
// job only.
func (w *work) sendOwnCode(s orchestrator.Signing, card orchestrator.Card, event orchestrator.SigningEvent) (orchestrator.Signing, error) {
	seq := s.SMS.Seq + 1
	purpose := orchestrator.OwnCodePurpose(s.ID, seq)
	code := w.e.opt.Chance.Digits(s.ID, purpose, orchestrator.OwnCodeDigits)
	sms := orchestrator.OwnSMS(seq, s.SMS.About, card.MaskedMobile, w.now)
	return w.signing(s, orchestrator.SigningInput{
		Event: event, OwnSMS: &sms, OwnHash: w.e.opt.Vault.MAC(purpose, []byte(code)), TriesLeft: -1,
	}, func(s orchestrator.Signing) {
		w.add(job{kind: jobTextCode, id: s.ID, code: orchestrator.NewSecret(code), fence: s.Lease.Fence})
	})
}

// signing steps a stored signing, stores it and its event. then runs with the new row.
func (w *work) signing(s orchestrator.Signing, in orchestrator.SigningInput, then func(orchestrator.Signing)) (orchestrator.Signing, error) {
	if in.Actor == "" {
		in.Actor = w.actor
	}
	in.At, in.Owner, in.Draw = w.now, w.e.owner, w.draw(s.ID, s.Queries)
	next, event, err := s.Step(in)
	if err != nil {
		return s, err
	}
	if err := w.tx.Signings().Update(&next); err != nil {
		return s, err
	}
	if then != nil {
		then(next)
	}
	return next, w.record(event)
}

// supersede closes an older open signing of the same payer, card and channel that only waits for its payer, and
// carries that on to what it served: nothing may wait for a signing that is over (V2). One whose call is under way
// is left alone, and the new one refused.
func (w *work) supersede(s orchestrator.Signing) error {
	old, waits, err := w.waiting(s.PayerID, s.CardID, s.ChannelID)
	switch {
	case err != nil || old.ID == "":
		return err
	case !waits:
		return inProgress()
	case old.Owner == s.Owner: // the same wish goes on with the new one
		_, err = w.signing(old, superseded(orchestrator.FailureSuperseded), nil)
		return err
	}
	return w.giveWay(old, orchestrator.FailureSuperseded)
}

func inProgress() *orchestrator.Error {
	return &orchestrator.Error{
		Code: orchestrator.CodeInProgress, Detail: "This step is being taken already.", RetryAfter: stepRetryAfter,
	}
}

// Waits that answers suggest.
const (
	keyRetryAfter  = time.Second
	stepRetryAfter = 2 * time.Second
)

// smsBudget refuses a signing SMS when the card has had enough of them in a day (S4).
func (w *work) smsBudget(cardID, channelID string) error {
	since := w.now.Add(-24 * time.Hour)
	for _, budget := range []struct {
		channel string
		most    int
	}{{"", w.m.Policy.SMSPerCardDay}, {channelID, w.m.Policy.SMSPerChannelDay}} {
		sent, err := w.tx.Signings().SMSSince(w.m.ID, cardID, budget.channel, since)
		if err != nil {
			return err
		}
		if budget.most > 0 && sent >= budget.most {
			return &orchestrator.Error{
				Code: orchestrator.CodeTooFrequent, Detail: "This card has caused enough SMS for a day.", RetryAfter: time.Hour,
			}
		}
	}
	return nil
}
