package engine

import (
	"context"
	"log/slog"
	"time"

	"countersign/orchestrator"
)

// orderOps maps jobs on an order to operations.
var orderOps = map[jobKind]orchestrator.Operation{
	jobCharge: orchestrator.OpCharge, jobQueryCharge: orchestrator.OpChargeQuery, jobCloseCharge: orchestrator.OpChargeClose,
	jobConfirmCharge: orchestrator.OpChargeConfirm, jobResendCharge: orchestrator.OpChargeResend,
}

// carryOrder makes one call about an attempt's order and feeds the reply back.
func (e *Engine) carryOrder(ctx context.Context, c *chain, j job) (*work, error) {
	var a orchestrator.Attempt
	var t target
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		if a, err = tx.Attempts().Get(c.merchantID, j.id); err != nil {
			return err
		}
		return t.load(tx, c.merchantID, a.ChannelID, a.CardID)
	})
	if err != nil || a.Lease.Fence != j.fence {
		return nil, err // somebody else works on it by now
	}
	op := orderOps[j.kind]
	reply := e.ask(ctx, t, e.orderCall(a, t, op, j.code))
	return e.transact(ctx, PointResult, c.merchantID, actorOf(op), func(w *work) error {
		w.idem = c.idem
		return w.orderResult(j, op, reply)
	})
}

// callOrNot is a call, or the reason why it cannot be made.
type callOrNot struct {
	call    orchestrator.Call
	refused string
}

// ask makes a call, unless it cannot be made: then nothing was written.
func (e *Engine) ask(ctx context.Context, t target, c callOrNot) orchestrator.Reply {
	if c.refused != "" {
		return notWritten(c.refused)
	}
	access, err := e.access(t.m, t.config)
	if err != nil {
		e.opt.Log.LogAttrs(ctx, slog.LevelError, "channel cannot be spoken to", slog.String("error", err.Error()))
		return notWritten(orchestrator.FailureNotSent)
	}
	return e.call(ctx, t.m, access, c.call)
}

// orderCall fills the request from the stored row, never from the present.
func (e *Engine) orderCall(a orchestrator.Attempt, t target, op orchestrator.Operation, code orchestrator.Secret) callOrNot {
	call := orchestrator.Call{
		Operation: op, Number: a.OrderNo, OrderTime: a.OrderTime, PayerRef: a.PayerID, Code: code,
		NotAfter: a.Lease.Until,
	}
	if op != orchestrator.OpCharge {
		return callOrNot{call: call}
	}
	call.Amount, call.ExpiresAt, call.Summary = a.Amount, a.ExpiresAt, a.Summary
	call.AgreementNo, call.CheckNo = a.AgreementNo, a.CheckNo
	call.NotifyURL = e.notifyURL(t.config)
	if a.ByElements {
		el, err := e.elementsFor(t.card, a.PaymentID, a.ElementsPrint)
		if err != nil {
			return callOrNot{refused: orchestrator.FailureElementsRequired}
		}
		call.Elements = &el
	}
	return callOrNot{call: call}
}

// orderResult feeds a reply about an order to its attempt, and carries on what follows.
func (w *work) orderResult(j job, op orchestrator.Operation, reply orchestrator.Reply) error {
	a, err := w.tx.Attempts().Get(w.m.ID, j.id)
	if err != nil {
		return err
	}
	config, err := w.channel(a.ChannelID)
	if err != nil {
		return err
	}
	if op == orchestrator.OpCharge {
		if err := w.observe(a.ChannelID, reply.Proof); err != nil {
			return err
		}
	}
	found := orchestrator.JudgeCharge(config.Profile, a, op, reply)
	if a.Lease.Fence != j.fence && !isEvidence(found.Event) {
		return nil // somebody else works on the row: a stale silence means nothing, stale evidence does
	}
	evidenceID, err := w.storeReply(a.ChannelID, op, a.OrderNo, reply)
	if err != nil {
		return err
	}
	next, err := w.attempt(a, config, orchestrator.AttemptInput{
		Event: found.Event, Reason: found.Reason, Cause: found.Cause, EvidenceID: evidenceID, SMS: found.SMS, TriesLeft: found.TriesLeft,
		RetryAfter: found.RetryAfter,
	})
	if err != nil {
		return err
	}
	if op == orchestrator.OpChargeResend {
		if err := w.tellTooEarly(reply); err != nil {
			return err
		}
	}
	if err := w.afterOrder(next, a, config, op, found); err != nil {
		return err
	}
	if reply.Code == orchestrator.FailureElementsRequired && next.State == orchestrator.AttemptIntent {
		return w.neverSent(next, config, orchestrator.FailureElementsRequired)
	}
	return nil
}

