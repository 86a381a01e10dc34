package engine_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/cardholder"
	"countersign/internal/chance"
	"countersign/internal/clock"
	"countersign/internal/ids"
	"countersign/internal/money"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

const (
	merchantID = "mer-1"
	payerID    = "payer-1"
)

var start = time.Date(2026, 1, 5, 2, 0, 0, 0, time.UTC)

// rig is one platform with one merchant on a test clock, and a bank behind it.
type rig struct {
	t        *testing.T
	store    *memoryStore
	bank     *bank
	phone    *phone
	hooks    *hooks
	engine   *engine.Engine
	ids      *ids.Sequence
	gate     func(string)
	card     string
	elements cardholder.FourElements
}

// newRig makes a platform with the given channels, in order of their fee.
func newRig(t *testing.T, profiles ...orchestrator.ChannelProfile) *rig {
	t.Helper()
	r := &rig{t: t, store: newMemoryStore(), phone: &phone{}, hooks: &hooks{}, ids: ids.NewSequence(7), elements: someElements(t)}
	r.bank = newBank(func() time.Time { return r.store.snapshot().Merchants[merchantID].TestNow })
	r.gate = func(string) {}
	r.start()
	_, err := r.engine.PutMerchant(t.Context(), engine.MerchantCommand{
		ID: merchantID, Name: "分期乐园", Token: orchestrator.NewSecret("token-of-the-merchant"), Clock: orchestrator.ClockTest,
		ClockStart: start, KeepElements: true, Notices: true, GatewayURL: "http://gateway", GatewayToken: orchestrator.NewSecret("gw"),
		WebhookURL: "http://merchant/hook", WebhookSecret: orchestrator.NewSecret("whsec_x"),
	})
	r.must(err)
	for i, p := range profiles {
		r.bank.profiles[p.ChannelID] = p
		_, err := r.engine.PutChannel(t.Context(), merchantID, engine.ChannelCommand{
			ChannelID: p.ChannelID, BaseURL: "http://" + p.ChannelID, MemberNo: "M100000" + string(rune('0'+i)), Profile: p,
			Enabled: true, Priority: 100, Fee: orchestrator.Fee{Fixed: money.Fen(10 + i)},
		})
		r.must(err)
	}
	r.bindCard()
	return r
}

func (r *rig) bindCard() {
	r.t.Helper()
	card, err := r.engine.BindCard(r.t.Context(), merchantID, engine.Key{}, engine.BindCardCommand{
		PayerID: payerID, Elements: r.elements, OpenID: "wx-1",
	})
	r.must(err)
	r.card = card.ID
}

// start makes an engine on the rig's store, as a process does.
func (r *rig) start() {
	e, err := engine.New(engine.Options{
		Store: r.store, Channel: r.bank, Messenger: r.phone, Webhooks: r.hooks, Vault: plainVault{}, Chance: drawn{},
		Bins: anyBin{}, IDs: r.ids, Clock: clock.NewVirtual(start), Gate: func(p string) { r.gate(p) }, TestClock: true, Exclusive: true,
	})
	r.must(err)
	r.engine = e
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// pay applies for a payment of 100.00.
func (r *rig) pay(orderNo string) engine.PaymentView {
	r.t.Helper()
	v, err := r.engine.ApplyPayment(r.t.Context(), merchantID, engine.Key{Value: orderNo, Fingerprint: orderNo}, r.command(orderNo))
	r.must(err)
	return v
}

func (r *rig) command(orderNo string) engine.PaymentCommand {
	return engine.PaymentCommand{MerchantOrderNo: orderNo, PayerID: payerID, CardID: r.card, Amount: 10000, PayerPresent: true}
}

func (r *rig) confirm(id, code string) (engine.PaymentView, error) {
	return r.engine.ConfirmPayment(r.t.Context(), merchantID, engine.Key{}, id, engine.ConfirmCommand{Code: orchestrator.NewSecret(code)})
}

// payWith applies, gives the code if one is asked for, and expects success.
func (r *rig) payWith(orderNo, code string) engine.PaymentView {
	r.t.Helper()
	v := r.pay(orderNo)
	if v.Status == orchestrator.PaymentCodeRequired {
		var err error
		v, err = r.confirm(v.ID, code)
		r.must(err)
	}
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	return v
}

func (r *rig) get(id string) engine.PaymentView {
	r.t.Helper()
	v, err := r.engine.GetPayment(r.t.Context(), merchantID, id)
	r.must(err)
	return v
}

func (r *rig) wantStatus(v engine.PaymentView, want orchestrator.PaymentStatus) {
	r.t.Helper()
	if v.Status != want {
		r.t.Fatalf("payment is %s (%+v), want %s\ncalls: %s", v.Status, v.Failure, want, strings.Join(r.bank.calls, ", "))
	}
}

func (r *rig) wantFailure(v engine.PaymentView, code string, retryable bool) {
	r.t.Helper()
	r.wantStatus(v, orchestrator.PaymentFailed)
	if v.Failure.Code != code || v.Failure.Retryable != retryable {
		r.t.Fatalf("failure is %+v, want %s retryable=%v", *v.Failure, code, retryable)
	}
}

func (r *rig) wantCode(err error, want orchestrator.Code) {
	r.t.Helper()
	if orchestrator.CodeOf(err) != want {
		r.t.Fatalf("refusal is %v, want %s", err, want)
	}
}

func (r *rig) wantDebits(want int) {
	r.t.Helper()
	if got := r.bank.debited(); got != want {
		r.t.Fatalf("the bank debited %d times, want %d", got, want)
	}
}

// pass moves the merchant's clock.
func (r *rig) pass(d time.Duration) {
	r.t.Helper()
	now := r.store.snapshot().Merchants[merchantID].TestNow
	_, err := r.engine.SetClock(r.t.Context(), merchantID, now.Add(d))
	r.must(err)
	r.settle()
}

func (r *rig) settle() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 5*time.Second)
	defer cancel()
	r.must(r.engine.Wait(ctx))
}

