package steps

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"countersign/contract/channel"
	"countersign/steps/wire"
)

// noTime switches the check of the window off.
var noTime time.Time

// signatureSteps are about signatures that hold and such that do not. What arrives is a charge, since a
// charge that slipped through would show in the ledger.
func signatureSteps() []Step {
	return []Step{
		{`an unsigned charge of ` + reYuan + ` arrives`, broken(func(m *wire.Message, _ *channelState) { m.Unsigned = true })},
		{`a charge of ` + reYuan + ` signed with another key arrives`, broken(func(m *wire.Message, c *channelState) {
			forged := c.client.Request.Other()
			m.Key = &forged
		})},
		{`a charge of ` + reYuan + ` signed under another key id arrives`, broken(func(m *wire.Message, c *channelState) {
			other := c.client.Request
			other.ID = "somebody-elses"
			m.Key = &other
		})},
		{`a charge of ` + reYuan + ` arrives that was signed for another (method|target|audience)`, chargeSignedFor},
		{`a charge of ` + reYuan + ` arrives that was altered after signing`, broken(func(m *wire.Message, _ *channelState) {
			m.SignedBody = m.Body
			m.Body = append([]byte(" "), m.Body...)
		})},
		{`a charge of ` + reYuan + ` arrives that was signed ` + reNumber + ` seconds (too early|too late)`, chargeSignedAt},
		{`the very same message arrives once more`, replay},
		{`the refusal tells that ` + reWord + ` is wrong, and the body's length and digest`, findingSays},
		{`the answer is signed and belongs to its request`, answerSigned},
		{`the journal shows a message with a signature that does not hold`, journalShowsBadSignature},
	}
}

// broken gives a step that sends a charge spoilt on purpose.
func broken(spoil func(*wire.Message, *channelState)) func(context.Context, string) error {
	return func(ctx context.Context, amount string) error { return From(ctx).chargeSpoilt(ctx, amount, spoil) }
}

func (w *World) chargeSpoilt(ctx context.Context, amount string, spoil func(*wire.Message, *channelState)) error {
	r, err := w.request(amount)
	if err != nil {
		return err
	}
	w.channel.charged, w.channel.orderNo, w.channel.orderTime = r, r.OrderNo, r.OrderTime
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	m := wire.Message{Method: http.MethodPost, Path: "/v1/charges", Body: body}
	spoil(&m, w.channel)
	return exchange(ctx, w, m, func(h *heard, v *channel.Charge) { h.charge = v })
}

func chargeSignedFor(ctx context.Context, amount, other string) error {
	return From(ctx).chargeSpoilt(ctx, amount, func(m *wire.Message, _ *channelState) {
		m.Protect = func(p *wire.Protected) {
			switch other {
			case "method":
				p.Method = http.MethodPut
			case "target":
				p.Target += "?"
			default:
				p.Aud = "some-other-channel"
			}
		}
	})
}

func chargeSignedAt(ctx context.Context, amount string, seconds int64, which string) error {
	if which == "too early" {
		seconds = -seconds
	}
	return From(ctx).chargeSpoilt(ctx, amount, func(m *wire.Message, _ *channelState) {
		m.Protect = func(p *wire.Protected) { p.Iat += seconds }
	})
}

func replay(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	if c.lastPrepared == nil {
		return errors.New("nothing was sent yet")
	}
	return w.send(ctx, c, c.lastPrepared)
}

func findingSays(ctx context.Context, wrong string) error {
	w := From(ctx)
	p := w.heard.problem
	if p == nil || p.Signature == nil {
		return w.unexpected("a refusal with a finding about the signature")
	}
	body := w.heard.exchange.Request.Body
	digest := sha256.Sum256(body)
	switch {
	case p.Signature.Wrong != wrong:
		return fmt.Errorf("the refusal says that %s is wrong", p.Signature.Wrong)
	case p.Signature.BodyLength != len(body):
		return fmt.Errorf("the refusal tells a length of %d, not %d", p.Signature.BodyLength, len(body))
	case p.Signature.BodySha256 != hex.EncodeToString(digest[:]):
		return errors.New("the refusal tells another digest")
	}
	return nil
}

func answerSigned(ctx context.Context) error {
	w := From(ctx)
	if w.heard.exchange == nil || w.heard.exchange.Err != nil {
		return w.unexpected("an answer")
	}
	return w.heard.exchange.Signature
}

func journalShowsBadSignature(ctx context.Context) error {
	rows, err := From(ctx).journal(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Signature == "signature" && r.Status != nil && *r.Status == http.StatusUnauthorized && !r.Committed {
			return nil
		}
	}
	return errors.New("the journal shows no such message")
}
