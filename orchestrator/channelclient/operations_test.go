package channelclient

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/jarcoal/httpmock"

	"countersign/contract/channel"
	"countersign/internal/cardholder"
	"countersign/orchestrator"
)

const (
	goodSMS       = `{"sender":"bank","about":"signing","masked_mobile":"138****0001","seq":2,"sent_at":"2018-06-06T04:00:00Z","expires_at":"2018-06-06T04:05:00Z","resend_after":"2018-06-06T04:01:00Z"}`
	goodAgreement = `{"agreement_no":"agr_0001","status":"active","payer_ref":"payer-1","masked_card":"622202*********1016","bank":"ICBC","signed_at":"2018-06-06T04:00:00Z"}`
	codeSent      = `{"sign_no":"sgn_0001","status":"code_sent","tries_left":4,"reason":"wrong_code","sms":` + goodSMS + `}`
	signedNow     = `{"sign_no":"sgn_0001","status":"signed","agreement":` + goodAgreement + `}`
	awaiting      = `{"order_no":"ord_0001","order_time":"2018-06-06T04:00:00Z","status":"code_required","sms":` + goodSMS + `}`
)

// operation is one call, the request it must become and an answer to it.
type operation struct {
	call   orchestrator.Call
	method string
	target string
	answer string
	holds  func(orchestrator.Reply) bool
}

// operations are all operations of the port.
func operations(t *testing.T) map[string]operation {
	t.Helper()
	sign := orchestrator.Call{Number: "sgn_0001", PayerRef: "payer-1"}
	as := func(base orchestrator.Call, op orchestrator.Operation, change func(*orchestrator.Call)) orchestrator.Call {
		base.Operation = op
		if change != nil {
			change(&base)
		}
		return base
	}
	withElements := func(c *orchestrator.Call) { c.Elements = elements(t) }
	withCode := func(c *orchestrator.Call) { c.Code = orchestrator.NewSecret(canaryCode) }
	texted := func(r orchestrator.Reply) bool {
		s := r.Signing
		return s != nil && s.TriesLeft == 4 && s.Reason == "wrong_code" && s.SMS.Sender == "bank" && s.SMS.About == "signing" && s.SMS.Seq == 2
	}
	agreed := func(r orchestrator.Reply) bool {
		return r.Signing != nil && r.Signing.Agreement != nil && r.Signing.Agreement.AgreementNo == "agr_0001" && r.Signing.Agreement.MemberNo == "M100000001"
	}
	charged := func(status string) func(orchestrator.Reply) bool {
		return func(r orchestrator.Reply) bool { return r.Charge != nil && r.Charge.Status == status }
	}
	alive := func(r orchestrator.Reply) bool { return r.Agreement != nil && r.Agreement.Status == "active" }
	order := orchestrator.Call{Number: "ord_0001", OrderTime: noon}
	return map[string]operation{
		"element check": {
			as(orchestrator.Call{Number: "chk_0001"}, orchestrator.OpElementCheck, withElements), "POST", "/v1/element-checks",
			`{"check_no":"chk_0001","result":"declined","reason":"elements_mismatch"}`,
			func(r orchestrator.Reply) bool {
				return *r.Check == orchestrator.CheckReport{CheckNo: "chk_0001", Result: "declined", Reason: "elements_mismatch"}
			},
		},
		"signing apply":   {as(sign, orchestrator.OpSigningApply, withElements), "POST", "/v1/signings", codeSent, texted},
		"signing resend":  {as(sign, orchestrator.OpSigningResend, nil), "POST", "/v1/signings/sgn_0001/resend", codeSent, texted},
		"signing confirm": {as(sign, orchestrator.OpSigningConfirm, withCode), "POST", "/v1/signings/sgn_0001/confirm", signedNow, agreed},
		"signing query":   {as(sign, orchestrator.OpSigningQuery, nil), "GET", "/v1/signings/sgn_0001?member_no=M100000001", signedNow, agreed},
		"bind by own code": {as(sign, orchestrator.OpBind, func(c *orchestrator.Call) {
			withElements(c)
			c.Evidence = &orchestrator.BindEvidence{Kind: orchestrator.EvidencePlatformVerified, Reference: "sgn_0001", CheckNo: "chk_0001"}
		}), "POST", "/v1/bindings", signedNow, agreed},
		"bind by legacy": {as(sign, orchestrator.OpBind, func(c *orchestrator.Call) {
			withElements(c)
			c.Evidence = &orchestrator.BindEvidence{Kind: orchestrator.EvidenceLegacy, Reference: "old-0001", SignedOn: "2016-02-29"}
		}), "POST", "/v1/bindings", signedNow, agreed},
		"agreement query": {as(orchestrator.Call{Number: "agr_0001"}, orchestrator.OpAgreementQuery, nil), "POST", "/v1/agreements/query", goodAgreement, alive},
		"agreement query by card": {as(orchestrator.Call{PayerRef: "payer-1"}, orchestrator.OpAgreementQuery, func(c *orchestrator.Call) {
			c.Elements = &cardholder.FourElements{CardNumber: elements(t).CardNumber}
		}), "POST", "/v1/agreements/query", goodAgreement, alive},
		"agreement terminate":    {as(orchestrator.Call{Number: "agr_0001"}, orchestrator.OpAgreementTerminate, nil), "POST", "/v1/agreements/agr_0001/terminate", goodAgreement, alive},
		"agreement terminate by": {as(orchestrator.Call{AgreementNo: "agr_0001"}, orchestrator.OpAgreementTerminate, nil), "POST", "/v1/agreements/agr_0001/terminate", goodAgreement, alive},
		"charge by elements":     {chargeCall(t), "POST", "/v1/charges", goodCharge, charged("succeeded")},
		"charge by agreement": {
			as(chargeCall(t), orchestrator.OpCharge, func(c *orchestrator.Call) { c.AgreementNo, c.CheckNo, c.Elements = "agr_0001", "", nil }),
			"POST", "/v1/charges", goodCharge, charged("succeeded"),
		},
		"charge query":   {as(order, orchestrator.OpChargeQuery, nil), "GET", "/v1/charges/ord_0001?member_no=M100000001&order_time=2018-06-06T04%3A00%3A00Z", goodCharge, charged("succeeded")},
		"charge close":   {as(order, orchestrator.OpChargeClose, nil), "POST", "/v1/charges/ord_0001/close", edited("succeeded", "closed"), charged("closed")},
		"charge confirm": {as(order, orchestrator.OpChargeConfirm, withCode), "POST", "/v1/charges/ord_0001/confirm", goodCharge, charged("succeeded")},
		"charge resend":  {as(order, orchestrator.OpChargeResend, nil), "POST", "/v1/charges/ord_0001/resend", awaiting, charged("code_required")},
	}
}

