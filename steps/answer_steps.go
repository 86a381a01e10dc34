package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"countersign/contract/channel"
)

// answerSteps are about what a channel answered, whatever was asked.
func answerSteps() []Step {
	return []Step{
		{`the message is refused with ` + reWord, refusedWith},
		{`the message is refused with ` + reWord + ` and HTTP status ` + reNumber, refusedWithStatus},
		{`the problem names the member "([^"]*)"`, problemNames},
		{`the problem tells when to try again`, problemRetryAfter},
		{`no answer arrives`, noAnswer},
		{`the answer is the same as before`, sameAnswer},
		{`the answer names the order and its status`, namesOrder},
	}
}

// word gives the text behind a pointer, or nothing.
func word[T ~string](p *T) string {
	if p == nil {
		return ""
	}
	return string(*p)
}

// unexpected words an answer that is not what the step is about.
func (w *World) unexpected(wanted string) error {
	x := w.heard.exchange
	switch {
	case x == nil:
		return fmt.Errorf("nothing was asked yet, and the step wants %s", wanted)
	case x.Err != nil:
		return fmt.Errorf("the step wants %s: %w", wanted, x.Err)
	case w.heard.problem != nil:
		return fmt.Errorf("the step wants %s, the message was refused with %d %s: %s (member %q)", wanted, x.Status,
			w.heard.problem.Code, word(w.heard.problem.Detail), word(w.heard.problem.Field))
	}
	return fmt.Errorf("the step wants %s, the answer is %d %s", wanted, x.Status, x.Body)
}

func refusedWith(ctx context.Context, code string) error {
	w := From(ctx)
	p := w.heard.problem
	if p == nil || string(p.Code) != code {
		return w.unexpected("a refusal with " + code)
	}
	if p.Status != w.heard.exchange.Status {
		return fmt.Errorf("the problem says status %d, the status line %d", p.Status, w.heard.exchange.Status)
	}
	return nil
}

func refusedWithStatus(ctx context.Context, code string, status int) error {
	if err := refusedWith(ctx, code); err != nil {
		return err
	}
	if got := From(ctx).heard.exchange.Status; got != status {
		return fmt.Errorf("the message is refused with HTTP status %d, not %d", got, status)
	}
	return nil
}

func problemNames(ctx context.Context, member string) error {
	w := From(ctx)
	if w.heard.problem == nil {
		return w.unexpected("a refusal")
	}
	if got := word(w.heard.problem.Field); normalPointer(got) != normalPointer(member) {
		return fmt.Errorf("the problem names %q, not %q", got, member)
	}
	return nil
}

// normalPointer makes a.b, /a/b and #/a/b one.
func normalPointer(text string) string {
	out := make([]byte, 0, len(text))
	for i := range len(text) {
		switch c := text[i]; c {
		case '#':
		case '/':
			if len(out) > 0 {
				out = append(out, '.')
			}
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func problemRetryAfter(ctx context.Context) error {
	w := From(ctx)
	if w.heard.problem == nil {
		return w.unexpected("a refusal")
	}
	seconds, err := strconv.Atoi(w.heard.exchange.Header.Get("Retry-After"))
	if err != nil || seconds < 1 {
		return errors.New("the answer has no Retry-After in seconds")
	}
	return nil
}

func noAnswer(ctx context.Context) error {
	w := From(ctx)
	if w.heard.exchange == nil || w.heard.exchange.Err == nil {
		return w.unexpected("no answer")
	}
	return nil
}

// sameAnswer compares what two answers say, member by member.
func sameAnswer(ctx context.Context) error {
	w := From(ctx)
	before, now := w.heard.before, w.heard.exchange
	if before == nil || now == nil {
		return errors.New("there are no two answers to compare")
	}
	if before.Status != now.Status || string(before.Body) != string(now.Body) {
		return fmt.Errorf("the answers differ: %d %s and %d %s", before.Status, before.Body, now.Status, now.Body)
	}
	return nil
}

func namesOrder(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	if w.heard.charge == nil || w.heard.exchange.Status != http.StatusOK {
		return w.unexpected("a charge")
	}
	got := w.heard.charge
	if got.OrderNo != c.orderNo || !got.OrderTime.Equal(c.orderTime) || got.Status == "" {
		return fmt.Errorf("the answer names order %s of %s, status %q", got.OrderNo, got.OrderTime, got.Status)
	}
	if got.Status == channel.ChargeStatusChargeSucceeded && (got.Amount == nil || *got.Amount != c.charged.Amount || got.DebitedAt == nil) {
		return errors.New("a debit is answered without its amount or its time")
	}
	return nil
}
