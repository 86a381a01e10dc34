package httpapi

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"countersign/internal/cardholder"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// start is when the test worlds begin: the evening of the talk.
var start = time.Date(2018, 6, 6, 11, 30, 0, 0, time.UTC)

// The invented payer of the tests.
const (
	payerName   = "周明"
	payerID     = "990000198804120135"
	payerCard   = "6222020000000001016"
	payerMobile = "13800000001"
	realCard    = "6222021234567890123" // a real BIN without the marker
)

// profile is a channel of the tests.
func profile(id, alg string, kind simulator.Kind) simulator.Profile {
	p := simulator.Profile{
		ChannelID: id, NameZH: "测试支付", NameEN: "Test Pay", Kind: kind, Binds: true, AgreementChannel: true,
		Sender: simulator.PartyBank, Verifier: simulator.PartyBank, ChargeBy: simulator.ByAgreement,
		Code:       simulator.CodeRules{Length: 6, LifetimeSeconds: 300, Tries: 5, ResendGapSeconds: 60, Resend: simulator.ResendNewCode},
		Idempotent: true, FinalCodes: []simulator.ProblemCode{"maintenance"}, ExpiryHonoured: true, CloseOffered: true,
		QueryKeys: []string{"order_no", "order_time"}, SignatureAlg: alg,
		Notification: simulator.NotificationRules{ScheduleSeconds: []int{0, 15}, Ack: "event_id"},
		Banks: []simulator.BankTerms{{
			Bank: "ICBC", CardTypes: []simulator.CardType{simulator.DebitCard}, Limits: simulator.Limits{Single: 1_000_000},
		}},
	}
	switch kind {
	case simulator.KindWithholdingRaw:
		p.Binds, p.AgreementChannel, p.Sender, p.Verifier, p.ChargeBy = false, false, simulator.PartyNobody, simulator.PartyNobody, simulator.ByElements
	case simulator.KindCodeEveryPayment:
		p.CodeOnEveryPayment, p.PaymentCodeSender = true, simulator.PartyBank
	}
	return p
}

