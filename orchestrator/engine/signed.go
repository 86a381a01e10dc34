package engine

import (
	"time"

	"countersign/orchestrator"
)

// signed stores the agreement that a channel has signed, and answers its id. A known number is the same
// agreement; an older one that was thought alive has ended. One that comes true after the card was taken away is
// stored and terminated at the channel (A2), also when the card was bound again since.
func (w *work) signed(s orchestrator.Signing, report orchestrator.AgreementReport, evidenceID string) (string, error) {
	a, err := w.newAgreement(s, report, evidenceID)
	if err != nil {
		return "", err
	}
	card, err := w.tx.Cards().Get(w.m.ID, s.CardID)
	if err != nil {
		return "", err
	}
	all, err := w.tx.Agreements().ByCard(w.m.ID, s.CardID)
	if err != nil {
		return "", err
	}
	if !s.Wanted(card) {
		return w.signedUnwanted(s, a, all)
	}
	for _, a := range all {
		if a.ChannelID != s.ChannelID || a.State != orchestrator.AgreementActive {
			continue
		}
		if a.AgreementNo == report.AgreementNo {
			return a.ID, nil
		}
		if err := w.endAgreement(a.ID, endOf(a, w.now), evidenceID, s.Owner.ID); err != nil {
			return "", err
		}
	}
	if err := w.tx.Agreements().Insert(&a); err != nil {
		return "", err
	}
	return a.ID, w.recordSigned(s, a)
}

// newAgreement is the row of an agreement that a channel has signed, not stored yet.
func (w *work) newAgreement(s orchestrator.Signing, report orchestrator.AgreementReport, evidenceID string) (orchestrator.Agreement, error) {
	config, err := w.channel(s.ChannelID)
	a := orchestrator.Agreement{
		ID: w.e.opt.IDs.New("agr_"), MerchantID: w.m.ID, PayerID: s.PayerID, CardID: s.CardID, ChannelID: s.ChannelID,
		MemberNo: s.MemberNo, AgreementNo: report.AgreementNo, SigningID: s.ID, State: orchestrator.AgreementActive,
		SignedAt: w.now, ExpiresAt: report.ExpiresAt, EvidenceID: evidenceID,
	}
	if days := config.Profile.AgreementLifetimeDays; a.ExpiresAt.IsZero() && days > 0 {
		a.ExpiresAt = w.now.Add(time.Duration(days) * 24 * time.Hour)
	}
	return a, err
}

// signedUnwanted stores an agreement that nobody wants any more as one to be terminated, unless it is known.
func (w *work) signedUnwanted(s orchestrator.Signing, a orchestrator.Agreement, all []orchestrator.Agreement) (string, error) {
	for _, known := range all {
		if known.ChannelID == a.ChannelID && known.AgreementNo == a.AgreementNo {
			return known.ID, nil
		}
	}
	if err := w.recordSigned(s, a); err != nil {
		return "", err
	}
	next, event, err := a.Step(orchestrator.AgreementInput{
		Event: orchestrator.AgreementRevoke, Actor: w.actor, At: w.now, Cause: cardTakenAway, Reference: s.Owner.ID, Draw: w.draw(a.ID, 0),
	})
	if err != nil {
		return "", err
	}
	if err := w.tx.Agreements().Insert(&next); err != nil {
		return "", err
	}
	if err := w.askAgreement(next); err != nil {
		return "", err
	}
	return a.ID, w.record(event)
}

// recordSigned records that a channel has signed.
func (w *work) recordSigned(s orchestrator.Signing, a orchestrator.Agreement) error {
	return w.record(orchestrator.Event{
		Reference: s.Owner.ID, Subject: "agreement", SubjectID: a.ID, ChannelID: a.ChannelID, Actor: w.actor, Name: "signed",
		New: string(a.State), EvidenceID: a.EvidenceID,
	})
}

// endOf says how an agreement ended that the channel has signed anew: by age, or it forgot it.
func endOf(a orchestrator.Agreement, now time.Time) orchestrator.AgreementEvent {
	if !a.Usable(now) {
		return orchestrator.AgreementExpire
	}
	return orchestrator.AgreementForgotten
}

// ownCodePassed notes that a platform-sent code was given back right where the channel keeps no binding, and for
// which check.
func (w *work) ownCodePassed(s orchestrator.Signing) error {
	st, err := w.standing(s.CardID, s.ChannelID)
	if err != nil {
		return err
	}
	st.CodePassedAt, st.CodeCheckNo = w.now, s.CheckNo
	return w.tx.Standings().Put(&st)
}

// verification steps a verification in memory and records the event.
func (w *work) verification(v *orchestrator.Verification, event orchestrator.VerificationEvent, reason string) error {
	next, recorded, err := v.Step(orchestrator.VerificationInput{Event: event, Actor: w.actor, At: w.now, Reason: reason})
	if err != nil {
		return err
	}
	*v = next
	if v.Final() {
		w.over = append(w.over, v.ID)
	}
	if recorded.Old == recorded.New {
		return nil
	}
	return w.record(recorded)
}

