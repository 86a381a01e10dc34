package app

import (
	"fmt"

	"countersign/fixtures"
	"countersign/orchestrator"
)

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
