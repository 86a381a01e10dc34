package engine

import (
	"context"
	"errors"

	"countersign/orchestrator"
)

// carryOut does one job: read the rows, make the call outside of any transaction, store what it brought.
func (e *Engine) carryOut(ctx context.Context, c *chain, j job) (*work, error) {
	switch j.kind {
	case jobCharge, jobQueryCharge, jobCloseCharge, jobConfirmCharge, jobResendCharge:
		return e.carryOrder(ctx, c, j)
	case jobApply, jobResendSigning, jobConfirm, jobQuerySigning, jobBind:
		return e.carrySigning(ctx, c, j)
	case jobTextCode:
		return e.carryCode(ctx, c, j)
	case jobCheck:
		return e.carryCheck(ctx, c, j)
	case jobAgreement:
		return e.carryAgreement(ctx, c, j)
	case jobNotice:
		return e.carryNotice(ctx, c, j)
	}
	return nil, errors.New("unknown kind of job")
}

// call asks a channel, under the merchant's clock and the gate. While it waits the merchant is not busy.
func (e *Engine) call(ctx context.Context, m orchestrator.Merchant, access orchestrator.Access, call orchestrator.Call) orchestrator.Reply {
	timeout := e.timeout(access.Config)
	limited, end := e.calls.limit(ctx, m.ID, access.Clock, timeout)
	defer end()
	if latest := access.Clock.Now().Add(timeout); call.NotAfter.IsZero() || latest.Before(call.NotAfter) {
		call.NotAfter = latest
	}
	meter := e.meters.of(m.ID)
	meter.change(-1, 1)
	defer meter.change(1, -1)
	e.opt.Gate(PointOf(call.Operation) + before)
	reply := e.opt.Channel.Do(limited, access, call)
	e.opt.Gate(PointOf(call.Operation) + after)
	return reply
}

// outbound makes any other call, under the merchant's clock and the gate.
func (e *Engine) outbound(ctx context.Context, m orchestrator.Merchant, point string, fn func(context.Context) error) error {
	limited, end := e.calls.limit(ctx, m.ID, e.clocks.of(m), e.opt.CallTimeout)
	defer end()
	meter := e.meters.of(m.ID)
	meter.change(-1, 1)
	defer meter.change(1, -1)
	e.opt.Gate(point + before)
	err := fn(limited)
	e.opt.Gate(point + after)
	return err
}

// target is what a job needs to speak to its channel.
type target struct {
	m      orchestrator.Merchant
	config orchestrator.ChannelConfig
	card   orchestrator.Card
}

// load reads a job's merchant, channel and card.
func (t *target) load(tx orchestrator.Tx, merchantID, channelID, cardID string) (err error) {
	if t.m, err = tx.Merchants().Get(merchantID); err != nil {
		return err
	}
	if t.config, err = tx.Channels().Get(merchantID, channelID); err != nil {
		return err
	}
	t.card, err = tx.Cards().Get(merchantID, cardID)
	return err
}

// storeReply stores a reply as evidence when something was heard at all, and answers its id.
func (w *work) storeReply(channelID string, op orchestrator.Operation, number string, r orchestrator.Reply) (string, error) {
	if r.Proof == orchestrator.ProofNone && r.Wire.Status == 0 {
		return "", nil
	}
	return w.evidence(channelID, string(op), number, r.Proof, r.Code, r.Detail, r.Wire)
}

// notWritten is the reply of a call that was not even tried.
func notWritten(code string) orchestrator.Reply {
	return orchestrator.Reply{Proof: orchestrator.ProofNotWritten, Code: code, Detail: "not tried: " + code}
}

// actorOf says who speaks in a reply to an operation: a query of ours, or the synchronous answer.
func actorOf(op orchestrator.Operation) orchestrator.Actor {
	switch op {
	case orchestrator.OpChargeQuery, orchestrator.OpSigningQuery, orchestrator.OpAgreementQuery:
		return orchestrator.ActorQuery
	}
	return orchestrator.ActorReply
}
