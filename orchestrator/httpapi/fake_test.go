package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"countersign/internal/clock"
	"countersign/internal/money"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// Names that must never come out of the merchant scope (T11).
const (
	secretChannel = "bridge-pay"
	tokenA        = "merchant-token-aaaaaaaa"
	tokenB        = "merchant-token-bbbbbbbb"
	operator      = "operator-token-0123456789"
)

var noon = time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)

// fake is an engine that knows one of everything, all of merchant "mer-a", and remembers what it was asked.
type fake struct {
	mu      sync.Mutex
	calls   []string
	command any
	key     engine.Key
	ctx     context.Context
	err     error // answered by every use case
	inside  int   // requests between Enter and leave
	entered int
	hold    chan struct{} // when set, use cases wait for it
	begun   chan struct{} // when set, gets a token per use case begun
	view    orchestrator.ChannelConfig
}

// did notes a call and answers the error that the test wants. owner "" is the operator scope.
func (f *fake) did(ctx context.Context, name, owner, id string, command any) error {
	f.mu.Lock()
	f.calls = append(f.calls, name)
	f.command, f.ctx = command, ctx
	err, hold := f.err, f.hold
	f.mu.Unlock()
	if f.begun != nil {
		f.begun <- struct{}{}
	}
	if hold != nil {
		<-hold
	}
	if err == nil && (owner != "" && owner != "mer-a" || id != "" && !strings.HasSuffix(id, "_1234")) {
		return &orchestrator.Error{Code: orchestrator.CodeNotFound, Field: "id", Detail: "There is no such thing."}
	}
	return err
}

func (f *fake) keyed(key engine.Key) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.key = key
}

func (f *fake) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.calls)
}

func (f *fake) MerchantByToken(_ context.Context, token orchestrator.Secret) (string, error) {
	switch token.Reveal() {
	case tokenA:
		return "mer-a", nil
	case tokenB:
		return "mer-b", nil
	}
	return "", orchestrator.Refuse(orchestrator.CodeNotFound, "")
}

func (f *fake) Enter(ctx context.Context, _ string) (context.Context, func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inside++
	f.entered++
	return ctx, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.inside--
	}
}

func aCard() engine.CardView {
	return engine.CardView{
		ID: "crd_1234", PayerID: "payer-1", Bank: "ICBC", CardType: "debit", MaskedNumber: "622202*********1016",
		MaskedMobile: "138****0001", State: orchestrator.CardBound, ElementsKept: true,
	}
}

func aPrompt() *orchestrator.Prompt {
	return &orchestrator.Prompt{
		Prompt: orchestrator.Text{ZH: "请输入支付验证码", EN: "Enter the payment code"}, PromptAbout: orchestrator.AboutPayment,
		Sender: orchestrator.PartyBank, About: orchestrator.AboutSigning, Mismatch: true, Reason: orchestrator.ReasonSignedElsewhere,
		Hint: &orchestrator.Text{ZH: "短信由您的银行发送", EN: "The SMS comes from your bank"}, MaskedMobile: "138****0001",
		SMSSeq: 1, TriesLeft: 4, ExpiresAt: noon.Add(5 * time.Minute), ResendAfter: noon.Add(time.Minute),
	}
}

func aPayment() engine.PaymentView {
	return engine.PaymentView{
		ID: "pay_1234", MerchantOrderNo: "order-1", PayerID: "payer-1", CardID: "crd_1234", Amount: 12000,
		Status: orchestrator.PaymentCodeRequired, RouteVersion: 1, CodeRequired: aPrompt(), NextCheckAt: noon, Flags: []string{"manual"},
		Failure:   &engine.Failure{Code: "insufficient_balance", Retryable: true, Message: orchestrator.Text{ZH: "余额不足。", EN: "Too low."}},
		CreatedAt: noon, CompletedAt: noon,
	}
}

func aVerification() engine.VerificationView {
	return engine.VerificationView{ID: "vrf_1234", Status: orchestrator.VerificationCodeRequired, CodeRequired: aPrompt(), NextCheckAt: noon}
}

func aMerchant() engine.MerchantView {
	return engine.MerchantView{ID: "mer-a", Name: "A", Clock: orchestrator.ClockTest, Routing: orchestrator.RouteFirst, Notices: true}
}

func (f *fake) BindCard(ctx context.Context, m string, key engine.Key, cmd engine.BindCardCommand) (engine.CardView, error) {
	f.keyed(key)
	return aCard(), f.did(ctx, "BindCard", m, "", cmd)
}

func (f *fake) GetCard(ctx context.Context, m, id string) (engine.CardView, error) {
	return aCard(), f.did(ctx, "GetCard", m, id, nil)
}

func (f *fake) UnbindCard(ctx context.Context, m, id string) (engine.CardView, error) {
	return aCard(), f.did(ctx, "UnbindCard", m, id, nil)
}