func (w *work) verificationAfterSigning(v *orchestrator.Verification, s orchestrator.Signing) error {
	switch s.State {
	case orchestrator.SigningActive:
		return w.verification(v, orchestrator.VerificationSucceed, "")
	case orchestrator.SigningCodeSentState:
		return w.verification(v, orchestrator.VerificationAskCode, "")
	case orchestrator.SigningFailed, orchestrator.SigningLockedState, orchestrator.SigningExpiredState:
		return w.verification(v, orchestrator.VerificationFail, endOfSigning(s))
	default:
		return w.verification(v, orchestrator.VerificationProceed, "")
	}
}

func (w *work) verificationAfterCheck(c orchestrator.Check) error {
	v, err := w.tx.Verifications().Get(w.m.ID, c.Owner.ID)
	if err != nil || v.CheckID != c.ID || v.Final() {
		return err
	}
	switch c.State {
	case orchestrator.CheckPassed:
		err = w.verification(&v, orchestrator.VerificationSucceed, "")
	case orchestrator.CheckDeclined, orchestrator.CheckFailed:
		err = w.verification(&v, orchestrator.VerificationFail, c.Reason)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return w.tx.Verifications().Update(&v)
}

// syncAfterSigning notes how a legacy binding ended (T7).
func (w *work) syncAfterSigning(s orchestrator.Signing) error {
	item, err := w.tx.Syncs().Get(w.m.ID, s.Owner.ID)
	if err != nil || item.SigningID != s.ID {
		return err
	}
	card, err := w.tx.Cards().Get(w.m.ID, s.CardID)
	if err != nil {
		return err
	}
	if s.Ended() {
		w.over = append(w.over, item.ID)
	}
	result := item.Result
	switch s.State {
	case orchestrator.SigningActive:
		result = orchestrator.SyncBound
		if !s.Wanted(card) { // taken away since
			result = orchestrator.SyncNeedsSigning
		}
	case orchestrator.SigningFailed, orchestrator.SigningLockedState, orchestrator.SigningExpiredState:
		result = syncFailure(s.FailReason)
	case orchestrator.SigningCodeSentState:
		result = orchestrator.SyncNeedsSigning
	}
	return w.syncResult(&item, result, s.FailReason)
}

// syncFailure turns a refusal into a result: the elements are wrong, the channel cannot at the moment, or the
// evidence of former days is not enough.
func syncFailure(reason string) orchestrator.SyncResult {
	switch {
	case reason == orchestrator.ReasonElementsMismatch:
		return orchestrator.SyncMismatch
	case orchestrator.ClassOf(reason) == orchestrator.ClassChannel || reason == orchestrator.FailureOutcomeLost:
		return orchestrator.SyncUnknown
	default:
		return orchestrator.SyncNeedsSigning
	}
}

func (w *work) syncAfterCheck(c orchestrator.Check) error {
	item, err := w.tx.Syncs().Get(w.m.ID, c.Owner.ID)
	if err != nil || item.CheckID != c.ID {
		return err
	}
	switch c.State {
	case orchestrator.CheckPassed:
		if err := w.codeByEvidence(item); err != nil {
			return err
		}
		return w.syncResult(&item, orchestrator.SyncElementCheckPassed, "")
	case orchestrator.CheckDeclined:
		return w.syncResult(&item, orchestrator.SyncMismatch, c.Reason)
	case orchestrator.CheckFailed:
		w.over = append(w.over, item.ID)
	}
	return nil
}

// codeByEvidence lets the evidence of former days stand for the code, where the platform would text one: who signed then
// notices nothing now (T7). It counts for the check that the card has passed at the channel, like a code given back.
func (w *work) codeByEvidence(item orchestrator.SyncItem) error {
	config, err := w.channel(item.ChannelID)
	if err != nil || config.Profile.Method() != orchestrator.MethodOwnCode || item.Legacy == nil {
		return err
	}
	s, err := w.standing(item.CardID, item.ChannelID)
	if err != nil || !s.Checked() || s.CodePassed() {
		return err
	}
	s.CodePassedAt, s.CodeCheckNo = w.now, s.CheckNo
	if err := w.tx.Standings().Put(&s); err != nil {
		return err
	}
	return w.record(orchestrator.Event{
		Reference: item.ID, Subject: "standing", SubjectID: item.CardID, ChannelID: item.ChannelID, Actor: w.actor,
		Name: "code_by_evidence", Cause: "signed on " + item.Legacy.SignedOn + " under " + item.Legacy.Reference,
	})
}

// syncResult stores a changed result.
func (w *work) syncResult(item *orchestrator.SyncItem, result orchestrator.SyncResult, reason string) error {
	if item.Result == result {
		return nil
	}
	old := item.Result
	item.Result, item.Reason = result, reason
	w.over = append(w.over, item.ID)
	if err := w.tx.Syncs().Update(item); err != nil {
		return err
	}
	return w.record(orchestrator.Event{
		Reference: item.ID, Subject: "sync", SubjectID: item.ID, ChannelID: item.ChannelID, Actor: w.actor, Name: "result",
		Old: string(old), New: string(result), Cause: reason,
	})
}