// isEvidence says whether an event rests on something the channel has said about the order.
func isEvidence(event orchestrator.AttemptEvent) bool {
	switch event {
	case orchestrator.AttemptNoAnswer, orchestrator.AttemptNotWritten, orchestrator.AttemptNotFound, orchestrator.AttemptResendUndone:
		return false
	}
	return true
}

// attempt steps a stored attempt and stores it with its event. "Not found" is judged by rule 4.4 here.
func (w *work) attempt(a orchestrator.Attempt, config orchestrator.ChannelConfig, in orchestrator.AttemptInput) (orchestrator.Attempt, error) {
	if in.Actor == "" {
		in.Actor = w.actor
	}
	in.At, in.Profile, in.Draw = w.now, config.Profile, w.draw(a.ID, a.Queries)
	if in.Event == orchestrator.AttemptNotFound && a.State == orchestrator.AttemptUnknown &&
		orchestrator.JudgeNotFound(config.Profile, a.SendUntil, a.NotFound.Add(w.now)) == orchestrator.VerdictFinal {
		in.Event, in.Reason = orchestrator.AttemptNotFoundFinal, orchestrator.FailureNeverArrived
	}
	next, event, err := a.Step(in)
	if err != nil {
		return a, err
	}
	if err := w.tx.Attempts().Update(&next); err != nil {
		return a, err
	}
	return next, w.record(event)
}

// afterOrder carries the change to the payment, tells the payer about his code, and closes first where that
// ends the doubt.
func (w *work) afterOrder(a, old orchestrator.Attempt, config orchestrator.ChannelConfig, op orchestrator.Operation, found orchestrator.Finding[orchestrator.AttemptEvent]) error {
	if err := w.afterAttempt(a, old); err != nil {
		return err
	}
	if op == orchestrator.OpChargeConfirm {
		return w.tellPaymentCode(a, config, found)
	}
	if found.Event == orchestrator.AttemptNotFound && orchestrator.CloseFirst(config.Profile, a, w.now) {
		return w.askOrder(a, config, jobCloseCharge)
	}
	return nil
}

// tellPaymentCode refuses the payer's code where the channel did. The last wrong one is answered in one way, whether
// the channel has ended the order with it or only takes no more codes: then the order is ended at once.
func (w *work) tellPaymentCode(a orchestrator.Attempt, config orchestrator.ChannelConfig, found orchestrator.Finding[orchestrator.AttemptEvent]) error {
	exhausted := found.Reason == orchestrator.ReasonCodeExhausted
	if found.Event != orchestrator.AttemptWrongCode && (found.Event != orchestrator.AttemptDecline || !exhausted) {
		return nil
	}
	if err := w.refuse(codeRefusal(found.Reason, a.TriesLeft)); err != nil || !a.Exhausted() {
		return err
	}
	return w.askOrder(a, config, askHow(config))
}

// askHow is how an order that can no longer be paid is ended: by closing it, or else by asking how it stands.
func askHow(config orchestrator.ChannelConfig) jobKind {
	if config.Profile.CloseOffered {
		return jobCloseCharge
	}
	return jobQueryCharge
}

