package engine

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"countersign/orchestrator"
)

// hexOf writes bytes in hex.
func hexOf(b []byte) string { return hex.EncodeToString(b) }

// webhookBody is what a merchant's endpoint gets; no personal data, no channel (T11).
type webhookBody struct {
	Type      string      `json:"type"`
	Timestamp time.Time   `json:"timestamp"`
	Sequence  int         `json:"sequence"` // within the payment
	Data      webhookData `json:"data"`
}

type webhookData struct {
	PaymentID       string          `json:"payment_id"`
	MerchantOrderNo string          `json:"merchant_order_no"`
	Status          string          `json:"status"`
	Amount          int64           `json:"amount"`
	Currency        string          `json:"currency"`
	Failure         *webhookFailure `json:"failure,omitempty"`
	LateSuccess     bool            `json:"late_success,omitempty"`
}

type webhookFailure struct {
	Code      string `json:"code"`
	Retryable bool   `json:"retryable"`
}

// webhook puts an event for the merchant into the outbox.
func (w *work) webhook(p orchestrator.Payment, event string) error {
	if w.m.WebhookURL == "" {
		return nil
	}
	known, err := w.tx.Notices().ByReference(w.m.ID, p.ID)
	if err != nil {
		return err
	}
	seq := 1
	for _, n := range known {
		if n.Kind == orchestrator.NoticeWebhook {
			seq++
		}
	}
	body := webhookBody{
		Type: event, Timestamp: w.now, Sequence: seq,
		Data: webhookData{
			PaymentID: p.ID, MerchantOrderNo: p.MerchantOrderNo, Status: string(p.Status), Amount: int64(p.Amount),
			Currency: "CNY", LateSuccess: p.LateSuccess,
		},
	}
	if p.Status == orchestrator.PaymentFailed {
		body.Data.Failure = &webhookFailure{Code: p.FailureCode, Retryable: p.Retryable}
	}
	payload, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encoding a webhook: %w", err)
	}
	return w.notice(orchestrator.Notice{
		Kind: orchestrator.NoticeWebhook, Purpose: event, Seq: seq, Payload: payload, Status: string(p.Status),
	}, p)
}

// tellPayer puts the debit notices into the outbox (T9): by SMS, to a mobile that a check or a signing has confirmed,
// and by WeChat.
func (w *work) tellPayer(p orchestrator.Payment) error {
	if !w.m.Policy.Notices || w.m.GatewayURL == "" {
		return nil
	}
	card, err := w.tx.Cards().Get(w.m.ID, p.CardID)
	if err != nil {
		return err
	}
	n := orchestrator.Notice{Purpose: orchestrator.PurposeDebitNotice}
	if card.Confirmed() && len(card.SealedElements) > 0 { // where elements are not kept, there is no mobile to text
		n.Kind = orchestrator.NoticeSMS
		if err := w.notice(n, p); err != nil {
			return err
		}
	}
	if len(card.SealedOpenID) == 0 {
		return nil
	}
	n.Kind = orchestrator.NoticeWeChat
	return w.notice(n, p)
}

// notice makes a notice and calls for its first try.
func (w *work) notice(n orchestrator.Notice, p orchestrator.Payment) error {
	n.ID, n.MerchantID, n.Reference, n.CardID, n.Amount = w.e.opt.IDs.New("msg_"), w.m.ID, p.ID, p.CardID, p.Amount
	n.CreatedAt, n.OccurredAt = w.now, w.now
	return w.tryNotice(n, w.tx.Notices().Insert)
}

// tryNotice stores a notice under a lease and calls for one try of it.
func (w *work) tryNotice(n orchestrator.Notice, store func(*orchestrator.Notice) error) error {
	until := w.now.Add(w.e.opt.CallTimeout + leaseMargin)
	n.Lease, n.DueAt = n.Lease.Take(w.e.owner, until), until
	if err := store(&n); err != nil {
		return err
	}
	w.add(job{kind: jobNotice, id: n.ID, fence: n.Lease.Fence})
	return nil
}

// carryNotice sends one notice and stores how it went.
func (e *Engine) carryNotice(ctx context.Context, c *chain, j job) (*work, error) {
	var m orchestrator.Merchant
	var n orchestrator.Notice
	var card orchestrator.Card
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		if m, err = tx.Merchants().Get(c.merchantID); err != nil {
			return err
		}
		if n, err = tx.Notices().Get(c.merchantID, j.id); err != nil {
			return err
		}
		card, err = tx.Cards().Get(c.merchantID, n.CardID)
		return err
	})
	if err != nil || n.Lease.Fence != j.fence || !n.DoneAt.IsZero() {
		return nil, err
	}
	sendErr := e.send(ctx, m, n, card)
	return e.transact(ctx, PointResult, c.merchantID, orchestrator.ActorReply, func(w *work) error {
		return w.noticeResult(j, sendErr)
	})
}

// errNowhere says that a notice has no address any more; it is given up.
var errNowhere = errors.New("no address to send to")

