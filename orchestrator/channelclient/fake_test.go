package channelclient

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"

	"countersign/internal/cardholder"
	"countersign/internal/clock"
	"countersign/internal/ids"
	"countersign/orchestrator"
)

// Canaries: an invented person's elements and a code. They may go out in a request and come back in no reply.
const (
	canaryName   = "周明"
	canaryID     = "990000198804120135"
	canaryCard   = "6222020000000001016"
	canaryMobile = "13800000001"
	canaryCode   = "048213"
)

// noon is where the merchants' clocks stand in these tests.
var noon = time.Date(2018, 6, 6, 4, 0, 0, 0, time.UTC)

// text64 is how keys are configured.
func text64(key []byte) orchestrator.Secret {
	return orchestrator.NewSecret(base64.RawURLEncoding.EncodeToString(key))
}

// hmacKey is a key of 32 equal bytes.
func hmacKey(b byte) []byte { return []byte(strings.Repeat(string(rune(b)), 32)) }

// hmacAccess is a channel by HS256 at a base URL.
func hmacAccess(baseURL string) orchestrator.Access {
	return orchestrator.Access{
		Config: orchestrator.ChannelConfig{
			MerchantID: "mer_1", ChannelID: "bridge-pay", BaseURL: baseURL, MemberNo: "M100000001",
			Profile: orchestrator.ChannelProfile{FinalCodes: []string{"maintenance", "request_expired"}},
		},
		Keys: orchestrator.ChannelKeys{
			Alg: "HS256", RequestKID: "req-1", RequestKey: text64(hmacKey('q')), ReplyKID: "rep-1", ReplyKey: text64(hmacKey('r')),
		},
		Clock: clock.NewVirtual(noon),
	}
}

// edwardsSeed is the channel's seed in tests by EdDSA.
var edwardsSeed = []byte("seed of the channel, 32 bytes...")

// edwardsAccess is the same channel by EdDSA.
func edwardsAccess(baseURL string) orchestrator.Access {
	access := hmacAccess(baseURL)
	public, _ := ed25519.NewKeyFromSeed(edwardsSeed).Public().(ed25519.PublicKey)
	access.Keys.Alg, access.Keys.RequestKey, access.Keys.ReplyKey = "EdDSA", text64([]byte("seed of the merchant, 32 bytes..")), text64(public)
	return access
}

// elements are the canaries' person.
func elements(t testing.TB) *cardholder.FourElements {
	t.Helper()
	name, err1 := cardholder.NewName(canaryName)
	id, err2 := cardholder.NewIDNumber(canaryID)
	card, err3 := cardholder.NewCardNumber(canaryCard)
	mobile, err4 := cardholder.NewMobile(canaryMobile)
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return &cardholder.FourElements{Name: name, IDType: cardholder.ResidentID, IDNumber: id, CardNumber: card, Mobile: mobile}
}

// chargeCall is a debit by elements.
func chargeCall(t testing.TB) orchestrator.Call {
	t.Helper()
	return orchestrator.Call{
		Operation: orchestrator.OpCharge, Number: "ord_0001", OrderTime: noon, Amount: 1999, PayerRef: "payer-1",
		Elements: elements(t), CheckNo: "chk_0001", ExpiresAt: noon.Add(time.Minute), NotifyURL: "http://127.0.0.1:7200/notify/mer_1/bridge-pay",
		Summary: "Instalment 1",
	}
}

// goodCharge is the body that answers chargeCall with success.
const goodCharge = `{"order_no":"ord_0001","order_time":"2018-06-06T04:00:00Z","status":"succeeded","amount":1999,"currency":"CNY","channel_ref":"ref-1"}`

// protectedMembers is a protected header as a channel writes it.
type protectedMembers map[string]any

// answerMembers is the protected header of an answer to a request.
func answerMembers(access orchestrator.Access, requestJTI string, status int) protectedMembers {
	return protectedMembers{
		"alg": access.Keys.Alg, "kid": access.Keys.ReplyKID, "b64": false, "crit": []string{"b64"}, "iat": noon.Unix(),
		"jti": "jti_of_the_answer", "aud": access.Config.MemberNo, "status": status, "req_jti": requestJTI,
	}
}

// with is a copy with one member changed; nil takes it out.
func (m protectedMembers) with(name string, value any) protectedMembers {
	changed := maps.Clone(m)
	changed[name] = value
	if value == nil {
		delete(changed, name)
	}
	return changed
}

// sign makes the header value with the standard library alone, apart from the code under test.
func (m protectedMembers) sign(access orchestrator.Access, key []byte, body string) string {
	header, _ := json.Marshal(m)
	encoded := base64.RawURLEncoding.EncodeToString(header)
	input := []byte(encoded + "." + body)
	var signature []byte
	if access.Keys.Alg == "EdDSA" {
		signature = ed25519.Sign(ed25519.NewKeyFromSeed(key), input)
	} else {
		mac := hmac.New(sha256.New, key)
		mac.Write(input)
		signature = mac.Sum(nil)
	}
	return encoded + ".." + base64.RawURLEncoding.EncodeToString(signature)
}

// replySigningKey is what the channel signs with.
func replySigningKey(access orchestrator.Access) []byte {
	if access.Keys.Alg == "EdDSA" {
		return edwardsSeed
	}
	return hmacKey('r')
}

// requestJTI reads the jti out of a request's signature.
func requestJTI(header http.Header) string {
	got, err := decodeProtected(header.Get(SignatureHeader))
	if err != nil {
		return ""
	}
	return got.JTI
}

// signedAnswer is an answer that is right in every way.
func signedAnswer(access orchestrator.Access, request http.Header, status int, contentType, body string) *http.Response {
	signature := answerMembers(access, requestJTI(request), status).sign(access, replySigningKey(access), body)
	return plainAnswer(status, http.Header{SignatureHeader: {signature}, "Content-Type": {contentType}}, body)
}

// plainAnswer is any answer.
func plainAnswer(status int, header http.Header, body string) *http.Response {
	resp := httpmock.NewStringResponse(status, body)
	resp.Header, resp.ContentLength = header, int64(len(body))
	return resp
}

// over is a client over a transport, with the identifiers of a sequence.
func over(t testing.TB, transport *Transport) *Client {
	t.Helper()
	client := New(transport, ids.NewSequence(7))
	t.Cleanup(client.Close)
	return client
}

// do makes one call within a second of running time.
func do(t testing.TB, client *Client, access orchestrator.Access, call orchestrator.Call) orchestrator.Reply {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	reply := client.Do(ctx, access, call)
	checkTotal(t, reply)
	return reply
}

// checkTotal holds that a reply is exactly one kind of proof with what belongs to it.
func checkTotal(t testing.TB, reply orchestrator.Reply) {
	t.Helper()
	reports := 0
	for _, set := range []bool{reply.Charge != nil, reply.Signing != nil, reply.Agreement != nil, reply.Check != nil} {
		if set {
			reports++
		}
	}
	ok := false
	switch reply.Proof {
	case orchestrator.ProofStatus:
		ok = reports == 1 && reply.Code == "" && reply.Detail == ""
	case orchestrator.ProofProblem:
		ok = reports == 0 && reply.Code != "" && reply.Detail == ""
	case orchestrator.ProofNone:
		ok = reports == 0 && reply.Detail != ""
	case orchestrator.ProofNotWritten:
		ok = reports == 0 && reply.Detail != "" && reply.Code == "" && reply.Wire.Status == 0
	}
	if !ok {
		t.Errorf("reply is not exactly one class: %+v", reply)
	}
}