// template is the universe of the tests.
func template(t testing.TB) *simulator.Template {
	t.Helper()
	made, err := simulator.Compile(simulator.Universe{
		Banks: []simulator.Bank{{Code: "ICBC", NameZH: "工商银行", NameEN: "ICBC"}},
		BINs:  []simulator.BIN{{Prefix: "622202", Length: 19, Bank: "ICBC", CardType: simulator.DebitCard}},
		Channels: []simulator.Profile{
			profile("bridge-pay", algHS256, simulator.KindAgreementBank),
			profile("lotus-pay", algEdDSA, simulator.KindAgreementBank),
			profile("raw-pay", algHS256, simulator.KindWithholdingRaw),
			profile("code-pay", algHS256, simulator.KindCodeEveryPayment),
		},
		Accounts: []simulator.Account{{Holder: payer(t), Balance: 1_000_000_000, State: simulator.CardNormal}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// payer is the payer's four elements.
func payer(t testing.TB) cardholder.FourElements {
	t.Helper()
	return (&elementsBody{Name: payerName, IDType: "resident_id", IDNumber: payerID, CardNumber: payerCard, Mobile: payerMobile}).value()
}

// field is a running door with one world and a member at each channel.
type field struct {
	t       testing.TB
	engine  *engine.Engine
	server  *httptest.Server
	metrics *Metrics
	world   string
	members map[string]simulator.Member
}

// newField starts one.
func newField(t testing.TB) *field {
	t.Helper()
	f := &field{t: t, metrics: &Metrics{}, members: map[string]simulator.Member{}}
	f.engine = engine.New(engine.Options{})
	t.Cleanup(f.engine.Close)
	f.engine.SetNotifier(NewNotifier(nil, f.metrics))
	info, err := f.engine.CreateWorld(context.Background(), engine.NewWorld{Virtual: true, Start: start, Seed: 7, Template: template(t)})
	if err != nil {
		t.Fatal(err)
	}
	f.world = info.ID
	for _, id := range []string{"bridge-pay", "lotus-pay", "raw-pay", "code-pay"} {
		m, err := f.engine.AddMember(context.Background(), f.world, engine.NewMember{ChannelID: id, MerchantName: "小贷"})
		if err != nil {
			t.Fatal(err)
		}
		f.members[id] = m
	}
	f.server = httptest.NewUnstartedServer(New(Config{Engine: f.engine, Metrics: f.metrics}))
	f.server.Config.ErrorLog = nil
	f.server.Start()
	t.Cleanup(f.server.Close)
	return f
}

// call is a request in the making.
type call struct {
	method, target string
	body           string
	contentType    string
	key            simulator.Key
	alg            string
	claims         map[string]any // overrides of the protected header; nil value: left out
	header         string         // "": signed; "-": none; else as it is
}

// nextJTI makes jtis.
var nextJTI atomic.Int64

// at makes a signed call to a channel.
func (f *field) at(channel, method, path, body string) call {
	m := f.members[channel]
	return call{
		method: method, target: "/w/" + f.world + "/channels/" + channel + path, body: body, contentType: "application/json",
		key: m.Keys.Request, alg: m.Keys.Alg,
		claims: map[string]any{"aud": channel, "kid": m.Keys.Request.KID, "alg": m.Keys.Alg},
	}
}

// signature signs the call with the standard library only.
func (c *call) signature() string {
	claims := map[string]any{
		"b64": false, "crit": []string{"b64"}, "iat": start.Unix(), "jti": "t-" + strconv.FormatInt(nextJTI.Add(1), 10),
		"method": c.method, "target": c.target,
	}
	for name, value := range c.claims {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	text, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	protected := base64.RawURLEncoding.EncodeToString(text)
	return protected + ".." + base64.RawURLEncoding.EncodeToString(rawSignature(c.alg, c.key, protected, c.body))
}

// rawSignature signs one input.
func rawSignature(alg string, key simulator.Key, protected, body string) []byte {
	if alg == algEdDSA {
		return ed25519.Sign(ed25519.PrivateKey(key.Private), []byte(protected+"."+body))
	}
	mac := hmac.New(sha256.New, key.Private)
	mac.Write([]byte(protected + "." + body))
	return mac.Sum(nil)
}

// answer is what came back.
type answer struct {
	status    int
	body      string
	header    http.Header
	protected map[string]any // of its signature, nil when there is none
	json      map[string]any
}

// send sends the call and checks the answer's signature where there is one.
func (f *field) send(c call) answer {
	f.t.Helper()
	got, err := f.try(c)
	if err != nil {
		f.t.Fatalf("%s %s: %v", c.method, c.target, err)
	}
	return got
}

// try sends the call.
func (f *field) try(c call) (answer, error) {
	f.t.Helper()
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	request, err := http.NewRequest(c.method, f.server.URL+c.target, body)
	if err != nil {
		f.t.Fatal(err)
	}
	if c.body != "" {
		request.Header.Set("Content-Type", c.contentType)
	}
	switch c.header {
	case "":
		request.Header.Set(signatureHeader, c.signature())
	case "-":
	default:
		request.Header.Set(signatureHeader, c.header)
	}
	response, err := f.server.Client().Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	got := answer{status: response.StatusCode, body: string(text), header: response.Header}
	_ = json.Unmarshal(text, &got.json)
	if line := response.Header.Get(signatureHeader); line != "" {
		got.protected = f.checkAnswer(c, line, string(text))
	}
	return got, nil
}

// checkAnswer verifies the signature of an answer with the channel's reply key.
func (f *field) checkAnswer(c call, line, body string) map[string]any {
	f.t.Helper()
	channel := strings.Split(strings.TrimPrefix(c.target, "/w/"+f.world), "/")[2]
	key := f.members[channel].Keys
	protected, signature, _ := strings.Cut(line, "..")
	raw, _ := base64.RawURLEncoding.DecodeString(signature)
	good := bytes.Equal(raw, rawSignature(key.Alg, key.Reply, protected, body))
	if key.Alg == algEdDSA {
		good = ed25519.Verify(ed25519.PublicKey(key.Reply.Public), []byte(protected+"."+body), raw)
	}
	if !good {
		f.t.Errorf("%s %s: the answer's signature does not verify", c.method, c.target)
	}
	text, _ := base64.RawURLEncoding.DecodeString(protected)
	var claims map[string]any
	if err := json.Unmarshal(text, &claims); err != nil {
		f.t.Fatal(err)
	}
	return claims
}

// elements is the payer's elements as JSON.
func elements() string {
	return fmt.Sprintf(`{"name":%q,"id_type":"resident_id","id_number":%q,"card_number":%q,"mobile":%q}`, payerName, payerID, payerCard, payerMobile)
}

// instantText writes an instant of the test world.
func instantText(after time.Duration) string { return start.Add(after).Format(time.RFC3339) }

// number makes a number of ours.
func number(prefix string) string {
	return prefix + "_" + strconv.FormatInt(nextJTI.Add(1), 10) + "0000"
}

// code reads the newest code on the payer's handset.
func (f *field) code() string {
	f.t.Helper()
	messages, err := f.engine.Messages(f.world, simulator.MessageFilter{Mobile: payerMobile, WithCode: true})
	if err != nil || len(messages) == 0 {
		f.t.Fatalf("no code on the handset: %v", err)
	}
	return messages[len(messages)-1].Code
}

// sign makes an agreement at a channel.
func (f *field) sign(channel string) string {
	f.t.Helper()
	m, no := f.members[channel].MemberNo, number("sgn")
	applied := f.send(f.at(channel, "POST", "/v1/signings", fmt.Sprintf(`{"member_no":%q,"sign_no":%q,"payer_ref":"payer-1","elements":%s}`, m, no, elements())))
	if applied.json["status"] != "code_sent" {
		f.t.Fatalf("signing: %d %s", applied.status, applied.body)
	}
	confirmed := f.send(f.at(channel, "POST", "/v1/signings/"+no+"/confirm", fmt.Sprintf(`{"member_no":%q,"code":%q}`, m, f.code())))
	agreement, _ := confirmed.json["agreement"].(map[string]any)
	agreementNo, _ := agreement["agreement_no"].(string)
	if agreementNo == "" {
		f.t.Fatalf("confirm: %d %s", confirmed.status, confirmed.body)
	}
	return agreementNo
}

// charge is the body of a charge by agreement.
func (f *field) charge(channel, orderNo, agreementNo string) string {
	return fmt.Sprintf(`{"member_no":%q,"order_no":%q,"order_time":%q,"payer_ref":"payer-1","amount":1234,"currency":"CNY","agreement_no":%q,"expires_at":%q}`,
		f.members[channel].MemberNo, orderNo, instantText(0), agreementNo, instantText(time.Minute))
}

// lastRow is the newest journal row.
func (f *field) lastRow() simulator.JournalRow {
	f.t.Helper()
	var row simulator.JournalRow
	_ = f.engine.Read(f.world, func(w *simulator.World) {
		rows := w.Journal(0, 0)
		row = rows[len(rows)-1]
	})
	return row
}

// ledger counts the movements of money.
func (f *field) ledger() int {
	n := 0
	_ = f.engine.Read(f.world, func(w *simulator.World) { n = len(w.Ledger()) })
	return n
}
