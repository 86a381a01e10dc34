package app

import (
	"fmt"

	"countersign/fixtures"
	"countersign/orchestrator"
	"countersign/simulator"
)

// universe turns the fixtures into what a simulated world starts with.
func universe(set *fixtures.Set) (simulator.Universe, error) {
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
		u.Channels = append(u.Channels, simulated(channel))
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

// simulated is a profile as the simulator plays it.
func simulated(c fixtures.Channel) simulator.Profile {
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

// configured is a profile as the orchestrator is told it.
func configured(c fixtures.Channel) (orchestrator.ChannelProfile, error) {
	p := orchestrator.ChannelProfile{
		ChannelID: c.ChannelID, NameZH: c.NameZH, NameEN: c.NameEN, Kind: orchestrator.ChannelKind(c.Kind), Binds: c.Binds,
		PlatformSMS: c.PlatformSMS, AgreementChannel: c.AgreementChannel, Sender: orchestrator.Party(c.Sender),
		Verifier: orchestrator.Party(c.Verifier), ChargeBy: orchestrator.ChargeBy(c.ChargeBy),
		CodeOnEveryPayment: c.CodeOnEveryPayment, PaymentCodeSender: orchestrator.Party(c.PaymentCodeSender),
		Code: orchestrator.CodeProfile{
			Length: c.Code.Length, LifetimeSeconds: c.Code.LifetimeSeconds, Tries: c.Code.Tries,
			ResendGapSeconds: c.Code.ResendGapSeconds, Resend: c.Code.Resend,
		},
		Idempotent: c.Idempotent, FinalCodes: c.FinalCodes, MaxInFlightSeconds: c.MaxInFlightSeconds,
		ExpiryHonoured: c.ExpiryHonoured, CloseOffered: c.CloseOffered, AgreementLifetimeDays: c.AgreementLifetimeDays,
		QueryKeys:    c.QueryKeys,
		Notification: orchestrator.NotificationProfile{ScheduleSeconds: c.Notification.ScheduleSeconds, Ack: c.Notification.Ack},
		SignatureAlg: c.SignatureAlg, SMSBrandZH: c.SMSBrandZH, MerchantInSMS: c.MerchantInSMS,
	}
	for _, window := range c.Maintenance {
		from, to, err := window.Instants()
		if err != nil {
			return p, fmt.Errorf("channel %s: %w", c.ChannelID, err)
		}
		p.Maintenance = append(p.Maintenance, orchestrator.Window{From: from, To: to})
	}
	for _, bank := range c.Banks {
		p.Banks = append(p.Banks, orchestrator.BankSupport{
			Bank: bank.Bank, CardTypes: bank.CardTypes,
			Limits: orchestrator.Limits{Single: bank.Single, Daily: bank.Daily, Monthly: bank.Monthly, DailyCount: bank.DailyCount},
		})
	}
	return p, nil
}
