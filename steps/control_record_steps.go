package steps

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"countersign/contract/control"
)

// controlRecordSteps are about inbox, journal, books and story as means to find out what happened.
func controlRecordSteps() []Step {
	return []Step{
		{`the inbox is read`, readInbox},
		{`reading on finds ` + reNumber + ` messages?`, readOn},
		{`waiting for an SMS about (signing|payment) finds ` + reNumber + ` messages?`, waitFor},
		{`it is verified that there was (exactly|at least|at most) ` + reNumber + ` debit of ` + reYuan, verifyDebits},
		{`it is verified that an SMS of ` + reYuan + ` arrived`, verifySenseless},
		{`that (holds|does not hold)`, verified},
		{`the near miss says that ` + reWord + ` is ` + reNumber + ` and not ` + reNumber, nearMiss},
		{`the story of the order is told as (json|mermaid|svg)`, tellStory},
		{`the story names the order and the debit`, storyNames},
		{`the story shows no card number, ID number, mobile or code in full`, storyMasked},
		{`the canonical state of the world is read`, readExport},
		{`it shows no card number, ID number or mobile in full`, exportMasked},
	}
}

// handset asks for messages.
func handset(ctx context.Context, params control.ReadInboxParams) (*control.Inbox, error) {
	w := From(ctx)
	r, err := w.suite.control.ReadInboxWithResponse(ctx, w.Sim.WorldId, &params)
	return Fetched[control.Inbox](r, err)
}

func readInbox(ctx context.Context) error {
	_, s := note(ctx)
	inbox, err := handset(ctx, control.ReadInboxParams{})
	if err != nil {
		return err
	}
	s.cursor = inbox.Cursor
	return nil
}

func readOn(ctx context.Context, n int) error {
	_, s := note(ctx)
	inbox, err := handset(ctx, control.ReadInboxParams{After: &s.cursor})
	if err == nil && len(inbox.Messages) != n {
		return fmt.Errorf("%d came after what was read, not %d", len(inbox.Messages), n)
	}
	return err
}

// waitFor waits in real time, since nothing is to be moved: long where something must come, hardly where
// nothing may.
func waitFor(ctx context.Context, about string, n int) error {
	topic, wait := control.MessageAbout(about), 5000
	if n == 0 {
		wait = 10
	}
	inbox, err := handset(ctx, control.ReadInboxParams{About: &topic, WaitMs: &wait})
	if err == nil && len(inbox.Messages) != n {
		return fmt.Errorf("%d came, not %d", len(inbox.Messages), n)
	}
	return err
}

// verify holds a subject against a count.
func verify(ctx context.Context, subject control.VerifyRequestSubject, match control.RecordMatch, count control.Count) error {
	w, s := note(ctx)
	r, err := w.suite.control.VerifyRecordWithResponse(ctx, w.Sim.WorldId, control.VerifyRequest{
		Subject: subject, Match: &match, Count: count,
	})
	if err := s.ask(r, err); err != nil {
		return err
	}
	s.judged = r.JSON200
	return nil
}

func verifyDebits(ctx context.Context, how string, n int, amount string) error {
	f, err := fen(amount)
	if err != nil {
		return err
	}
	kind := control.MatchDebit
	count := map[string]control.Count{"exactly": {Exactly: &n}, "at least": {AtLeast: &n}, "at most": {AtMost: &n}}[how]
	return verify(ctx, control.SubjectLedger, control.RecordMatch{Kind: &kind, Amount: &f}, count)
}

func verifySenseless(ctx context.Context, amount string) error {
	f, err := fen(amount)
	if err != nil {
		return err
	}
	return verify(ctx, control.SubjectInbox, control.RecordMatch{Amount: &f}, control.Count{Exactly: new(1)})
}

func verified(ctx context.Context, verdict string) error {
	_, s := note(ctx)
	switch {
	case s.judged == nil:
		return errors.New("it was refused, not judged")
	case s.judged.Held != (verdict == "holds"):
		return fmt.Errorf("the answer: %s", s.judged.Explanation)
	}
	return nil
}

func nearMiss(ctx context.Context, field string, found, wanted int) error {
	_, s := note(ctx)
	if s.judged == nil || len(s.judged.NearMisses) == 0 {
		return errors.New("no near miss is shown")
	}
	for _, d := range s.judged.NearMisses[0].Differs {
		if d.Field == field && d.Found == strconv.Itoa(found) && d.Wanted == strconv.Itoa(wanted) {
			return nil
		}
	}
	return fmt.Errorf("the near miss: %+v", s.judged.NearMisses[0].Differs)
}

func tellStory(ctx context.Context, form string) error {
	w, s := note(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	format := control.StoryFormat(form)
	r, err := w.suite.control.ReadStoryWithResponse(ctx, w.Sim.WorldId, c.orderNo, &control.ReadStoryParams{Format: &format})
	if err := Done(r, err); err != nil {
		return fmt.Errorf("the story: %w", err)
	}
	s.story = string(r.Body)
	return nil
}

func storyNames(ctx context.Context) error {
	w, s := note(ctx)
	for _, wanted := range []string{w.channel.orderNo, "debit", w.Card.Bank} {
		if !strings.Contains(s.story, wanted) {
			return fmt.Errorf("the story does not say %s", wanted)
		}
	}
	return nil
}

func storyMasked(ctx context.Context) error {
	w, s := note(ctx)
	secrets, err := w.Secrets(ctx)
	if err != nil {
		return err
	}
	if s.story == "" {
		return errors.New("nothing is told")
	}
	return Shows([]byte(s.story), secrets)
}

func readExport(ctx context.Context) error {
	w, s := note(ctx)
	r, err := w.suite.control.ExportWorldWithResponse(ctx, w.Sim.WorldId)
	if err := Done(r, err); err != nil {
		return fmt.Errorf("the canonical state: %w", err)
	}
	s.story = string(r.Body)
	return nil
}

// exportMasked leaves codes out: the messages on the handset are part of a world, and codes of theirs.
func exportMasked(ctx context.Context) error {
	w, s := note(ctx)
	e := w.Card.Elements
	if s.story == "" {
		return errors.New("nothing was read")
	}
	return Shows([]byte(s.story), map[string]string{"card number": e.CardNumber, "ID number": e.IdNumber, "mobile": e.Mobile})
}
