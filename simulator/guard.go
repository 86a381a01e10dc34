package simulator

import (
	"strconv"

	"countersign/internal/cardholder"
)

// notATestCard is the problem of a card number that could be somebody's.
func notATestCard(field string) *Problem {
	return &Problem{
		Code: ProblemInvalidRequest, Field: field, Detail: "only test cards are taken: a listed BIN followed by 000000",
		Hint: "take a card that the world lists, or have the world allow this one by name (allow_cards)",
	}
}

// likeACard is the problem of a text or number that could be somebody's card.
func likeACard(field string) *Problem {
	return &Problem{
		Code: ProblemInvalidRequest, Field: field, Detail: "looks like a real card number; it was not kept",
		Hint: "test numbers carry 000000 after the BIN; other numbers are better not 13 to 19 digits that begin like a card",
	}
}

// Admit guards the door against real people's data: a command with a card number
// that is no test card, or an ID number that is not invented, is replaced by a
// refusal that carries neither it nor the body, before anything is logged. A card
// number is looked for in every text and number of a stranger, by one rule
// (NamesForeignCard).
func (w *World) Admit(in Input) Input {
	if w.template.NamesForeignCard(in.Request.Target) {
		in.Request.Target = ""
	}
	problem := w.foreignData(in.Command)
	if problem == nil {
		problem = w.foreignTexts(in.Command)
	}
	if problem == nil {
		return in
	}
	refused := RefuseRequest{Problem: *problem, Intended: in.Command.Operation()}
	if m := w.members[in.Request.MemberNo]; m != nil {
		refused.Number = w.momentOf(m, in.Command).OrderNo
	}
	if w.template.NamesForeignCard(refused.Number) {
		refused.Number = ""
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
	case BindBatch:
		for i := range c.Items {
			if problem := w.foreignElements(c.Items[i].Elements); problem != nil {
				return problem.within("items." + strconv.Itoa(i))
			}
		}
	case ApplyCharge:
		if c.Elements.CardNumber.IsZero() {
			return nil
		}
		return w.foreignElements(c.Elements)
	case PutAccount:
		return w.foreignElements(c.Account.Holder)
	case QueryAgreement:
		if !c.CardNumber.IsZero() && !w.template.CardAllowed(c.CardNumber) {
			return notATestCard("card_number")
		}
	}
	return nil
}

// within puts the place of an item in front of the field.
func (p *Problem) within(place string) *Problem {
	p.Field = place + "." + p.Field
	return p
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
