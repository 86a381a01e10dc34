package engine

import (
	"context"
	"errors"
	"log/slog"

	"countersign/orchestrator"
)

// HandleNotification takes a verified notification in. When it returns nil the notification is stored and may
// be acknowledged; a repeat returns nil too. What follows from it goes on in the background.
//
// A charge's result counts by itself, being signed and naming order, amount and member. For signings and
// agreements it only makes the platform ask (A6).
func (e *Engine) HandleNotification(ctx context.Context, merchantID, channelID string, n orchestrator.Notification) error {
	w, err := e.transact(ctx, PointInbox, merchantID, orchestrator.ActorNotification, func(w *work) error {
		config, err := w.channel(channelID)
		if err != nil {
			return err
		}
		if n.MemberNo != "" && n.MemberNo != config.MemberNo {
			return orchestrator.Refuse(orchestrator.CodeNotFound, "The notification is for another member.")
		}
		if err := w.tx.Inbox().Insert(w.m.ID, channelID, n.EventID, n.Wire.Digest, w.now); err != nil {
			return err
		}
		return w.notified(config, n)
	})
	if errors.Is(err, orchestrator.ErrDuplicateInbox) {
		return nil
	}
	if err != nil {
		return err
	}
	e.background(ctx, &chain{merchantID: merchantID, jobs: w.jobs})
	return nil
}

// notified applies one notification.
func (w *work) notified(config orchestrator.ChannelConfig, n orchestrator.Notification) error {
	switch {
	case n.Charge != nil && (n.Type == orchestrator.NotifyChargeSucceeded || n.Type == orchestrator.NotifyChargeDeclined):
		return w.chargeNotified(config, n)
	case n.Signing != nil && n.Type == orchestrator.NotifySigningSigned:
		return w.signingNotified(config, n)
	case n.Agreement != nil && n.Type == orchestrator.NotifyAgreementEnded:
		return w.agreementNotified(config, n)
	}
	return nil
}

// chargeNotified feeds a charge's result to its attempt. One that does not match is no success (N4).
func (w *work) chargeNotified(config orchestrator.ChannelConfig, n orchestrator.Notification) error {
	a, err := w.tx.Attempts().ByOrderNo(w.m.ID, config.ChannelID, n.Charge.OrderNo)
	if err != nil {
		return err
	}
	reply := orchestrator.Reply{Proof: orchestrator.ProofStatus, Charge: n.Charge, Wire: n.Wire}
	found := orchestrator.JudgeCharge(config.Profile, a, orchestrator.OpChargeQuery, reply)
	evidenceID, err := w.evidence(config.ChannelID, n.Type, a.OrderNo, reply.Proof, "", found.Cause, n.Wire)
	if err != nil {
		return err
	}
	if found.Event != orchestrator.AttemptSucceed && found.Event != orchestrator.AttemptDecline {
		w.e.opt.Log.LogAttrs(context.Background(), slog.LevelError, "notification contradicts its attempt",
			slog.String("attempt", a.ID), slog.String("event", n.EventID))
		return w.record(orchestrator.Event{
			Reference: a.PaymentID, Subject: "attempt", SubjectID: a.ID, ChannelID: a.ChannelID, Actor: w.actor,
			Name: "contradiction", Old: string(a.State), New: string(a.State), Cause: found.Cause, EvidenceID: evidenceID,
		})
	}
	next, err := w.attempt(a, config, orchestrator.AttemptInput{
		Event: found.Event, Reason: found.Reason, Cause: n.Type, EvidenceID: evidenceID, TriesLeft: -1,
	})
	if err != nil {
		return err
	}
	return w.afterAttempt(next, a)
}

// signingNotified asks the channel how a signing stands, unless that is known or being asked.
func (w *work) signingNotified(config orchestrator.ChannelConfig, n orchestrator.Notification) error {
	s, err := w.tx.Signings().BySignNo(w.m.ID, config.ChannelID, n.Signing.SignNo)
	if err != nil || s.State == orchestrator.SigningActive || s.Lease.Live(w.now) {
		return err
	}
	return w.askSigning(s, config)
}

// agreementNotified asks the channel how an agreement stands.
func (w *work) agreementNotified(config orchestrator.ChannelConfig, n orchestrator.Notification) error {
	a, err := w.tx.Agreements().ByNumber(w.m.ID, config.ChannelID, n.Agreement.AgreementNo)
	if err != nil || a.State != orchestrator.AgreementActive || a.Lease.Live(w.now) {
		return err
	}
	return w.askAgreement(a)
}