// documented is a router over the channel's document, in the form its validator takes.
func documented(t *testing.T) routers.Router {
	t.Helper()
	spec, err := channel.GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	spec.OpenAPI, spec.Servers = "3.0.3", nil
	router, err := gorillamux.NewRouter(spec)
	if err != nil {
		t.Fatal(err)
	}
	return router
}

func TestEveryOperationSpeaksTheContract(t *testing.T) {
	t.Parallel()
	router := documented(t)
	for name, op := range operations(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			access := hmacAccess("http://channel.test")
			mock := httpmock.NewMockTransport()
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				checkRequest(t, router, access, r, op)
				return signedAnswer(access, r.Header, http.StatusOK, plainJSON, op.answer), nil
			})
			reply := do(t, over(t, Over(mock)), access, op.call)
			if reply.Proof != orchestrator.ProofStatus || !op.holds(reply) {
				t.Errorf("reply is %+v", reply)
			}
		})
	}
}

// checkRequest holds a request against the expectation, the document and the signature.
func checkRequest(t *testing.T, router routers.Router, access orchestrator.Access, r *http.Request, op operation) {
	t.Helper()
	if r.Method != op.method || r.URL.RequestURI() != op.target {
		t.Errorf("request is %s %s, want %s %s", r.Method, r.URL.RequestURI(), op.method, op.target)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	for _, forbidden := range []string{"Idempotency-Key", "X-Idempotency-Key", "Accept-Encoding", "Cookie", "Authorization"} {
		if _, there := r.Header[forbidden]; there {
			t.Errorf("request carries %s", forbidden)
		}
	}
	theirs := access // the channel's view: our request key is what it verifies with
	theirs.Keys.ReplyKID, theirs.Keys.ReplyKey, theirs.Config.MemberNo = access.Keys.RequestKID, access.Keys.RequestKey, access.Config.ChannelID
	header, err := verify(theirs, r.Header.Values(SignatureHeader), body)
	if err != nil || header.Method != op.method || header.Target != op.target {
		t.Errorf("signature of the request: %+v, %v", header, err)
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	route, parameters, err := router.FindRoute(r)
	if err != nil {
		t.Fatalf("the document has no such operation: %v", err)
	}
	err = openapi3filter.ValidateRequest(context.Background(), &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route})
	if err != nil {
		t.Errorf("the document refuses the request: %v", err)
	}
}

func TestACallThatCannotBeSentIsNotSent(t *testing.T) {
	t.Parallel()
	broken := map[string]func(*orchestrator.Access, *orchestrator.Call){
		"number with a slash":      func(_ *orchestrator.Access, c *orchestrator.Call) { c.Number = "../../v1" },
		"no number":                func(_ *orchestrator.Access, c *orchestrator.Call) { c.Number = "" },
		"no elements":              func(_ *orchestrator.Access, c *orchestrator.Call) { c.Elements = nil },
		"unknown operation":        func(_ *orchestrator.Access, c *orchestrator.Call) { c.Operation = "transfer" },
		"binding without evidence": func(_ *orchestrator.Access, c *orchestrator.Call) { c.Operation = orchestrator.OpBind },
		"agreement query of nobody": func(_ *orchestrator.Access, c *orchestrator.Call) {
			*c = orchestrator.Call{Operation: orchestrator.OpAgreementQuery}
		},
		"key too short":            func(a *orchestrator.Access, _ *orchestrator.Call) { a.Keys.RequestKey = text64([]byte("short")) },
		"key in no base64":         func(a *orchestrator.Access, _ *orchestrator.Call) { a.Keys.RequestKey = orchestrator.NewSecret("***") },
		"algorithm none":           func(a *orchestrator.Access, _ *orchestrator.Call) { a.Keys.Alg = "none" },
		"base URL of a file":       func(a *orchestrator.Access, _ *orchestrator.Call) { a.Config.BaseURL = "file:///etc" },
		"base URL with a password": func(a *orchestrator.Access, _ *orchestrator.Call) { a.Config.BaseURL = "http://u:p@channel.test" },
		"no base URL":              func(a *orchestrator.Access, _ *orchestrator.Call) { a.Config.BaseURL = "" },
	}
	for name, spoil := range broken {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			access, call := hmacAccess("http://channel.test"), chargeCall(t)
			spoil(&access, &call)
			mock := httpmock.NewMockTransport()
			reply := do(t, over(t, Over(mock)), access, call)
			if reply.Proof != orchestrator.ProofNotWritten || reply.Detail != detailConfiguration || mock.GetTotalCallCount() != 0 {
				t.Errorf("reply is %+v after %d requests", reply, mock.GetTotalCallCount())
			}
		})
	}
}

