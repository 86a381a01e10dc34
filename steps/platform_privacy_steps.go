package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"countersign/contract/control"
)

// platformPrivacySteps are about what is never shown, and about what the payer's side never learns (T11).
func platformPrivacySteps() []Step {
	return []Step{
		{`nothing that payer and merchant were told names a channel`, namesNoChannel},
		{`nothing that merchant and operator were told shows card number, ID number, mobile or code`, showsNothing},
		{`the merchant has been told something by answers, notices and webhooks`, toldSomething},
	}
}

func encode(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	return raw, nil
}

// payersSide is everything that the platform wrote for payer and merchant.
func (w *World) payersSide(ctx context.Context) (texts [][]byte, err error) {
	texts = append(texts, platformNote(w).heard...)
	all, err := w.everything(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.Sender == control.PartyPlatform {
			texts = append(texts, []byte(m.Text))
		}
	}
	for _, letter := range w.Mail(merchantMail) {
		texts = append(texts, letter.Body)
	}
	return texts, nil
}

// namesNoChannel looks for ids, names and brands of all channels of the world, the merchant's or not.
func namesNoChannel(ctx context.Context) error {
	w := From(ctx)
	texts, err := w.payersSide(ctx)
	if err != nil {
		return err
	}
	for _, c := range w.Sim.Channels {
		for _, name := range []string{c.ChannelId, c.Profile.NameZh, c.Profile.NameEn, c.Profile.SmsBrandZh} {
			for _, text := range texts {
				if name != "" && bytes.Contains(text, []byte(name)) {
					return fmt.Errorf("%s is named: %s", name, text)
				}
			}
		}
	}
	return nil
}

func showsNothing(ctx context.Context) error {
	w := From(ctx)
	secrets, err := w.Secrets(ctx)
	if err != nil {
		return err
	}
	s := platformNote(w)
	if s.payment != nil {
		if _, err := w.story(ctx); err != nil {
			return err
		}
		if _, err := w.decision(ctx); err != nil {
			return err
		}
	}
	texts := append(append([][]byte(nil), s.heard...), s.told...)
	for _, letter := range w.Mail(merchantMail) {
		texts = append(texts, letter.Body)
	}
	for _, text := range texts {
		if err := Shows(text, secrets); err != nil {
			return fmt.Errorf("%w by what the platform told", err)
		}
	}
	return nil
}

// toldSomething keeps the steps above from passing because nothing was said.
func toldSomething(ctx context.Context) error {
	w := From(ctx)
	count, err := w.notices(ctx)
	if err != nil {
		return err
	}
	if len(platformNote(w).heard) < 3 || len(count) == 0 || len(w.Mail(merchantMail)) == 0 {
		return errors.New("too little was told to judge")
	}
	return nil
}