// switchTo changes the state of a channel.
func (r *rig) switchTo(channel string, state orchestrator.ChannelState) {
	r.t.Helper()
	_, err := r.engine.SwitchChannel(r.t.Context(), merchantID, channel, state)
	r.must(err)
}

func (r *rig) policy(p orchestrator.RoutingPolicy) {
	r.t.Helper()
	_, err := r.engine.SetPolicy(r.t.Context(), merchantID, p)
	r.must(err)
}

// invariants looks for what must never be, whatever happened.
func (r *rig) invariants() {
	r.t.Helper()
	t := r.store.snapshot()
	for _, p := range t.Payments {
		succeeded, live := 0, 0
		for _, a := range t.Attempts {
			if a.PaymentID != p.ID {
				continue
			}
			if a.State == orchestrator.AttemptSucceeded {
				succeeded++
			}
			if a.Live() {
				live++
				if a.DueAt.IsZero() {
					r.t.Errorf("live attempt %s in %s has no due time", a.ID, a.State)
				}
			}
			if (a.State == orchestrator.AttemptFailed || a.State == orchestrator.AttemptVoided) && a.EvidenceID == "" && a.Sends > 0 && a.Reason != "not_sent" && a.Reason != "elements_required" {
				r.t.Errorf("attempt %s is %s (%s) without evidence", a.ID, a.State, a.Reason)
			}
		}
		if live > 1 {
			r.t.Errorf("payment %s has %d live attempts", p.ID, live)
		}
		if (p.Status == orchestrator.PaymentSucceeded) != (succeeded == 1) {
			r.t.Errorf("payment %s is %s with %d succeeded attempts", p.ID, p.Status, succeeded)
		}
	}
	r.nothingOwnerless(t)
}

// nothingOwnerless holds V2: what is open has somebody who comes back to it.
func (r *rig) nothingOwnerless(t *tables) {
	r.t.Helper()
	for _, s := range t.Signings {
		if !s.Ended() && s.DueAt.IsZero() {
			r.t.Errorf("signing %s in %s has no due time", s.ID, s.State)
		}
	}
	for _, p := range t.Payments {
		if !p.Final() {
			r.waits(t, "payment "+p.ID+" in "+string(p.Status), p.Phase, p.SigningID, p.CheckID, p.AttemptID)
		}
	}
	for _, v := range t.Verifs {
		if !v.Final() {
			r.waits(t, "verification "+v.ID+" in "+string(v.Status), v.Phase, v.SigningID, v.CheckID, "")
		}
	}
}

// waits says whether something open waits for a row that still has a future.
func (r *rig) waits(t *tables, what string, phase orchestrator.Phase, signingID, checkID, attemptID string) {
	r.t.Helper()
	open, due := false, time.Time{}
	switch phase {
	case orchestrator.PhaseSigning:
		s := t.Signings[signingID]
		open, due = !s.Ended(), s.DueAt
		if s.CheckID != "" && s.State == orchestrator.SigningChecking {
			due = t.Checks[s.CheckID].DueAt
		}
	case orchestrator.PhaseChecking:
		k := t.Checks[checkID]
		open, due = k.State == orchestrator.CheckSending || k.State == orchestrator.CheckUnknown, k.DueAt
	case orchestrator.PhaseCharging:
		a := t.Attempts[attemptID]
		open, due = a.Live(), a.DueAt
	}
	if !open || due.IsZero() {
		r.t.Errorf("%s waits in phase %q for what is open: %v, due: %v", what, phase, open, due)
	}
}

func someElements(t *testing.T) cardholder.FourElements {
	t.Helper()
	name, err1 := cardholder.NewName("张三")
	id, err2 := cardholder.NewIDNumber("990000199001010017")
	number, err3 := cardholder.NewCardNumber("6222020000000000011")
	mobile, err4 := cardholder.NewMobile("13800000001")
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	return cardholder.FourElements{Name: name, IDType: cardholder.ResidentID, IDNumber: id, CardNumber: number, Mobile: mobile}
}

