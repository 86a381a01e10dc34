package httpapi

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"countersign/simulator"
)

// rawAnswer is an answer as it came, nothing of it verified.
type rawAnswer struct {
	status    int
	body      []byte
	header    http.Header
	signature string
}

// raw sends the call and looks at nothing.
func (f *field) raw(c call) rawAnswer {
	f.t.Helper()
	request, err := http.NewRequestWithContext(f.t.(interface{ Context() context.Context }).Context(), c.method, f.server.URL+c.target, strings.NewReader(c.body))
	if err != nil {
		f.t.Fatal(err)
	}
	if c.body == "" {
		request.Body, request.ContentLength = nil, 0
	} else {
		request.Header.Set("Content-Type", c.contentType)
	}
	request.Header.Set(signatureHeader, c.signature())
	client := &http.Client{Transport: f.server.Client().Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		f.t.Fatalf("%s %s: %v", c.method, c.target, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return rawAnswer{status: response.StatusCode, body: body, header: response.Header, signature: response.Header.Get(signatureHeader)}
}

// verifies reports whether the signature holds under the reply key of the member.
func (f *field) verifies(channel string, got rawAnswer) bool {
	protected, signature, _ := strings.Cut(got.signature, "..")
	mac, _ := base64.RawURLEncoding.DecodeString(signature)
	key := f.members[channel].Keys
	pair := (&keyRing{}).of(&simulator.Member{MemberNo: "M1", Keys: key})
	check := &signKey{alg: key.Alg, kid: key.Reply.KID, mac: pair.reply.mac, public: []byte(key.Reply.Public)}
	return got.signature != "" && check.good([]byte(protected), got.body, mac)
}

// protectedOf is the protected header of a signature.
func protectedOf(line string) map[string]any {
	protected, _, _ := strings.Cut(line, "..")
	text, _ := base64.RawURLEncoding.DecodeString(protected)
	var members map[string]any
	_ = json.Unmarshal(text, &members)
	return members
}

// code is the code of a problem.
func (a rawAnswer) code() any {
	var members map[string]any
	_ = json.Unmarshal(a.body, &members)
	return members["code"]
}

// queryOf is the query of a charge.
func (f *field) queryOf(channel, orderNo string) call {
	return f.at(channel, "GET", "/v1/charges/"+orderNo+"?member_no="+f.members[channel].MemberNo+"&order_time="+url.QueryEscape(instantText(0)), "")
}

func TestMessagesInThePlaceOfTheTruthAtBothPoints(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule   simulator.FaultRule
		status int
		code   any
		signed bool
	}{
		{simulator.FaultRule{Fault: "gateway_error"}, 502, nil, false},
		{simulator.FaultRule{Fault: "gateway_error", Status: 503}, 503, nil, false},
		{simulator.FaultRule{Fault: "redirect"}, 307, nil, false},
		{simulator.FaultRule{Fault: "system_busy"}, 503, "system_busy", true},
		{simulator.FaultRule{Fault: "unknown_code"}, 400, "biz_9999", true},
		{simulator.FaultRule{Fault: "duplicate_order"}, 409, "number_reused", true},
		{simulator.FaultRule{Fault: "rate_limit", DelayMS: 1500}, 429, "too_frequent", true},
	} {
		for _, point := range []simulator.Point{simulator.PointReceived, simulator.PointCommitted} {
			if row.rule.Fault == "rate_limit" && point == simulator.PointCommitted {
				continue
			}
			t.Run(row.rule.Fault+" "+string(point), func(t *testing.T) {
				t.Parallel()
				f := newField(t)
				agreementNo, orderNo := f.sign("bridge-pay"), number("ord")
				rule := row.rule
				rule.Operation, rule.Point, rule.Times = simulator.OpCharge, point, 1
				id := f.fault(rule)
				got := f.raw(f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", orderNo, agreementNo)))
				if got.status != row.status || got.code() != row.code || f.verifies("bridge-pay", got) != row.signed || (got.signature != "") != row.signed {
					t.Errorf("%d %s, signature %q", got.status, got.body, got.signature)
				}
				done := point == simulator.PointCommitted
				if (f.ledger() == 1) != done {
					t.Errorf("%d movements", f.ledger())
				}
				rowOf := f.lastRow()
				_ = f.engine.Read(f.world, func(w *simulator.World) {
					for _, r := range w.Journal(0, 0) {
						if r.Operation == simulator.OpCharge && r.Ref == orderNo && r.From == "platform" {
							rowOf = r
						}
					}
				})
				if rowOf.Committed != done || rowOf.AnswerStatus() != row.status || len(rowOf.Faults) != 1 || rowOf.Faults[0].RuleID != id || rowOf.AnswerBody() == nil {
					t.Errorf("journal: %+v answered %d", rowOf, rowOf.AnswerStatus())
				}
				if again := f.send(f.queryOf("bridge-pay", orderNo)); (again.status == 200) != done {
					t.Errorf("query: %d %s", again.status, again.body)
				}
				checkHeaders(t, rule.Fault, got)
			})
		}
	}
}

// checkHeaders looks at what a message says in its headers.
func checkHeaders(t *testing.T, name string, got rawAnswer) {
	t.Helper()
	switch name {
	case "gateway_error":
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") || !bytes.Contains(got.body, []byte("<html>")) {
			t.Errorf("%v %s", got.header, got.body)
		}
	case "redirect":
		if at := got.header.Get("Location"); !strings.HasPrefix(at, "/channels/bridge-pay/v1/charges") {
			t.Errorf("location %q", at)
		}
	case "rate_limit":
		if got.header.Get("Retry-After") != "2" {
			t.Errorf("retry after %q", got.header.Get("Retry-After"))
		}
	}
}

func TestQueriesLieAboutARealOrder(t *testing.T) {
	t.Parallel()
	f := newField(t)
	agreementNo, orderNo := f.sign("bridge-pay"), number("ord")
	f.send(f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", orderNo, agreementNo)))
	for _, row := range []struct {
		rule   simulator.FaultRule
		status int
		code   any
		said   any
	}{
		{simulator.FaultRule{Fault: "not_found"}, 404, "order_not_found", nil},
		{simulator.FaultRule{Fault: "stale_answer"}, 200, nil, "processing"},
		{simulator.FaultRule{Fault: "stale_answer", Answer: simulator.AnswerNotFound}, 404, "order_not_found", nil},
	} {
		row.rule.Operation, row.rule.PerNumber = simulator.OpChargeQuery, 1
		f.fault(row.rule)
		got := f.send(f.queryOf("bridge-pay", orderNo))
		if got.status != row.status || got.json["code"] != row.code || got.json["status"] != row.said && row.code == nil || got.json["debited_at"] != nil {
			t.Errorf("%+v: %d %s", row.rule, got.status, got.body)
		}
		if got := f.send(f.queryOf("bridge-pay", orderNo)); got.json["status"] != "succeeded" {
			t.Errorf("afterwards: %s", got.body)
		}
		if got := f.send(f.queryOf("bridge-pay", number("ord"))); got.status != 404 {
			t.Errorf("an order that is not there: %d", got.status)
		}
	}
}

func TestACrossedAnswerIsSignedAndAboutAnotherNumber(t *testing.T) {
	t.Parallel()
	f := newField(t)
	agreementNo, orderNo := f.sign("bridge-pay"), number("ord")
	f.fault(simulator.FaultRule{Fault: "crossed_answer", Operation: simulator.OpCharge, Times: 1})
	got := f.send(f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", orderNo, agreementNo)))
	if got.status != 200 || got.protected == nil || got.json["order_no"] == orderNo || got.json["amount"] == 1234.0 || got.json["status"] != "succeeded" {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := f.send(f.queryOf("bridge-pay", orderNo)); got.json["amount"] != 1234.0 || f.ledger() != 1 {
		t.Errorf("the truth: %s", got.body)
	}
}

func TestBodiesAreSpoiltUnderARightSignature(t *testing.T) {
	t.Parallel()
	f := newField(t)
	limits := func() call {
		return f.at("lotus-pay", "GET", "/v1/limits?member_no="+f.members["lotus-pay"].MemberNo, "")
	}
	plain := f.raw(limits())
	for name, right := range map[string]func(rawAnswer) bool{
		"garbled_body": func(a rawAnswer) bool { return !json.Valid(a.body) && bytes.HasPrefix(plain.body, a.body) },
		"wrong_charset": func(a rawAnswer) bool {
			return bytes.Contains(a.body, []byte("\xbd\xbb\xd2\xd7")) && strings.Contains(a.header.Get("Content-Type"), "GBK")
		},
		"extra_fields": func(a rawAnswer) bool { return json.Valid(a.body) && bytes.Contains(a.body, []byte(`"x_extension"`)) },
	} {
		id := f.fault(simulator.FaultRule{Fault: name, Operation: simulator.OpLimits})
		if got := f.raw(limits()); got.status != 200 || !right(got) || !f.verifies("lotus-pay", got) {
			t.Errorf("%s: %d %q", name, got.status, got.body)
		}
		f.control(simulator.RemoveFault{ID: id})
	}
}

// control carries a command of the control plane out.
func (f *field) control(c simulator.Command) {
	f.t.Helper()
	if out, err := f.engine.Do(context.Background(), f.world, simulator.Input{Command: c}); err != nil || out.Problem != nil {
		f.t.Fatalf("%T: %v %v", c, err, out.Problem)
	}
}

func TestMembersComeInAnotherOrderAndSayTheSame(t *testing.T) {
	t.Parallel()
	f := newField(t)
	agreementNo, orderNo := f.sign("bridge-pay"), number("ord")
	body := f.charge("bridge-pay", orderNo, agreementNo)
	plain := f.send(f.at("bridge-pay", "POST", "/v1/charges", body))
	f.fault(simulator.FaultRule{Fault: "field_order"})
	got := f.send(f.at("bridge-pay", "POST", "/v1/charges", body))
	first, second := mustJSON(t, plain.json), mustJSON(t, got.json)
	if got.body == plain.body || first != second || strings.Index(got.body, "order_no") < strings.Index(got.body, "amount") {
		t.Errorf("%s\n%s", plain.body, got.body)
	}
}

// mustJSON writes a value with its members sorted.
func mustJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAnOpenWordStandsForProcessingOnly(t *testing.T) {
	t.Parallel()
	f := newField(t)
	after := 60
	f.control(simulator.ChangeBank{Bank: "ICBC", SettleAfterSeconds: &after})
	agreementNo, orderNo := f.sign("bridge-pay"), number("ord")
	f.fault(simulator.FaultRule{Fault: "open_enum"})
	if got := f.send(f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", orderNo, agreementNo))); got.json["status"] != openWord {
		t.Errorf("%s", got.body)
	}
	if _, err := f.engine.SetClock(t.Context(), f.world, start.Add(2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	query := f.queryOf("bridge-pay", orderNo)
	query.claims["iat"] = start.Add(2 * time.Minute).Unix()
	if got := f.send(query); got.json["status"] != "succeeded" {
		t.Errorf("%s", got.body)
	}
}

func TestSignaturesOfAnswersAreSpoilt(t *testing.T) {
	t.Parallel()
	for _, channel := range []string{"bridge-pay", "lotus-pay"} {
		f := newField(t)
		for name, right := range map[string]func(map[string]any) bool{
			"signature_missing":         func(m map[string]any) bool { return m == nil },
			"signature_wrong_key":       func(m map[string]any) bool { return m["alg"] == f.members[channel].Keys.Alg },
			"signature_wrong_algorithm": func(m map[string]any) bool { return m["alg"] != f.members[channel].Keys.Alg && m["alg"] != nil },
		} {
			id := f.fault(simulator.FaultRule{Fault: name})
			got := f.raw(f.at(channel, "GET", "/v1/limits?member_no="+f.members[channel].MemberNo, ""))
			if got.status != 200 || f.verifies(channel, got) || !right(protectedOf(got.signature)) {
				t.Errorf("%s at %s: %d %q", name, channel, got.status, got.signature)
			}
			if m := protectedOf(got.signature); m != nil && m["kid"] != f.members[channel].Keys.Reply.KID {
				t.Errorf("%s: kid %v", name, m["kid"])
			}
			f.control(simulator.RemoveFault{ID: id})
		}
	}
}

func TestTheClockOfAChannelIsWrong(t *testing.T) {
	t.Parallel()
	f := newField(t)
	f.fault(simulator.FaultRule{Fault: "clock_skew", SkewMS: -400_000})
	got := f.send(f.at("bridge-pay", "GET", "/v1/limits?member_no="+f.members["bridge-pay"].MemberNo, ""))
	if got.protected["iat"] != float64(start.Add(-400*time.Second).Unix()) {
		t.Errorf("%v", got.protected)
	}
}

func TestADuplicatedRequestDebitsOnceAndAnswersTheSecondCopy(t *testing.T) {
	t.Parallel()
	f := newField(t)
	agreementNo, orderNo := f.sign("bridge-pay"), number("ord")
	f.fault(simulator.FaultRule{Fault: "duplicate_request", Operation: simulator.OpCharge, Times: 1})
	got := f.send(f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", orderNo, agreementNo)))
	if got.status != 401 || got.json["code"] != "replayed" || got.protected == nil || f.ledger() != 1 {
		t.Errorf("%d %s, %d movements", got.status, got.body, f.ledger())
	}
	var rows []simulator.JournalRow
	_ = f.engine.Read(f.world, func(w *simulator.World) {
		for _, r := range w.Journal(0, 0) {
			if r.Operation == simulator.OpCharge && r.From == "platform" {
				rows = append(rows, r)
			}
		}
	})
	if len(rows) != 2 || !rows[0].Committed || rows[0].AnswerStatus() != 0 || rows[1].Committed || rows[1].AnswerStatus() != 401 || len(rows[0].Faults) != 1 || len(rows[1].Faults) != 1 {
		t.Errorf("journal: %+v", rows)
	}
}

func TestSeveralFaultsOfOneAnswerFollowTheTable(t *testing.T) {
	t.Parallel()
	f := newField(t)
	for _, name := range []string{"system_busy", "gateway_error", "extra_fields", "signature_wrong_key"} {
		f.fault(simulator.FaultRule{Fault: name, Operation: simulator.OpLimits})
	}
	got := f.raw(f.at("bridge-pay", "GET", "/v1/limits?member_no="+f.members["bridge-pay"].MemberNo, ""))
	if got.status != 503 || got.code() != "system_busy" || !bytes.Contains(got.body, []byte("x_extension")) || got.signature == "" || f.verifies("bridge-pay", got) {
		t.Errorf("%d %s %q", got.status, got.body, got.signature)
	}
	agreementNo := f.sign("bridge-pay")
	f.fault(simulator.FaultRule{Fault: "gateway_error", Operation: simulator.OpCharge})
	f.fault(simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge})
	if got, err := f.try(f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", number("ord"), agreementNo))); err == nil {
		t.Errorf("an answer came: %d %s", got.status, got.body)
	}
}

func TestTheClockOfAChannelIsWrongInNotificationsToo(t *testing.T) {
	t.Parallel()
	f := newField(t)
	iats := make(chan any, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		iats <- protectedOf(r.Header.Get(signatureHeader))["iat"]
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(server.Close)
	f.fault(simulator.FaultRule{Fault: "clock_skew", Operation: simulator.OpNotification, SkewMS: 600_000})
	body := strings.TrimSuffix(f.charge("bridge-pay", number("ord"), f.sign("bridge-pay")), "}") + `,"notify_url":"` + server.URL + `/notify"}`
	if got := f.send(f.at("bridge-pay", "POST", "/v1/charges", body)); got.protected["iat"] != float64(start.Unix()) {
		t.Errorf("the answer is skewed: %v", got.protected)
	}
	if got := <-iats; got != float64(start.Add(10*time.Minute).Unix()) {
		t.Errorf("iat %v", got)
	}
}

func TestSwitchingARuleOffLetsGoOfWhatItHolds(t *testing.T) {
	t.Parallel()
	f := newField(t)
	id := f.fault(simulator.FaultRule{Fault: "slow", Operation: simulator.OpLimits, DelayMS: 86_400_000})
	c := f.at("bridge-pay", "GET", "/v1/limits?member_no="+f.members["bridge-pay"].MemberNo, "")
	done := make(chan answer, 1)
	go func() { got, _ := f.try(c); done <- got }()
	f.parked(1)
	f.control(simulator.SwitchFault{ID: id, Off: true})
	if got := <-done; got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
}
