package controlapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"countersign/internal/cardholder"
	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/httpapi"
	"countersign/simulator/messagingapi"
)

// The invented payer of the tests.
const (
	payerCard   = "6222020000000001016"
	otherCard   = "6222020000000001024"
	payerID     = "990000198804120135"
	payerMobile = "13800000001"
	realCard    = "6222021234567890123"
	realID      = "110101199003070038"
)

// start is when the test worlds begin.
var start = time.Date(2018, 6, 6, 11, 30, 0, 0, time.UTC)

// templates is the port of the tests.
type templates map[string]*simulator.Template

// Template finds one.
func (t templates) Template(name string) (*simulator.Template, bool) {
	found, ok := t[name]
	return found, ok
}

// profile is a channel of the tests.
func profile(id, alg string) simulator.Profile {
	return simulator.Profile{
		ChannelID: id, NameZH: "测试支付", NameEN: "Test Pay", Kind: simulator.KindAgreementBank, Binds: true, AgreementChannel: true,
		Sender: simulator.PartyBank, Verifier: simulator.PartyBank, ChargeBy: simulator.ByAgreement,
		Code:       simulator.CodeRules{Length: 6, LifetimeSeconds: 300, Tries: 5, ResendGapSeconds: 60, Resend: simulator.ResendNewCode},
		Idempotent: true, FinalCodes: []simulator.ProblemCode{"maintenance"}, ExpiryHonoured: true, CloseOffered: true,
		QueryKeys: []string{"order_no", "order_time"}, SignatureAlg: alg,
		Notification: simulator.NotificationRules{ScheduleSeconds: []int{0, 15}, Ack: "event_id"},
		Banks: []simulator.BankTerms{{
			Bank: "ICBC", CardTypes: []simulator.CardType{simulator.DebitCard}, Limits: simulator.Limits{Single: 1_000_000},
		}},
	}
}

// elements are the payer's.
func elements(t testing.TB, card string) cardholder.FourElements {
	t.Helper()
	name, err1 := cardholder.NewName("周明")
	id, err2 := cardholder.NewIDNumber(payerID)
	number, err3 := cardholder.NewCardNumber(card)
	mobile, err4 := cardholder.NewMobile(payerMobile)
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return cardholder.FourElements{Name: name, IDType: cardholder.ResidentID, IDNumber: id, CardNumber: number, Mobile: mobile}
}

// plane is a running control plane.
type plane struct {
	t      testing.TB
	engine *engine.Engine
	server *httptest.Server
}

// newPlane starts one; change may change its configuration.
func newPlane(t testing.TB, change ...func(*Config)) *plane {
	t.Helper()
	demo, err := simulator.Compile(simulator.Universe{
		Banks:    []simulator.Bank{{Code: "ICBC", NameZH: "工商银行", NameEN: "ICBC"}},
		BINs:     []simulator.BIN{{Prefix: "622202", Length: 19, Bank: "ICBC", CardType: simulator.DebitCard}},
		Channels: []simulator.Profile{profile("bridge-pay", "HS256"), profile("lotus-pay", "EdDSA")},
		Accounts: []simulator.Account{{Holder: elements(t, payerCard), Balance: 500_000, State: simulator.CardNormal, DebitNotice: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	empty, err := simulator.Compile(simulator.Universe{})
	if err != nil {
		t.Fatal(err)
	}
	p := &plane{t: t, engine: engine.New(engine.Options{})}
	t.Cleanup(p.engine.Close)
	c := Config{
		Engine: p.engine, Templates: templates{"demo": demo, "empty": empty}, Profile: httpapi.DescribeProfile,
		GatewayToken: messagingapi.Token, Metrics: &httpapi.Metrics{},
	}
	for _, f := range change {
		f(&c)
	}
	p.server = httptest.NewServer(New(c))
	t.Cleanup(p.server.Close)
	return p
}

// reply is what came back.
type reply struct {
	status int
	body   string
	json   map[string]any
	header http.Header
}

// call sends a request.
func (p *plane) call(method, path, body string, change ...func(*http.Request)) reply {
	p.t.Helper()
	request, err := http.NewRequest(method, p.server.URL+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, f := range change {
		f(request)
	}
	response, err := p.server.Client().Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	got := reply{status: response.StatusCode, body: string(text), header: response.Header}
	_ = json.Unmarshal(text, &got.json)
	if got.header.Get("Countersign-Simulated") != "true" {
		p.t.Errorf("%s %s: the answer does not say that it is simulated", method, path)
	}
	return got
}

// want sends a request and fails unless the status is as told.
func (p *plane) want(status int, method, path, body string) reply {
	p.t.Helper()
	got := p.call(method, path, body)
	if got.status != status {
		p.t.Fatalf("%s %s: %d, want %d: %s", method, path, got.status, status, got.body)
	}
	return got
}

// world makes a virtual world and returns its path.
func (p *plane) world(id string) string {
	p.t.Helper()
	p.want(201, "POST", "/v1/worlds", fmt.Sprintf(`{"world_id":%q,"seed":7,"clock":{"mode":"virtual","start":"2018-06-06T11:30:00Z"}}`, id))
	return "/v1/worlds/" + id
}

// member finds the number of the demo merchant at a channel.
func (p *plane) member(path, channel string) string {
	p.t.Helper()
	members, _ := p.want(200, "GET", path, "").json["members"].([]any)
	for _, m := range members {
		if row, _ := m.(map[string]any); row["channel_id"] == channel {
			no, _ := row["member_no"].(string)
			return no
		}
	}
	p.t.Fatalf("no member at %s", channel)
	return ""
}

// sign makes an agreement through the engine.
func (p *plane) sign(world, memberNo string) string {
	p.t.Helper()
	do := func(command simulator.Command) simulator.Outcome {
		out, err := p.engine.Do(context.Background(), world, simulator.Input{
			Command: command, Request: simulator.Request{ChannelID: "bridge-pay", MemberNo: memberNo, Method: "POST", Target: "/", Signature: "valid"},
		})
		if err != nil || out.Problem != nil {
			p.t.Fatalf("%T: %v %v", command, err, out.Problem)
		}
		p.engine.Answered(world, out.Row, 200, []byte(`{}`))
		return out
	}
	do(simulator.ApplySigning{SignNo: "sgn_0001", PayerRef: "payer-1", Elements: elements(p.t, payerCard)})
	found, err := p.engine.Messages(world, simulator.MessageFilter{WithCode: true})
	if err != nil || len(found) == 0 {
		p.t.Fatal("no code")
	}
	out := do(simulator.ConfirmSigning{SignNo: "sgn_0001", Code: found[len(found)-1].Code})
	return out.Signing.Agreement.AgreementNo
}

// charge debits through the engine; the answer is sent unless it is withheld.
func (p *plane) charge(world, memberNo, orderNo, agreementNo string) simulator.Outcome {
	p.t.Helper()
	out, err := p.engine.Do(context.Background(), world, simulator.Input{
		Command: simulator.ApplyCharge{
			OrderNo: orderNo, OrderTime: start, Amount: 1234, Currency: "CNY", AgreementNo: agreementNo, PayerRef: "payer-1", ExpiresAt: start.Add(time.Hour),
		},
		Request: simulator.Request{ChannelID: "bridge-pay", MemberNo: memberNo, Method: "POST", Target: "/", Signature: "valid"},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if !out.Reply.Withheld {
		p.engine.Answered(world, out.Row, 200, []byte(`{}`))
	}
	return out
}
