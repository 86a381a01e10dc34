package httpapi

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"countersign/simulator"
)

func TestAPayerSignsAndPaysOverTheWire(t *testing.T) {
	t.Parallel()
	for _, channel := range []string{"bridge-pay", "lotus-pay"} {
		t.Run(channel, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			agreementNo, orderNo := f.sign(channel), number("ord")
			paid := f.send(f.at(channel, "POST", "/v1/charges", f.charge(channel, orderNo, agreementNo)))
			if paid.status != http.StatusOK || paid.json["status"] != "succeeded" || paid.json["amount"] != 1234.0 {
				t.Fatalf("charge: %d %s", paid.status, paid.body)
			}
			if paid.protected["aud"] != f.members[channel].MemberNo || paid.protected["status"] != 200.0 || paid.protected["req_jti"] == "" {
				t.Errorf("answer header: %v", paid.protected)
			}
			if paid.header.Get("Countersign-Simulated") != "true" {
				t.Error("the answer does not say that it is simulated")
			}
			query := "?member_no=" + f.members[channel].MemberNo + "&order_time=" + url.QueryEscape(instantText(0))
			asked := f.send(f.at(channel, "GET", "/v1/charges/"+orderNo+query, ""))
			if asked.json["status"] != "succeeded" {
				t.Errorf("query: %d %s", asked.status, asked.body)
			}
			row := f.lastRow()
			if row.Operation != simulator.OpChargeQuery || row.Signature != verdictValid || row.AnswerStatus() != 200 || len(row.AnswerBody()) == 0 {
				t.Errorf("journal row: %+v", row)
			}
		})
	}
}

func TestEveryOperationAnswersOverTheWire(t *testing.T) {
	t.Parallel()
	f := newField(t)
	m := f.members["bridge-pay"].MemberNo
	agreementNo, orderNo, refundNo, signNo := f.sign("bridge-pay"), number("ord"), number("rfd"), number("sgn")
	when := fmt.Sprintf(`"member_no":%q,"order_time":%q`, m, instantText(0))
	byTime := "?member_no=" + m + "&order_time=" + url.QueryEscape(instantText(0))
	rawNo := f.members["raw-pay"].MemberNo
	codeAgreement, codeMember, codeOrder := f.sign("code-pay"), f.members["code-pay"].MemberNo, number("ord")
	codeWhen := fmt.Sprintf(`"member_no":%q,"order_time":%q`, codeMember, instantText(0))
	for _, row := range []struct{ channel, method, path, body, want string }{
		{"bridge-pay", "POST", "/v1/element-checks", fmt.Sprintf(`{"member_no":%q,"check_no":"chk_0001","elements":%s}`, m, elements()), `"result":"passed"`},
		{"bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", orderNo, agreementNo), `"status":"succeeded"`},
		{"bridge-pay", "GET", "/v1/charges/" + orderNo + byTime, "", `"debited_at":`},
		{"bridge-pay", "POST", "/v1/charges/" + orderNo + "/close", "{" + when + "}", `"status":"succeeded"`},
		{"bridge-pay", "POST", "/v1/charges/ord_never/close", "{" + when + "}", `"status":"closed"`},
		{"bridge-pay", "POST", "/v1/refunds", fmt.Sprintf(`{%s,"refund_no":%q,"order_no":%q,"amount":234,"currency":"CNY"}`, when, refundNo, orderNo), `"status":"succeeded"`},
		{"bridge-pay", "GET", "/v1/refunds/" + refundNo + "?member_no=" + m, "", `"refunded_at":`},
		{"bridge-pay", "GET", "/v1/limits?member_no=" + m, "", `"single":1000000`},
		{"bridge-pay", "GET", "/v1/profile?member_no=" + m, "", `"kind":"agreement_bank"`},
		{"bridge-pay", "POST", "/v1/agreements/query", fmt.Sprintf(`{"member_no":%q,"agreement_no":%q}`, m, agreementNo), `"status":"active"`},
		{"bridge-pay", "POST", "/v1/agreements/" + agreementNo + "/terminate", fmt.Sprintf(`{"member_no":%q}`, m), `"status":"terminated"`},
		{"bridge-pay", "POST", "/v1/signings", fmt.Sprintf(`{"member_no":%q,"sign_no":%q,"payer_ref":"payer-2","elements":%s}`, m, signNo, elements()), `"about":"signing"`},
		{"bridge-pay", "GET", "/v1/signings/" + signNo + "?member_no=" + m, "", `"status":"code_sent"`},
		{"bridge-pay", "POST", "/v1/signings/" + signNo + "/confirm", fmt.Sprintf(`{"member_no":%q,"code":"0000"}`, m), `"reason":"wrong_code"`},
		{"bridge-pay", "POST", "/v1/signings/" + signNo + "/resend", fmt.Sprintf(`{"member_no":%q}`, m), `"code":"too_frequent"`},
		{"bridge-pay", "POST", "/v1/bindings", fmt.Sprintf(`{"member_no":%q,"sign_no":%q,"payer_ref":"payer-3","elements":%s,"evidence":{"kind":"legacy","reference":"old_0001","signed_on":"2016-05-04"}}`, m, number("sgn"), elements()), `"status":"signed"`},
		{"raw-pay", "POST", "/v1/charges", fmt.Sprintf(`{"member_no":%q,"order_no":%q,"order_time":%q,"payer_ref":"payer-1","amount":100,"currency":"CNY","elements":%s,"expires_at":%q}`, rawNo, number("ord"), instantText(0), elements(), instantText(time.Minute)), `"status":"succeeded"`},
		{"code-pay", "POST", "/v1/charges", f.charge("code-pay", codeOrder, codeAgreement), `"about":"payment"`},
		{"code-pay", "POST", "/v1/charges/" + codeOrder + "/resend", "{" + codeWhen + "}", `"code":"too_frequent"`},
		{"code-pay", "POST", "/v1/charges/" + codeOrder + "/confirm", "{" + codeWhen + `,"code":"CODE"}`, `"status":"succeeded"`},
	} {
		body, asks := row.body, strings.Contains(row.body, "CODE")
		if asks {
			body = strings.Replace(body, "CODE", f.code(), 1)
		}
		got := f.send(f.at(row.channel, row.method, row.path, body))
		if !strings.Contains(got.body, row.want) {
			t.Errorf("%s %s: %d %s", row.method, row.path, got.status, got.body)
		}
		if got.protected == nil {
			t.Errorf("%s %s: the answer is not signed", row.method, row.path)
		}
	}
}

