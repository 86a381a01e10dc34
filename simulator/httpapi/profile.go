package httpapi

import (
	"time"

	"countersign/contract/channel"
	"countersign/simulator"
)

// DescribeProfile is the schema ChannelProfile: what a channel says of itself, here
// and on the control plane.
func DescribeProfile(p *simulator.Profile) *channel.ChannelProfile {
	made := &channel.ChannelProfile{
		ChannelId: p.ChannelID, Kind: channel.ChannelKind(p.Kind), NameZh: p.NameZH, NameEn: p.NameEN,
		Binds: p.Binds, PlatformSms: p.PlatformSMS, AgreementChannel: p.AgreementChannel,
		Sender: channel.Party(p.Sender), Verifier: channel.Party(p.Verifier),
		ChargeBy: channel.ChannelProfileChargeBy(p.ChargeBy), CodeOnEveryPayment: p.CodeOnEveryPayment,
		Code: channel.CodeRules{
			Length: p.Code.Length, LifetimeSeconds: p.Code.LifetimeSeconds, Tries: p.Code.Tries,
			ResendGapSeconds: p.Code.ResendGapSeconds, Resend: channel.CodeRulesResend(p.Code.Resend),
		},
		Idempotent: p.Idempotent, FinalCodes: []string{}, MaxInFlightSeconds: p.MaxInFlightSeconds,
		ExpiryHonoured: p.ExpiryHonoured, CloseOffered: p.CloseOffered, AgreementLifetimeDays: p.AgreementLifetimeDays,
		QueryKeys: []channel.ChannelProfileQueryKeys{},
		Notification: channel.NotificationRules{
			ScheduleSeconds: append([]int{}, p.Notification.ScheduleSeconds...), Ack: channel.NotificationRulesAck(p.Notification.Ack),
		},
		Banks: banksOf(p.Banks), SignatureAlg: channel.ChannelProfileSignatureAlg(p.SignatureAlg),
		SmsBrandZh: p.SMSBrandZH, MerchantInSms: p.MerchantInSMS, Maintenance: windowsOf(p.Maintenance),
	}
	if p.PaymentCodeSender != "" {
		sender := channel.Party(p.PaymentCodeSender)
		made.PaymentCodeSender = &sender
	}
	for _, code := range p.FinalCodes {
		made.FinalCodes = append(made.FinalCodes, string(code))
	}
	for _, key := range p.QueryKeys {
		made.QueryKeys = append(made.QueryKeys, channel.ChannelProfileQueryKeys(key))
	}
	return made
}

// banksOf is a list of the schema BankSupport.
func banksOf(terms []simulator.BankTerms) []channel.BankSupport {
	made := make([]channel.BankSupport, 0, len(terms))
	for _, t := range terms {
		row := channel.BankSupport{
			Bank: t.Bank, Single: int64(t.Limits.Single), Daily: int64(t.Limits.Daily), Monthly: int64(t.Limits.Monthly),
			DailyCount: t.Limits.DailyCount, CardTypes: []channel.CardType{},
		}
		for _, card := range t.CardTypes {
			row.CardTypes = append(row.CardTypes, channel.CardType(card))
		}
		made = append(made, row)
	}
	return made
}

// windowsOf are the announced windows with two instants. Daily ones are the
// channel's house rules, which no wire announces.
func windowsOf(windows []simulator.Window) *[]channel.Window {
	var made []channel.Window
	for _, w := range windows {
		from, err := time.Parse(time.RFC3339, w.From)
		if err != nil {
			continue
		}
		to, err := time.Parse(time.RFC3339, w.To)
		if err != nil {
			continue
		}
		made = append(made, channel.Window{From: from.UTC(), To: to.UTC()})
	}
	if made == nil {
		return nil
	}
	return &made
}
