package controlapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/contract/control"
)

// verify asks and decodes.
func (p *plane) verify(path, body string) control.Verification {
	p.t.Helper()
	var made control.Verification
	text := p.want(200, "POST", path+"/verify", body).body
	if err := json.Unmarshal([]byte(text), &made); err != nil {
		p.t.Fatal(err)
	}
	return made
}

func TestWhatHappenedIsVerified(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	memberNo := p.member(path, "bridge-pay")
	agreementNo := p.sign("w1", memberNo)
	p.want(201, "POST", path+"/faults", `{"effect":"withhold_reply","operation":"charge","times":1}`)
	p.charge("w1", memberNo, "ord_0001", agreementNo)
	p.charge("w1", memberNo, "ord_0001", agreementNo)
	for _, row := range []struct {
		body  string
		held  bool
		found int
	}{
		{`{"subject":"journal","match":{"operation":"charge","number":"ord_0001"},"count":{"exactly":2}}`, true, 2},
		{`{"subject":"journal","match":{"operation":"charge","status":0,"committed":true,"direction":"in","fault_id":"flt_1"},"count":{"exactly":1}}`, true, 1},
		{`{"subject":"journal","match":{"operation":"charge","member_no":"` + memberNo + `","signature":"ok","cause":"succeeded"},"count":{"at_most":1}}`, false, 2},
		{`{"subject":"journal","match":{"operation":"charge_query"},"count":{"exactly":0}}`, true, 0},
		{`{"subject":"ledger","match":{"kind":"debit","amount":1234,"card_last4":"1016","number":"ord_0001","channel_id":"bridge-pay"},"count":{"exactly":1}}`, true, 1},
		{`{"subject":"inbox","match":{"to":"` + payerMobile + `","about":"signing","sender":"bank","medium":"sms","reference":"sgn_0001"},"count":{"exactly":1}}`, true, 1},
		{`{"subject":"inbox","match":{"about":"debit_notice"},"count":{"exactly":0},"after":2}`, true, 0},
		{`{"subject":"deliveries","count":{"exactly":0}}`, true, 0},
		{`{"subject":"ledger","count":{"at_least":1,"at_most":3},"within_ms":1}`, true, 1},
	} {
		if got := p.verify(path, row.body); got.Held != row.held || got.Found != row.found || len(got.Cursors) != row.found || got.Explanation == "" {
			t.Errorf("%s: %+v", row.body, got)
		}
	}
}

func TestANearMissNamesTheMemberAndHidesThePerson(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	agreementNo := p.sign("w1", p.member(path, "bridge-pay"))
	p.charge("w1", p.member(path, "bridge-pay"), "ord_0001", agreementNo)
	got := p.verify(path, `{"subject":"ledger","match":{"amount":9900,"number":"ord_0001"},"count":{"exactly":1}}`)
	if got.Held || len(got.NearMisses) != 1 || len(got.NearMisses[0].Differs) != 1 {
		t.Fatalf("%+v", got)
	}
	if d := got.NearMisses[0].Differs[0]; d.Field != "amount" || d.Wanted != "9900" || d.Found != "1234" {
		t.Errorf("%+v", d)
	}
	text := p.want(200, "POST", path+"/verify", `{"subject":"inbox","match":{"to":"13900009999","about":"signing"},"count":{"at_least":1}}`).body
	if !strings.Contains(text, `"field":"to"`) || strings.Contains(text, payerMobile) || strings.Contains(text, "13900009999") {
		t.Errorf("%s", text)
	}
}

func TestAQuestionThatNothingCouldMeetIsRefused(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for body, field := range map[string]string{
		`{"subject":"journal","match":{"about":"signing"},"count":{"exactly":1}}`: "/match/about",
		`{"subject":"inbox","match":{"amount":1},"count":{"exactly":1}}`:          "/match/amount",
		`{"subject":"ledger","match":{"status":200},"count":{"exactly":1}}`:       "/match/status",
		`{"subject":"deliveries","match":{"to":"x"},"count":{"exactly":1}}`:       "/match/to",
		`{"subject":"journal","count":{}}`:                                        "/count",
		`{"subject":"journal","count":{"exactly":1,"at_least":1}}`:                "/count/exactly",
		`{"subject":"journal","count":{"at_least":2,"at_most":1}}`:                "/count/at_most",
	} {
		if got := p.want(422, "POST", path+"/verify", body); got.json["field"] != field || got.json["hint"] == nil {
			t.Errorf("%s: %s", body, got.body)
		}
	}
	for _, body := range []string{
		``, `{}`, `{"subject":"moon","count":{"exactly":1}}`, `{"subject":"journal","count":{"exactly":-1}}`, `{"subject":"journal","count":{"exactly":1},"within_ms":60001}`,
		`{"subject":"journal","count":{"exactly":1},"count":{"exactly":2}}`, `{"subject":"ledger","match":{"amount":1.5},"count":{"exactly":1}}`,
	} {
		p.want(400, "POST", path+"/verify", body)
	}
	p.want(404, "POST", "/v1/worlds/none/verify", `{"subject":"journal","count":{"exactly":1}}`)
}

