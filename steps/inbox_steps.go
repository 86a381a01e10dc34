package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"countersign/contract/control"
)

// inboxSteps are about what arrives on the payer's handset.
func inboxSteps() []Step {
	return []Step{
		{`the (bank|third_party|platform)'s SMS about (signing|payment) is on the registered mobile`, smsFrom},
		{`no SMS is on the registered mobile`, noSMS},
		{`exactly ` + reNumber + ` SMS (?:is|are) on the registered mobile`, smsCount},
		{`exactly ` + reNumber + ` SMS with a code (?:is|are) on the registered mobile`, codeCount},
		{`the SMS is signed in brackets and carries a code of the profile's length`, smsForm},
		{`a debit notice from the bank is on the registered mobile`, debitNotice},
		{`no debit notice is on the registered mobile`, noDebitNotice},
		{`the text of the SMS says (签约|支付)`, smsSays},
	}
}

// Inbox lists the messages on the registered mobile that have a reference; an empty one fits all.
func (w *World) Inbox(ctx context.Context, reference string) ([]control.Message, error) {
	params := &control.ReadInboxParams{To: &w.Card.Elements.Mobile}
	if reference != "" {
		params.Reference = &reference
	}
	r, err := w.suite.control.ReadInboxWithResponse(ctx, w.Sim.WorldId, params)
	inbox, err := Fetched[control.Inbox](r, err)
	if err != nil {
		return nil, fmt.Errorf("the inbox: %w", err)
	}
	return inbox.Messages, nil
}

// messages lists the messages that carry a code for a signing or an order, oldest first. A message may
// take time to the handset where the bank is slow, so the clock is not moved for it.
func (w *World) messages(ctx context.Context, number string) ([]control.Message, error) {
	all, err := w.Inbox(ctx, number)
	if err != nil {
		return nil, err
	}
	var coded []control.Message
	for _, m := range all {
		if m.Code != nil {
			coded = append(coded, m)
		}
	}
	return coded, nil
}

// code gives the nth code sent for a signing or an order, counted from 1; 0 means the latest.
func (w *World) code(ctx context.Context, number string, nth int) (string, error) {
	coded, err := w.messages(ctx, number)
	if err != nil {
		return "", err
	}
	if nth == 0 {
		nth = len(coded)
	}
	if nth < 1 || nth > len(coded) {
		return "", fmt.Errorf("%d SMS with a code arrived, the scenario wants number %d", len(coded), nth)
	}
	return *coded[nth-1].Code, nil
}

// latest gives the last message on the mobile.
func (w *World) latest(ctx context.Context) (control.Message, error) {
	all, err := w.Inbox(ctx, "")
	if err != nil {
		return control.Message{}, err
	}
	if len(all) == 0 {
		return control.Message{}, errors.New("no SMS arrived on the registered mobile")
	}
	return all[len(all)-1], nil
}

func smsFrom(ctx context.Context, sender, about string) error {
	m, err := From(ctx).latest(ctx)
	if err != nil {
		return err
	}
	if string(m.Sender) != sender || string(m.About) != about || m.Medium != control.MediumSms {
		return fmt.Errorf("the last message is a %s from %s about %s", m.Medium, m.Sender, m.About)
	}
	return nil
}

func noSMS(ctx context.Context) error { return smsCount(ctx, 0) }

func smsCount(ctx context.Context, n int) error {
	all, err := From(ctx).Inbox(ctx, "")
	if err == nil && len(all) != n {
		return fmt.Errorf("%d messages are on the registered mobile, not %d", len(all), n)
	}
	return err
}

func codeCount(ctx context.Context, n int) error {
	coded, err := From(ctx).messages(ctx, "")
	if err == nil && len(coded) != n {
		return fmt.Errorf("%d SMS with a code are on the registered mobile, not %d", len(coded), n)
	}
	return err
}

func smsForm(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	m, err := w.latest(ctx)
	if err != nil {
		return err
	}
	brand, length := c.profile.SmsBrandZh, c.profile.Code.Length
	switch {
	case !strings.HasPrefix(m.Text, "【") || !strings.Contains(m.Text, "】"):
		return errors.New("the SMS does not begin with a sender in brackets")
	case brand != "" && m.Sender == control.PartyThirdParty && !strings.HasPrefix(m.Text, "【"+brand+"】"):
		return errors.New("the SMS is not signed by the channel's brand")
	case m.Code == nil || len(*m.Code) != length || !strings.Contains(m.Text, *m.Code):
		return fmt.Errorf("the SMS carries no code of %d digits", length)
	}
	return nil
}

func smsSays(ctx context.Context, text string) error {
	m, err := From(ctx).latest(ctx)
	if err == nil && !strings.Contains(m.Text, text) {
		return fmt.Errorf("the SMS does not say %s", text)
	}
	return err
}

func debitNotices(ctx context.Context) (int, error) {
	all, err := From(ctx).Inbox(ctx, "")
	n := 0
	for _, m := range all {
		if m.About == control.DebitNotice && m.Sender == control.PartyBank {
			n++
		}
	}
	return n, err
}

func debitNotice(ctx context.Context) error {
	n, err := debitNotices(ctx)
	if err == nil && n != 1 {
		return fmt.Errorf("%d debit notices arrived, not one", n)
	}
	return err
}

func noDebitNotice(ctx context.Context) error {
	n, err := debitNotices(ctx)
	if err == nil && n != 0 {
		return fmt.Errorf("%d debit notices arrived", n)
	}
	return err
}