func TestAnIDOtherThanTheResidentCardIsDeclinedAndAWrongElementIsNeverNamed(t *testing.T) {
	t.Parallel()
	f := newField(t)
	m := f.members["bridge-pay"].MemberNo
	for name, row := range map[string]struct{ old, with, reason string }{
		"passport":           {`"resident_id","id_number":"` + payerID, `"passport","id_number":"TESTE12345678`, "id_type_unsupported"},
		"passport by number": {`"resident_id"`, `"passport"`, "id_type_unsupported"},
		"other name":         {payerName, "林悦", "elements_mismatch"},
		"odd name":           {payerName, `a\u0007b`, "elements_mismatch"},
		"other ID":           {payerID, "990000199309250244", "elements_mismatch"},
		"no real ID":         {payerID, "990000198804120136", "elements_mismatch"},
		"other mobile":       {payerMobile, "13900000002", "elements_mismatch"},
		"other card":         {payerCard, "6222020000000009999", "elements_mismatch"},
	} {
		body := fmt.Sprintf(`{"member_no":%q,"check_no":%q,"elements":%s}`, m, number("chk"), strings.Replace(elements(), row.old, row.with, 1))
		if got := f.send(f.at("bridge-pay", "POST", "/v1/element-checks", body)); got.json["result"] != "declined" || got.json["reason"] != row.reason {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

func TestANumberOfADocumentThatCouldBeSomebodysIsRefused(t *testing.T) {
	t.Parallel()
	f := newField(t)
	m := f.members["bridge-pay"].MemberNo
	body := fmt.Sprintf(`{"member_no":%q,"check_no":%q,"elements":%s}`, m, number("chk"),
		strings.Replace(elements(), `"resident_id","id_number":"`+payerID, `"passport","id_number":"E12345678`, 1))
	got := f.send(f.at("bridge-pay", "POST", "/v1/element-checks", body))
	if got.status != 400 || !strings.Contains(got.body, "id_number") || strings.Contains(got.body, "E12345678") {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestAMemberIsFoundWithoutTheWorldInThePath(t *testing.T) {
	t.Parallel()
	f := newField(t)
	c := f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", number("ord"), f.sign("bridge-pay")))
	c.target = "/channels/bridge-pay/v1/charges"
	got, err := f.try(c)
	if err != nil || got.json["status"] != "succeeded" {
		t.Fatalf("charge: %v %d %s", err, got.status, got.body)
	}
}

func TestEverySignatureThatDoesNotHoldIsRefusedAndDoesNothing(t *testing.T) {
	t.Parallel()
	f := newField(t)
	agreementNo := f.sign("bridge-pay")
	other, lotus := f.members["raw-pay"], f.members["lotus-pay"]
	for name, row := range map[string]struct {
		change func(*call)
		wrong  string
	}{
		"unsigned":                    {func(c *call) { c.header = "-" }, "signature"},
		"empty signature":             {func(c *call) { c.header = "a..b" }, "signature"},
		"too long":                    {func(c *call) { c.header = strings.Repeat("a", 5000) + "..b" }, "signature"},
		"alg none":                    {func(c *call) { c.claims["alg"] = "none" }, "alg"},
		"alg of another channel":      {func(c *call) { c.claims["alg"] = "EdDSA" }, "alg"},
		"HMAC with the reply key":     {func(c *call) { c.key = f.members["bridge-pay"].Keys.Reply }, "signature"},
		"kid of the other direction":  {func(c *call) { c.claims["kid"] = f.members["bridge-pay"].Keys.Reply.KID }, "kid"},
		"another member's key":        {func(c *call) { c.key = other.Keys.Request }, "signature"},
		"another member's kid":        {func(c *call) { c.claims["kid"] = other.Keys.Request.KID }, "kid"},
		"HMAC with a public key":      {func(c *call) { c.key = simulator.Key{Private: lotus.Keys.Request.Public} }, "signature"},
		"aud of another channel":      {func(c *call) { c.claims["aud"] = "lotus-pay" }, "aud"},
		"aud of an answer":            {func(c *call) { c.claims["aud"] = f.members["bridge-pay"].MemberNo }, "aud"},
		"another method":              {func(c *call) { c.claims["method"] = "GET" }, "method"},
		"another target":              {func(c *call) { c.claims["target"] = c.target + "?a=b" }, "target"},
		"target without the world":    {func(c *call) { c.claims["target"] = "/channels/bridge-pay/v1/charges" }, "target"},
		"five minutes and one behind": {func(c *call) { c.claims["iat"] = start.Unix() - 301 }, "iat"},
		"five minutes and one ahead":  {func(c *call) { c.claims["iat"] = start.Unix() + 301 }, "iat"},
		"no iat":                      {func(c *call) { c.claims["iat"] = nil }, "iat"},
		"iat beyond all time":         {func(c *call) { c.claims["iat"] = int64(1) << 60 }, "iat"},
		"no jti":                      {func(c *call) { c.claims["jti"] = nil }, "jti"},
		"empty jti":                   {func(c *call) { c.claims["jti"] = "" }, "jti"},
		"jti with a line break":       {func(c *call) { c.claims["jti"] = "a\r\nb" }, "jti"},
		"b64 true":                    {func(c *call) { c.claims["b64"] = true }, "b64"},
		"no crit":                     {func(c *call) { c.claims["crit"] = nil }, "crit"},
		"crit with an unknown":        {func(c *call) { c.claims["crit"] = []string{"b64", "exp"} }, "crit"},
		"an unknown member":           {func(c *call) { c.claims["jku"] = "https://example.org/keys" }, "jku"},
		"typ, as libraries add it":    {func(c *call) { c.claims["typ"] = "JOSE" }, "typ"},
		"an unknown name not to show": {func(c *call) { c.claims["6222020000000000011"] = "x" }, "signature"},
		"other body":                  {func(c *call) { c.header = c.signature(); c.body = strings.Replace(c.body, "1234", "1235", 1) }, "signature"},
	} {
		before := f.ledger()
		c := f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", number("ord"), agreementNo))
		row.change(&c)
		got := f.send(c)
		finding, _ := got.json["signature"].(map[string]any)
		if got.status != http.StatusUnauthorized || got.json["code"] != "signature_invalid" || finding["wrong"] != row.wrong {
			t.Errorf("%s: %d %s", name, got.status, got.body)
			continue
		}
		if got.protected != nil {
			t.Errorf("%s: the answer is signed", name)
		}
		if finding["body_length"] != float64(len(c.body)) || len(fmt.Sprint(finding["body_sha256"])) != 64 {
			t.Errorf("%s: finding %v", name, finding)
		}
		if journal := f.lastRow(); journal.Operation != simulator.OpCharge || journal.Ref == "" || journal.Signature != row.wrong || journal.AnswerStatus() != 401 {
			t.Errorf("%s: journal row %+v", name, journal)
		}
		if f.ledger() != before {
			t.Errorf("%s: money moved", name)
		}
	}
}

func TestNoKeyOpensAnotherDoor(t *testing.T) {
	t.Parallel()
	f := newField(t)
	for to := range f.members {
		for from, m := range f.members {
			for _, key := range []simulator.Key{m.Keys.Request, m.Keys.Reply} {
				for _, alg := range []string{algHS256, algEdDSA} {
					if alg == algEdDSA && len(key.Private) != 64 {
						continue
					}
					good := from == to && key.KID == m.Keys.Request.KID && alg == m.Keys.Alg
					c := f.at(to, "GET", "/v1/limits?member_no="+f.members[to].MemberNo, "")
					c.key, c.alg, c.claims["alg"], c.claims["kid"] = key, alg, alg, key.KID
					if got := f.send(c); (got.status == http.StatusOK) != good {
						t.Errorf("key %s with %s at %s: %d", key.KID, alg, to, got.status)
					}
				}
			}
		}
	}
}

func TestAMessageIsTakenOnce(t *testing.T) {
	t.Parallel()
	f := newField(t)
	c := f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", number("ord"), f.sign("bridge-pay")))
	c.header = c.signature()
	first, second := f.send(c), f.send(c)
	if first.status != http.StatusOK || second.status != http.StatusUnauthorized || second.json["code"] != "replayed" {
		t.Fatalf("first %d, second %d %s", first.status, second.status, second.body)
	}
	if finding, _ := second.json["signature"].(map[string]any); finding["wrong"] != "jti" {
		t.Errorf("finding: %s", second.body)
	}
	if second.protected == nil {
		t.Error("the signature of the request holds, so the answer is to be signed")
	}
	if f.ledger() != 1 {
		t.Errorf("%d movements on the ledger", f.ledger())
	}
	again := f.at("bridge-pay", "POST", "/v1/charges", c.body)
	if got := f.send(again); got.json["status"] != "succeeded" || f.ledger() != 1 {
		t.Errorf("the same order with a fresh jti: %s, %d movements", got.body, f.ledger())
	}
	other := f.at("bridge-pay", "POST", "/v1/charges", strings.Replace(c.body, `"amount":1234`, `"amount":1235`, 1))
	if got := f.send(other); got.status != http.StatusConflict || got.json["code"] != "number_reused" || f.ledger() != 1 {
		t.Errorf("the same number with other content: %d %s", got.status, got.body)
	}
}

func TestTheWindowFollowsTheClockOfTheWorld(t *testing.T) {
	t.Parallel()
	f := newField(t)
	if _, err := f.engine.SetClock(t.Context(), f.world, start.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	c := f.at("bridge-pay", "GET", "/v1/limits?member_no="+f.members["bridge-pay"].MemberNo, "")
	if got := f.send(c); got.status != http.StatusUnauthorized {
		t.Errorf("an hour old: %d", got.status)
	}
	c.claims["iat"] = start.Add(time.Hour).Unix()
	if got := f.send(c); got.status != http.StatusOK || got.protected["iat"] != float64(start.Add(time.Hour).Unix()) {
		t.Errorf("of now: %d %v", got.status, got.protected)
	}
}