func TestEnoughIsKnownAtOnceAndNeverWhenTheWindowIsOver(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	memberNo := p.member(path, "bridge-pay")
	var waiting sync.WaitGroup
	waiting.Go(func() {
		got := p.call("POST", path+"/verify", `{"subject":"ledger","match":{"number":"ord_0001"},"count":{"at_least":1},"within_ms":60000}`)
		if got.json["held"] != true {
			t.Errorf("%s", got.body)
		}
	})
	waiting.Go(func() {
		got := p.call("POST", path+"/verify", `{"subject":"journal","match":{"operation":"charge","status":200},"count":{"exactly":0},"within_ms":60000}`)
		if got.json["held"] != false || got.json["found"] != 1.0 {
			t.Errorf("%s", got.body)
		}
	})
	p.charge("w1", memberNo, "ord_0001", p.sign("w1", memberNo))
	waiting.Wait()
	begun := time.Now()
	got := p.verify(path, `{"subject":"ledger","match":{"number":"ord_0002"},"count":{"exactly":0},"within_ms":60}`)
	if !got.Held || time.Since(begun) < 60*time.Millisecond {
		t.Errorf("%+v after %v", got, time.Since(begun))
	}
}

func TestWaitingEndsWithTheWorld(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	var waiting sync.WaitGroup
	for method, question := range map[string]string{"POST": "/verify", "GET": "/journal?wait_ms=60000"} {
		waiting.Go(func() {
			body := ""
			if method == "POST" {
				body = `{"subject":"ledger","count":{"exactly":0},"within_ms":60000}`
			}
			if got := p.call(method, path+question, body); got.status != 404 {
				t.Errorf("%s: %d %s", question, got.status, got.body)
			}
		})
	}
	p.want(204, "DELETE", path, "")
	waiting.Wait()
}

func TestTheJournalWaitsFiltersAndGoesOn(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	memberNo := p.member(path, "bridge-pay")
	var waiting sync.WaitGroup
	waiting.Go(func() {
		got := p.call("GET", path+"/journal?operation=charge&wait_ms=60000", "")
		if rows, _ := got.json["rows"].([]any); got.status != 200 || len(rows) != 1 {
			t.Errorf("%s", got.body)
		}
	})
	p.want(201, "POST", path+"/faults", `{"effect":"withhold_reply","operation":"charge_query","times":1}`)
	p.charge("w1", memberNo, "ord_0001", p.sign("w1", memberNo))
	waiting.Wait()
	for query, want := range map[string]int{
		"": 5, "?direction=in": 3, "?direction=out": 2, "?committed=false": 0, "?committed=true": 5, "?member_no=" + memberNo: 3, "?member_no=M000000000": 0,
		"?fault_id=flt_1": 0, "?after=3": 2, "?limit=2": 2, "?number=ord_0001&direction=in": 1,
	} {
		got := p.want(200, "GET", path+"/journal"+query, "")
		if rows, _ := got.json["rows"].([]any); len(rows) != want {
			t.Errorf("%s: %d rows, want %d: %s", query, len(rows), want, got.body)
		}
	}
	begun := time.Now()
	if none := p.want(200, "GET", path+"/journal?after=5&wait_ms=50", ""); none.json["cursor"] != 5.0 || time.Since(begun) < 50*time.Millisecond {
		t.Errorf("%s", none.body)
	}
	for _, query := range []string{"?wait_ms=60001", "?direction=up", "?committed=perhaps", "?fault_id="} {
		p.want(400, "GET", path+"/journal"+query, "")
	}
}

func TestAStoryIsDrawn(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	memberNo := p.member(path, "bridge-pay")
	p.charge("w1", memberNo, "ord_0001", p.sign("w1", memberNo))
	mermaid := p.want(200, "GET", path+"/story/ord_0001?format=mermaid", "")
	if !strings.HasPrefix(mermaid.body, "sequenceDiagram\n") || !strings.Contains(mermaid.body, "participant p0 as platform") ||
		mermaid.header.Get("Content-Type") != "text/vnd.mermaid; charset=utf-8" {
		t.Errorf("%s %s", mermaid.header, mermaid.body)
	}
	svg := p.want(200, "GET", path+"/story/sgn_0001?format=svg", "")
	if !strings.HasPrefix(svg.body, "<svg ") || svg.header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(svg.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%s %s", svg.header, svg.body)
	}
	p.want(404, "GET", path+"/story/ord_none?format=svg", "")
	p.want(400, "GET", path+"/story/ord_0001?format=png", "")
}

func FuzzVerifyAnswersEverything(f *testing.F) {
	p := newPlane(f)
	path := p.world("w1")
	p.sign("w1", p.member(path, "bridge-pay"))
	for _, body := range []string{
		`{"subject":"journal","match":{"operation":"charge"},"count":{"exactly":0}}`, `{"subject":"inbox","count":{"at_least":1}}`,
		`{"subject":"ledger","match":{"kind":"debit","amount":1},"count":{"at_most":1}}`, `{"subject":"deliveries","match":{"outcome":"pending"},"count":{"exactly":0}}`,
		`{"subject":"journal","count":null}`, `[]`, `{"subject":"journal","match":null,"count":{"exactly":1}}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if strings.Contains(body, "within_ms") {
			return // it would wait
		}
		request, err := http.NewRequest(http.MethodPost, p.server.URL+path+"/verify", strings.NewReader(body))
		if err != nil {
			t.Skip()
		}
		request.Header.Set("Content-Type", "application/json")
		response, err := p.server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.StatusCode >= 500 {
			t.Errorf("%d for %q", response.StatusCode, body)
		}
	})
}