// base is what all profiles of the tests share.
func base(id string, kind orchestrator.ChannelKind) orchestrator.ChannelProfile {
	return orchestrator.ChannelProfile{
		ChannelID: id, Kind: kind, ChargeBy: orchestrator.ChargeByAgreement, FinalCodes: []string{"maintenance", "request_expired", "order_closed"},
		MaxInFlightSeconds: 1800, ExpiryHonoured: true, CloseOffered: true,
		Code:  orchestrator.CodeProfile{Length: 6, LifetimeSeconds: 300, Tries: 5, ResendGapSeconds: 60, Resend: "new_code"},
		Banks: []orchestrator.BankSupport{{Bank: "ICBC", CardTypes: []string{"debit"}}},
	}
}

func agreementBank(id string) orchestrator.ChannelProfile {
	p := base(id, orchestrator.KindAgreementBank)
	p.Binds, p.AgreementChannel, p.Sender, p.Verifier = true, true, orchestrator.PartyBank, orchestrator.PartyBank
	return p
}

func agreementThirdParty(id string) orchestrator.ChannelProfile {
	p := agreementBank(id)
	p.Kind, p.Sender, p.Verifier = orchestrator.KindAgreementThirdParty, orchestrator.PartyThirdParty, orchestrator.PartyThirdParty
	return p
}

func bindingPlatform(id string) orchestrator.ChannelProfile {
	p := base(id, orchestrator.KindBindingPlatform)
	p.Binds, p.PlatformSMS, p.Sender, p.Verifier = true, true, orchestrator.PartyPlatform, orchestrator.PartyPlatform
	return p
}

func withholdingPlatform(id string) orchestrator.ChannelProfile {
	p := base(id, orchestrator.KindWithholdingPlatform)
	p.PlatformSMS, p.Sender, p.Verifier, p.ChargeBy = true, orchestrator.PartyPlatform, orchestrator.PartyPlatform, orchestrator.ChargeByElements
	return p
}

func raw(id string) orchestrator.ChannelProfile {
	p := base(id, orchestrator.KindWithholdingRaw)
	p.Sender, p.Verifier, p.ChargeBy = orchestrator.PartyNobody, orchestrator.PartyNobody, orchestrator.ChargeByElements
	return p
}

func codeEvery(id string) orchestrator.ChannelProfile {
	p := agreementBank(id)
	p.Kind, p.CodeOnEveryPayment, p.PaymentCodeSender = orchestrator.KindCodeEveryPayment, true, orchestrator.PartyBank
	return p
}

// phone receives the platform's own messages.
type phone struct {
	mu   sync.Mutex
	got  []string // "kind purpose text"
	to   []string // who got each
	fail error
}

func (p *phone) Send(_ context.Context, _ orchestrator.Gateway, m orchestrator.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		return p.fail
	}
	p.got = append(p.got, string(m.Kind)+" "+m.Purpose+" "+m.Text.Reveal())
	p.to = append(p.to, string(m.Kind)+" "+m.Purpose+" "+m.To.Reveal())
	return nil
}

func (p *phone) texts() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

// since lists who got what after the first n messages, as "kind purpose address".
func (p *phone) since(n int) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(slices.Values(p.to[n:]))
}

// code is the newest code the platform texted.
func (p *phone) code(t *testing.T) string {
	t.Helper()
	list := p.texts()
	for _, text := range slices.Backward(list) {
		if _, rest, ok := strings.Cut(text, "验证码"); ok && strings.HasPrefix(text, "sms code ") {
			return rest[:6]
		}
	}
	t.Fatal("no code was texted")
	return ""
}

// hooks receives webhooks.
type hooks struct {
	mu   sync.Mutex
	got  []string
	fail error
}

func (h *hooks) Deliver(_ context.Context, _ orchestrator.WebhookTarget, e orchestrator.WebhookEvent) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fail != nil {
		return h.fail
	}
	h.got = append(h.got, string(e.Body))
	return nil
}

func (h *hooks) bodies() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.got)
}

// plainVault seals with the scope in front, so that a moved value is noticed, and hides what it seals from a
// plain search.
type plainVault struct{}

func (plainVault) Seal(scope string, plain []byte) ([]byte, error) {
	return veil(append([]byte(scope+"\x00"), plain...)), nil
}

// veil turns every bit of some.
func veil(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = b[i] ^ 0x5a
	}
	return out
}

func (plainVault) Open(scope string, sealed []byte) ([]byte, error) {
	got, plain, ok := strings.Cut(string(veil(sealed)), "\x00")
	if !ok || got != scope {
		return nil, errors.New("sealed for another place")
	}
	return []byte(plain), nil
}

func (plainVault) MAC(purpose string, data []byte) []byte {
	sum := sha256.Sum256([]byte(purpose + "\x00" + string(data)))
	return sum[:]
}

type drawn struct{}

func (drawn) Draw(entity, event string) uint64          { return chance.Draw(1, entity, event) }
func (drawn) Digits(entity, event string, n int) string { return chance.Digits(1, entity, event, n) }

type anyBin struct{}

func (anyBin) Lookup(n cardholder.CardNumber) (string, string, bool) {
	return "ICBC", "debit", n.BIN() == "622202"
}

func mobile(t *testing.T, text string) cardholder.Mobile {
	t.Helper()
	m, err := cardholder.NewMobile(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
