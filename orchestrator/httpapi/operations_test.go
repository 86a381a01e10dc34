package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"countersign/contract/channel"
	"countersign/contract/platform"
	"countersign/fixtures"
)

// operation is a good request for one operation of the document.
type operation struct {
	id, method, path string
	body             string // "" = none
	optional         bool   // the body may be left out
	status           int
}

// merchantScope says which token it wants.
func (o operation) merchantScope() bool { return strings.HasPrefix(o.path, "/v1/") }

func profileOf(t testing.TB, id string) channel.ChannelProfile {
	t.Helper()
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	found, ok := set.Channel(id)
	if !ok {
		t.Fatalf("no channel %s", id)
	}
	var profile channel.ChannelProfile
	if err := json.Unmarshal([]byte(toJSON(t, found)), &profile); err != nil {
		t.Fatal(err)
	}
	return profile
}

func toJSON(t testing.TB, v any) string {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func elements(t testing.TB) platform.Elements {
	t.Helper()
	name, id, card, mobile := person(t)
	return platform.Elements{Name: name, IdType: platform.ResidentId, IdNumber: id, CardNumber: card, Mobile: mobile}
}

// material is a key of 32 bytes; its text must never come out.
func material() string {
	return base64.StdEncoding.EncodeToString([]byte("canary-key-canary-key-canary-key"))
}

const webhookSecret = "whsec_Y2FuYXJ5LXNlY3JldC1jYW5hcnktc2VjcmV0"

func operations(t testing.TB) []operation {
	t.Helper()
	el := toJSON(t, elements(t))
	key := `{"alg":"HS256","kid":"k1","material":"` + material() + `"}`
	payment := `{"merchant_order_no":"order-1","payer_id":"payer-1","card_id":"crd_1234","checkout_id":"cko_1234","amount":12000,"currency":"CNY","payer_present":false,"elements":` + el + `,"summary":"rent"}`
	config := `{"base_url":"https://channel.example/w/one/","member_no":"M100001","request_key":` + key + `,"reply_key":` + key +
		`,"profile":` + toJSON(t, profileOf(t, secretChannel)) + `,"enabled":true,"priority":5,"fee":{"fixed":20,"basis_points":30},"notify_url":"https://p.example/notify","call_timeout_seconds":10}`
	merchant := `{"name":"A","token":"` + tokenA + `","clock":"test","clock_start":"2026-03-01T12:00:00+08:00","policy":"route-first","keep_elements":false,"notices":false,` +
		`"messaging":{"base_url":"http://127.0.0.1:7100/w/demo/messaging","token":"gateway-canary"},"webhook":{"url":"https://shop.example/hook","secret":"` + webhookSecret + `"},"sms_brand_zh":"甲店"}`
	const m, o = "/v1", "/operator/v1"
	return []operation{
		{id: "bindCard", method: "POST", path: m + "/cards", body: `{"payer_id":"payer-1","elements":` + el + `,"open_id":"wx-1"}`, status: 201},
		{id: "getCard", method: "GET", path: m + "/cards/crd_1234", status: 200},
		{id: "unbindCard", method: "DELETE", path: m + "/cards/crd_1234", status: 200},
		{id: "listCardAgreements", method: "GET", path: m + "/cards/crd_1234/agreements", status: 200},
		{id: "land", method: "POST", path: m + "/checkouts", body: `{"payer_id":"payer-1","card_id":"crd_1234","amount":12000,"currency":"CNY"}`, status: 201},
		{id: "applyVerification", method: "POST", path: m + "/verifications", body: `{"payer_id":"payer-1","card_id":"crd_1234","elements":` + el + `}`, status: 201},
		{id: "getVerification", method: "GET", path: m + "/verifications/vrf_1234", status: 200},
		{id: "resendVerificationCode", method: "POST", path: m + "/verifications/vrf_1234/resend", status: 200},
		{id: "confirmVerification", method: "POST", path: m + "/verifications/vrf_1234/confirm", body: `{"code":"012345","sms_seq":1}`, status: 200},
		{id: "applyPayment", method: "POST", path: m + "/payments", body: payment, status: 201},
		{id: "getPayment", method: "GET", path: m + "/payments/pay_1234", status: 200},
		{id: "resendPaymentCode", method: "POST", path: m + "/payments/pay_1234/resend", status: 200},
		{id: "confirmPayment", method: "POST", path: m + "/payments/pay_1234/confirm", body: `{"code":"012345","sms_seq":1}`, status: 200},
		{id: "retryPayment", method: "POST", path: m + "/payments/pay_1234/retry", body: `{"payer_present":true,"elements":` + el + `}`, optional: true, status: 200},
		{id: "closePayment", method: "POST", path: m + "/payments/pay_1234/close", status: 200},
		{id: "syncAgreements", method: "POST", path: m + "/agreements/sync", body: `{"items":[{"item_id":"item-1","payer_id":"payer-1","elements":` + el + `,"channel_id":"bridge-pay","old_reference":"old-1","signed_on":"2017-05-04"}]}`, status: 200},
		{id: "listMerchants", method: "GET", path: o + "/merchants", status: 200},
		{id: "putMerchant", method: "PUT", path: o + "/merchants/mer-a", body: merchant, status: 200},
		{id: "getMerchant", method: "GET", path: o + "/merchants/mer-a", status: 200},
		{id: "setPolicy", method: "PUT", path: o + "/merchants/mer-a/policy", body: `{"policy":"route-first"}`, status: 200},
		{id: "putChannel", method: "PUT", path: o + "/merchants/mer-a/channels/bridge-pay", body: config, status: 200},
		{id: "getChannel", method: "GET", path: o + "/merchants/mer-a/channels/bridge-pay", status: 200},
		{id: "switchChannel", method: "POST", path: o + "/merchants/mer-a/channels/bridge-pay/switch", body: `{"state":"maintenance"}`, status: 200},
		{id: "explainRoute", method: "GET", path: o + "/payments/pay_1234/route", status: 200},
		{id: "getStory", method: "GET", path: o + "/payments/pay_1234/story", status: 200},
		{id: "queryNow", method: "POST", path: o + "/payments/pay_1234/query", status: 200},
	}
}

// spec is the document in the form that the validator takes.
func spec(t testing.TB) *openapi3.T {
	t.Helper()
	document, err := platform.GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	document.OpenAPI, document.Servers = "3.0.3", nil
	return document
}

func TestTheTableOfGoodRequestsCoversTheDocument(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, o := range operations(t) {
		known[strings.ToLower(o.id)] = true
	}
	for path, item := range spec(t).Paths.Map() {
		for method, op := range item.Operations() {
			if !known[strings.ToLower(op.OperationID)] {
				t.Errorf("%s %s (%s) has no good request", method, path, op.OperationID)
			}
		}
	}
}

// TestEveryAnswerIsTheDocuments sends every good request, and holds request and answer against the document.
func TestEveryAnswerIsTheDocuments(t *testing.T) {
	t.Parallel()
	router, err := gorillamux.NewRouter(spec(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range operations(t) {
		t.Run(o.id, func(t *testing.T) {
			t.Parallel()
			d := setup(t)
			answer := d.do(t, request{method: o.method, path: o.path, body: o.body})
			body := read(t, answer)
			if answer.StatusCode != o.status {
				t.Fatalf("got %d, want %d: %s", answer.StatusCode, o.status, body)
			}
			if n := d.engine.count(); n != 1 {
				t.Errorf("the engine was asked %d times", n)
			}
			r := httptest.NewRequest(o.method, o.path, nil)
			route, params, err := router.FindRoute(r)
			if err != nil {
				t.Fatal(err)
			}
			input := &openapi3filter.ResponseValidationInput{
				RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
				Status:                 answer.StatusCode, Header: answer.Header,
				Options: &openapi3filter.Options{IncludeResponseStatus: true},
			}
			input.SetBodyBytes([]byte(body))
			if err := openapi3filter.ValidateResponse(t.Context(), input); err != nil {
				t.Error(err)
			}
			for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
				if got := answer.Header.Get(name); got != want {
					t.Errorf("%s is %q", name, got)
				}
			}
		})
	}
}

func TestNoAnswerOfTheMerchantScopeNamesAChannel(t *testing.T) {
	t.Parallel()
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := setup(t)
	for _, o := range operations(t) {
		if !o.merchantScope() {
			continue
		}
		for _, token := range []string{tokenA, tokenB} { // good answers, and "not found"
			body := read(t, d.do(t, request{method: o.method, path: o.path, body: o.body, token: token}))
			for _, c := range set.Channels {
				for _, word := range []string{c.ChannelID, c.NameZH, c.NameEN} {
					if strings.Contains(body, word) {
						t.Errorf("%s names channel %s: %s", o.id, c.ChannelID, body)
					}
				}
			}
		}
	}
}

func TestOperatorAnswersHoldNoSecret(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for _, o := range operations(t) {
		if o.merchantScope() {
			continue
		}
		body := read(t, d.do(t, request{method: o.method, path: o.path, body: o.body}))
		for _, word := range []string{"canary", material(), webhookSecret, tokenA, operator, "kid", "material", "secret", "token"} {
			if strings.Contains(body, word) {
				t.Errorf("%s answers with %q: %s", o.id, word, body)
			}
		}
	}
}

func TestUnknownPathsAndMethodsAreProblems(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for _, path := range []string{"/", "/v1", "/v1/", "/v1/cards/", "/v1//cards", "/v1/cards/../cards", "/v1/payments/a%2Fb/c", "/V1/cards", "/operator/v1/nothing", "/debug/pprof/", "/v1/merchants/mer-a/clock"} {
		wantProblem(t, d.do(t, request{method: http.MethodGet, path: path}), 404, "not_found")
	}
	for _, o := range operations(t) {
		answer := d.do(t, request{method: http.MethodPatch, path: o.path})
		allow := strings.Join(answer.Header.Values("Allow"), " ")
		wantProblem(t, answer, 405, "method_not_allowed")
		if !strings.Contains(allow, o.method) {
			t.Errorf("%s: Allow is %q", o.path, allow)
		}
	}
	if d.engine.count() != 0 {
		t.Error("the engine was asked")
	}
}
