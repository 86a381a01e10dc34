package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/contract/platform"
	"countersign/fixtures"
	"countersign/internal/cardholder"
	"countersign/internal/chance"
	"countersign/internal/clock"
	"countersign/internal/ids"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
	"countersign/orchestrator/httpapi"
	"countersign/orchestrator/sqlstore"
)

// codeOfBank is what the bank of these tests texts.
const codeOfBank = "736251"

// bank is one agreement channel and the bank behind it: it signs with a code and debits what it is told.
type bank struct {
	mu      sync.Mutex
	charges map[string]orchestrator.ChargeReport
	refs    map[string]string // sign number -> payer
}

func (b *bank) Do(_ context.Context, access orchestrator.Access, call orchestrator.Call) orchestrator.Reply {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := access.Clock.Now()
	reply := orchestrator.Reply{Proof: orchestrator.ProofStatus}
	switch call.Operation {
	case orchestrator.OpSigningApply:
		b.refs[call.Number] = call.PayerRef
		reply.Signing = &orchestrator.SigningReport{SignNo: call.Number, Status: orchestrator.SigningCodeSent, TriesLeft: 5, SMS: &orchestrator.SMSReport{
			Sender: orchestrator.PartyBank, About: orchestrator.AboutSigning, MaskedMobile: "138****0001", Seq: 1, SentAt: now,
			ExpiresAt: now.Add(5 * time.Minute), ResendAfter: now.Add(time.Minute),
		}}
	case orchestrator.OpSigningConfirm:
		reply.Signing = &orchestrator.SigningReport{SignNo: call.Number, Status: orchestrator.SigningCodeSent, Reason: "wrong_code", TriesLeft: 4}
		if call.Code.Reveal() == codeOfBank {
			reply.Signing = &orchestrator.SigningReport{SignNo: call.Number, Status: orchestrator.SigningSigned, TriesLeft: -1, Agreement: &orchestrator.AgreementReport{
				AgreementNo: "agr-" + call.Number, MemberNo: access.Config.MemberNo, PayerRef: b.refs[call.Number], Status: orchestrator.AgreementStatusActive, SignedAt: now,
			}}
		}
	case orchestrator.OpCharge:
		report := orchestrator.ChargeReport{
			MemberNo: access.Config.MemberNo, OrderNo: call.Number, OrderTime: call.OrderTime, Amount: call.Amount, Currency: "CNY",
			Status: orchestrator.ChargeSucceeded, TriesLeft: -1,
		}
		b.charges[call.Number] = report
		reply.Charge = &report
	default:
		return orchestrator.Reply{Proof: orchestrator.ProofNone, Detail: "timeout"}
	}
	return reply
}

func (b *bank) debits() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.charges)
}

type quietPhone struct{}

func (quietPhone) Send(context.Context, orchestrator.Gateway, orchestrator.Message) error { return nil }

func (quietPhone) Deliver(context.Context, orchestrator.WebhookTarget, orchestrator.WebhookEvent) error {
	return nil
}

type drawn struct{}

func (drawn) Draw(entity, event string) uint64          { return chance.Draw(1, entity, event) }
func (drawn) Digits(entity, event string, n int) string { return chance.Digits(1, entity, event, n) }

type bins struct{ set *fixtures.Set }

func (b bins) Lookup(number cardholder.CardNumber) (bankName, cardType string, ok bool) {
	bankName, bin, ok := b.set.Issuer(number.Reveal())
	return bankName, bin.CardType, ok
}

// whole is the door over the real engine and the real store.
type whole struct {
	door
	bank     *bank
	folder   string
	canaries []string
	channels []string // ids and names
}

