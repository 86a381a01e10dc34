package channelclient

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"

	"countersign/orchestrator"
)

const (
	plainJSON   = "application/json"
	problemJSON = "application/problem+json"
)

// shape is one answer of a channel and what it proves.
type shape struct {
	name   string
	answer func(orchestrator.Access, *http.Request) (*http.Response, error)
	proof  orchestrator.Proof
	detail string
	code   string
	wait   time.Duration
}

// signed is an answer that is right in every way but perhaps its content.
func signed(status int, contentType, body string) func(orchestrator.Access, *http.Request) (*http.Response, error) {
	return func(access orchestrator.Access, r *http.Request) (*http.Response, error) {
		return signedAnswer(access, r.Header, status, contentType, body), nil
	}
}

// unsigned is an answer as anybody could make it.
func unsigned(status int, contentType, body string) func(orchestrator.Access, *http.Request) (*http.Response, error) {
	return func(orchestrator.Access, *http.Request) (*http.Response, error) {
		return plainAnswer(status, http.Header{"Content-Type": {contentType}}, body), nil
	}
}

// forged is a good answer whose protected header or key was changed.
func forged(change func(protectedMembers) protectedMembers, key func(orchestrator.Access) []byte) func(orchestrator.Access, *http.Request) (*http.Response, error) {
	return func(access orchestrator.Access, r *http.Request) (*http.Response, error) {
		members := change(answerMembers(access, requestJTI(r.Header), http.StatusOK))
		signature := members.sign(access, key(access), goodCharge)
		return plainAnswer(http.StatusOK, http.Header{SignatureHeader: {signature}, "Content-Type": {plainJSON}}, goodCharge), nil
	}
}

// changed is forged in one member.
func changed(name string, value any) func(orchestrator.Access, *http.Request) (*http.Response, error) {
	return forged(func(m protectedMembers) protectedMembers { return m.with(name, value) }, replySigningKey)
}

// edited is goodCharge with one piece replaced.
func edited(old, replacement string) string { return strings.Replace(goodCharge, old, replacement, 1) }

// problem is a problem body.
func problem(code string, more string) string {
	return `{"type":"about:blank","title":"no","status":` + more + `,"code":"` + code + `"}`
}