// askOrder takes a lease on an attempt and calls for one query or close.
func (w *work) askOrder(a orchestrator.Attempt, config orchestrator.ChannelConfig, kind jobKind) error {
	a = a.Ask(w.e.owner, w.leaseUntil(config), w.now)
	a.CloseAsked = a.CloseAsked || kind == jobCloseCharge
	if err := w.tx.Attempts().Update(&a); err != nil {
		return err
	}
	w.add(job{kind: kind, id: a.ID, fence: a.Lease.Fence})
	return nil
}

// neverSent ends an attempt of which no copy ever left.
func (w *work) neverSent(a orchestrator.Attempt, config orchestrator.ChannelConfig, reason string) error {
	next, err := w.attempt(a, config, orchestrator.AttemptInput{
		Event: orchestrator.AttemptNeverSent, Actor: orchestrator.ActorEngine, Reason: reason, Cause: "no copy was written", TriesLeft: -1,
	})
	if err != nil {
		return err
	}
	return w.afterAttempt(next, a)
}

// codeRefusal is what the payer's page learns about a code that was not taken.
func codeRefusal(reason string, triesLeft int) *orchestrator.Error {
	switch reason {
	case orchestrator.ReasonCodeExpired:
		return orchestrator.Refuse(orchestrator.CodeCodeExpired, "The code has expired; ask for a new one.")
	case orchestrator.ReasonCodeExhausted:
		return orchestrator.Refuse(orchestrator.CodeLocked, "Too many wrong codes.")
	}
	return &orchestrator.Error{
		Code: orchestrator.CodeWrongCode, Field: "code", Detail: "The code is wrong.", TriesLeft: max(triesLeft, 0),
	}
}

// claimAttempt begins what is due on an attempt.
func (w *work) claimAttempt(id string) error {
	a, err := w.tx.Attempts().Get(w.m.ID, id)
	if err != nil || !w.isDue(a.DueAt, a.Lease) {
		return err
	}
	config, err := w.channel(a.ChannelID)
	if err != nil {
		return err
	}
	switch a.State {
	case orchestrator.AttemptIntent:
		return w.claimIntent(a, config)
	case orchestrator.AttemptSending, orchestrator.AttemptConfirming:
		lost, err := w.attempt(a, config, orchestrator.AttemptInput{
			Event: orchestrator.AttemptNoAnswer, Cause: "lease ended", TriesLeft: -1,
		})
		if err != nil {
			return err
		}
		if err := w.afterAttempt(lost, a); err != nil {
			return err
		}
		return w.askOrder(lost, config, jobQueryCharge)
	case orchestrator.AttemptUnknown, orchestrator.AttemptAccepted:
		if a.CloseWanted && config.Profile.CloseOffered {
			return w.askOrder(a, config, jobCloseCharge)
		}
		return w.askOrder(a, config, jobQueryCharge)
	case orchestrator.AttemptAwaitingCode:
		return w.askOrder(a, config, askHow(config))
	}
	return w.asked(a)
}

// asked takes an ended attempt from the due rows: an operator had asked about it, and the process that did is gone.
func (w *work) asked(a orchestrator.Attempt) error {
	a.Lease, a.DueAt = a.Lease.Free(), time.Time{}
	return w.tx.Attempts().Update(&a)
}

// claimIntent sends an attempt again of which no copy was written, or ends it.
func (w *work) claimIntent(a orchestrator.Attempt, config orchestrator.ChannelConfig) error {
	card, err := w.tx.Cards().Get(w.m.ID, a.CardID)
	if err != nil {
		return err
	}
	if !a.MayResend(w.now) || !card.Usable() {
		return w.neverSent(a, config, orchestrator.FailureNotSent)
	}
	in := w.attemptInput(orchestrator.AttemptPermit, config)
	next, err := w.attempt(a, config, in)
	if err != nil {
		return err
	}
	w.add(job{kind: jobCharge, id: next.ID, fence: next.Lease.Fence})
	return w.afterAttempt(next, a)
}
