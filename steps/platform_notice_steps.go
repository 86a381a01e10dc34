package steps

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"countersign/contract/control"
)

// merchantMail is the mailbox that the merchant's webhook leads to.
const merchantMail = "merchant"

// platformNoticeSteps are about what payer and merchant are told unasked (T9).
func platformNoticeSteps() []Step {
	return []Step{
		{`the platform tells the payer of the debit by SMS and by WeChat, once each`, noticesArrived},
		{`the platform tells the payer of the debit by WeChat alone`, noticeByWeChat},
		{`the platform tells the payer of no debit`, noNotices},
		{`the webhook has been told once that the payment is (succeeded|failed|closed)`, webhookTold},
		{`the webhook has been told nothing`, webhookSilent},
		{`each webhook is signed as Standard Webhooks wants it`, webhooksSigned},
	}
}

// notices counts the platform's own notices on the payer's handset, by medium. An SMS goes to the mobile, a
// WeChat message to the open id.
func (w *World) notices(ctx context.Context) (map[control.Medium]int, error) {
	all, err := w.everything(ctx)
	if err != nil {
		return nil, err
	}
	count := map[control.Medium]int{}
	for _, m := range all {
		if m.About != control.PlatformNotice {
			continue
		}
		if to := map[control.Medium]string{control.MediumSms: w.Card.Elements.Mobile, control.MediumWechat: w.openID()}[m.Medium]; m.To != to {
			return nil, fmt.Errorf("a notice by %s went to somebody else", m.Medium)
		}
		count[m.Medium]++
	}
	return count, nil
}

func noticesArrived(ctx context.Context) error {
	count, err := From(ctx).notices(ctx)
	if err == nil && (count[control.MediumSms] != 1 || count[control.MediumWechat] != 1) {
		return fmt.Errorf("the payer was told %d times by SMS and %d times by WeChat", count[control.MediumSms], count[control.MediumWechat])
	}
	return err
}

// noticeByWeChat counts on every handset: a notice texted to a stranger's mobile fails it too.
func noticeByWeChat(ctx context.Context) error {
	count, err := From(ctx).notices(ctx)
	if err == nil && (count[control.MediumSms] != 0 || count[control.MediumWechat] != 1) {
		return fmt.Errorf("the payer was told %d times by SMS and %d times by WeChat", count[control.MediumSms], count[control.MediumWechat])
	}
	return err
}

func noNotices(ctx context.Context) error {
	count, err := From(ctx).notices(ctx)
	if err == nil && len(count) > 0 {
		return fmt.Errorf("the payer was told %d times by SMS and %d times by WeChat", count[control.MediumSms], count[control.MediumWechat])
	}
	return err
}

// told is what a webhook said.
type webhookSaid struct {
	Type string `json:"type"`
	Data struct {
		PaymentID string `json:"payment_id"`
		Status    string `json:"status"`
	} `json:"data"`
}

// webhooks reads what the merchant was told.
func (w *World) webhooks(ctx context.Context) ([]webhookSaid, error) {
	if err := w.atRest(ctx); err != nil {
		return nil, err
	}
	var all []webhookSaid
	for _, letter := range w.Mail(merchantMail) {
		var said webhookSaid
		if err := json.Unmarshal(letter.Body, &said); err != nil {
			return nil, fmt.Errorf("a webhook cannot be read: %w", err)
		}
		all = append(all, said)
	}
	return all, nil
}

func webhookTold(ctx context.Context, status string) error {
	w := From(ctx)
	all, err := w.webhooks(ctx)
	if err != nil {
		return err
	}
	n := 0
	for _, said := range all {
		if said.Type == "payment."+status && said.Data.Status == status && said.Data.PaymentID == platformNote(w).payment.PaymentId {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("%d of %d webhooks say that the payment is %s", n, len(all), status)
	}
	return nil
}

func webhookSilent(ctx context.Context) error {
	all, err := From(ctx).webhooks(ctx)
	if err == nil && len(all) > 0 {
		return fmt.Errorf("%d webhooks have come", len(all))
	}
	return err
}

// webhooksSigned verifies by the words of the specification (HMAC-SHA256 over id, timestamp and body), not
// with the library that the platform signs with.
func webhooksSigned(ctx context.Context) error {
	w := From(ctx)
	if err := w.atRest(ctx); err != nil {
		return err
	}
	letters := w.Mail(merchantMail)
	if len(letters) == 0 {
		return errors.New("no webhook has come")
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(webhookSecret, "whsec_"))
	if err != nil {
		return err
	}
	for i, letter := range letters {
		id, at := letter.Header.Get("Webhook-Id"), letter.Header.Get("Webhook-Timestamp")
		sum := hmac.New(sha256.New, secret)
		_, _ = fmt.Fprintf(sum, "%s.%s.%s", id, at, letter.Body)
		wanted := "v1," + base64.StdEncoding.EncodeToString(sum.Sum(nil))
		if id == "" || at == "" || !strings.Contains(letter.Header.Get("Webhook-Signature"), wanted) {
			return fmt.Errorf("the signature of webhook %d does not hold", i+1)
		}
	}
	return nil
}
