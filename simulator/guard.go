package simulator

import "countersign/internal/cardholder"

// notATestCard is the problem of a card number that could be somebody's.
func notATestCard(field string) *Problem {
	return invalid(field, "only test cards are taken: a listed BIN followed by 000000")
}

// Admit guards the door against real people's data: a command with a card number
// that is no test card, or an ID number that is not invented, is replaced by a
// refusal that carries neither it nor the body, before anything is logged.
func (w *World) Admit(in Input) Input {
	problem := w.foreignData(in.Command)
	if problem == nil {
		return in
	}
	refused := RefuseRequest{Problem: *problem, Intended: in.Command.Operation()}
	if m := w.members[in.Request.MemberNo]; m != nil {
		refused.Number = w.momentOf(m, in.Command).OrderNo
	}
	in.Command = refused
	in.Request.Body = nil
	return in
}

// foreignData looks at the cards and IDs in a command.
func (w *World) foreignData(command Command) *Problem {
	switch c := command.(type) {
	case ElementCheck:
		return w.foreignElements(c.Elements)
	case ApplySigning:
		return w.foreignElements(c.Elements)
	case Bind:
		return w.foreignElements(c.Elements)
	case ApplyCharge:
		if c.Elements.CardNumber.IsZero() {
			return nil
		}
		return w.foreignElements(c.Elements)
	case PutAccount:
		return w.foreignElements(c.Account.Holder)
	case SendSMS:
		return w.foreignMessage(c.Text, c.Reference)
	case SendWeChat:
		return w.foreignMessage(c.Text, c.Reference)
	case AddFault:
		if w.template.NamesForeignCard(c.Rule.When.OrderNo) {
			return notATestCard("when.order_no")
		}
	case QueryAgreement:
		if !c.CardNumber.IsZero() && !w.template.CardAllowed(c.CardNumber) {
			return notATestCard("card_number")
		}
	}
	return nil
}

// foreignMessage looks at what the platform wants on a handset.
func (w *World) foreignMessage(text, reference string) *Problem {
	switch {
	case w.template.NamesForeignCard(text):
		return notATestCard("text")
	case w.template.NamesForeignCard(reference):
		return notATestCard("reference")
	}
	return nil
}

// foreignElements looks at one set of elements.
func (w *World) foreignElements(e cardholder.FourElements) *Problem {
	if !w.template.CardAllowed(e.CardNumber) {
		return notATestCard("elements.card_number")
	}
	if !e.IDNumber.IsZero() && !idAllowed(e) {
		return invalid("elements.id_number", "only invented ID numbers are taken: region code 990000, or TEST in front on other documents")
	}
	return nil
}
