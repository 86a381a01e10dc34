// Package universe is the fixtures as the simulator sees them: what a world of the
// template "demo" starts with. The program and the library for tests share it, so that
// both simulate the same banks, channels and people.
package universe

import (
	"fmt"

	"countersign/fixtures"
	"countersign/simulator"
)

// Of turns the fixtures into what a simulated world starts with. An error names the
// person whose elements are none.
func Of(set *fixtures.Set) (simulator.Universe, error) {
	var u simulator.Universe
	for _, bank := range set.Banks {
		u.Banks = append(u.Banks, simulator.Bank{Code: bank.Bank, NameZH: bank.NameZH, NameEN: bank.NameEN})
		for _, bin := range bank.BINs {
			u.BINs = append(u.BINs, simulator.BIN{
				Prefix: bin.Prefix, Length: bin.Length, Bank: bank.Bank, CardType: simulator.CardType(bin.CardType),
			})
		}
	}
	for _, channel := range set.Channels {
		u.Channels = append(u.Channels, Profile(channel))
	}
	for _, person := range set.People {
		for _, card := range person.Cards {
			holder, err := person.Elements(card)
			if err != nil {
				return u, fmt.Errorf("people: %w", err)
			}
			u.Accounts = append(u.Accounts, simulator.Account{
				Holder: holder, Balance: card.Balance, State: simulator.CardNormal, DebitNotice: card.DebitNotice,
			})
		}
	}
	return u, nil
}

// Profile is a profile as the simulator plays it.
func Profile(c fixtures.Channel) simulator.Profile {
	p := simulator.Profile{
		ChannelID: c.ChannelID, NameZH: c.NameZH, NameEN: c.NameEN, Kind: simulator.Kind(c.Kind), Binds: c.Binds,
		PlatformSMS: c.PlatformSMS, AgreementChannel: c.AgreementChannel, Sender: simulator.Party(c.Sender),
		Verifier: simulator.Party(c.Verifier), ChargeBy: simulator.ChargeBy(c.ChargeBy),
		CodeOnEveryPayment: c.CodeOnEveryPayment, PaymentCodeSender: simulator.Party(c.PaymentCodeSender),
		Code: simulator.CodeRules{
			Length: c.Code.Length, LifetimeSeconds: c.Code.LifetimeSeconds, Tries: c.Code.Tries,
			ResendGapSeconds: c.Code.ResendGapSeconds, Resend: simulator.ResendSemantics(c.Code.Resend),
		},
		Idempotent: c.Idempotent, MaxInFlightSeconds: c.MaxInFlightSeconds, ExpiryHonoured: c.ExpiryHonoured,
		CloseOffered: c.CloseOffered, AgreementLifetimeDays: c.AgreementLifetimeDays, QueryKeys: c.QueryKeys,
		Notification: simulator.NotificationRules{ScheduleSeconds: c.Notification.ScheduleSeconds, Ack: c.Notification.Ack},
		SignatureAlg: c.SignatureAlg, SMSBrandZH: c.SMSBrandZH, MerchantInSMS: c.MerchantInSMS,
	}
	for _, code := range c.FinalCodes {
		p.FinalCodes = append(p.FinalCodes, simulator.ProblemCode(code))
	}
	for _, window := range c.Maintenance {
		p.Maintenance = append(p.Maintenance, simulator.Window{From: window.From, To: window.To})
	}
	for _, bank := range c.Banks {
		terms := simulator.BankTerms{Bank: bank.Bank, Limits: simulator.Limits{
			Single: bank.Single, Daily: bank.Daily, Monthly: bank.Monthly, DailyCount: bank.DailyCount,
		}}
		for _, card := range bank.CardTypes {
			terms.CardTypes = append(terms.CardTypes, simulator.CardType(card))
		}
		p.Banks = append(p.Banks, terms)
	}
	return p
}

// Templates are the templates that a control plane offers by name.
type Templates struct{ demo, empty *simulator.Template }

// Compile makes the templates of some fixtures: demo has all of them, empty their banks
// and channels and no people.
func Compile(set *fixtures.Set) (*Templates, error) {
	whole, err := Of(set)
	if err != nil {
		return nil, err
	}
	demo, err := simulator.Compile(whole)
	if err != nil {
		return nil, fmt.Errorf("compile fixtures: %w", err)
	}
	whole.Accounts = nil
	empty, err := simulator.Compile(whole)
	if err != nil {
		return nil, fmt.Errorf("compile fixtures without people: %w", err)
	}
	return &Templates{demo: demo, empty: empty}, nil
}

// Template finds a template by its name in the contract.
func (t *Templates) Template(name string) (*simulator.Template, bool) {
	switch name {
	case "demo":
		return t.demo, true
	case "empty":
		return t.empty, true
	}
	return nil, false
}
