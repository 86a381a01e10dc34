package selfcheck_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"countersign/simulator"
	"countersign/simulator/httpapi"
	"countersign/simulator/selfcheck"
)

// TestMain fails the package when its tests leave goroutines behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	now    = time.Date(2018, 6, 6, 11, 30, 0, 0, time.UTC)
	secret = simulator.KeyBytes(strings.Repeat("k", 32))
)

// goodCharge is a charge as the contract has it.
const goodCharge = `{"order_no":"ord_0001","order_time":"2018-06-06T11:30:00Z","status":"succeeded","amount":1,"currency":"CNY","debited_at":"2018-06-06T11:30:00Z"}`

// sent is a good answer to a charge, changed and then signed.
func sent(change func(*httpapi.Sent)) *httpapi.Sent {
	m := &httpapi.Sent{
		At: now, WorldID: "wld_1", ChannelID: "bridge-pay", Row: 7, Operation: simulator.OpCharge,
		Member: simulator.Member{MemberNo: "M100000000001", Keys: simulator.MemberKeys{Alg: "HS256", Reply: simulator.Key{KID: "r1", Private: secret, Public: secret}}},
		Method: http.MethodPost, Target: "/w/wld_1/channels/bridge-pay/v1/charges", Path: "/v1/charges", RequestID: "req-1",
		NumberField: "order_no", Number: "ord_0001",
		Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(goodCharge),
	}
	m.Header.Set("Countersign-Signature", "later")
	change(m)
	if m.Header.Get("Countersign-Signature") == "later" {
		header := fmt.Sprintf(`{"alg":"HS256","kid":"r1","b64":false,"crit":["b64"],"iat":%d,"jti":"a-1","aud":"M100000000001","status":%d,"req_jti":"req-1"}`,
			now.Unix(), m.Status)
		m.Header.Set("Countersign-Signature", jws(header, m.Body))
	}
	return m
}

// jws signs with the right key.
func jws(header string, body []byte) string {
	first := base64.RawURLEncoding.EncodeToString([]byte(header))
	sum := hmac.New(sha256.New, secret)
	sum.Write([]byte(first + "."))
	sum.Write(body)
	return first + ".." + base64.RawURLEncoding.EncodeToString(sum.Sum(nil))
}

func TestWhatTheContractAllowsIsNoBreak(t *testing.T) {
	t.Parallel()
	check := selfcheck.New(nil)
	check.Sent(sent(func(*httpapi.Sent) {}))
	check.Sent(sent(func(m *httpapi.Sent) {
		m.Status, m.Body = http.StatusNotFound, []byte(`{"type":"about:blank","title":"Not Found","status":404,"code":"order_not_found"}`)
		m.Header.Set("Content-Type", "application/problem+json")
	}))
	check.Sent(sent(func(m *httpapi.Sent) { m.RequestID = ""; m.Header.Del("Countersign-Signature") }))
	breaks, checked := check.Breaks("wld_1")
	if len(breaks) != 0 || checked != 3 || check.Err() != nil {
		t.Errorf("%+v, %d checked, %v", breaks, checked, check.Err())
	}
}

