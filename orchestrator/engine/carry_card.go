package engine

import (
	"context"

	"countersign/orchestrator"
)

// carryCheck makes one element check and feeds the reply back.
func (e *Engine) carryCheck(ctx context.Context, c *chain, j job) (*work, error) {
	var k orchestrator.Check
	var t target
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		if k, err = tx.Checks().Get(c.merchantID, j.id); err != nil {
			return err
		}
		return t.load(tx, c.merchantID, k.ChannelID, k.CardID)
	})
	if err != nil || k.Lease.Fence != j.fence {
		return nil, err
	}
	ask := callOrNot{call: orchestrator.Call{
		Operation: orchestrator.OpElementCheck, Number: k.CheckNo, NotAfter: k.Lease.Until,
	}}
	if el, err := e.elementsFor(t.card, k.Owner.ID, k.ElementsPrint); err == nil {
		ask.call.Elements = &el
	} else {
		ask.refused = orchestrator.FailureElementsRequired
	}
	reply := e.ask(ctx, t, ask)
	return e.transact(ctx, PointResult, c.merchantID, orchestrator.ActorReply, func(w *work) error {
		w.idem = c.idem
		return w.checkResult(j, reply)
	})
}

// checkResult feeds a reply to an element check.
func (w *work) checkResult(j job, reply orchestrator.Reply) error {
	k, err := w.tx.Checks().Get(w.m.ID, j.id)
	if err != nil || k.Lease.Fence != j.fence {
		return err
	}
	config, err := w.channel(k.ChannelID)
	if err != nil {
		return err
	}
	if err := w.observe(k.ChannelID, reply.Proof); err != nil {
		return err
	}
	found := orchestrator.JudgeCheck(config.Profile, k, reply)
	if reply.Code == orchestrator.FailureElementsRequired {
		found.Reason = orchestrator.FailureElementsRequired
	}
	evidenceID, err := w.storeReply(k.ChannelID, orchestrator.OpElementCheck, k.CheckNo, reply)
	if err != nil {
		return err
	}
	return w.stepCheck(k, orchestrator.CheckInput{Event: found.Event, Reason: found.Reason, Cause: found.Cause, EvidenceID: evidenceID})
}

// stepCheck steps a stored check, stores it and carries it on.
func (w *work) stepCheck(k orchestrator.Check, in orchestrator.CheckInput) error {
	in.Actor, in.At, in.Draw = w.actor, w.now, w.draw(k.ID, k.Sends)
	next, event, err := k.Step(in)
	if err != nil {
		return err
	}
	if err := w.tx.Checks().Update(&next); err != nil {
		return err
	}
	if err := w.record(event); err != nil {
		return err
	}
	if next.State == k.State {
		return nil
	}
	return w.afterCheck(next)
}

// claimCheck asks an element check again under its own number.
func (w *work) claimCheck(id string) error {
	k, err := w.tx.Checks().Get(w.m.ID, id)
	if err != nil || !w.isDue(k.DueAt, k.Lease) {
		return err
	}
	config, err := w.channel(k.ChannelID)
	if err != nil {
		return err
	}
	if k.State == orchestrator.CheckSending {
		return w.stepCheck(k, orchestrator.CheckInput{Event: orchestrator.CheckNoAnswer, Cause: "lease ended"})
	}
	k, event, err := k.Step(orchestrator.CheckInput{
		Event: orchestrator.CheckAgain, Actor: w.actor, At: w.now, Owner: w.e.owner, LeaseUntil: w.leaseUntil(config),
	})
	if err != nil {
		return err
	}
	if err := w.tx.Checks().Update(&k); err != nil {
		return err
	}
	w.add(job{kind: jobCheck, id: k.ID, fence: k.Lease.Fence})
	return w.record(event)
}

// carryAgreement terminates an agreement that is being revoked, or asks how any other one stands.
func (e *Engine) carryAgreement(ctx context.Context, c *chain, j job) (*work, error) {
	var a orchestrator.Agreement
	var t target
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		if a, err = tx.Agreements().Get(c.merchantID, j.id); err != nil {
			return err
		}
		return t.load(tx, c.merchantID, a.ChannelID, a.CardID)
	})
	if err != nil || a.Lease.Fence != j.fence {
		return nil, err
	}
	op := orchestrator.OpAgreementQuery
	if a.State == orchestrator.AgreementRevoking {
		op = orchestrator.OpAgreementTerminate
	}
	reply := e.ask(ctx, t, callOrNot{call: orchestrator.Call{
		Operation: op, Number: a.AgreementNo, AgreementNo: a.AgreementNo, PayerRef: a.PayerID, NotAfter: a.Lease.Until,
	}})
	return e.transact(ctx, PointResult, c.merchantID, actorOf(op), func(w *work) error {
		return w.agreementResult(j, op, reply)
	})
}

// agreementResult feeds a reply to an agreement.
func (w *work) agreementResult(j job, op orchestrator.Operation, reply orchestrator.Reply) error {
	a, err := w.tx.Agreements().Get(w.m.ID, j.id)
	if err != nil || a.Lease.Fence != j.fence {
		return err
	}
	found := orchestrator.JudgeAgreement(a, op, reply)
	evidenceID, err := w.storeReply(a.ChannelID, op, a.AgreementNo, reply)
	if err != nil {
		return err
	}
	next, event, err := a.Step(orchestrator.AgreementInput{
		Event: found.Event, Actor: w.actor, At: w.now, Cause: found.Cause, EvidenceID: evidenceID, Reference: a.CardID,
		Draw: w.draw(a.ID, a.Queries),
	})
	if err != nil {
		return err
	}
	if err := w.tx.Agreements().Update(&next); err != nil {
		return err
	}
	return w.record(event)
}

// askAgreement takes a lease on an agreement and calls for one query or termination.
func (w *work) askAgreement(a orchestrator.Agreement) error {
	config, err := w.channel(a.ChannelID)
	if err != nil {
		return err
	}
	until := w.leaseUntil(config)
	a.Queries++
	a.Lease, a.DueAt = a.Lease.Take(w.e.owner, until), until
	if err := w.tx.Agreements().Update(&a); err != nil {
		return err
	}
	w.add(job{kind: jobAgreement, id: a.ID, fence: a.Lease.Fence})
	return nil
}

// claimAgreement begins what is due on an agreement: a termination not yet acknowledged, or a query that a
// dead process had begun.
func (w *work) claimAgreement(id string) error {
	a, err := w.tx.Agreements().Get(w.m.ID, id)
	if err != nil || !w.isDue(a.DueAt, a.Lease) {
		return err
	}
	return w.askAgreement(a)
}

// claimNotice begins the next try of a notice.
func (w *work) claimNotice(id string) error {
	n, err := w.tx.Notices().Get(w.m.ID, id)
	if err != nil || !w.isDue(n.DueAt, n.Lease) {
		return err
	}
	return w.tryNotice(n, w.tx.Notices().Update)
}
