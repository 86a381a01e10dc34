package engine

import (
	"context"
	"strconv"
	"time"

	"countersign/orchestrator"
)

// signingOps maps jobs on a signing to operations.
var signingOps = map[jobKind]orchestrator.Operation{
	jobApply: orchestrator.OpSigningApply, jobResendSigning: orchestrator.OpSigningResend, jobConfirm: orchestrator.OpSigningConfirm,
	jobQuerySigning: orchestrator.OpSigningQuery, jobBind: orchestrator.OpBind,
}

// carrySigning makes one call about a signing and feeds the reply back.
func (e *Engine) carrySigning(ctx context.Context, c *chain, j job) (*work, error) {
	var s orchestrator.Signing
	var t target
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		if s, err = tx.Signings().Get(c.merchantID, j.id); err != nil {
			return err
		}
		return t.load(tx, c.merchantID, s.ChannelID, s.CardID)
	})
	if err != nil || s.Lease.Fence != j.fence {
		return nil, err
	}
	op := signingOps[j.kind]
	reply := e.ask(ctx, t, e.signingCall(s, t, op, j.code))
	return e.transact(ctx, PointResult, c.merchantID, actorOf(op), func(w *work) error {
		w.idem = c.idem
		return w.signingResult(j, op, reply)
	})
}

// signingCall fills the request from the stored row.
func (e *Engine) signingCall(s orchestrator.Signing, t target, op orchestrator.Operation, code orchestrator.Secret) callOrNot {
	call := orchestrator.Call{Operation: op, Number: s.SignNo, PayerRef: s.PayerID, Code: code, NotAfter: s.Lease.Until}
	if op == orchestrator.OpBind {
		call.Evidence = &orchestrator.BindEvidence{
			Kind: orchestrator.EvidencePlatformVerified, Reference: s.ID, CheckNo: s.CheckNo,
		}
		if s.Legacy != nil {
			call.Evidence = &orchestrator.BindEvidence{
				Kind: orchestrator.EvidenceLegacy, Reference: s.Legacy.Reference, SignedOn: s.Legacy.SignedOn,
			}
		}
	}
	if op == orchestrator.OpSigningApply || op == orchestrator.OpBind {
		call.NotifyURL = e.notifyURL(t.config)
		el, err := e.elementsFor(t.card, s.Owner.ID, s.ElementsPrint)
		if err != nil {
			return callOrNot{refused: orchestrator.FailureElementsRequired}
		}
		call.Elements = &el
	}
	return callOrNot{call: call}
}

// signingResult feeds a reply about a signing to it, and carries on what follows.
func (w *work) signingResult(j job, op orchestrator.Operation, reply orchestrator.Reply) error {
	s, err := w.tx.Signings().Get(w.m.ID, j.id)
	if err != nil {
		return err
	}
	config, err := w.channel(s.ChannelID)
	if err != nil {
		return err
	}
	if op == orchestrator.OpSigningApply || op == orchestrator.OpBind {
		if err := w.observe(s.ChannelID, reply.Proof); err != nil {
			return err
		}
	}
	found := orchestrator.JudgeSigning(config.Profile, s, op, reply)
	if reply.Code == orchestrator.FailureElementsRequired && found.Event == orchestrator.SigningNotWritten {
		found.Reason = orchestrator.FailureElementsRequired
	}
	if s.Lease.Fence != j.fence && found.Event != orchestrator.SigningSign {
		return nil
	}
	if op == orchestrator.OpSigningResend {
		if err := w.tellTooEarly(reply); err != nil {
			return err
		}
	}
	return w.signingFound(s, config, op, found, reply)
}

// signingFound steps the signing by a finding, makes the agreement where there is one, and tells the payer.
func (w *work) signingFound(s orchestrator.Signing, config orchestrator.ChannelConfig, op orchestrator.Operation,
	found orchestrator.Finding[orchestrator.SigningEvent], reply orchestrator.Reply,
) error {
	evidenceID, err := w.storeReply(s.ChannelID, op, s.SignNo, reply)
	if err != nil {
		return err
	}
	in := orchestrator.SigningInput{
		Event: found.Event, Reason: found.Reason, Cause: found.Cause, EvidenceID: evidenceID, SMS: found.SMS,
		TriesLeft: found.TriesLeft, Profile: config.Profile, RetryAfter: found.RetryAfter,
	}
	if found.Event == orchestrator.SigningSign && s.State != orchestrator.SigningActive {
		if in.AgreementID, err = w.signed(s, *found.Agreement, evidenceID); err != nil {
			return err
		}
	}
	next, err := w.signing(s, in, nil)
	if err != nil {
		return err
	}
	if in.AgreementID != "" {
		if _, err := w.confirmed(s.Owner, s.CardID, s.ElementsPrint); err != nil {
			return err
		}
	}
	if op == orchestrator.OpSigningConfirm {
		if err := w.tellCode(found, next); err != nil {
			return err
		}
	}
	return w.afterSigning(next, s.State)
}

// tellTooEarly refuses a resend that the channel found too early.
func (w *work) tellTooEarly(reply orchestrator.Reply) error {
	if reply.Code != orchestrator.ProblemTooFrequent {
		return nil
	}
	return w.refuse(&orchestrator.Error{
		Code: orchestrator.CodeTooFrequent, Detail: "Too early for another SMS.", RetryAfter: max(reply.RetryAfter, time.Second),
	})
}

