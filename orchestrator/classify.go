package orchestrator

import "time"

// Finding is what a reply means for a machine: its event, and what goes into the row with it.
type Finding[E ~string] struct {
	Event     E
	Reason    string
	Cause     string
	TriesLeft int
	SMS       *SMSReport
	Agreement *AgreementReport
	// RetryAfter goes with a resend that was refused.
	RetryAfter time.Duration
}

// JudgeCharge says what a reply to an operation on an order means for its attempt. Only a signed answer that
// names our order is evidence; of the refusals, only those on the profile's final list, and only for the
// copy that got them.
func JudgeCharge(profile ChannelProfile, a Attempt, op Operation, reply Reply) Finding[AttemptEvent] {
	f := Finding[AttemptEvent]{Event: AttemptNoAnswer, Cause: string(op) + " " + reply.Detail, TriesLeft: -1}
	if op == OpChargeResend && a.State == AttemptAwaitingCode && didNotResend(profile, reply) {
		f.Event, f.Reason, f.RetryAfter = AttemptResendUndone, reply.Code, reply.RetryAfter
		return f
	}
	switch reply.Proof {
	case ProofNotWritten:
		f.Event = AttemptNotWritten
	case ProofProblem:
		judgeChargeProblem(profile, a, op, reply.Code, &f)
	case ProofStatus:
		if reply.Charge == nil || !a.names(*reply.Charge) {
			f.Cause = "answer names another order or amount"
			return f
		}
		f = judgeChargeReport(*reply.Charge)
		f.Cause = string(op)
	}
	return f
}

// didNotResend says that a reply to a resend proves that no SMS went out: nothing was written, or a signed refusal says
// so. No money hangs on it, so "too frequent" is taken at its word here.
func didNotResend(profile ChannelProfile, reply Reply) bool {
	return reply.Proof == ProofNotWritten ||
		(reply.Proof == ProofProblem && (reply.Code == ProblemTooFrequent || profile.Final(reply.Code)))
}

// judgeChargeProblem reads a signed refusal.
func judgeChargeProblem(profile ChannelProfile, a Attempt, op Operation, code string, f *Finding[AttemptEvent]) {
	f.Cause, f.Reason = string(op)+" refused", code
	switch {
	case op == OpCharge && profile.Final(code) && !a.Written:
		f.Event = AttemptDecline
	case op == OpChargeQuery && code == ProblemOrderNotFound:
		f.Event = AttemptNotFound
	case op == OpChargeConfirm && code == ProblemLocked:
		f.Event, f.Reason, f.TriesLeft = AttemptWrongCode, ReasonCodeExhausted, 0
	case op == OpChargeConfirm && profile.Final(code):
		f.Event = AttemptNotWritten // this copy did nothing: the code is unused
	}
}

// judgeChargeReport reads what the channel says about the order.
func judgeChargeReport(r ChargeReport) Finding[AttemptEvent] {
	f := Finding[AttemptEvent]{Event: AttemptNoAnswer, Reason: r.Reason, TriesLeft: r.TriesLeft, SMS: r.SMS}
	switch r.Status {
	case ChargeSucceeded:
		f.Event = AttemptSucceed
	case ChargeDeclined:
		f.Event = AttemptDecline
	case ChargeProcessing:
		f.Event = AttemptProcessing
	case ChargeClosed:
		f.Event = AttemptCloseAcked
		if f.Reason == "" {
			f.Reason = ReasonOrderClosed
		}
	case ChargeCodeRequired:
		f.Event = AttemptCodeWanted
		if r.Reason == ReasonWrongCode || r.Reason == ReasonCodeExpired || r.Reason == ReasonCodeExhausted {
			f.Event = AttemptWrongCode
		}
	}
	return f
}

// names says whether a report is about this very order: number, and time, amount and currency where said.
func (a Attempt) names(r ChargeReport) bool {
	return r.OrderNo == a.OrderNo &&
		(r.MemberNo == "" || r.MemberNo == a.MemberNo) &&
		(r.OrderTime.IsZero() || r.OrderTime.Equal(a.OrderTime)) &&
		(r.Amount == a.Amount || (r.Amount == 0 && r.Status != ChargeSucceeded)) &&
		(r.Currency == "" || r.Currency == "CNY")
}

// JudgeSigning says what a reply to an operation on a signing means for it.
func JudgeSigning(profile ChannelProfile, s Signing, op Operation, reply Reply) Finding[SigningEvent] {
	f := Finding[SigningEvent]{Event: SigningNoAnswer, Cause: string(op) + " " + reply.Detail, TriesLeft: -1}
	if op == OpSigningResend && s.State == SigningCodeSentState && didNotResend(profile, reply) {
		f.Event, f.Reason, f.RetryAfter = SigningResendUndone, reply.Code, reply.RetryAfter
		return f
	}
	switch reply.Proof {
	case ProofNotWritten:
		f.Event, f.Reason = SigningNotWritten, FailureNotSent
	case ProofProblem:
		judgeSigningProblem(profile, op, reply.Code, &f)
	case ProofStatus:
		if reply.Signing == nil || reply.Signing.SignNo != s.SignNo {
			f.Cause = "answer names another signing"
			return f
		}
		f = judgeSigningReport(s, op, *reply.Signing)
		f.Cause = string(op)
	}
	return f
}