func newWhole(t *testing.T) *whole {
	t.Helper()
	w := &whole{bank: &bank{charges: map[string]orchestrator.ChargeReport{}, refs: map[string]string{}}, folder: t.TempDir()}
	w.log, w.canaries = &safeBuffer{}, canaries(t)
	log := slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	store, vault, err := sqlstore.Open(t.Context(), w.folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range set.Channels {
		w.channels = append(w.channels, c.ChannelID, c.NameZH, c.NameEN)
	}
	e, err := engine.New(engine.Options{
		Store: store, Channel: w.bank, Messenger: quietPhone{}, Webhooks: quietPhone{}, Vault: vault, Chance: drawn{}, Bins: bins{set},
		IDs: ids.NewSequence(3), Clock: clock.System{}, TestClock: true, Exclusive: true, Log: log, NotifyBaseURL: "https://platform.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Handler, err = httpapi.New(httpapi.Options{Engine: e, Verifier: verifier{}, OperatorToken: orchestrator.NewSecret(operator), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	for id, token := range map[string]string{"mer-a": tokenA, "mer-b": tokenB} {
		body := strings.NewReplacer(tokenA, token, `"keep_elements":false`, `"keep_elements":true`, "route-first", "silent-first").Replace(bodyOf(t, "putMerchant"))
		w.want(t, 200, request{method: http.MethodPut, path: "/operator/v1/merchants/" + id, body: body})
		member := map[string]string{"mer-a": "M100001", "mer-b": "M100002"}[id]
		w.want(t, 200, request{method: http.MethodPut, path: "/operator/v1/merchants/" + id + "/channels/bridge-pay", body: strings.ReplaceAll(bodyOf(t, "putChannel"), "M100001", member)})
	}
	return w
}

// do is door.do, and looks for canaries and, in the merchant scope, for channels (T11) in every answer.
func (w *whole) do(t testing.TB, q request) *http.Response {
	t.Helper()
	answer := w.door.do(t, q)
	body := read(t, answer)
	words := w.canaries
	if strings.HasPrefix(q.path, "/v1/") {
		words = append(slices.Clone(words), w.channels...)
	}
	for _, word := range words {
		if strings.Contains(body, word) {
			t.Errorf("%s %s answers %d with %q: %s", q.method, q.path, answer.StatusCode, word, body)
		}
	}
	answer.Body = io.NopCloser(strings.NewReader(body))
	return answer
}

// want sends a request and expects a status.
func (w *whole) want(t testing.TB, status int, q request) string {
	t.Helper()
	answer := w.do(t, q)
	body := read(t, answer)
	if answer.StatusCode != status {
		t.Fatalf("%s %s: %d, want %d: %s\n%s", q.method, q.path, answer.StatusCode, status, body, w.log.String())
	}
	return body
}

func parsed[T any](t testing.TB, body string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// bind binds the demo card for a payer.
func (w *whole) bind(t testing.TB, token string) string {
	t.Helper()
	q := request{method: http.MethodPost, path: "/v1/cards", body: `{"payer_id":"payer-1","elements":` + toJSON(t, elements(t)) + `}`, key: "bind-1", token: token}
	return parsed[platform.Card](t, w.want(t, 201, q)).CardId
}

func application(card, order string) string {
	return fmt.Sprintf(`{"merchant_order_no":"%s","payer_id":"payer-1","card_id":"%s","amount":12000,"currency":"CNY"}`, order, card)
}

// TestAPaymentGoesTheWholeWay: bind, land, get code, a wrong code, the right one; then silently. Nothing that was typed is
// in an answer, the log or the store's files.
func TestAPaymentGoesTheWholeWay(t *testing.T) {
	t.Parallel()
	w := newWhole(t)
	card := w.bind(t, "")
	landing := parsed[platform.Checkout](t, w.want(t, 201, request{method: http.MethodPost, path: "/v1/checkouts", key: "land-1", body: `{"payer_id":"payer-1","card_id":"` + card + `","amount":12000,"currency":"CNY"}`}))
	if landing.Mode != platform.CheckoutModeCode || landing.Prompt == nil {
		t.Errorf("%+v", landing)
	}
	payment := parsed[platform.Payment](t, w.want(t, 201, request{method: http.MethodPost, path: "/v1/payments", key: "pay-1", body: application(card, "order-1")}))
	if payment.Status != platform.PaymentCodeRequired || payment.CodeRequired == nil || !payment.CodeRequired.Mismatch || payment.CodeRequired.Hint == nil {
		t.Fatalf("%+v", payment)
	}
	at := "/v1/payments/" + payment.PaymentId
	wrong := wantProblem(t, w.do(t, request{method: http.MethodPost, path: at + "/confirm", key: "confirm-1", body: `{"code":"000000"}`}), 422, "wrong_code")
	if wrong.TriesLeft == nil || *wrong.TriesLeft != 4 {
		t.Errorf("tries left: %v", wrong.TriesLeft)
	}
	payment = parsed[platform.Payment](t, w.want(t, 200, request{method: http.MethodPost, path: at + "/confirm", key: "confirm-2", body: `{"code":"` + codeOfBank + `"}`}))
	if payment.Status != platform.PaymentSucceeded {
		t.Fatalf("%+v", payment)
	}
	silent := parsed[platform.Payment](t, w.want(t, 201, request{method: http.MethodPost, path: "/v1/payments", key: "pay-2", body: application(card, "order-2")}))
	if silent.Status != platform.PaymentSucceeded || w.bank.debits() != 2 {
		t.Errorf("%+v, %d debits", silent, w.bank.debits())
	}
	if story := w.want(t, 200, request{method: http.MethodGet, path: "/operator" + at + "/story"}); !strings.Contains(story, "bridge-pay") {
		t.Error(story)
	}
	if route := w.want(t, 200, request{method: http.MethodGet, path: "/operator" + at + "/route"}); !strings.Contains(route, `"taken":true`) {
		t.Error(route)
	}
	w.clean(t)
}

// clean looks for canaries in the log and in every file of the store, its write-ahead log included.
func (w *whole) clean(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(w.folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, word := range w.canaries {
		if strings.Contains(w.log.String(), word) {
			t.Errorf("the log has %q", word)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err == nil && bytes.Contains(content, []byte(word)) {
				t.Errorf("%s has %q", filepath.Base(file), word)
			}
		}
	}
}

// TestManyRequestsWithOneKeyAreOne: I1, I3. Whoever comes too early is told to wait; in the end all get the same payment.
func TestManyRequestsWithOneKeyAreOne(t *testing.T) {
	t.Parallel()
	w := newWhole(t)
	card := w.bind(t, "")
	const many = 16
	bodies := make([]string, many)
	var group sync.WaitGroup
	for i := range many {
		group.Go(func() {
			for {
				answer := w.do(t, request{method: http.MethodPost, path: "/v1/payments", key: "one", body: application(card, "order-1")})
				bodies[i] = read(t, answer)
				if answer.StatusCode != http.StatusConflict {
					return
				}
				if answer.Header.Get("Retry-After") == "" || !strings.Contains(bodies[i], "idempotency_in_progress") {
					t.Errorf("%s %v", bodies[i], answer.Header)
					return
				}
			}
		})
	}
	group.Wait()
	first := parsed[platform.Payment](t, bodies[0])
	for _, body := range bodies {
		if p := parsed[platform.Payment](t, body); p.PaymentId != first.PaymentId || p.PaymentId == "" {
			t.Errorf("%s is another payment than %s", body, first.PaymentId)
		}
	}
	path := "/v1/payments/" + first.PaymentId + "/confirm"
	for i := range many {
		group.Go(func() {
			answer := w.do(t, request{method: http.MethodPost, path: path, key: fmt.Sprint("confirm-", i), body: `{"code":"` + codeOfBank + `"}`})
			if body := read(t, answer); answer.StatusCode != 200 && answer.StatusCode != 409 {
				t.Errorf("%d %s", answer.StatusCode, body)
			}
		})
	}
	group.Wait()
	if n := w.bank.debits(); n != 1 {
		t.Errorf("%d debits", n)
	}
}

// TestKeysAndOrderNumbers: I2, I4, I5.
func TestKeysAndOrderNumbers(t *testing.T) {
	t.Parallel()
	w := newWhole(t)
	card, other := w.bind(t, tokenA), w.bind(t, tokenB)
	pay := func(token, key, body string) *http.Response {
		return w.do(t, request{method: http.MethodPost, path: "/v1/payments", key: key, body: body, token: token})
	}
	first := parsed[platform.Payment](t, read(t, pay(tokenA, "k1", application(card, "order-1"))))
	spaced := strings.Replace(application(card, "order-1"), ",", " ,\n", 1)
	if again := parsed[platform.Payment](t, read(t, pay(tokenA, `"k1"`, spaced))); again.PaymentId != first.PaymentId {
		t.Error("a repeat in another spelling is another payment")
	}
	wantProblem(t, pay(tokenA, "k1", application(card, "order-2")), 422, "idempotency_key_reused")
	known := pay(tokenA, "k2", application(card, "order-1"))
	if p := parsed[platform.Payment](t, read(t, known)); known.StatusCode != 200 || p.PaymentId != first.PaymentId {
		t.Errorf("%d: a new key for a known order number", known.StatusCode)
	}
	wantProblem(t, pay(tokenA, "k3", strings.Replace(application(card, "order-1"), "12000", "12001", 1)), 422, "order_exists")
	foreign := pay(tokenB, "k1", application(other, "order-1"))
	if p := parsed[platform.Payment](t, read(t, foreign)); foreign.StatusCode != 201 || p.PaymentId == first.PaymentId {
		t.Errorf("%d: another merchant's key and order number are not his own", foreign.StatusCode)
	}
	w.clean(t)
}

// TestTwoMerchantsDoNotSeeEachOther sends every operation with ids of the other merchant: reliability 6-13, L3.
func TestTwoMerchantsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	w := newWhole(t)
	card, mine := w.bind(t, tokenA), w.bind(t, tokenB)
	second := parsed[platform.Card](t, w.want(t, 201, request{method: http.MethodPost, path: "/v1/cards", body: `{"payer_id":"payer-2","elements":` + toJSON(t, elements(t)) + `}`, key: "bind-2"})).CardId
	payment := parsed[platform.Payment](t, read(t, w.do(t, request{method: http.MethodPost, path: "/v1/payments", key: "k1", body: application(card, "order-1")})))
	verification := parsed[platform.Verification](t, read(t, w.do(t, request{method: http.MethodPost, path: "/v1/verifications", key: "k2", body: `{"payer_id":"payer-2","card_id":"` + second + `"}`})))
	actual := strings.NewReplacer("crd_1234", card, "pay_1234", payment.PaymentId, "vrf_1234", verification.VerificationId)
	missing := strings.NewReplacer("crd_1234", "crd_nobody", "pay_1234", "pay_nobody", "vrf_1234", "vrf_nobody")
	for i, o := range operations(t) {
		if !o.merchantScope() || actual.Replace(o.path+o.body) == o.path+o.body {
			continue
		}
		key := fmt.Sprint("foreign-", i)
		foreign := w.do(t, request{method: o.method, path: actual.Replace(o.path), body: actual.Replace(o.body), token: tokenB, key: key})
		unknown := w.do(t, request{method: o.method, path: missing.Replace(o.path), body: missing.Replace(o.body), token: tokenB, key: key + "-missing"})
		a, b := read(t, foreign), read(t, unknown)
		if foreign.StatusCode != http.StatusNotFound || a != b || foreign.StatusCode != unknown.StatusCode {
			t.Errorf("%s: foreign %d %s, missing %d %s", o.id, foreign.StatusCode, a, unknown.StatusCode, b)
		}
	}
	// A landing of the one is nothing to the other either.
	landing := parsed[platform.Checkout](t, w.want(t, 201, request{method: http.MethodPost, path: "/v1/checkouts", key: "land", body: `{"payer_id":"payer-1","card_id":"` + card + `","amount":12000,"currency":"CNY"}`}))
	body := strings.TrimSuffix(application(mine, "order-9"), "}") + `,"checkout_id":"` + landing.CheckoutId + `"}`
	wantProblem(t, w.do(t, request{method: http.MethodPost, path: "/v1/payments", key: "k9", body: body, token: tokenB}), 404, "not_found")
}

// TestATokenBelongsToOneMerchant: a second merchant with it would be the first one.
func TestATokenBelongsToOneMerchant(t *testing.T) {
	t.Parallel()
	w := newWhole(t)
	p := wantProblem(t, w.do(t, request{method: http.MethodPut, path: "/operator/v1/merchants/mer-c", body: `{"name":"C","token":"` + tokenA + `"}`}), 400, "invalid_request")
	if p.Field == nil || *p.Field != "/token" {
		t.Errorf("%+v", p)
	}
	wantProblem(t, w.do(t, request{method: http.MethodGet, path: "/operator/v1/merchants/mer-c"}), 404, "not_found")
}

// What names a merchant at a channel, and what lies open in the store, is held against the rest at the door.
func TestNumbersThatBelongToOthersAreRefusedByName(t *testing.T) {
	t.Parallel()
	w := newWhole(t)
	_, _, card, mobile := person(t)
	bound := `{"payer_id":"payer-7","elements":` + toJSON(t, elements(t)) + `}`
	for field, q := range map[string]request{
		"/member_no":      {method: http.MethodPut, path: "/operator/v1/merchants/mer-b/channels/bridge-pay", body: bodyOf(t, "putChannel")},
		"/payer_id":       {method: http.MethodPost, path: "/v1/cards", body: strings.Replace(bound, "payer-7", mobile, 1)},
		"/open_id":        {method: http.MethodPost, path: "/v1/cards", key: "open", body: strings.TrimSuffix(bound, "}") + `,"open_id":"` + card + `"}`},
		"Idempotency-Key": {method: http.MethodPost, path: "/v1/cards", body: bound, key: mobile},
		"/items/0/signed_on": {method: http.MethodPost, path: "/v1/agreements/sync", body: `{"items":[{"item_id":"item-1","payer_id":"payer-7","elements":` +
			toJSON(t, elements(t)) + `,"channel_id":"bridge-pay","old_reference":"ref-1","signed_on":"2999-01-01"}]}`},
		"/items/0/channel_id": {method: http.MethodPost, path: "/v1/agreements/sync", key: "other", body: `{"items":[{"item_id":"item-1","payer_id":"payer-7","elements":` +
			toJSON(t, elements(t)) + `,"channel_id":"no-pay","old_reference":"ref-1","signed_on":"2016-01-01"}]}`},
	} {
		p := wantProblem(t, w.door.do(t, q), 400, "invalid_request")
		if p.Field == nil || *p.Field != field {
			t.Errorf("%s: %+v", field, p)
		}
	}
}

// A passport is bound like any card: it is the channel that says that only resident IDs are taken.
func TestACardWithAPassportIsBound(t *testing.T) {
	t.Parallel()
	w := newWhole(t)
	el := elements(t)
	el.IdType, el.IdNumber = platform.Passport, "TESTE1234567"
	w.want(t, 201, request{method: http.MethodPost, path: "/v1/cards", body: `{"payer_id":"payer-8","elements":` + toJSON(t, el) + `}`})
	el.IdNumber = "E 123"
	p := wantProblem(t, w.do(t, request{method: http.MethodPost, path: "/v1/cards", key: "k2", body: `{"payer_id":"payer-8","elements":` + toJSON(t, el) + `}`}), 400, "invalid_request")
	if p.Field == nil || *p.Field != "/elements/id_number" {
		t.Errorf("%+v", p)
	}
}
