package simulator

import "countersign/internal/cardholder"

// momentOf collects what fault rules can select a request by.
func (w *World) momentOf(m *member, command Command) Moment {
	at := Moment{Operation: command.Operation(), ChannelID: m.ChannelID, MemberNo: m.MemberNo, Merchant: m.Merchant}
	switch c := command.(type) {
	case ElementCheck:
		at = w.ofCard(at, c.Elements.CardNumber)
		at.OrderNo = c.CheckNo
	case ApplySigning:
		at = w.ofCard(at, c.Elements.CardNumber)
		at.OrderNo = c.SignNo
	case Bind:
		at = w.ofCard(at, c.Elements.CardNumber)
		at.OrderNo = c.SignNo
	case BindBatch:
		at.OrderNo = c.BatchNo
	case QueryBindingBatch:
		at.OrderNo = c.BatchNo
	case QueryStatement:
		at.OrderNo = c.Day
	case QueryAgreementFile:
		at.OrderNo = c.Day
	case ResendSigningCode:
		at = w.ofSigning(at, m, c.SignNo)
	case ConfirmSigning:
		at = w.ofSigning(at, m, c.SignNo)
	case QuerySigning:
		at = w.ofSigning(at, m, c.SignNo)
	case QueryAgreement:
		at = w.ofAgreement(w.ofCard(at, c.CardNumber), m, c.AgreementNo)
		at.OrderNo = c.AgreementNo
	case TerminateAgreement:
		at = w.ofAgreement(at, m, c.AgreementNo)
		at.OrderNo = c.AgreementNo
	default:
		return w.moneyMoment(at, m, command)
	}
	return at
}

// moneyMoment is momentOf for charges and refunds.
func (w *World) moneyMoment(at Moment, m *member, command Command) Moment {
	switch c := command.(type) {
	case ApplyCharge:
		at = w.ofAgreement(w.ofCard(at, c.Elements.CardNumber), m, c.AgreementNo)
		at.OrderNo, at.Amount = c.OrderNo, c.Amount
	case ApplyRefund:
		at = m.orderMoment(at, c.OrderNo)
		at.OrderNo, at.Amount, at.Began = c.RefundNo, c.Amount, 0
	case QueryRefund:
		if r := m.refunds[c.RefundNo]; r != nil {
			at = m.orderMoment(at, r.charge.orderNo)
			at.Amount, at.Began = r.amount, r.accepted
		}
		at.OrderNo = c.RefundNo
	case QueryCharge:
		at = m.orderMoment(at, c.OrderNo)
	case CloseCharge:
		at = m.orderMoment(at, c.OrderNo)
	case ConfirmCharge:
		at = m.orderMoment(at, c.OrderNo)
	case ResendChargeCode:
		at = m.orderMoment(at, c.OrderNo)
	}
	return at
}

// orderMoment adds what is known of an order.
func (m *member) orderMoment(at Moment, orderNo string) Moment {
	at.OrderNo = orderNo
	if o := m.charges[orderNo]; o != nil {
		at.Amount, at.Began = o.amount, o.accepted
		if o.account != nil {
			at.CardLast4, at.Bank = o.account.Holder.CardNumber.Last4(), o.account.bank
		}
	}
	return at
}

// ofCard adds the card and its bank, as the BIN table has it.
func (w *World) ofCard(at Moment, card cardholder.CardNumber) Moment {
	if card.IsZero() {
		return at
	}
	bin, _ := w.template.bins.find(card.Reveal())
	at.CardLast4, at.Bank = card.Last4(), bin.Bank
	return at
}

// ofAgreement adds the card of an agreement that is known.
func (w *World) ofAgreement(at Moment, m *member, agreementNo string) Moment {
	if g := w.memberAgreement(m, agreementNo); g != nil {
		at.CardLast4, at.Bank = g.account.Holder.CardNumber.Last4(), g.account.bank
	}
	return at
}

// ofSigning adds the card of a signing that is known.
func (w *World) ofSigning(at Moment, m *member, signNo string) Moment {
	at.OrderNo = signNo
	if s := m.signings[signNo]; s != nil {
		at.Began = s.at.UnixNano()
		return w.ofCard(at, s.elements.CardNumber)
	}
	return at
}

// stands is where the order, signing or refund stands that an outcome tells of.
func (o *Outcome) stands() string {
	switch {
	case o.Charge != nil:
		return string(o.Charge.Status)
	case o.Signing != nil:
		return string(o.Signing.Status)
	case o.Refund != nil:
		return string(o.Refund.Status)
	}
	return ""
}
