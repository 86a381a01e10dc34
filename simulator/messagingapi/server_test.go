package messagingapi

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
)

// gateway is a running gateway with one world.
type gateway struct {
	t      *testing.T
	engine *engine.Engine
	server *httptest.Server
	world  engine.WorldInfo
}

// newGateway starts one.
func newGateway(t *testing.T) *gateway {
	t.Helper()
	template, err := simulator.Compile(simulator.Universe{})
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{t: t, engine: engine.New(engine.Options{})}
	t.Cleanup(g.engine.Close)
	g.world, err = g.engine.CreateWorld(t.Context(), engine.NewWorld{Virtual: true, Start: time.Unix(1528284600, 0), Seed: 7, Template: template})
	if err != nil {
		t.Fatal(err)
	}
	g.server = httptest.NewServer(New(g.engine, nil))
	t.Cleanup(g.server.Close)
	return g
}

// post sends a body with the world's token unless another is given.
func (g *gateway) post(path, body string, change ...func(*http.Request)) (int, string) {
	g.t.Helper()
	request, err := http.NewRequest(http.MethodPost, g.server.URL+"/w/"+g.world.ID+"/messaging"+path, strings.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+Token(g.world.ID, g.world.Seed))
	for _, c := range change {
		c(request)
	}
	response, err := g.server.Client().Do(request)
	if err != nil {
		g.t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	if response.Header.Get("Countersign-Simulated") != "true" {
		g.t.Error("the answer does not say that it is simulated")
	}
	return response.StatusCode, string(text)
}

// inbox is what arrived.
func (g *gateway) inbox() []simulator.Message {
	g.t.Helper()
	found, err := g.engine.Messages(g.world.ID, simulator.MessageFilter{})
	if err != nil {
		g.t.Fatal(err)
	}
	return found
}

// sms is a good body.
func sms(no, text string) string {
	return fmt.Sprintf(`{"message_no":%q,"purpose":"code","template":"pay_code","mobile":"13800000001","text":%q,"reference":"pay_0001"}`, no, text)
}

func TestTheHandsetShowsWhatThePlatformSends(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	if status, body := g.post("/v1/sms", sms("msg_0001", "【小贷】验证码012345，5分钟内有效。")); status != http.StatusAccepted || body != `{"message_no":"msg_0001"}` {
		t.Fatalf("%d %s", status, body)
	}
	if status, body := g.post("/v1/wechat", `{"message_no":"msg_0002","purpose":"debit_notice","template":"debited","open_id":"wx-zhou-ming","text":"已扣款12.34元"}`); status != http.StatusAccepted {
		t.Fatalf("%d %s", status, body)
	}
	got := g.inbox()
	if len(got) != 2 || got[0].Code != "012345" || got[0].Sender != simulator.PartyPlatform || got[0].About != simulator.AboutPlatformCode || got[0].Ref != "pay_0001" {
		t.Errorf("%+v", got)
	}
	if got[1].OpenID != "wx-zhou-ming" || got[1].Medium != simulator.MediumWeChat || got[1].Code != "" {
		t.Errorf("%+v", got[1])
	}
}

func TestAMessageNumberIsSentOnce(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			if status, body := g.post("/v1/sms", sms("msg_0001", "验证码012345")); status != http.StatusAccepted {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	calls.Wait()
	if n := len(g.inbox()); n != 1 {
		t.Errorf("%d messages", n)
	}
	if status, body := g.post("/v1/sms", sms("msg_0001", "验证码543210")); status != http.StatusConflict || strings.Contains(body, "543210") {
		t.Errorf("%d %s", status, body)
	}
	if n := len(g.inbox()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestWhatIsNotOfTheContractIsRefusedAndNotSent(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	good := sms("msg_0001", "验证码012345")
	for name, row := range map[string]struct {
		path, body string
		change     func(*http.Request)
		status     int
	}{
		"no token":         {"/v1/sms", good, func(r *http.Request) { r.Header.Del("Authorization") }, 401},
		"wrong token":      {"/v1/sms", good, func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, 401},
		"token as basic":   {"/v1/sms", good, func(r *http.Request) { r.Header.Set("Authorization", "Basic "+Token(g.world.ID, 7)) }, 401},
		"token twice":      {"/v1/sms", good, func(r *http.Request) { r.Header.Add("Authorization", "Bearer x") }, 401},
		"another world's":  {"/v1/sms", good, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+Token("other", 7)) }, 401},
		"as text":          {"/v1/sms", good, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415},
		"a query":          {"/v1/sms?a=b", good, nil, 400},
		"no JSON":          {"/v1/sms", "hello", nil, 400},
		"empty":            {"/v1/sms", "", nil, 400},
		"unknown member":   {"/v1/sms", strings.Replace(good, "{", `{"a":1,`, 1), nil, 400},
		"member twice":     {"/v1/sms", strings.Replace(good, "{", `{"purpose":"code",`, 1), nil, 400},
		"wrong type":       {"/v1/sms", strings.Replace(good, `"13800000001"`, `13800000001`, 1), nil, 400},
		"bad mobile":       {"/v1/sms", strings.Replace(good, "13800000001", "1380000000", 1), nil, 400},
		"bad purpose":      {"/v1/sms", strings.Replace(good, `"code"`, `"advert"`, 1), nil, 400},
		"bad number":       {"/v1/sms", strings.Replace(good, "msg_0001", "m", 1), nil, 400},
		"bad template":     {"/v1/sms", strings.Replace(good, "pay_code", "Pay Code", 1), nil, 400},
		"empty text":       {"/v1/sms", sms("msg_0001", ""), nil, 400},
		"long text":        {"/v1/sms", sms("msg_0001", strings.Repeat("验", 501)), nil, 400},
		"null reference":   {"/v1/sms", strings.Replace(good, `"pay_0001"`, `null`, 1), nil, 400},
		"too large":        {"/v1/sms", strings.Repeat(" ", 17<<10) + good, nil, 413},
		"an SMS by WeChat": {"/v1/wechat", good, nil, 400},
		"unknown path":     {"/v1/fax", good, nil, 404},
		"another method":   {"/v1/sms", good, func(r *http.Request) { r.Method = http.MethodPut }, 405},
	} {
		change := row.change
		if change == nil {
			change = func(*http.Request) {}
		}
		status, body := g.post(row.path, row.body, change)
		if status != row.status || !strings.Contains(body, `"code":`) {
			t.Errorf("%s: %d %s", name, status, body)
		}
		for _, canary := range []string{"012345", "13800000001", Token(g.world.ID, g.world.Seed)} {
			if strings.Contains(body, canary) {
				t.Errorf("%s: the answer holds %s", name, canary)
			}
		}
	}
	if n := len(g.inbox()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	rows := 0
	_ = g.engine.Read(g.world.ID, func(w *simulator.World) {
		for _, row := range w.Journal(0, 0) {
			if (row.Operation == simulator.OpSendSMS || row.Operation == simulator.OpSendWeChat) && row.AnswerStatus() >= 400 {
				rows++
			}
		}
	})
	if rows != 21 {
		t.Errorf("%d refusals in the journal, want one for each that reached the world", rows)
	}
}

func TestAnUnknownWorldHasNoGateway(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	if err := g.engine.DeleteWorld(context.Background(), g.world.ID); err != nil {
		t.Fatal(err)
	}
	if status, body := g.post("/v1/sms", sms("msg_0001", "x")); status != http.StatusNotFound {
		t.Errorf("%d %s", status, body)
	}
}
