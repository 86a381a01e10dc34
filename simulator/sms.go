package simulator

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"countersign/internal/money"
)

// chinaTime is UTC+8 for the texts of debit notices.
//
//nolint:gochecknoglobals // an immutable zone; time.FixedZone is no constant
var chinaTime = time.FixedZone("UTC+8", businessOffset)

// textParts is what an SMS of a channel or bank may speak of.
type textParts struct {
	sign     string // who signs, between 【 and 】
	code     string
	brand    string // the channel's name on the phone
	merchant string // "" where the channel does not name it
	tail     string // last four digits of the card
	amount   money.Fen
	lifetime time.Duration
}

// signingText is the SMS about a signing: it says signing (签约), never payment, and
// has no amount. That is what makes the quirk of T10 visible to the payer.
func signingText(p textParts) string {
	var b strings.Builder
	fmt.Fprintf(&b, "【%s】%s，签约验证码。", p.sign, p.code)
	if p.merchant != "" {
		fmt.Fprintf(&b, "您正通过%s", p.merchant)
	} else {
		b.WriteString("您正")
	}
	fmt.Fprintf(&b, "为尾号%s的银行卡开通%s快捷签约，签约后付款不再需要验证码。%s内有效，勿告诉他人。", p.tail, p.brand, minutes(p.lifetime))
	return b.String()
}

// paymentText is the SMS about one payment: it says payment (支付) and names the
// amount.
func paymentText(p textParts) string {
	var b strings.Builder
	fmt.Fprintf(&b, "【%s】%s，支付验证码。", p.sign, p.code)
	if p.merchant != "" {
		fmt.Fprintf(&b, "您正向%s", p.merchant)
	} else {
		b.WriteString("您正")
	}
	fmt.Fprintf(&b, "支付%s元，使用尾号%s的银行卡。%s内有效，勿告诉他人。", p.amount, p.tail, minutes(p.lifetime))
	return b.String()
}

// debitNoticeText is the bank's SMS after a debit, for customers who subscribed (T9).
func debitNoticeText(p textParts, at time.Time, balance money.Fen) string {
	return fmt.Sprintf("【%s】您尾号%s的卡%s扣款%s元（%s），余额%s元。",
		p.sign, p.tail, at.In(chinaTime).Format("01月02日15:04"), p.amount, p.brand, balance)
}

// minutes writes a lifetime for people.
func minutes(d time.Duration) string {
	if d%time.Minute == 0 {
		return strconv.Itoa(int(d/time.Minute)) + "分钟"
	}
	return strconv.Itoa(int(d/time.Second)) + "秒"
}

// partsFor collects the parts of a text that do not depend on the occasion.
func (w *World) partsFor(m *member, a *account, p *Profile, sender Party) textParts {
	parts := textParts{sign: p.SMSBrandZH, brand: p.SMSBrandZH, tail: a.Holder.CardNumber.Last4()}
	if p.SMSBrandZH == "" {
		parts.sign, parts.brand = p.NameZH, p.NameZH
	}
	if sender == PartyBank {
		parts.sign = w.bank(a.bank).NameZH
	}
	if p.MerchantInSMS {
		parts.merchant = m.MerchantName
	}
	return parts
}

// senderOf names a sender for inbox and journal, and how long its SMS take.
func (w *World) senderOf(m *member, a *account, sender Party) (from string, delay time.Duration) {
	if sender == PartyBank {
		b := w.bank(a.bank)
		return b.Code, time.Duration(b.SMSDelaySeconds) * time.Second
	}
	return m.ChannelID, 0
}

// textAccount sends an SMS to the mobile an account has registered.
func (w *World) textAccount(m *member, a *account, sender Party, about About, ref, text string, way passage) {
	from, delay := w.senderOf(m, a, sender)
	w.sendOff(Message{
		Medium: MediumSMS, To: a.Holder.Mobile, Sender: sender, From: from, ChannelID: m.ChannelID,
		About: about, Text: text, Ref: ref,
	}, delay, way)
}
