package orchestrator

import (
	"slices"
	"strconv"
)

// kindRow is one row of the table of kinds (mission; T3).
type kindRow struct {
	binds, platformSMS bool
	senders            []Party // who may text the code of a signing
}

var kindRows = map[ChannelKind]kindRow{
	KindAgreementBank:       {binds: true, senders: []Party{PartyBank}},
	KindAgreementThirdParty: {binds: true, senders: []Party{PartyThirdParty}},
	KindBankDirect:          {binds: true, senders: []Party{PartyBank}},
	KindCodeEveryPayment:    {binds: true, senders: texters},
	KindBindingPlatform:     {binds: true, platformSMS: true, senders: []Party{PartyPlatform}},
	KindWithholdingPlatform: {platformSMS: true, senders: []Party{PartyPlatform}},
	KindWithholdingRaw:      {senders: []Party{PartyNobody}},
}

// texters are the parties on the channel's side that text codes.
var texters = []Party{PartyBank, PartyThirdParty}

// Check refuses a profile that contradicts the table of kinds or itself, and names the member. One contradiction passes: an
// agreement channel whose code another party on the channel's side sends. That breaks T6, and the contract tests are there to
// say so.
func (p ChannelProfile) Check() error {
	for _, check := range []func() error{p.checkKind, p.checkParties, p.checkPaymentCode, p.checkBanks, p.checkMaintenance} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (p ChannelProfile) checkKind() error {
	row, known := kindRows[p.Kind]
	charge := ChargeByElements
	if row.binds {
		charge = ChargeByAgreement
	}
	switch {
	case !known:
		return RefuseField("profile.kind", "There is no such kind of channel.")
	case p.Binds != row.binds:
		return RefuseField("profile.binds", "The kind of channel says otherwise about keeping bindings.")
	case p.PlatformSMS != row.platformSMS:
		return RefuseField("profile.platform_sms", "The kind of channel says otherwise about the platform's SMS.")
	case p.ChargeBy != charge:
		return RefuseField("profile.charge_by", "A channel that binds is charged by agreement, any other by elements.")
	}
	return nil
}

func (p ChannelProfile) checkParties() error {
	senders := kindRows[p.Kind].senders
	free := p.AgreementChannel && slices.Contains(texters, senders[0])
	if free {
		senders = texters
	}
	switch {
	case !slices.Contains(senders, p.Sender):
		return RefuseField("profile.sender", "On this kind of channel another party sends the code.")
	case p.Verifier != p.Sender && (!free || !slices.Contains(texters, p.Verifier)):
		return RefuseField("profile.verifier", "Who sends the code verifies it.")
	}
	return nil
}

func (p ChannelProfile) checkPaymentCode() error {
	switch {
	case p.CodeOnEveryPayment != (p.Kind == KindCodeEveryPayment):
		return RefuseField("profile.code_on_every_payment", "The kind of channel says otherwise about a code on every payment.")
	case p.CodeOnEveryPayment && !slices.Contains(texters, p.PaymentCodeSender):
		return RefuseField("profile.payment_code_sender", "The bank or the third party sends the code of a payment.")
	}
	return nil
}

func (p ChannelProfile) checkBanks() error {
	seen := map[string]bool{}
	for i, b := range p.Banks {
		at := "profile.banks." + strconv.Itoa(i)
		if seen[b.Bank] {
			return RefuseField(at+".bank", "This bank is listed twice.")
		}
		seen[b.Bank] = true
		if len(b.CardTypes) == 2 && b.CardTypes[0] == b.CardTypes[1] {
			return RefuseField(at+".card_types", "A card type is listed twice.")
		}
	}
	return nil
}

func (p ChannelProfile) checkMaintenance() error {
	for i, window := range p.Maintenance {
		if !window.To.After(window.From) {
			return RefuseField("profile.maintenance."+strconv.Itoa(i)+".to", "A window ends after it begins.")
		}
	}
	return nil
}
