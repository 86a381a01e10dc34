package httpapi_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"countersign/internal/httpjson"
	"countersign/orchestrator"
	"countersign/orchestrator/httpapi"
)

// canaries are what must never come out: the four elements, a code, tokens and keys.
func canaries(t *testing.T) []string {
	t.Helper()
	name, id, card, mobile := person(t)
	list := []string{name, id, card, mobile, "736251", tokenA, operator, webhookSecret, material(), "gateway-canary"}
	for _, c := range slices.Clone(list) {
		list = append(list, base64.StdEncoding.EncodeToString([]byte(c)), hex.EncodeToString([]byte(c)), url.QueryEscape(c))
	}
	return list
}

// TestNoAnswerAndNoLogRepeatsWhatWasSent sends the canaries through every operation and every kind of failure: in
// their own member, in every other member, as the name of a member, in headers and paths.
func TestNoAnswerAndNoLogRepeatsWhatWasSent(t *testing.T) {
	t.Parallel()
	forbidden := canaries(t)
	_, id, card, mobile := person(t)
	for _, failure := range []error{nil, errors.New("sql: " + card), fmt.Errorf("wrapped: %w", orchestrator.Refuse(orchestrator.CodeWrongCode, "The code is wrong."))} {
		d := setup(t)
		d.engine.err = failure
		for _, o := range operations(t) {
			paths := []string{o.path, o.path + "?c=" + card, strings.Replace(o.path, "1234", card, 1)}
			for _, body := range planted(t, o.body, []string{card, id, mobile, "736251"}) {
				for _, path := range paths {
					answer := d.do(t, request{method: o.method, path: path, body: body, key: "k-736251"})
					text := read(t, answer) + fmt.Sprint(answer.Header)
					for _, word := range forbidden {
						if strings.Contains(text, word) {
							t.Fatalf("%s answers %d with %q: %s", o.id, answer.StatusCode, word, text)
						}
					}
				}
				paths = paths[:1] // the other paths once are enough
			}
		}
		for _, word := range forbidden {
			if strings.Contains(d.log.String(), word) {
				t.Fatalf("the log has %q: %s", word, d.log.String())
			}
		}
	}
}

// planted are variants of a body with canaries in wrong places.
func planted(t *testing.T, body string, words []string) []string {
	t.Helper()
	if body == "" {
		return []string{""}
	}
	list := []string{body, strings.ReplaceAll(body, "012345", "736251")}
	var members map[string]any
	if err := json.Unmarshal([]byte(body), &members); err != nil {
		t.Fatal(err)
	}
	for _, word := range words {
		list = append(list, strings.TrimSuffix(body, "}")+`,"`+word+`":"x"}`, `{"`+word+`":`, `"`+word+`"`, word)
		for name, good := range members {
			members[name] = word
			list = append(list, toJSON(t, members))
			members[name] = map[string]any{word: word}
			list = append(list, toJSON(t, members))
			members[name] = good
		}
	}
	return list
}

func TestEveryRefusalHasItsRow(t *testing.T) {
	t.Parallel()
	for _, code := range orchestrator.Codes() {
		if !httpapi.Answered(code) {
			t.Errorf("%s has no row in the table", code)
		}
	}
}

// TestRefusalsAreAnsweredAsPromised is reliability 4.6.
func TestRefusalsAreAnsweredAsPromised(t *testing.T) {
	t.Parallel()
	want := map[orchestrator.Code]int{
		orchestrator.CodeInvalidRequest: 400, orchestrator.CodeNotFound: 404, orchestrator.CodeKeyReused: 422, orchestrator.CodeKeyInProgress: 409,
		orchestrator.CodeOrderExists: 422, orchestrator.CodeInProgress: 409, orchestrator.CodeRouteChanged: 409, orchestrator.CodeWrongState: 409,
		orchestrator.CodeElementsRequired: 422, orchestrator.CodeElementsMismatch: 422, orchestrator.CodeCardUnsupported: 422,
		orchestrator.CodeWrongCode: 422, orchestrator.CodeCodeSuperseded: 409, orchestrator.CodeCodeExpired: 410, orchestrator.CodeLocked: 423,
		orchestrator.CodeTooFrequent: 429, orchestrator.CodeUnavailable: 503,
	}
	for _, code := range orchestrator.Codes() {
		d := setup(t)
		d.engine.err = fmt.Errorf("use case: %w", &orchestrator.Error{
			Code: code, Field: "elements.card_number", Detail: "A sentence.", TriesLeft: 2, PaymentID: "pay_1234", RetryAfter: 1500 * 1e6,
		})
		answer := d.do(t, request{method: http.MethodPost, path: "/v1/payments", body: bodyOf(t, "applyPayment")})
		p := wantProblem(t, answer, want[code], string(code))
		if p.PaymentId == nil || *p.PaymentId != "pay_1234" {
			t.Errorf("%s: payment id is missing", code)
		}
		if answer.Header.Get("Retry-After") != "2" || p.RetryAfter == nil || *p.RetryAfter != 2 {
			t.Errorf("%s: Retry-After is %q", code, answer.Header.Get("Retry-After"))
		}
		if (code == orchestrator.CodeWrongCode) != (p.TriesLeft != nil) {
			t.Errorf("%s: tries_left is %v", code, p.TriesLeft)
		}
		if code != orchestrator.CodeNotFound && (p.Field == nil || *p.Field != "/elements/card_number") {
			t.Errorf("%s: field is %v", code, p.Field)
		}
	}
}

func TestWaitsAreAlwaysTold(t *testing.T) {
	t.Parallel()
	for _, code := range []orchestrator.Code{orchestrator.CodeKeyInProgress, orchestrator.CodeTooFrequent} {
		d := setup(t)
		d.engine.err = orchestrator.Refuse(code, "")
		if got := d.do(t, request{method: http.MethodPost, path: "/v1/payments/pay_1234/resend"}).Header.Get("Retry-After"); got != "1" {
			t.Errorf("%s: Retry-After is %q", code, got)
		}
	}
}

func TestAnUnknownErrorShowsNothingOfTheInside(t *testing.T) {
	t.Parallel()
	d := setup(t)
	d.engine.err = fmt.Errorf("select id from payments at /var/lib/x: %w", errors.New("disk I/O error"))
	answer := d.do(t, request{method: http.MethodPost, path: "/v1/payments", body: bodyOf(t, "applyPayment")})
	p := wantProblem(t, answer, 500, httpjson.CodeInternal)
	if text := toJSON(t, p); strings.Contains(text, "select") || strings.Contains(text, "/var") || strings.Contains(text, "disk") {
		t.Error(text)
	}
	if log := d.log.String(); !strings.Contains(log, "error_types") || strings.Contains(log, "select") {
		t.Error(log)
	}
	if d.engine.inside != 0 {
		t.Error("the request still counts as running")
	}
}

func TestAPanicIsA500AndEndsTheRequestsWork(t *testing.T) {
	t.Parallel()
	d := setup(t)
	d.Handler = panicking(t, d)
	wantProblem(t, d.do(t, request{method: http.MethodGet, path: "/v1/cards/crd_1234"}), 500, "internal")
	if d.engine.inside != 0 || d.engine.entered != 1 {
		t.Errorf("%d of %d requests still count as running", d.engine.inside, d.engine.entered)
	}
	if strings.Contains(d.log.String(), "6222020000000001016") {
		t.Error("the log has what the panic said")
	}
}