func (f *fake) CardAgreements(ctx context.Context, m, id string) ([]engine.AgreementView, error) {
	return []engine.AgreementView{{ID: "agr_1234", State: orchestrator.AgreementActive, SignedAt: noon}}, f.did(ctx, "CardAgreements", m, id, nil)
}

func (f *fake) Land(ctx context.Context, m string, key engine.Key, cmd engine.LandCommand) (engine.CheckoutView, error) {
	f.keyed(key)
	return engine.CheckoutView{
		ID: "cko_1234", Mode: orchestrator.CheckoutCode, Prompt: &orchestrator.Text{ZH: "请输入支付验证码", EN: "Enter the payment code"},
		DecisionID: "dec_1234", RouteVersion: 1, ExpiresAt: noon,
	}, f.did(ctx, "Land", m, "", cmd)
}

func (f *fake) ApplyVerification(ctx context.Context, m string, key engine.Key, cmd engine.VerificationCommand) (engine.VerificationView, error) {
	f.keyed(key)
	return aVerification(), f.did(ctx, "ApplyVerification", m, "", cmd)
}

func (f *fake) ResendVerification(ctx context.Context, m string, key engine.Key, id string) (engine.VerificationView, error) {
	f.keyed(key)
	return aVerification(), f.did(ctx, "ResendVerification", m, id, nil)
}

func (f *fake) ConfirmVerification(ctx context.Context, m string, key engine.Key, id string, cmd engine.ConfirmCommand) (engine.VerificationView, error) {
	f.keyed(key)
	return aVerification(), f.did(ctx, "ConfirmVerification", m, id, cmd)
}

func (f *fake) GetVerification(ctx context.Context, m, id string) (engine.VerificationView, error) {
	return aVerification(), f.did(ctx, "GetVerification", m, id, nil)
}

func (f *fake) ApplyPayment(ctx context.Context, m string, key engine.Key, cmd engine.PaymentCommand) (engine.PaymentView, error) {
	f.keyed(key)
	return aPayment(), f.did(ctx, "ApplyPayment", m, "", cmd)
}

func (f *fake) ResendPayment(ctx context.Context, m string, key engine.Key, id string) (engine.PaymentView, error) {
	f.keyed(key)
	return aPayment(), f.did(ctx, "ResendPayment", m, id, nil)
}

func (f *fake) ConfirmPayment(ctx context.Context, m string, key engine.Key, id string, cmd engine.ConfirmCommand) (engine.PaymentView, error) {
	f.keyed(key)
	return aPayment(), f.did(ctx, "ConfirmPayment", m, id, cmd)
}

func (f *fake) RetryPayment(ctx context.Context, m string, key engine.Key, id string, cmd engine.RetryCommand) (engine.PaymentView, error) {
	f.keyed(key)
	return aPayment(), f.did(ctx, "RetryPayment", m, id, cmd)
}

func (f *fake) ClosePayment(ctx context.Context, m string, key engine.Key, id string) (engine.PaymentView, error) {
	f.keyed(key)
	return aPayment(), f.did(ctx, "ClosePayment", m, id, nil)
}

func (f *fake) GetPayment(ctx context.Context, m, id string) (engine.PaymentView, error) {
	return aPayment(), f.did(ctx, "GetPayment", m, id, nil)
}

func (f *fake) SyncAgreements(ctx context.Context, m string, key engine.Key, items []engine.SyncCommand) ([]engine.SyncView, error) {
	f.keyed(key)
	return []engine.SyncView{{ItemID: "item-1", CardID: "crd_1234", Result: orchestrator.SyncBound}}, f.did(ctx, "SyncAgreements", m, "", items)
}

func (f *fake) PutMerchant(ctx context.Context, cmd engine.MerchantCommand) (engine.MerchantView, error) {
	return aMerchant(), f.did(ctx, "PutMerchant", "", "", cmd)
}

func (f *fake) GetMerchant(ctx context.Context, _ string) (engine.MerchantView, error) {
	return aMerchant(), f.did(ctx, "GetMerchant", "", "", nil)
}

func (f *fake) ListMerchants(ctx context.Context) ([]engine.MerchantView, error) {
	return []engine.MerchantView{aMerchant()}, f.did(ctx, "ListMerchants", "", "", nil)
}

func (f *fake) SetPolicy(ctx context.Context, _ string, routing orchestrator.RoutingPolicy) (engine.MerchantView, error) {
	return aMerchant(), f.did(ctx, "SetPolicy", "", "", routing)
}

func (f *fake) channel() engine.ChannelView {
	return engine.ChannelView{Config: f.view, State: orchestrator.ChannelEnabled, NotifyURL: "https://platform.example/notify/mer-a/bridge-pay"}
}

