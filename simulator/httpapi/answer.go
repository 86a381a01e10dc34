package httpapi

import (
	"strconv"
	"time"

	"countersign/contract/channel"
	"countersign/internal/httpjson"
	"countersign/internal/money"
	"countersign/simulator"
)

// encodeOutcome writes what happened as the body of an accepted answer.
func encodeOutcome(out *simulator.Outcome) ([]byte, error) {
	switch {
	case out.Charge != nil:
		return appendCharge(make([]byte, 0, 384), out.Charge), nil
	case out.Check != nil:
		return httpjson.Encode(channel.ElementCheck{
			CheckNo: out.Check.CheckNo, Result: channel.ElementCheckResult(out.Check.Result), Reason: reasonOf(out.Check.Reason),
		})
	case out.Signing != nil:
		return httpjson.Encode(signingOf(out.Signing))
	case out.Agreement != nil:
		return httpjson.Encode(agreementOf(out.Agreement))
	case out.Refund != nil:
		return httpjson.Encode(refundOf(out.Refund))
	case out.Batch != nil:
		return httpjson.Encode(batchOf(out.Batch))
	case out.File != nil:
		return out.File.Body, nil
	case out.Profile != nil:
		return httpjson.Encode(DescribeProfile(out.Profile))
	default:
		return httpjson.Encode(channel.Limits{Banks: banksOf(out.Limits)})
	}
}

// appendCharge writes the schema Charge. All its texts are of patterns that need
// no escaping. This is the hot path: it does what encoding/json would.
func appendCharge(to []byte, c *simulator.ChargeView) []byte {
	to = append(to, `{"order_no":"`...)
	to = append(to, c.OrderNo...)
	to = append(to, `","order_time":"`...)
	to = c.OrderTime.UTC().AppendFormat(to, time.RFC3339Nano)
	to = append(to, `","status":"`...)
	to = append(to, c.Status...)
	to = append(to, '"')
	if c.Reason != "" {
		to = append(to, `,"reason":"`...)
		to = append(to, c.Reason...)
		to = append(to, '"')
	}
	if c.Amount > 0 {
		to = append(to, `,"amount":`...)
		to = strconv.AppendInt(to, int64(c.Amount), 10)
		to = append(to, `,"currency":"`+money.Currency+`"`...)
	}
	if at := debitedAt(c); !at.IsZero() {
		to = append(to, `,"debited_at":"`...)
		to = at.UTC().AppendFormat(to, time.RFC3339Nano)
		to = append(to, '"')
	}
	if c.Refunded > 0 {
		to = append(to, `,"refunded":`...)
		to = strconv.AppendInt(to, int64(c.Refunded), 10)
	}
	if c.TriesLeft > 0 {
		to = append(to, `,"tries_left":`...)
		to = strconv.AppendInt(to, int64(c.TriesLeft), 10)
	}
	if c.SMS != nil {
		to = appendSMS(append(to, `,"sms":`...), c.SMS)
	}
	return append(to, '}')
}

// appendSMS writes the schema SMS.
func appendSMS(to []byte, s *simulator.SMSView) []byte {
	to = append(to, `{"sender":"`...)
	to = append(to, s.Sender...)
	to = append(to, `","about":"`...)
	to = append(to, s.About...)
	to = append(to, `","masked_mobile":"`...)
	to = append(to, s.MaskedMobile...)
	to = append(to, `","seq":`...)
	to = strconv.AppendInt(to, int64(s.Seq), 10)
	to = append(to, `,"sent_at":"`...)
	to = s.SentAt.UTC().AppendFormat(to, time.RFC3339Nano)
	to = append(to, `","expires_at":"`...)
	to = s.ExpiresAt.UTC().AppendFormat(to, time.RFC3339Nano)
	to = append(to, `","resend_after":"`...)
	to = s.ResendAfter.UTC().AppendFormat(to, time.RFC3339Nano)
	return append(to, `"}`...)
}

// debitedAt is when the debit was made, zero when none was.
func debitedAt(c *simulator.ChargeView) time.Time {
	if c.Status != simulator.ChargeSucceeded {
		return time.Time{}
	}
	return c.FinishedAt
}

// chargeOf is appendCharge as a value, for notifications.
func chargeOf(c *simulator.ChargeView) *channel.Charge {
	made := &channel.Charge{
		OrderNo: c.OrderNo, OrderTime: c.OrderTime.UTC(), Status: channel.ChargeStatus(c.Status), Reason: reasonOf(c.Reason),
		DebitedAt: timeOf(debitedAt(c)), TriesLeft: positive(c.TriesLeft),
	}
	if c.Amount > 0 {
		amount, currency := int64(c.Amount), channel.Currency(money.Currency)
		made.Amount, made.Currency = &amount, &currency
	}
	if c.Refunded > 0 {
		refunded := int64(c.Refunded)
		made.Refunded = &refunded
	}
	if c.SMS != nil {
		made.Sms = smsOf(c.SMS)
	}
	return made
}

// smsOf is the schema SMS.
func smsOf(s *simulator.SMSView) *channel.SMS {
	return &channel.SMS{
		Sender: channel.Party(s.Sender), About: channel.About(s.About), MaskedMobile: s.MaskedMobile, Seq: s.Seq,
		SentAt: s.SentAt.UTC(), ExpiresAt: s.ExpiresAt.UTC(), ResendAfter: s.ResendAfter.UTC(),
	}
}

// signingOf is the schema Signing.
func signingOf(s *simulator.SigningView) *channel.Signing {
	made := &channel.Signing{
		SignNo: s.SignNo, Status: channel.SigningStatus(s.Status), Reason: reasonOf(s.Reason), TriesLeft: positive(s.TriesLeft),
	}
	if s.SMS != nil {
		made.Sms = smsOf(s.SMS)
	}
	if s.Agreement != nil {
		made.Agreement = agreementOf(s.Agreement)
	}
	return made
}

// agreementOf is the schema Agreement.
func agreementOf(a *simulator.AgreementView) *channel.Agreement {
	return &channel.Agreement{
		AgreementNo: a.AgreementNo, Status: channel.AgreementStatus(a.Status), PayerRef: a.PayerRef, MaskedCard: a.MaskedCard,
		Bank: a.Bank, SignedAt: a.SignedAt.UTC(), ExpiresAt: timeOf(a.ExpiresAt), EndedAt: timeOf(a.EndedAt),
	}
}

// refundOf is the schema Refund.
func refundOf(r *simulator.RefundView) *channel.Refund {
	amount, currency := int64(r.Amount), channel.Currency(r.Currency)
	made := &channel.Refund{
		RefundNo: r.RefundNo, OrderNo: r.OrderNo, Status: channel.RefundStatus(r.Status), Reason: reasonOf(r.Reason),
		Amount: &amount, Currency: &currency,
	}
	if r.Status == simulator.RefundSucceeded {
		made.RefundedAt = timeOf(r.FinishedAt)
	}
	return made
}

// reasonOf is an optional reason.
func reasonOf(r simulator.Reason) *channel.Reason {
	if r == "" {
		return nil
	}
	made := channel.Reason(r)
	return &made
}

// timeOf is an optional instant.
func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// positive is an optional count.
func positive(n int) *int {
	if n <= 0 {
		return nil
	}
	return &n
}
