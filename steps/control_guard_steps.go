package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"countersign/contract/control"
)

// Numbers that could be somebody's: a known BIN without the test marker, an ID number of a real region
// code whose check character is right. Nobody is known to have them.
const (
	unmarkedCard = "6222021234567890123"
	regionalID   = "110101199003070038"
)

// controlGuardSteps are about what the control plane never takes.
func controlGuardSteps() []Step {
	return []Step{
		{`a card that could be somebody's is to be issued`, issueUnmarked},
		{`a card whose holder could be somebody is to be issued`, issueRegional},
		{`the refusal does not repeat the number`, refusalSilent},
		{`the world has as many cards as before`, cardsAsBefore},
		{`the member applies for a signing with a card that could be somebody's`, applyUnmarked},
		{`the journal does not repeat the number`, journalSilent},
		{`another world is made that allows a card without the test marker`, makeAllowing},
		{`the other world lists that card as allowed`, listsAllowed},
		{`the card can be issued there`, issueAllowed},
		{`a world is asked for with a (negative seed|strange member|name in capitals|strange template)`, askForStrangeWorld},
		{`a world is asked for with a fault that could have no effect`, askForUselessFault},
	}
}

// issue asks for a card in a world: the scenario's, with something changed.
func issue(ctx context.Context, world string, change func(*control.Elements)) error {
	w, s := note(ctx)
	s.people = len(w.Sim.People)
	e := w.Card.Elements
	change(&e)
	return s.ask(w.suite.control.IssueCardWithResponse(ctx, world, control.CardRequest{Elements: e}))
}

func issueUnmarked(ctx context.Context) error {
	return issue(ctx, From(ctx).Sim.WorldId, func(e *control.Elements) { e.CardNumber = unmarkedCard })
}

func issueRegional(ctx context.Context) error {
	return issue(ctx, From(ctx).Sim.WorldId, func(e *control.Elements) { e.IdNumber = regionalID })
}

// quotes tells whether a text has one of the numbers.
func quotes(text string) bool {
	return strings.Contains(text, unmarkedCard) || strings.Contains(text, regionalID)
}

func refusalSilent(ctx context.Context) error {
	_, s := note(ctx)
	if s.refused == nil {
		return errDone
	}
	if quotes(fmt.Sprint(s.refused.Title, word(s.refused.Detail), word(s.refused.Field), word(s.refused.Hint))) {
		return errors.New("it repeats it")
	}
	return nil
}

func cardsAsBefore(ctx context.Context) error {
	w, s := note(ctx)
	r, err := w.suite.control.DescribeWorldWithResponse(ctx, w.Sim.WorldId)
	now, err := Fetched[control.World](r, err)
	if err == nil && len(now.People) != s.people {
		return fmt.Errorf("it has %d, it had %d", len(now.People), s.people)
	}
	return err
}

func applyUnmarked(ctx context.Context) error {
	w := From(ctx)
	e := w.elements()
	e.CardNumber = unmarkedCard
	return w.apply(ctx, e)
}

func journalSilent(ctx context.Context) error {
	w := From(ctx)
	rows, err := w.journal(ctx)
	switch {
	case err != nil:
		return err
	case len(rows) == 0:
		return errors.New("the journal has no row of the refusal")
	case quotes(string(w.journalText)):
		return errors.New("it repeats it")
	}
	return nil
}

func makeAllowing(ctx context.Context) error {
	return makeWorld(ctx, func(r *control.WorldRequest) { r.AllowCards = &[]string{unmarkedCard} })
}

func listsAllowed(ctx context.Context) error {
	other, err := readOther(ctx)
	if err == nil && (other.AllowCards == nil || !slices.Contains(*other.AllowCards, unmarkedCard)) {
		return errors.New("it does not")
	}
	return err
}

func issueAllowed(ctx context.Context) error {
	_, s := note(ctx)
	if err := issue(ctx, s.otherID, func(e *control.Elements) { e.CardNumber = unmarkedCard }); err != nil {
		return err
	}
	if s.refused != nil {
		return fmt.Errorf("it is refused: %s", word(s.refused.Detail))
	}
	return nil
}

func askForStrangeWorld(ctx context.Context, wrong string) error {
	w, s := note(ctx)
	body := map[string]string{
		"negative seed": `{"seed":-1}`, "strange member": `{"colour":"red"}`,
		"name in capitals": `{"world_id":"World"}`, "strange template": `{"template":"moon"}`,
	}[wrong]
	return s.ask(w.suite.control.CreateWorldWithBodyWithResponse(ctx, "application/json", strings.NewReader(body)))
}

func askForUselessFault(ctx context.Context) error {
	w, s := note(ctx)
	s.otherID = w.Sim.WorldId + "-b"
	w.spare = append(w.spare, s.otherID)
	operation := control.OperationLimits
	return s.ask(w.suite.control.CreateWorldWithResponse(ctx, control.WorldRequest{
		WorldId: &s.otherID, Faults: &[]control.FaultRequest{{Effect: control.Decline, Operation: &operation}},
	}))
}