func TestAPlantedBreakIsUndeclaredAndFailsTheRun(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(*httpapi.Sent)
		field  string
	}{
		"member missing":      {func(m *httpapi.Sent) { m.Body = []byte(`{"order_no":"ord_0001","status":"succeeded"}`) }, "/order_time"},
		"word on no list":     {func(m *httpapi.Sent) { m.Body = []byte(strings.Replace(goodCharge, "succeeded", "paid", 1)) }, "/status"},
		"text for a number":   {func(m *httpapi.Sent) { m.Body = []byte(strings.Replace(goodCharge, ":1,", `:"1",`, 1)) }, "/amount"},
		"other order":         {func(m *httpapi.Sent) { m.Number = "ord_0002" }, "/order_no"},
		"no JSON":             {func(m *httpapi.Sent) { m.Body = m.Body[:20] }, ""},
		"two values":          {func(m *httpapi.Sent) { m.Body = append(m.Body, "{}"...) }, ""},
		"no UTF-8":            {func(m *httpapi.Sent) { m.Body = append([]byte(nil), "\"\xbd\""...) }, ""},
		"status of no answer": {func(m *httpapi.Sent) { m.Status = http.StatusFound }, ""},
		"type of no answer":   {func(m *httpapi.Sent) { m.Header.Set("Content-Type", "text/html") }, "Content-Type"},
		"other charset":       {func(m *httpapi.Sent) { m.Header.Set("Content-Type", "application/json; charset=GBK") }, "Content-Type"},
		"unsigned":            {func(m *httpapi.Sent) { m.Header.Del("Countersign-Signature") }, "Countersign-Signature"},
		"signed over other bytes": {func(m *httpapi.Sent) {
			m.Header.Set("Countersign-Signature", sent(func(*httpapi.Sent) {}).Header.Get("Countersign-Signature"))
			m.Body = []byte(strings.Replace(goodCharge, ":1,", ":2,", 1))
		}, "Countersign-Signature"},
		"for another request": {func(m *httpapi.Sent) { m.RequestID = "req-2" }, "Countersign-Signature/req_jti"},
		"for another member":  {func(m *httpapi.Sent) { m.Member.MemberNo = "M100000000002" }, "Countersign-Signature/aud"},
		"long ago":            {func(m *httpapi.Sent) { m.At = now.Add(time.Hour) }, "Countersign-Signature/iat"},
		"no answer":           {func(m *httpapi.Sent) { m.Status = 0 }, ""},
		"half an answer":      {func(m *httpapi.Sent) { m.Ending = simulator.EndingTruncate }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			check := selfcheck.New(slog.New(slog.NewTextHandler(&log, nil)))
			check.Sent(sent(row.change))
			breaks, _ := check.Breaks("wld_1")
			var left *selfcheck.Error
			if len(breaks) != 1 || breaks[0].Declared() || breaks[0].Row != 7 || breaks[0].Field != row.field {
				t.Errorf("breaks %+v", breaks)
			}
			if !errors.As(check.Err(), &left) || left.Count != 1 || !strings.Contains(log.String(), "left its contract") {
				t.Errorf("verdict %v, log %s", check.Err(), log.String())
			}
		})
	}
}

func TestADeclaredBreakFailsNothing(t *testing.T) {
	t.Parallel()
	check := selfcheck.New(nil)
	check.Sent(sent(func(m *httpapi.Sent) { m.Body, m.FaultIDs = m.Body[:20], []string{"flt_1"} }))
	breaks, _ := check.Breaks("wld_1")
	if len(breaks) != 1 || !breaks[0].Declared() || check.Err() != nil {
		t.Errorf("%+v, %v", breaks, check.Err())
	}
	var text bytes.Buffer
	if err := check.WriteMetrics(&text); err != nil || !strings.Contains(text.String(), "countersign_declared_breaks_total 1\n") ||
		!strings.Contains(text.String(), "countersign_undeclared_breaks_total 0\n") {
		t.Errorf("%s, %v", text.String(), err)
	}
	check.Forget("wld_1")
	if breaks, checked := check.Breaks("wld_1"); len(breaks) != 0 || checked != 0 {
		t.Errorf("%+v, %d are still known", breaks, checked)
	}
}

func TestManySendersAreAllSeen(t *testing.T) {
	t.Parallel()
	const senders, each = 8, 400
	check := selfcheck.New(nil)
	done := make(chan struct{})
	for range senders {
		go func() {
			for range each {
				check.Sent(sent(func(*httpapi.Sent) {}))
			}
			done <- struct{}{}
		}()
	}
	for range senders {
		<-done
	}
	if _, checked := check.Breaks("wld_1"); checked != senders*each {
		t.Errorf("%d checked of %d", checked, senders*each)
	}
}
