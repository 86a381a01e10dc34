package simulator

import (
	"errors"
	"fmt"
	"strings"
)

// codeLengths are what real channels use (4 or 6 digits), with room.
const (
	shortestCode = 4
	longestCode  = 8
)

// mostLifetimeDays bounds how old an agreement gets by itself: a hundred years.
const mostLifetimeDays = 36_600

// profileError is one thing in which a profile contradicts itself, and where.
type profileError struct{ channelID, field, what string }

// Error names the channel.
func (e *profileError) Error() string { return "channel " + e.channelID + ": " + e.what }

// plain reports whether what is said quotes nothing of the profile.
func (e *profileError) plain() bool { return !strings.Contains(e.what, "\"") }

// Check reports everything in which a profile contradicts itself. A profile that
// breaks T6 (an agreement channel whose SMS another party sends) passes: the
// contract tests are there to find it.
func (p *Profile) Check() error {
	var errs []error
	fail := func(wrong bool, field, what string) {
		if wrong {
			errs = append(errs, &profileError{p.ChannelID, field, what})
		}
	}
	fail(!p.Binds && p.ChargeBy != ByElements, "charge_by", "a channel that does not bind charges by elements")
	fail(p.Binds && p.ChargeBy != ByAgreement, "charge_by", "a channel that binds charges by agreement")
	fail(p.PlatformSMS && p.Sender != PartyPlatform, "sender", "platform_sms needs sender platform")
	fail(p.signsByCode() && p.Sender != PartyBank && p.Sender != PartyThirdParty, "sender", "sender must be bank or third_party")
	fail(p.CodeOnEveryPayment && p.PaymentCodeSender != PartyBank && p.PaymentCodeSender != PartyThirdParty,
		"payment_code_sender", "payment_code_sender must be bank or third_party")
	fail(p.SignatureAlg != "HS256" && p.SignatureAlg != "EdDSA", "signature_alg", "signature_alg must be HS256 or EdDSA")
	fail(!PlainText(p.NameZH) || !PlainText(p.SMSBrandZH), "sms_brand_zh", "names in SMS have no control characters")
	p.checkNumbers(fail)
	if p.signsByCode() || p.CodeOnEveryPayment {
		p.Code.check(fail)
	}
	return errors.Join(errs...)
}

// checkNumbers looks at spans of time and limits: a span is added to instants.
func (p *Profile) checkNumbers(fail func(wrong bool, field, what string)) {
	fail(p.MaxInFlightSeconds < 0 || p.MaxInFlightSeconds > longestPause, "max_in_flight_seconds", "max_in_flight_seconds is 0 to a year")
	fail(p.AgreementLifetimeDays < 0 || p.AgreementLifetimeDays > mostLifetimeDays,
		"agreement_lifetime_days", "agreement_lifetime_days is 0 (none) to a hundred years")
	for _, after := range p.Notification.ScheduleSeconds {
		fail(after < 0, "notification.schedule_seconds", "notification schedule has a negative pause")
		fail(after > longestPause, "notification.schedule_seconds", "notification schedule has a pause of more than a year")
	}
	for _, terms := range p.Banks {
		l := terms.Limits
		fail(l.Single < 0 || l.Daily < 0 || l.Monthly < 0 || l.DailyCount < 0, "banks", "a limit is 0 (none) or more")
	}
}

// check looks at the rules of a channel that texts codes.
func (c CodeRules) check(fail func(wrong bool, field, what string)) {
	fail(c.Length < shortestCode || c.Length > longestCode, "code.length", fmt.Sprintf("code length must be %d to %d", shortestCode, longestCode))
	fail(c.LifetimeSeconds < 1 || c.LifetimeSeconds > longestPause, "code.lifetime_seconds", "a code needs a lifetime, of a year at most")
	fail(c.Tries < 1, "code.tries", "a code needs tries")
	fail(c.ResendGapSeconds < 0 || c.ResendGapSeconds > longestPause, "code.resend_gap_seconds", "the resend gap is 0 to a year")
	fail(c.Resend != ResendSameCode && c.Resend != ResendNewCode && c.Resend != ResendBothValid,
		"code.resend", "resend must be same_code, new_code or both_valid")
}