// send makes the call of a notice.
func (e *Engine) send(ctx context.Context, m orchestrator.Merchant, n orchestrator.Notice, card orchestrator.Card) error {
	if n.Kind == orchestrator.NoticeWebhook {
		if m.WebhookURL == "" {
			return errNowhere
		}
		secret, err := e.opt.Vault.Open("webhook:"+m.ID, m.SealedWebhook)
		if err != nil {
			return fmt.Errorf("opening the webhook secret: %w", err)
		}
		target := orchestrator.WebhookTarget{URL: m.WebhookURL, Secret: orchestrator.NewSecret(string(secret))}
		return e.outbound(ctx, m, PointWebhook, func(ctx context.Context) error {
			return e.opt.Webhooks.Deliver(ctx, target, orchestrator.WebhookEvent{
				ID: n.ID, At: e.clocks.of(m).Now(), Body: n.Payload,
			})
		})
	}
	message := orchestrator.Message{
		MessageNo: n.ID, Kind: n.Kind, Purpose: n.Purpose, Template: "debit_notice", Reference: n.Reference,
		Text: orchestrator.NewSecret(debitText(m, n, card)),
	}
	if n.Kind == orchestrator.NoticeWeChat {
		openID, err := e.openID(card)
		if err != nil {
			return err
		}
		if openID == "" {
			return errNowhere
		}
		message.To = orchestrator.NewSecret(openID)
		return e.message(ctx, m, message)
	}
	if !card.Confirmed() { // other elements may have come since the debit
		return errNowhere
	}
	el, err := e.elementsFor(card, n.Reference, card.ElementsPrint)
	if err != nil {
		return errNowhere
	}
	message.To = orchestrator.NewSecret(el.Mobile.Reveal())
	return e.message(ctx, m, message)
}

// message sends one message through the merchant's gateway.
func (e *Engine) message(ctx context.Context, m orchestrator.Merchant, message orchestrator.Message) error {
	if m.GatewayURL == "" {
		return errNowhere
	}
	token, err := e.opt.Vault.Open("gateway:"+m.ID, m.SealedGateway)
	if err != nil {
		return fmt.Errorf("opening the gateway token: %w", err)
	}
	gateway := orchestrator.Gateway{BaseURL: m.GatewayURL, Token: orchestrator.NewSecret(string(token))}
	return e.outbound(ctx, m, PointMessage, func(ctx context.Context) error {
		return e.opt.Messenger.Send(ctx, gateway, message)
	})
}

// noticeResult stores how a try went, and when the next one is.
func (w *work) noticeResult(j job, sendErr error) error {
	n, err := w.tx.Notices().Get(w.m.ID, j.id)
	if err != nil || n.Lease.Fence != j.fence {
		return err
	}
	n.Lease, n.DueAt = n.Lease.Free(), time.Time{}
	n.Tries++
	result := "sent"
	switch {
	case sendErr == nil:
		n.DoneAt = w.now
	case errors.Is(sendErr, errNowhere) || errors.Is(sendErr, orchestrator.ErrGone) || n.Tries >= orchestrator.NoticeTries:
		n.GivenUp, result = true, "given_up"
	default:
		n.DueAt, result = w.now.Add(orchestrator.OutboxDelay(n.Tries-1, w.draw(n.ID, n.Tries))), "not_sent"
	}
	if err := w.tx.Notices().Update(&n); err != nil {
		return err
	}
	return w.record(orchestrator.Event{
		Reference: n.Reference, Subject: "notice", SubjectID: n.ID, Actor: w.actor, Name: string(n.Kind), New: result, Cause: n.Purpose,
	})
}

// businessZone is where the platform's payers live (design 3.1).
var businessZone = time.FixedZone("UTC+8", 8*60*60)

// debitText is the platform's own notice of a debit (T9). It names no channel (T11).
func debitText(m orchestrator.Merchant, n orchestrator.Notice, card orchestrator.Card) string {
	at := n.OccurredAt.In(businessZone)
	return fmt.Sprintf("【%s】您尾号%s的银行卡于%d月%d日%02d:%02d支付%s元。",
		brand(m), lastFour(card.MaskedNumber), at.Month(), at.Day(), at.Hour(), at.Minute(), n.Amount)
}

// codeText is the platform's own code (mission, kinds of channel).
func codeText(m orchestrator.Merchant, about orchestrator.About, code string) string {
	what := "支付验证"
	if about == orchestrator.AboutSigning {
		what = "银行卡验证"
	}
	return fmt.Sprintf("【%s】验证码%s，您正在进行%s，5分钟内有效，请勿告知他人。", brand(m), code, what)
}

func brand(m orchestrator.Merchant) string {
	if m.BrandZH != "" {
		return m.BrandZH
	}
	return m.Name
}

func lastFour(masked string) string {
	if len(masked) < 4 {
		return masked
	}
	return masked[len(masked)-4:]
}