// shapes are all answers to a charge; what each proves does not depend on the algorithm.
func shapes() []shape {
	none, status := orchestrator.ProofNone, orchestrator.ProofStatus
	return []shape{
		{name: "success", answer: signed(200, plainJSON, goodCharge), proof: status},
		{name: "success with a charset", answer: signed(200, "application/json; charset=UTF-8", goodCharge), proof: status},
		{name: "success with members nobody knows", answer: signed(200, plainJSON, edited(`"currency"`, `"trace":{"id":1},"currency"`)), proof: status},
		{name: "decline", answer: signed(200, plainJSON, `{"order_no":"ord_0001","order_time":"2018-06-06T04:00:00Z","status":"declined","reason":"insufficient_balance"}`), proof: status},
		{name: "closed, amount not said", answer: signed(200, plainJSON, `{"order_no":"ord_0001","order_time":"2018-06-06T12:00:00+08:00","status":"closed"}`), proof: status},

		{name: "truncated", answer: signed(200, plainJSON, goodCharge[:60]), proof: none, detail: detailMalformed},
		{name: "HTML with 200", answer: unsigned(200, "text/html", "<html>Service is fine</html>"), proof: none, detail: "signature: missing"},
		{name: "HTML with 200, signed", answer: signed(200, "text/html", "<html>Service is fine</html>"), proof: none, detail: detailContentType},
		{name: "JSON called text", answer: signed(200, "text/plain", goodCharge), proof: none, detail: detailContentType},
		{name: "JSON in another charset", answer: signed(200, "application/json; charset=gbk", goodCharge), proof: none, detail: detailContentType},
		{name: "no content type", answer: signed(200, "", goodCharge), proof: none, detail: detailContentType},
		{name: "empty body", answer: signed(200, plainJSON, ""), proof: none, detail: detailMalformed},
		{name: "null", answer: signed(200, plainJSON, "null"), proof: none, detail: detailOtherOrder},
		{name: "list", answer: signed(200, plainJSON, "[]"), proof: none, detail: detailMalformed},
		{name: "something behind the value", answer: signed(200, plainJSON, goodCharge+"{}"), proof: none, detail: detailMalformed},
		{name: "status twice", answer: signed(200, plainJSON, edited(`"status":"succeeded"`, `"status":"declined","status":"succeeded"`)), proof: none, detail: detailMalformed},
		{name: "amount twice in two cases", answer: signed(200, plainJSON, edited(`"amount":1999`, `"amount":1999,"AMOUNT":1`)), proof: none, detail: detailMalformed},
		{name: "not UTF-8", answer: signed(200, plainJSON, edited(`"ref-1"`, "\"\xd6\xdc\"")), proof: none, detail: detailMalformed},
		{name: "too deep", answer: signed(200, plainJSON, edited(`"ref-1"`, strings.Repeat("[", 40)+strings.Repeat("]", 40))), proof: none, detail: detailMalformed},
		{name: "amount with a point", answer: signed(200, plainJSON, edited("1999", "1999.0")), proof: none, detail: detailMalformed},
		{name: "amount as text", answer: signed(200, plainJSON, edited("1999", `"1999"`)), proof: none, detail: detailMalformed},

		{name: "unsigned", answer: unsigned(200, plainJSON, goodCharge), proof: none, detail: "signature: missing"},
		{name: "wrong key", answer: forged(func(m protectedMembers) protectedMembers { return m }, func(a orchestrator.Access) []byte {
			if a.Keys.Alg == "EdDSA" {
				return []byte("seed of the merchant, 32 bytes..")
			}
			return hmacKey('q')
		}), proof: none, detail: "signature: signature"},
		{name: "other key id", answer: changed("kid", "req-1"), proof: none, detail: "signature: kid"},
		{name: "algorithm none", answer: changed("alg", "none"), proof: none, detail: "signature: alg"},
		{name: "for another member", answer: changed("aud", "M100000002"), proof: none, detail: "signature: aud"},
		{name: "to another request", answer: changed("req_jti", "jti_other"), proof: none, detail: "signature: req_jti"},
		{name: "to no request", answer: changed("req_jti", nil), proof: none, detail: "signature: req_jti"},
		{name: "of another status", answer: changed("status", 202), proof: none, detail: "signature: status"},
		{name: "too old", answer: changed("iat", noon.Add(-5*time.Minute-time.Second).Unix()), proof: none, detail: "signature: iat"},
		{name: "from the future", answer: changed("iat", noon.Add(5*time.Minute+time.Second).Unix()), proof: none, detail: "signature: iat"},
		{name: "five minutes old", answer: changed("iat", noon.Add(-5*time.Minute).Unix()), proof: status},
		{name: "body changed on the way", answer: func(a orchestrator.Access, r *http.Request) (*http.Response, error) {
			good := signedAnswer(a, r.Header, 200, plainJSON, goodCharge)
			return plainAnswer(200, good.Header, edited("succeeded", "declined")), nil
		}, proof: none, detail: "signature: signature"},
		{name: "signed twice", answer: func(a orchestrator.Access, r *http.Request) (*http.Response, error) {
			good := signedAnswer(a, r.Header, 200, plainJSON, goodCharge)
			good.Header.Add(SignatureHeader, good.Header.Get(SignatureHeader))
			return good, nil
		}, proof: none, detail: "signature: missing"},

		{name: "other order", answer: signed(200, plainJSON, edited("ord_0001", "ord_0002")), proof: none, detail: detailOtherOrder},
		{name: "other order time", answer: signed(200, plainJSON, edited("04:00:00", "04:00:01")), proof: none, detail: detailOtherOrder},
		{name: "no order at all", answer: signed(200, plainJSON, `{"status":"succeeded","amount":1999}`), proof: none, detail: detailOtherOrder},
		{name: "other amount", answer: signed(200, plainJSON, edited("1999", "1998")), proof: none, detail: detailOtherAmount},
		{name: "success without an amount", answer: signed(200, plainJSON, edited(`"amount":1999,`, "")), proof: none, detail: detailIncomplete},
		{name: "other currency", answer: signed(200, plainJSON, edited("CNY", "USD")), proof: none, detail: detailUnknownValue},
		{name: "unknown enum value", answer: signed(200, plainJSON, edited("succeeded", "almost")), proof: none, detail: detailUnknownValue},
		{name: "no status", answer: signed(200, plainJSON, edited(`"status":"succeeded",`, "")), proof: none, detail: detailUnknownValue},
		{name: "SMS by an unknown party", answer: signed(200, plainJSON, edited(`"currency"`, `"sms":{"sender":"pigeon","about":"payment"},"currency"`)), proof: none, detail: detailUnknownValue},
		{name: "unpacked coding", answer: func(a orchestrator.Access, r *http.Request) (*http.Response, error) {
			resp := signedAnswer(a, r.Header, 200, plainJSON, goodCharge)
			resp.Header.Set("Content-Encoding", "gzip")
			return resp, nil
		}, proof: none, detail: detailEncoded},
		{name: "larger than the cap", answer: signed(200, plainJSON, goodCharge+strings.Repeat(" ", longestBody)), proof: none, detail: detailTooLarge},
	}
}

