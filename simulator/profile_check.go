package simulator

import (
	"errors"
	"fmt"
)

// codeLengths are what real channels use (4 or 6 digits), with room.
const (
	shortestCode = 4
	longestCode  = 8
)

// Check reports everything in which a profile contradicts itself. A profile that
// breaks T6 (an agreement channel whose SMS another party sends) passes: the
// contract tests are there to find it.
func (p *Profile) Check() error {
	var errs []error
	fail := func(wrong bool, what string) {
		if wrong {
			errs = append(errs, fmt.Errorf("channel %s: %s", p.ChannelID, what))
		}
	}
	fail(!p.Binds && p.ChargeBy != ByElements, "a channel that does not bind charges by elements")
	fail(p.Binds && p.ChargeBy != ByAgreement, "a channel that binds charges by agreement")
	fail(p.PlatformSMS && p.Sender != PartyPlatform, "platform_sms needs sender platform")
	fail(p.signsByCode() && p.Sender != PartyBank && p.Sender != PartyThirdParty, "sender must be bank or third_party")
	fail(p.CodeOnEveryPayment && p.PaymentCodeSender != PartyBank && p.PaymentCodeSender != PartyThirdParty,
		"payment_code_sender must be bank or third_party")
	fail(p.SignatureAlg != "HS256" && p.SignatureAlg != "EdDSA", "signature_alg must be HS256 or EdDSA")
	fail(!PlainText(p.NameZH) || !PlainText(p.SMSBrandZH), "names in SMS have no control characters")
	if p.signsByCode() || p.CodeOnEveryPayment {
		errs = append(errs, p.Code.check(p.ChannelID))
	}
	for _, after := range p.Notification.ScheduleSeconds {
		fail(after < 0, "notification schedule has a negative pause")
	}
	for _, terms := range p.Banks {
		l := terms.Limits
		fail(l.Single < 0 || l.Daily < 0 || l.Monthly < 0 || l.DailyCount < 0, "a limit is 0 (none) or more")
	}
	return errors.Join(errs...)
}

// check looks at the rules of a channel that texts codes.
func (c CodeRules) check(channelID string) error {
	switch {
	case c.Length < shortestCode || c.Length > longestCode:
		return fmt.Errorf("channel %s: code length must be %d to %d", channelID, shortestCode, longestCode)
	case c.LifetimeSeconds < 1 || c.Tries < 1 || c.ResendGapSeconds < 0:
		return fmt.Errorf("channel %s: code needs a lifetime, tries and no negative resend gap", channelID)
	case c.Resend != ResendSameCode && c.Resend != ResendNewCode && c.Resend != ResendBothValid:
		return fmt.Errorf("channel %s: resend must be same_code, new_code or both_valid", channelID)
	}
	return nil
}