func (f *fake) PutChannel(ctx context.Context, _ string, cmd engine.ChannelCommand) (engine.ChannelView, error) {
	return f.channel(), f.did(ctx, "PutChannel", "", "", cmd)
}

func (f *fake) GetChannel(ctx context.Context, _, _ string) (engine.ChannelView, error) {
	return f.channel(), f.did(ctx, "GetChannel", "", "", nil)
}

func (f *fake) SwitchChannel(ctx context.Context, _, _ string, state orchestrator.ChannelState) (engine.ChannelView, error) {
	return f.channel(), f.did(ctx, "SwitchChannel", "", "", state)
}

func (f *fake) ExplainRoute(ctx context.Context, id string) ([]orchestrator.Decision, error) {
	return []orchestrator.Decision{{
		ID: "dec_1234", RouteVersion: 1, Policy: orchestrator.SilentFirst, Chosen: secretChannel, At: noon, SignReason: orchestrator.ReasonExpired,
		Amount: 12000, PayerPresent: true, Terms: orchestrator.RouteTerms{Bank: "ICBC", CardType: "debit", Excluded: []string{"lotus-pay"}, Landed: secretChannel},
		Inputs: strings.Repeat("0f", 32),
		Candidates: []orchestrator.Candidate{
			{ChannelID: "lotus-pay", Why: orchestrator.WhyExcluded}, // as it was before facts were kept
			{
				ChannelID: secretChannel, Eligible: true, Taken: true, Why: orchestrator.WhyBest, Fee: 20, Priority: 1, SuccessPermille: 998, ElementsMissing: true,
				Facts: orchestrator.CandidateFacts{
					Profile: strings.Repeat("a1", 32), State: orchestrator.ChannelEnabled, Breaker: orchestrator.BreakerHalfOpen, Method: orchestrator.MethodTexted,
					ChargeBy: orchestrator.ChargeByAgreement, FeeRule: orchestrator.Fee{Fixed: 20}, BankServed: true, CardTypeServed: true,
					Limits: orchestrator.Limits{Daily: 90000}, UsedToday: 12345, CountToday: 3, UsedMonth: 23456, AgreementID: "agr_1234",
					Agreement: orchestrator.AgreementExpired, ElementsChecked: true, SignedElsewhere: true,
				},
			},
		},
	}}, f.did(ctx, "ExplainRoute", "", id, nil)
}

func aStory() engine.StoryView {
	return engine.StoryView{
		Payment: orchestrator.Payment{ID: "pay_1234", Status: orchestrator.PaymentProcessing},
		Attempts: []orchestrator.Attempt{{
			ID: "att_1234", ChannelID: secretChannel, OrderNo: "ord_1234", OrderTime: noon, State: orchestrator.AttemptUnknown,
			Amount: money.Fen(12000), DueAt: noon, Queries: 2,
		}},
		Events: []orchestrator.Event{{
			Seq: 1, Subject: "attempt", SubjectID: "att_1234", ChannelID: secretChannel, Actor: orchestrator.ActorUser, Name: "begin",
			New: "SENDING", At: noon,
		}},
	}
}

func (f *fake) Story(ctx context.Context, id string) (engine.StoryView, error) {
	return aStory(), f.did(ctx, "Story", "", id, nil)
}

func (f *fake) QueryNow(ctx context.Context, id string) (engine.StoryView, error) {
	return aStory(), f.did(ctx, "QueryNow", "", id, nil)
}

func (f *fake) ChannelAccess(_ context.Context, m, id string) (orchestrator.Access, error) {
	if m != "mer-a" || id != secretChannel {
		return orchestrator.Access{}, orchestrator.Refuse(orchestrator.CodeNotFound, "")
	}
	return orchestrator.Access{Config: orchestrator.ChannelConfig{MerchantID: m, ChannelID: id}, Clock: clock.NewVirtual(noon)}, nil
}

func (f *fake) HandleNotification(ctx context.Context, m, _ string, n orchestrator.Notification) error {
	return f.did(ctx, "HandleNotification", m, "", n)
}

// Verdicts of the fake verifier, chosen by the signature header.
var (
	errForged    = errors.New("signature: mac")
	errMalformed = errors.New("body: malformed")
)

// verifier takes what is signed "good".
type verifier struct{}

func (verifier) VerifyNotification(_ orchestrator.Access, method, target string, headers http.Header, _ []byte) (orchestrator.Notification, error) {
	switch {
	case headers.Get("Countersign-Signature") == "malformed":
		return orchestrator.Notification{}, errMalformed
	case headers.Get("Countersign-Signature") != "good" || method != http.MethodPost || target != "/notify/mer-a/bridge-pay?n=1":
		return orchestrator.Notification{}, errForged
	}
	return orchestrator.Notification{EventID: "evt_1234", Type: orchestrator.NotifyChargeSucceeded}, nil
}
