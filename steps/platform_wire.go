package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"countersign/contract/platform"
	"countersign/steps/target"
	"countersign/steps/wire"
)

// platformSent is an answer, or why there is none.
type platformSent struct {
	platformAnswer
	err error
}

// sendPlatform carries one request for a merchant. It is a raw client on purpose: one that filled in keys
// by itself could not leave them out.
func (w *World) sendPlatform(ctx context.Context, m *Merchant, r platformRequest) platformSent {
	return w.sendAs(ctx, m.Token, r)
}

func (w *World) sendAs(ctx context.Context, token target.Token, r platformRequest) platformSent {
	var none platformSent
	request, err := http.NewRequestWithContext(ctx, r.method, w.platform.address+r.path, bytes.NewReader(r.body))
	if err != nil {
		none.err = err
		return none
	}
	request.Header.Set("Authorization", "Bearer "+token.Reveal())
	if r.key != "" {
		request.Header.Set("Idempotency-Key", r.key)
	}
	if len(r.body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	sent := w.carry(request)
	if sent.err != nil || sent.status < http.StatusBadRequest {
		return sent
	}
	sent.problem = &platform.Problem{}
	if err := json.Unmarshal(sent.body, sent.problem); err != nil {
		none.err = fmt.Errorf("status %d without a problem: %w", sent.status, err)
		return none
	}
	return sent
}

// carry sends a request to the platform and reads the whole answer.
func (w *World) carry(request *http.Request) (sent platformSent) {
	const most = 1 << 20
	response, err := w.platform.http.Do(request)
	if err != nil {
		sent.err = fmt.Errorf("no answer: %w", err)
		return sent
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, most))
	if err != nil {
		sent.err = fmt.Errorf("no whole answer: %w", err)
		return sent
	}
	sent.status, sent.header, sent.body = response.StatusCode, response.Header, body
	return sent
}

// read decodes a good answer.
func read[T any](body []byte) (*T, error) {
	v := new(T)
	if err := json.Unmarshal(body, v); err != nil {
		return nil, fmt.Errorf("not what the contract says: %w", err)
	}
	return v, nil
}

// keepPayment makes a payment the one that the scenario is about.
func keepPayment(s *platformState, body []byte) error {
	p, err := read[platform.Payment](body)
	if err != nil {
		return err
	}
	s.before, s.payment, s.waiting = s.payment, p, "/v1/payments/"+p.PaymentId
	s.noteCode(p.CodeRequired)
	return nil
}

// keepVerification makes a verification the one that waits for the payer.
func keepVerification(s *platformState, body []byte) error {
	v, err := read[platform.Verification](body)
	if err != nil {
		return err
	}
	s.proof, s.waiting = v, "/v1/verifications/"+v.VerificationId
	s.noteCode(v.CodeRequired)
	return nil
}

// noteCode counts a code that is asked for; hearing of it again is not another one.
func (s *platformState) noteCode(c *platform.CodeRequired) {
	if c == nil {
		return
	}
	if n := len(s.asked); n > 0 {
		last := s.asked[n-1]
		if last.About == c.About && last.Sender == c.Sender && last.SmsSeq == c.SmsSeq && last.ExpiresAt.Equal(c.ExpiresAt) {
			return
		}
	}
	s.asked = append(s.asked, *c)
}

func keepCard(s *platformState, body []byte) (err error) {
	s.card, err = read[platform.Card](body)
	return err
}

func keepLanding(s *platformState, body []byte) (err error) {
	s.landing, err = read[platform.Checkout](body)
	return err
}

func keepSync(s *platformState, body []byte) (err error) {
	s.sync, err = read[platform.SyncResult](body)
	return err
}

// notifyPlatform delivers a notification as a channel would.
func (w *World) notifyPlatform(ctx context.Context, address, signature string, body []byte) platformSent {
	var sent platformSent
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		sent.err = err
		return sent
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(wire.Header, signature)
	return w.carry(request)
}
