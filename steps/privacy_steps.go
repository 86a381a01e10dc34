package steps

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"countersign/contract/control"
)

// privacySteps are about what nobody but the handset may show.
func privacySteps() []Step {
	return []Step{
		{`no answer so far shows card number, ID number, mobile or code in full`, answersMasked},
		{`the journal shows no card number, ID number, mobile or code in full`, journalMasked},
		{`the problem repeats nothing of the request's content`, problemSilent},
	}
}

// Secrets lists what must not be shown: the card's elements and every code on the handset.
func (w *World) Secrets(ctx context.Context) (map[string]string, error) {
	e := w.Card.Elements
	secrets := map[string]string{"card number": e.CardNumber, "ID number": e.IdNumber, "mobile": e.Mobile}
	messages, err := w.Inbox(ctx, "")
	if err != nil {
		return nil, err
	}
	for i, m := range messages {
		if m.Code != nil {
			secrets[fmt.Sprintf("code of SMS %d", i+1)] = *m.Code
		}
	}
	return secrets, nil
}

// Shows finds a secret in a text: alone, not as part of a longer number.
func Shows(text []byte, secrets map[string]string) error {
	for name, secret := range secrets {
		if regexp.MustCompile(`(^|[^0-9])` + regexp.QuoteMeta(secret) + `([^0-9]|$)`).Match(text) {
			return fmt.Errorf("the %s is shown", name)
		}
	}
	return nil
}

func answersMasked(ctx context.Context) error {
	w := From(ctx)
	secrets, err := w.Secrets(ctx)
	if err != nil {
		return err
	}
	if len(w.answers) == 0 {
		return errors.New("nothing was answered yet")
	}
	for _, a := range w.answers {
		if err := Shows(a, secrets); err != nil {
			return err
		}
	}
	return nil
}

// journal reads all rows of the scenario's world.
func (w *World) journal(ctx context.Context) ([]control.JournalRow, error) {
	most := 1000
	r, err := w.suite.control.ReadJournalWithResponse(ctx, w.Sim.WorldId, &control.ReadJournalParams{Limit: &most})
	journal, err := Fetched[control.Journal](r, err)
	if err != nil {
		return nil, fmt.Errorf("the journal: %w", err)
	}
	w.journalText = r.Body
	return journal.Rows, nil
}

func journalMasked(ctx context.Context) error {
	w := From(ctx)
	secrets, err := w.Secrets(ctx)
	if err != nil {
		return err
	}
	rows, err := w.journal(ctx)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return errors.New("the journal is empty")
	}
	return Shows(w.journalText, secrets)
}

func problemSilent(ctx context.Context) error {
	w := From(ctx)
	if w.heard.problem == nil {
		return w.unexpected("a refusal")
	}
	e := w.Card.Elements
	return Shows(w.heard.exchange.Body, map[string]string{
		"card number": e.CardNumber, "ID number": e.IdNumber, "mobile": e.Mobile, "name": e.Name,
	})
}
