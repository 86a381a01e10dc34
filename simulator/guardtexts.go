package simulator

import "strconv"

// named is a text of a stranger with the member it stands in.
type named struct{ field, text string }

// foreignIn is the problem of the first text that could be somebody's card.
func (w *World) foreignIn(texts ...named) *Problem {
	for i := range texts {
		if w.template.NamesForeignCard(texts[i].text) {
			return likeACard(texts[i].field)
		}
	}
	return nil
}

// foreignTexts looks for card numbers where none belong: in all that a command says
// and the world would keep or show.
func (w *World) foreignTexts(command Command) *Problem {
	switch c := command.(type) {
	case ApplyCharge:
		return w.foreignIn(named{"order_no", c.OrderNo}, named{"payer_ref", c.PayerRef}, w.agreementNamed(c.AgreementNo),
			named{"check_no", c.CheckNo}, named{"notify_url", c.NotifyURL}, named{"summary", c.Summary},
			named{"elements.name", c.Elements.Name.Reveal()})
	case QueryCharge:
		return w.foreignIn(named{"order_no", c.OrderNo})
	case CloseCharge:
		return w.foreignIn(named{"order_no", c.OrderNo})
	case ConfirmCharge:
		return w.foreignIn(named{"order_no", c.OrderNo})
	case ResendChargeCode:
		return w.foreignIn(named{"order_no", c.OrderNo})
	case ApplyRefund:
		return w.foreignIn(named{"refund_no", c.RefundNo}, named{"order_no", c.OrderNo}, named{"notify_url", c.NotifyURL})
	case QueryRefund:
		return w.foreignIn(named{"refund_no", c.RefundNo})
	case ElementCheck:
		return w.foreignIn(named{"check_no", c.CheckNo}, named{"elements.name", c.Elements.Name.Reveal()})
	case SendSMS:
		return w.foreignIn(named{"text", c.Text}, named{"reference", c.Reference}, named{"message_no", c.MessageNo}, named{"template", c.Template})
	case SendWeChat:
		return w.foreignIn(named{"text", c.Text}, named{"reference", c.Reference}, named{"message_no", c.MessageNo},
			named{"template", c.Template}, named{"open_id", c.OpenID})
	default:
		if problem := w.foreignSigning(command); problem != nil {
			return problem
		}
		return w.foreignControl(command)
	}
}

// agreementNamed is the number of an agreement, empty for one that the world made.
func (w *World) agreementNamed(no string) named {
	if w.agreements[no] != nil {
		no = ""
	}
	return named{"agreement_no", no}
}

// foreignSigning is foreignTexts for signings and agreements.
func (w *World) foreignSigning(command Command) *Problem {
	switch c := command.(type) {
	case ApplySigning:
		return w.foreignIn(named{"sign_no", c.SignNo}, named{"payer_ref", c.PayerRef}, named{"notify_url", c.NotifyURL},
			named{"elements.name", c.Elements.Name.Reveal()})
	case ResendSigningCode:
		return w.foreignIn(named{"sign_no", c.SignNo})
	case ConfirmSigning:
		return w.foreignIn(named{"sign_no", c.SignNo})
	case QuerySigning:
		return w.foreignIn(named{"sign_no", c.SignNo})
	case Bind:
		return w.foreignBinding(&c)
	case BindBatch:
		for i := range c.Items {
			if problem := w.foreignBinding(&c.Items[i]); problem != nil {
				return problem.within("items." + strconv.Itoa(i))
			}
		}
		return w.foreignIn(named{"batch_no", c.BatchNo})
	case QueryBindingBatch:
		return w.foreignIn(named{"batch_no", c.BatchNo})
	case QueryAgreement:
		return w.foreignIn(w.agreementNamed(c.AgreementNo), named{"payer_ref", c.PayerRef})
	case TerminateAgreement:
		return w.foreignIn(w.agreementNamed(c.AgreementNo))
	}
	return nil
}

// foreignBinding looks at one binding.
func (w *World) foreignBinding(c *Bind) *Problem {
	return w.foreignIn(named{"sign_no", c.SignNo}, named{"payer_ref", c.PayerRef}, named{"notify_url", c.NotifyURL},
		named{"elements.name", c.Elements.Name.Reveal()}, named{"evidence.reference", c.Evidence.Reference},
		named{"evidence.check_no", c.Evidence.CheckNo})
}

// foreignControl is foreignTexts for what the control plane asks.
func (w *World) foreignControl(command Command) *Problem {
	switch c := command.(type) {
	case AddMember:
		return w.foreignIn(named{"merchant", c.Member.Merchant}, named{"name_zh", c.Member.MerchantName}, named{"notify_url", c.Member.NotifyURL})
	case PutAccount:
		return w.foreignIn(named{"elements.name", c.Account.Holder.Name.Reveal()})
	case ChangeAccount:
		if c.Name != nil {
			return w.foreignIn(named{"name", c.Name.Reveal()})
		}
	case AddFault:
		return w.foreignIn(named{"id", c.Rule.ID}, named{"when.order_no", c.Rule.When.OrderNo}, named{"when.merchant", c.Rule.When.Merchant})
	case AddNotificationPlan:
		return w.foreignIn(named{"when.order_no", c.Plan.Match.OrderNo}, named{"when.merchant", c.Plan.Match.Merchant})
	}
	return nil
}