// refusals are answers with an error status.
func refusals() []shape {
	none, refused := orchestrator.ProofNone, orchestrator.ProofProblem
	all := []shape{
		{name: "maintenance, on the final list", answer: signed(422, problemJSON, problem("maintenance", "422")), proof: refused, code: "maintenance"},
		{name: "not found", answer: signed(404, problemJSON, problem("order_not_found", "404")), proof: refused, code: "order_not_found"},
		{name: "locked", answer: signed(423, problemJSON, problem("locked", "423")), proof: refused, code: "locked"},
		{name: "a code of tomorrow", answer: signed(400, problemJSON, problem("moon_phase", "400")), proof: refused, code: "moon_phase"},
		{name: "not found, unsigned", answer: unsigned(404, problemJSON, problem("order_not_found", "404")), proof: none, detail: "signature: missing"},
		{name: "404 of a gateway", answer: unsigned(404, "text/html", "<h1>404</h1>"), proof: none, detail: "signature: missing"},
		{name: "problem without a code", answer: signed(400, problemJSON, `{"status":400}`), proof: none, detail: detailUnknownValue},
		{name: "problem with a code that is no word", answer: signed(400, problemJSON, problem("Not Found", "400")), proof: none, detail: detailUnknownValue},
		{name: "problem about another status", answer: signed(400, problemJSON, problem("maintenance", "422")), proof: none, detail: detailUnknownValue},
		{name: "problem as HTML", answer: signed(400, "text/html", problem("maintenance", "400")), proof: none, detail: detailContentType},
		{name: "too frequent", answer: signed(429, problemJSON, problem("too_frequent", `429,"retry_after":37`)), proof: none, detail: "status 429", code: "too_frequent", wait: 37 * time.Second},
		{name: "too frequent for a century", answer: signed(429, problemJSON, problem("too_frequent", `429,"retry_after":3000000000`)), proof: none, detail: "status 429", code: "too_frequent", wait: time.Hour},
		{name: "too frequent, unsigned", answer: unsigned(429, problemJSON, problem("too_frequent", `429,"retry_after":37`)), proof: none, detail: "status 429"},
		{name: "307", answer: func(a orchestrator.Access, r *http.Request) (*http.Response, error) {
			resp := signedAnswer(a, r.Header, 307, plainJSON, goodCharge)
			resp.Header.Set("Location", "http://elsewhere.invalid/")
			return resp, nil
		}, proof: none, detail: "status 307"},
	}
	for _, status := range []int{401, 408, 409, 425, 429, 500, 502, 503, 504, 599} {
		text := http.StatusText(status)
		all = append(all,
			shape{name: "signed " + text, answer: signed(status, problemJSON, problem("maintenance", itoa(status))), proof: none, detail: "status " + itoa(status), code: "maintenance"},
			shape{name: "unsigned " + text, answer: unsigned(status, "text/html", "<h1>no</h1>"), proof: none, detail: "status " + itoa(status)})
	}
	for _, err := range []error{errors.New("wire cut"), http.ErrServerClosed} {
		all = append(all, shape{name: err.Error(), answer: func(orchestrator.Access, *http.Request) (*http.Response, error) { return nil, err }, proof: none, detail: detailLost})
	}
	return all
}

// itoa writes a status.
func itoa(status int) string {
	return string([]byte{byte('0' + status/100), byte('0' + status/10%10), byte('0' + status%10)})
}

func TestEveryAnswerToAChargeIsJudged(t *testing.T) {
	t.Parallel()
	for alg, access := range map[string]orchestrator.Access{"HS256": hmacAccess("http://channel.test"), "EdDSA": edwardsAccess("http://channel.test/w/demo")} {
		for _, s := range append(shapes(), refusals()...) {
			t.Run(alg+" "+s.name, func(t *testing.T) {
				t.Parallel()
				reply, requests := exchangeWith(t, access, s)
				if reply.Proof != s.proof || reply.Detail != s.detail || reply.Code != s.code || reply.RetryAfter != s.wait {
					t.Errorf("got %s %q code %q wait %s, want %s %q code %q wait %s",
						reply.Proof, reply.Detail, reply.Code, reply.RetryAfter, s.proof, s.detail, s.code, s.wait)
				}
				if requests != 1 {
					t.Errorf("%d requests went out, want 1", requests)
				}
			})
		}
	}
}

// exchangeWith makes a charge that gets one answer, and counts the requests.
func exchangeWith(t *testing.T, access orchestrator.Access, s shape) (orchestrator.Reply, int) {
	t.Helper()
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) { return s.answer(access, r) })
	reply := do(t, over(t, Over(mock)), access, chargeCall(t))
	return reply, mock.GetTotalCallCount()
}

func TestASuccessSaysWhatWasDebited(t *testing.T) {
	t.Parallel()
	reply, _ := exchangeWith(t, hmacAccess("http://channel.test"), shapes()[0])
	want := orchestrator.ChargeReport{
		MemberNo: "M100000001", OrderNo: "ord_0001", OrderTime: noon, Amount: 1999, Currency: "CNY", Status: "succeeded", TriesLeft: -1,
	}
	if reply.Charge == nil || *reply.Charge != want {
		t.Errorf("got %+v, want %+v", reply.Charge, want)
	}
	if reply.Wire.Status != 200 || len(reply.Wire.Digest) != 64 || len(reply.Wire.Masked) == 0 {
		t.Errorf("wire trace is %+v", reply.Wire)
	}
}
