package channelclient

import (
	"encoding/json"
	"time"

	"countersign/contract/channel"
	"countersign/internal/money"
	"countersign/orchestrator"
)

// report decodes the body of a signed 2xx into the report its operation asks for, and holds it
// against the call. It returns the detail of a failure, "" when all is well. Unknown members are
// ignored, and an unknown reason is passed on: statuses decide, reasons explain.
func (x exchange) report(body []byte, reply *orchestrator.Reply) string {
	switch x.call.Operation {
	case orchestrator.OpElementCheck:
		return decodeInto(body, func(c channel.ElementCheck) (detail string) {
			reply.Check, detail = x.checkReport(c)
			return detail
		})
	case orchestrator.OpSigningApply, orchestrator.OpSigningResend, orchestrator.OpSigningConfirm,
		orchestrator.OpSigningQuery, orchestrator.OpBind:
		return decodeInto(body, func(s channel.Signing) (detail string) {
			reply.Signing, detail = x.signingReport(s)
			return detail
		})
	case orchestrator.OpAgreementQuery, orchestrator.OpAgreementTerminate:
		return decodeInto(body, func(a channel.Agreement) (detail string) {
			reply.Agreement, detail = x.ownAgreement(a)
			return detail
		})
	default:
		return decodeInto(body, func(c channel.Charge) (detail string) {
			reply.Charge, detail = x.ownCharge(c)
			return detail
		})
	}
}

// decodeInto decodes a body into the type that use takes.
func decodeInto[T any](body []byte, use func(T) string) string {
	var value T
	if json.Unmarshal(body, &value) != nil {
		return detailMalformed
	}
	return use(value)
}

// checkReport holds an element check against the call.
func (x exchange) checkReport(c channel.ElementCheck) (*orchestrator.CheckReport, string) {
	if c.CheckNo != x.call.Number {
		return nil, detailOtherOrder
	}
	if !c.Result.Valid() {
		return nil, detailUnknownValue
	}
	return &orchestrator.CheckReport{CheckNo: c.CheckNo, Result: string(c.Result), Reason: reasonOf(c.Reason)}, ""
}

// signingReport holds a signing against the call.
func (x exchange) signingReport(s channel.Signing) (*orchestrator.SigningReport, string) {
	if s.SignNo != x.call.Number {
		return nil, detailOtherOrder
	}
	report, detail := signingOf(x.access.Config.MemberNo, s)
	if detail != "" {
		return nil, detail
	}
	if a := report.Agreement; a != nil && x.call.PayerRef != "" && a.PayerRef != x.call.PayerRef {
		return nil, detailOtherOrder
	}
	return report, ""
}

// ownAgreement holds an agreement against the call.
func (x exchange) ownAgreement(a channel.Agreement) (*orchestrator.AgreementReport, string) {
	number := agreementNo(x.call)
	if (number != "" && a.AgreementNo != number) || (x.call.PayerRef != "" && a.PayerRef != x.call.PayerRef) {
		return nil, detailOtherOrder
	}
	return agreementOf(x.access.Config.MemberNo, a)
}

// ownCharge holds a charge against the call: order number, order time, amount.
func (x exchange) ownCharge(c channel.Charge) (*orchestrator.ChargeReport, string) {
	if c.OrderNo != x.call.Number || !c.OrderTime.Equal(x.call.OrderTime) {
		return nil, detailOtherOrder
	}
	if c.Amount != nil && x.call.Amount != 0 && money.Fen(*c.Amount) != x.call.Amount {
		return nil, detailOtherAmount
	}
	return chargeOf(x.access.Config.MemberNo, c)
}

// chargeOf converts a charge. A success must say how much was debited.
func chargeOf(member string, c channel.Charge) (*orchestrator.ChargeReport, string) {
	sms, ok := smsOf(c.Sms)
	if !c.Status.Valid() || !ok || (c.Currency != nil && *c.Currency != money.Currency) {
		return nil, detailUnknownValue
	}
	if !numberForm.MatchString(c.OrderNo) || (string(c.Status) == orchestrator.ChargeSucceeded && c.Amount == nil) {
		return nil, detailIncomplete
	}
	report := &orchestrator.ChargeReport{
		MemberNo: member, OrderNo: c.OrderNo, OrderTime: c.OrderTime.UTC(), Currency: money.Currency,
		Status: string(c.Status), Reason: reasonOf(c.Reason), TriesLeft: triesLeft(c.TriesLeft), SMS: sms,
	}
	if c.Amount != nil {
		report.Amount = money.Fen(*c.Amount)
	}
	return report, ""
}

// signingOf converts a signing. One that is signed must name its agreement.
func signingOf(member string, s channel.Signing) (*orchestrator.SigningReport, string) {
	sms, ok := smsOf(s.Sms)
	if !s.Status.Valid() || !ok {
		return nil, detailUnknownValue
	}
	report := &orchestrator.SigningReport{
		SignNo: s.SignNo, Status: string(s.Status), Reason: reasonOf(s.Reason), TriesLeft: triesLeft(s.TriesLeft), SMS: sms,
	}
	if s.Agreement != nil {
		agreement, detail := agreementOf(member, *s.Agreement)
		if detail != "" {
			return nil, detail
		}
		report.Agreement = agreement
	}
	if !numberForm.MatchString(s.SignNo) || (report.Status == orchestrator.SigningSigned && report.Agreement == nil) {
		return nil, detailIncomplete
	}
	return report, ""
}

// agreementOf converts an agreement.
func agreementOf(member string, a channel.Agreement) (*orchestrator.AgreementReport, string) {
	if !a.Status.Valid() {
		return nil, detailUnknownValue
	}
	if !numberForm.MatchString(a.AgreementNo) || a.PayerRef == "" {
		return nil, detailIncomplete
	}
	report := &orchestrator.AgreementReport{
		AgreementNo: a.AgreementNo, MemberNo: member, PayerRef: a.PayerRef, Status: string(a.Status), SignedAt: a.SignedAt.UTC(),
	}
	if a.ExpiresAt != nil {
		report.ExpiresAt = a.ExpiresAt.UTC()
	}
	return report, ""
}

// smsOf converts what a channel says about its SMS; ok is false when it says something unknown.
func smsOf(s *channel.SMS) (report *orchestrator.SMSReport, ok bool) {
	if s == nil {
		return nil, true
	}
	if !s.Sender.Valid() || !s.About.Valid() {
		return nil, false
	}
	return &orchestrator.SMSReport{
		Sender: orchestrator.Party(s.Sender), About: orchestrator.About(s.About), MaskedMobile: clip(s.MaskedMobile),
		Seq: s.Seq, SentAt: utc(s.SentAt), ExpiresAt: utc(s.ExpiresAt), ResendAfter: utc(s.ResendAfter),
	}, true
}

// utc keeps the zero time zero.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// reasonOf is a reason by form; a text that is no machine word is dropped.
func reasonOf(reason *channel.Reason) string {
	if reason == nil || !codeForm.MatchString(string(*reason)) {
		return ""
	}
	return string(*reason)
}

// triesLeft is -1 when the channel does not say, or says nonsense.
func triesLeft(n *int) int {
	if n == nil || *n < 0 {
		return -1
	}
	return *n
}

// clip keeps a mobile as it is shown only when it is masked: a channel that sends the number itself
// must not make us store it.
func clip(mobile string) string {
	const longest, mostDigits = 32, 8
	digits := 0
	for _, r := range mobile {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	if len(mobile) > longest || digits > mostDigits {
		return ""
	}
	return mobile
}
