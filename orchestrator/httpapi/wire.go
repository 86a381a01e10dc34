package httpapi

import (
	"time"

	"countersign/contract/platform"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// card is a card on the wire.
func card(v engine.CardView) platform.Card {
	return platform.Card{
		CardId: v.ID, PayerId: v.PayerID, Bank: v.Bank, CardType: platform.CardCardType(v.CardType), MaskedCard: v.MaskedNumber,
		MaskedMobile: v.MaskedMobile, Status: platform.CardStatus(v.State), ElementsKept: v.ElementsKept,
	}
}

// agreements are a card's agreements on the wire.
func agreements(views []engine.AgreementView) platform.CardAgreements {
	list := platform.CardAgreements{}
	for _, v := range views {
		list.Agreements = append(list.Agreements, struct {
			AgreementId platform.ID                             `json:"agreement_id"`
			EndedAt     *time.Time                              `json:"ended_at,omitempty"`
			SignedAt    *time.Time                              `json:"signed_at,omitempty"`
			Status      platform.CardAgreementsAgreementsStatus `json:"status"`
		}{
			AgreementId: v.ID, SignedAt: instant(v.SignedAt), EndedAt: instant(v.EndedAt),
			Status: platform.CardAgreementsAgreementsStatus(v.State),
		})
	}
	list.Agreements = notNil(list.Agreements)
	return list
}

// checkout is a landing on the wire.
func checkout(v engine.CheckoutView) platform.Checkout {
	return platform.Checkout{
		CheckoutId: v.ID, Mode: platform.CheckoutMode(v.Mode), Prompt: optionalText(v.Prompt), DecisionId: v.DecisionID,
		RouteVersion: v.RouteVersion, ExpiresAt: v.ExpiresAt.UTC(),
	}
}

// verification is a verification on the wire.
func verification(v engine.VerificationView) platform.Verification {
	return platform.Verification{
		VerificationId: v.ID, Status: platform.VerificationStatus(v.Status), CodeRequired: codeRequired(v.CodeRequired),
		Failure: failure(v.Failure), NextCheckAt: instant(v.NextCheckAt),
	}
}

// payment is a payment on the wire.
func payment(v engine.PaymentView) platform.Payment {
	wire := platform.Payment{
		PaymentId: v.ID, MerchantOrderNo: v.MerchantOrderNo, PayerId: v.PayerID, CardId: v.CardID, Amount: int64(v.Amount),
		Currency: platform.CNY, Status: platform.PaymentStatus(v.Status), RouteVersion: v.RouteVersion,
		CodeRequired: codeRequired(v.CodeRequired), Failure: failure(v.Failure), NextCheckAt: instant(v.NextCheckAt),
		CreatedAt: v.CreatedAt.UTC(), CompletedAt: instant(v.CompletedAt),
	}
	if len(v.Flags) > 0 {
		flags := make([]platform.PaymentFlags, 0, len(v.Flags))
		for _, flag := range v.Flags {
			flags = append(flags, platform.PaymentFlags(flag))
		}
		wire.Flags = &flags
	}
	return wire
}

// codeRequired is what the payer is asked, and what really arrives on the phone (T10).
func codeRequired(p *orchestrator.Prompt) *platform.CodeRequired {
	if p == nil {
		return nil
	}
	wire := &platform.CodeRequired{
		Prompt: text(p.Prompt), PromptAbout: platform.About(p.PromptAbout), Sender: platform.Party(p.Sender), About: platform.About(p.About),
		Mismatch: p.Mismatch, Hint: optionalText(p.Hint), MaskedMobile: p.MaskedMobile, SmsSeq: p.SMSSeq,
		ExpiresAt: p.ExpiresAt.UTC(), ResendAfter: p.ResendAfter.UTC(), Reason: signReason(p.Reason),
	}
	if p.TriesLeft >= 0 {
		wire.TriesLeft = &p.TriesLeft
	}
	return wire
}

// failure is why something failed.
func failure(f *engine.Failure) *platform.Failure {
	if f == nil {
		return nil
	}
	message := text(f.Message)
	return &platform.Failure{Code: f.Code, Retryable: f.Retryable, Message: &message}
}

// syncResult is the result of each sync item.
func syncResult(views []engine.SyncView) platform.SyncResult {
	result := platform.SyncResult{}
	for _, v := range views {
		result.Items = append(result.Items, struct {
			CardId *platform.ID                   `json:"card_id,omitempty"`
			ItemId platform.ID                    `json:"item_id"`
			Result platform.SyncResultItemsResult `json:"result"`
		}{CardId: optional(v.CardID), ItemId: v.ItemID, Result: platform.SyncResultItemsResult(v.Result)})
	}
	result.Items = notNil(result.Items)
	return result
}

// text is a sentence in both languages.
func text(t orchestrator.Text) platform.Text { return platform.Text{Zh: t.ZH, En: t.EN} }

// optionalText is text where there may be none.
func optionalText(t *orchestrator.Text) *platform.Text {
	if t == nil {
		return nil
	}
	wire := text(*t)
	return &wire
}

// signReason leaves an empty reason out.
func signReason(reason orchestrator.SigningReason) *platform.SignAgainReason {
	return optional(platform.SignAgainReason(reason))
}

// instant is a time in UTC; the zero time is left out.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	utc := t.UTC()
	return &utc
}

// optional leaves an empty word out.
func optional[T ~string](word T) *T {
	if word == "" {
		return nil
	}
	return &word
}

// value is the content of a member that may be absent; absent is the zero value.
func value[T any](member *T) T {
	var zero T
	return valueOr(member, zero)
}

// valueOr is the content of a member that may be absent, with the document's default.
func valueOr[T any](member *T, absent T) T {
	if member == nil {
		return absent
	}
	return *member
}

// notNil makes an empty list an empty array on the wire.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
