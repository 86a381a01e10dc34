package worldlog

import (
	"countersign/internal/cardholder"
	"countersign/simulator"
)

// The types below shadow the masked members of a command by members in full: of
// two JSON members with one name the outer one counts.

type elementCheck struct {
	simulator.ElementCheck
	Elements plainElements `json:"elements"`
}

func elementCheckOut(c simulator.ElementCheck) elementCheck {
	return elementCheck{ElementCheck: c, Elements: reveal(c.Elements)}
}

func elementCheckIn(p elementCheck) (c simulator.ElementCheck, err error) {
	c = p.ElementCheck
	c.Elements, err = p.Elements.conceal()
	return c, err
}

type applySigning struct {
	simulator.ApplySigning
	Elements plainElements `json:"elements"`
}

func applySigningOut(c simulator.ApplySigning) applySigning {
	return applySigning{ApplySigning: c, Elements: reveal(c.Elements)}
}

func applySigningIn(p applySigning) (c simulator.ApplySigning, err error) {
	c = p.ApplySigning
	c.Elements, err = p.Elements.conceal()
	return c, err
}

type bind struct {
	simulator.Bind
	Elements plainElements `json:"elements"`
}

func bindOut(c simulator.Bind) bind { return bind{Bind: c, Elements: reveal(c.Elements)} }

func bindIn(p bind) (c simulator.Bind, err error) {
	c = p.Bind
	c.Elements, err = p.Elements.conceal()
	return c, err
}

type applyCharge struct {
	simulator.ApplyCharge
	Elements plainElements `json:"elements,omitzero"`
}

func applyChargeOut(c simulator.ApplyCharge) applyCharge {
	return applyCharge{ApplyCharge: c, Elements: reveal(c.Elements)}
}

func applyChargeIn(p applyCharge) (c simulator.ApplyCharge, err error) {
	c = p.ApplyCharge
	c.Elements, err = p.Elements.conceal()
	return c, err
}

type queryAgreement struct {
	simulator.QueryAgreement
	CardNumber string `json:"card_number,omitempty"`
}

func queryAgreementOut(c simulator.QueryAgreement) queryAgreement {
	return queryAgreement{QueryAgreement: c, CardNumber: c.CardNumber.Reveal()}
}

func queryAgreementIn(p queryAgreement) (c simulator.QueryAgreement, err error) {
	c = p.QueryAgreement
	c.CardNumber, err = optional(p.CardNumber, cardholder.NewCardNumber)
	return c, err
}

type cancelAtBank struct {
	simulator.CancelAtBank
	CardNumber string `json:"card_number,omitempty"`
}

func cancelAtBankOut(c simulator.CancelAtBank) cancelAtBank {
	return cancelAtBank{CancelAtBank: c, CardNumber: c.CardNumber.Reveal()}
}

func cancelAtBankIn(p cancelAtBank) (c simulator.CancelAtBank, err error) {
	c = p.CancelAtBank
	c.CardNumber, err = optional(p.CardNumber, cardholder.NewCardNumber)
	return c, err
}

type forgetAgreement struct {
	simulator.ForgetAgreement
	CardNumber string `json:"card_number,omitempty"`
}

func forgetAgreementOut(c simulator.ForgetAgreement) forgetAgreement {
	return forgetAgreement{ForgetAgreement: c, CardNumber: c.CardNumber.Reveal()}
}

func forgetAgreementIn(p forgetAgreement) (c simulator.ForgetAgreement, err error) {
	c = p.ForgetAgreement
	c.CardNumber, err = optional(p.CardNumber, cardholder.NewCardNumber)
	return c, err
}

type sendSMS struct {
	simulator.SendSMS
	Mobile string `json:"mobile,omitempty"`
}

func sendSMSOut(c simulator.SendSMS) sendSMS { return sendSMS{SendSMS: c, Mobile: c.Mobile.Reveal()} }

func sendSMSIn(p sendSMS) (c simulator.SendSMS, err error) {
	c = p.SendSMS
	c.Mobile, err = optional(p.Mobile, cardholder.NewMobile)
	return c, err
}

type putAccount struct {
	Account plainAccount `json:"account"`
}

func putAccountOut(c simulator.PutAccount) putAccount {
	return putAccount{Account: revealAccount(c.Account)}
}

func putAccountIn(p putAccount) (c simulator.PutAccount, err error) {
	c.Account, err = p.Account.conceal()
	return c, err
}

type changeAccount struct {
	simulator.ChangeAccount
	CardNumber string  `json:"card_number"`
	Mobile     *string `json:"mobile,omitempty"`
	Name       *string `json:"name,omitempty"`
}

func changeAccountOut(c simulator.ChangeAccount) changeAccount {
	p := changeAccount{ChangeAccount: c, CardNumber: c.CardNumber.Reveal()}
	if c.Mobile != nil {
		text := c.Mobile.Reveal()
		p.Mobile = &text
	}
	if c.Name != nil {
		text := c.Name.Reveal()
		p.Name = &text
	}
	return p
}

func changeAccountIn(p changeAccount) (c simulator.ChangeAccount, err error) {
	c = p.ChangeAccount
	if c.CardNumber, err = optional(p.CardNumber, cardholder.NewCardNumber); err != nil {
		return c, err
	}
	if p.Mobile != nil {
		mobile, err := optional(*p.Mobile, cardholder.NewMobile)
		if err != nil {
			return c, err
		}
		c.Mobile = &mobile
	}
	if p.Name != nil {
		name, err := optional(*p.Name, cardholder.NewName)
		if err != nil {
			return c, err
		}
		c.Name = &name
	}
	return c, nil
}

type addFault struct {
	Rule faultRule `json:"rule"`
}

// faultRule is a rule as logs have it; those of earlier programs count a delay in
// whole seconds.
type faultRule struct {
	simulator.FaultRule
	DelaySeconds int64 `json:"delay_seconds,omitempty"`
}

func addFaultOut(c simulator.AddFault) addFault {
	return addFault{Rule: faultRule{FaultRule: c.Rule}}
}

func addFaultIn(p addFault) (c simulator.AddFault, err error) {
	const inMilliseconds = 1000
	c.Rule = p.Rule.FaultRule
	c.Rule.DelayMS += p.Rule.DelaySeconds * inMilliseconds
	return c, nil
}

type bindBatch struct {
	simulator.BindBatch
	Items []bind `json:"items"`
}

func bindBatchOut(c simulator.BindBatch) bindBatch {
	p := bindBatch{BindBatch: c}
	for _, item := range c.Items {
		p.Items = append(p.Items, bindOut(item))
	}
	return p
}

func bindBatchIn(p bindBatch) (c simulator.BindBatch, err error) {
	c = p.BindBatch
	c.Items = nil
	for _, item := range p.Items {
		made, err := bindIn(item)
		if err != nil {
			return c, err
		}
		c.Items = append(c.Items, made)
	}
	return c, nil
}