// judgeSigningProblem reads a signed refusal.
func judgeSigningProblem(profile ChannelProfile, op Operation, code string, f *Finding[SigningEvent]) {
	f.Cause, f.Reason = string(op)+" refused", code
	switch {
	case op == OpSigningQuery && code == ProblemSigningNotFound:
		f.Event = SigningNotFound
	case op == OpSigningConfirm && code == ProblemLocked:
		f.Event, f.Reason = SigningLock, ReasonCodeExhausted
	case (op == OpSigningApply || op == OpBind) && profile.Final(code):
		f.Event = SigningDecline
	case op == OpSigningConfirm && profile.Final(code):
		f.Event = SigningNotWritten // this copy did nothing: the code is unused
	}
}

// judgeSigningReport reads what the channel says about the signing.
func judgeSigningReport(s Signing, op Operation, r SigningReport) Finding[SigningEvent] {
	f := Finding[SigningEvent]{
		Event: SigningNoAnswer, Reason: r.Reason, TriesLeft: r.TriesLeft, SMS: r.SMS, Agreement: r.Agreement,
	}
	switch r.Status {
	case SigningSigned:
		f.Event = SigningSign
		if r.Agreement == nil || r.Agreement.AgreementNo == "" || r.Agreement.Status != AgreementStatusActive {
			f.Event, f.Reason = SigningNoAnswer, "signed without a live agreement"
		}
	case SigningDeclined:
		f.Event = SigningDecline
	case SigningExpired:
		f.Event, f.Reason = SigningExpire, ReasonCodeExpired
	case SigningLocked:
		f.Event, f.Reason = SigningLock, ReasonCodeExhausted
	case SigningCodeSent:
		f.Event = judgeCodeSent(s, op, r.Reason)
	}
	return f
}

// judgeCodeSent tells a fresh code from a wrong one, and from "not signed" after a confirm that was lost.
func judgeCodeSent(s Signing, op Operation, reason string) SigningEvent {
	switch {
	case op == OpSigningConfirm && reason == ReasonCodeExpired:
		return SigningCodeTooOld
	case op == OpSigningConfirm:
		return SigningWrongCode
	case op == OpSigningQuery && s.State == SigningConfirmUnknown:
		return SigningNotSigned
	default:
		return SigningCodeOut
	}
}

// JudgeCheck says what a reply to an element check means.
func JudgeCheck(profile ChannelProfile, c Check, reply Reply) Finding[CheckEvent] {
	f := Finding[CheckEvent]{Event: CheckNoAnswer, Cause: string(OpElementCheck) + " " + reply.Detail}
	switch reply.Proof {
	case ProofNotWritten:
		f.Event, f.Reason = CheckGiveUp, FailureNotSent
	case ProofProblem:
		if profile.Final(reply.Code) {
			f.Event, f.Reason = CheckGiveUp, reply.Code
		}
	case ProofStatus:
		if reply.Check == nil || reply.Check.CheckNo != c.CheckNo {
			f.Cause = "answer names another check"
			return f
		}
		f.Cause, f.Reason = string(OpElementCheck), reply.Check.Reason
		switch reply.Check.Result {
		case CheckResultPassed:
			f.Event = CheckPass
		case CheckResultDeclined:
			f.Event = CheckDecline
		}
	}
	return f
}

// JudgeAgreement says what a reply about an agreement means.
func JudgeAgreement(a Agreement, op Operation, reply Reply) Finding[AgreementEvent] {
	f := Finding[AgreementEvent]{Event: AgreementNoAnswer, Cause: string(op) + " " + reply.Detail}
	switch reply.Proof {
	case ProofProblem:
		f.Cause, f.Reason = string(op)+" refused", reply.Code
		if reply.Code == ProblemAgreementNotFound || reply.Code == ProblemNotFound {
			f.Event = AgreementForgotten
		}
	case ProofStatus:
		if reply.Agreement == nil || reply.Agreement.AgreementNo != a.AgreementNo {
			f.Cause = "answer names another agreement"
			return f
		}
		f.Cause = string(op)
		switch reply.Agreement.Status {
		case AgreementStatusActive:
			f.Event = AgreementAlive
		case AgreementStatusTerminated:
			f.Event = AgreementTerminate
		case AgreementStatusCancelledAtBank:
			f.Event = AgreementCancel
		case AgreementStatusExpired:
			f.Event = AgreementExpire
		}
	}
	return f
}