func TestAnAnswerAboutAnotherSigningOrPayerIsNoEvidence(t *testing.T) {
	t.Parallel()
	all := operations(t)
	for name, c := range map[string]struct{ op, answer, detail string }{
		"other signing":            {"signing query", strings.Replace(signedNow, "sgn_0001", "sgn_0002", 1), detailOtherOrder},
		"other payer":              {"signing confirm", strings.Replace(signedNow, "payer-1", "payer-2", 1), detailOtherOrder},
		"signed without agreement": {"signing query", `{"sign_no":"sgn_0001","status":"signed"}`, detailIncomplete},
		"unknown signing status":   {"signing query", `{"sign_no":"sgn_0001","status":"maybe"}`, detailUnknownValue},
		"other agreement":          {"agreement query", strings.Replace(goodAgreement, "agr_0001", "agr_0002", 1), detailOtherOrder},
		"agreement of another":     {"agreement query by card", strings.Replace(goodAgreement, "payer-1", "payer-2", 1), detailOtherOrder},
		"unknown agreement status": {"agreement query", strings.Replace(goodAgreement, "active", "asleep", 1), detailUnknownValue},
		"other check":              {"element check", `{"check_no":"chk_0002","result":"passed"}`, detailOtherOrder},
		"unknown check result":     {"element check", `{"check_no":"chk_0001","result":"perhaps"}`, detailUnknownValue},
		"charge for a signing":     {"signing query", goodCharge, detailOtherOrder},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			access := hmacAccess("http://channel.test")
			mock := httpmock.NewMockTransport()
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				return signedAnswer(access, r.Header, http.StatusOK, plainJSON, c.answer), nil
			})
			reply := do(t, over(t, Over(mock)), access, all[c.op].call)
			if reply.Proof != orchestrator.ProofNone || reply.Detail != c.detail {
				t.Errorf("got %s %q, want none %q", reply.Proof, reply.Detail, c.detail)
			}
		})
	}
}
