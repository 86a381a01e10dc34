package channelclient

import (
	"net/http"
	"testing"

	"countersign/internal/clock"
	"countersign/orchestrator"
)

// callsOfEveryShape are calls whose answers have different reports.
func callsOfEveryShape(t testing.TB) []orchestrator.Call {
	t.Helper()
	return []orchestrator.Call{
		chargeCall(t), queryCall(),
		{Operation: orchestrator.OpSigningQuery, Number: "sgn_0001", PayerRef: "payer-1"},
		{Operation: orchestrator.OpAgreementQuery, Number: "agr_0001"},
		{Operation: orchestrator.OpElementCheck, Number: "chk_0001"},
	}
}

// FuzzAnyBytesAreExactlyOneClass gives any bytes under any header to the verdict. With a signature of the fuzzer's
// making there is never proof; the same bytes signed by the channel may prove something, and then name our number.
func FuzzAnyBytesAreExactlyOneClass(f *testing.F) {
	access := hmacAccess("http://channel.test")
	for _, body := range []string{goodCharge, codeSent, signedNow, goodAgreement, `{"check_no":"chk_0001","result":"passed"}`, problem("maintenance", "422"), "", "null", "[[[["} {
		for _, status := range []int{200, 202, 404, 422, 429, 503} {
			good := answerMembers(access, "jti_1", status).sign(access, replySigningKey(access), body)
			f.Add([]byte(body), status, plainJSON, good)
			f.Add([]byte(body), status, problemJSON, "..")
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, status int, contentType, signature string) {
		for _, call := range callsOfEveryShape(t) {
			x := exchange{access: access, call: call, jti: "jti_1"}
			header := http.Header{"Content-Type": {contentType}, SignatureHeader: {signature}}
			reply := x.classify(answer{status: status, header: header, body: body})
			checkTotal(t, reply)
			proven := reply.Proof == orchestrator.ProofStatus || reply.Proof == orchestrator.ProofProblem
			if proven && answerMembers(access, "jti_1", status).sign(access, replySigningKey(access), string(body)) != signature {
				t.Fatalf("proof %s without the channel's signature", reply.Proof)
			}
			header.Set(SignatureHeader, answerMembers(access, "jti_1", status).sign(access, replySigningKey(access), string(body)))
			reply = x.classify(answer{status: status, header: header, body: body})
			checkTotal(t, reply)
			namesUs(t, call, reply)
		}
	})
}

// namesUs holds that evidence is about the call.
func namesUs(t *testing.T, call orchestrator.Call, reply orchestrator.Reply) {
	t.Helper()
	if c := reply.Charge; c != nil && (c.OrderNo != call.Number || !c.OrderTime.Equal(call.OrderTime) ||
		(c.Status == orchestrator.ChargeSucceeded && call.Amount != 0 && c.Amount != call.Amount)) {
		t.Fatalf("evidence about another order: %+v", c)
	}
	if s := reply.Signing; s != nil && s.SignNo != call.Number {
		t.Fatalf("evidence about another signing: %+v", s)
	}
	if a := reply.Agreement; a != nil && a.AgreementNo != call.Number {
		t.Fatalf("evidence about another agreement: %+v", a)
	}
}

// FuzzNotifications gives any bytes to the door of notifications.
func FuzzNotifications(f *testing.F) {
	access := hmacAccess("")
	access.Clock = clock.NewVirtual(noon)
	f.Add([]byte(succeeded), "..")
	f.Add([]byte(`{}`), "a..b")
	f.Fuzz(func(t *testing.T, body []byte, signature string) {
		client := New(Over(nil), nil)
		if _, err := client.VerifyNotification(access, http.MethodPost, "/n", http.Header{SignatureHeader: {signature}}, body); err == nil {
			t.Fatal("a notification without the channel's key was taken")
		}
		n, err := noticeOf(access, "jti_1", string(body)).verified(client, access)
		if err == nil && (n.MemberNo != access.Config.MemberNo || n.EventID == "") {
			t.Fatalf("taken: %+v", n)
		}
	})
}