// tellCode refuses the payer's code where the channel did.
func (w *work) tellCode(found orchestrator.Finding[orchestrator.SigningEvent], s orchestrator.Signing) error {
	switch {
	case s.State == orchestrator.SigningLockedState:
		return w.refuse(codeRefusal(orchestrator.ReasonCodeExhausted, 0))
	case found.Event == orchestrator.SigningCodeTooOld || (found.Event == orchestrator.SigningExpire && s.State == orchestrator.SigningExpiredState):
		return w.refuse(codeRefusal(orchestrator.ReasonCodeExpired, s.TriesLeft))
	case found.Event == orchestrator.SigningWrongCode:
		return w.refuse(codeRefusal(orchestrator.ReasonWrongCode, s.TriesLeft))
	}
	return nil
}

// carryCode texts the platform's own code. Whether it went out is told in the story; when it did not, the
// payer may ask again at once.
func (e *Engine) carryCode(ctx context.Context, c *chain, j job) (*work, error) {
	var s orchestrator.Signing
	var t target
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		if s, err = tx.Signings().Get(c.merchantID, j.id); err != nil {
			return err
		}
		return t.load(tx, c.merchantID, s.ChannelID, s.CardID)
	})
	if err != nil {
		return nil, err
	}
	el, sendErr := e.elementsFor(t.card, s.Owner.ID, s.ElementsPrint)
	if sendErr == nil {
		sendErr = e.message(ctx, t.m, orchestrator.Message{
			MessageNo: codeMessageNo(s), Kind: orchestrator.NoticeSMS, Purpose: orchestrator.PurposeCode, Template: "verification_code",
			To: orchestrator.NewSecret(el.Mobile.Reveal()), Text: orchestrator.NewSecret(codeText(t.m, s.SMS.About, j.code.Reveal())),
			Reference: s.Owner.ID,
		})
	}
	return e.transact(ctx, PointResult, c.merchantID, orchestrator.ActorReply, func(w *work) error {
		return w.codeTexted(s, sendErr)
	})
}

// codeMessageNo is the gateway's number for one own code: a repeat is sent once.
func codeMessageNo(s orchestrator.Signing) string {
	return "msg_" + s.ID + "_" + strconv.Itoa(s.SMS.Seq)
}

// codeTexted notes how the sending of an own code went.
func (w *work) codeTexted(sent orchestrator.Signing, sendErr error) error {
	event := orchestrator.Event{
		Reference: sent.Owner.ID, Subject: "sms", SubjectID: codeMessageNo(sent), ChannelID: sent.ChannelID, Actor: w.actor,
		Name: "own_code", New: "sent",
	}
	if sendErr == nil {
		return w.record(event)
	}
	event.New = "not_sent"
	s, err := w.tx.Signings().Get(w.m.ID, sent.ID)
	if err != nil {
		return err
	}
	if s.State == orchestrator.SigningCodeSentState && s.SMS.Seq == sent.SMS.Seq {
		s.SMS.ResendAfter = w.now
		if err := w.tx.Signings().Update(&s); err != nil {
			return err
		}
	}
	return w.record(event)
}

// askSigning takes a lease on a signing and calls for one query.
func (w *work) askSigning(s orchestrator.Signing, config orchestrator.ChannelConfig) error {
	s = s.Ask(w.e.owner, w.leaseUntil(config))
	if err := w.tx.Signings().Update(&s); err != nil {
		return err
	}
	w.add(job{kind: jobQuerySigning, id: s.ID, fence: s.Lease.Fence})
	return nil
}

// claimSigning begins what is due on a signing.
func (w *work) claimSigning(id string) error {
	s, err := w.tx.Signings().Get(w.m.ID, id)
	if err != nil || !w.isDue(s.DueAt, s.Lease) {
		return err
	}
	config, err := w.channel(s.ChannelID)
	if err != nil {
		return err
	}
	if s.Ended() {
		return w.askSigning(s, config)
	}
	if !w.now.Before(s.ExpiresAt) {
		return w.stepSigning(s, orchestrator.SigningExpire, orchestrator.ReasonCodeExpired)
	}
	switch s.State {
	case orchestrator.SigningApplyUnknown, orchestrator.SigningConfirmUnknown, orchestrator.SigningBindUnknown:
		return w.askSigning(s, config)
	case orchestrator.SigningApplying, orchestrator.SigningConfirming, orchestrator.SigningBinding:
		if err := w.stepSigning(s, orchestrator.SigningNoAnswer, "lease ended"); err != nil {
			return err
		}
		if s, err = w.tx.Signings().Get(w.m.ID, id); err != nil {
			return err
		}
		return w.askSigning(s, config)
	}
	return w.stepSigning(s, orchestrator.SigningNoAnswer, "lease ended") // a resend whose process is gone
}

// stepSigning steps a stored signing by an event of ours and carries it on.
func (w *work) stepSigning(s orchestrator.Signing, event orchestrator.SigningEvent, reason string) error {
	next, err := w.signing(s, orchestrator.SigningInput{Event: event, Reason: reason, TriesLeft: -1}, nil)
	if err != nil {
		return err
	}
	return w.afterSigning(next, s.State)
}
