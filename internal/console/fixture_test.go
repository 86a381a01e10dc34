package console_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/console"
)

// fakeSource is a world that a test changes, and a control plane that writes down what it was asked.
type fakeSource struct {
	mu       sync.Mutex
	snapshot console.Snapshot
	broken   error
	views    []console.View
	calls    []console.Call
	moves    []console.Move
	reply    console.Reply // to every call that is not answered here
	onCall   func(f *fakeSource, call console.Call)
}

func (f *fakeSource) Snapshot(_ context.Context, view console.View) (console.Snapshot, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.views = append(f.views, view)
	return f.snapshot, f.broken
}

func (f *fakeSource) Control(_ context.Context, call console.Call) (console.Reply, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken != nil {
		return console.Reply{}, f.broken
	}
	f.calls = append(f.calls, call)
	if f.onCall != nil {
		f.onCall(f, call)
	}
	switch {
	case call.Path == "/v1/fault-kinds":
		return console.Reply{Status: http.StatusOK, Body: []byte(kinds)}, nil
	case strings.Contains(call.Path, "/journal?"):
		return console.Reply{Status: http.StatusOK, Body: []byte(row)}, nil
	case f.reply.Status == 0:
		return console.Reply{Status: http.StatusNoContent}, nil
	}
	return f.reply, nil
}

func (f *fakeSource) Step(_ context.Context, move console.Move) (console.Reply, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.moves = append(f.moves, move)
	return console.Reply{Status: http.StatusOK, Body: []byte(`{"fired":["notification evt_1"]}`)}, f.broken
}

func (f *fakeSource) Story(_ context.Context, _, number string) (*console.Sequence, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken != nil {
		return nil, f.broken
	}
	if number == "none" || f.snapshot.Latest == nil {
		return nil, console.ErrUnknown
	}
	told := *f.snapshot.Latest
	told.PaymentID = number
	return &told, nil
}

func (f *fakeSource) set(s console.Snapshot) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.snapshot = s
}

// asked is what the control plane and the clock were asked so far.
func (f *fakeSource) asked() ([]console.Call, []console.Move) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]console.Call(nil), f.calls...), append([]console.Move(nil), f.moves...)
}

var at = time.Date(2018, 6, 6, 11, 30, 0, 0, time.UTC)

// What the control plane answers in these tests.
const (
	kinds = `{"kinds":[{"effect":"withhold_reply","about":"The channel commits and closes the connection.","points":["committed"],"operations":["charge","refund"],
		"parameters":[],"rows":["O4"],"on_socket":false,"example":{"effect":"withhold_reply","operation":"charge"}},
		{"effect":"slow","about":"The answer comes late.","points":["committed","before_receive"],"operations":["charge"],"parameters":["delay_ms","jitter_ms"],"rows":["O2"],"on_socket":false}]}`
	row = `{"cursor":2,"rows":[{"cursor":2,"at":"2018-06-06T11:30:00Z","operation":"charge","signature":"ok","committed":true,
		"request":"{\"name\":\"<img src=x onerror=document.title=1>\"}","response":"{\"status\":\"succeeded\"}"}]}`
)

// empty is a world in which nothing has happened yet.
func empty(world string) console.Snapshot {
	return console.Snapshot{
		Worlds: &console.WorldList{Worlds: []console.WorldRow{{ID: world, Seed: 7, Virtual: true, Now: &at, Temper: "friendly"}}},
		World:  &console.World{ID: world, Virtual: true, Channels: []console.Channel{{ID: "bridge-pay", NameZH: "桥付", NameEN: "Bridge Pay"}}},
		Clock:  &console.Clock{Now: at, Virtual: true, Due: json.RawMessage(`[]`)}, Faults: json.RawMessage(`{"faults":[]}`),
		Journal: &console.Journal{Rows: []console.Row{}}, Messages: []console.Message{}, Verdicts: &console.Verdicts{},
		Deliveries: json.RawMessage(`{"deliveries":[],"cursor":0}`), Breaks: json.RawMessage(`{"breaks":[],"checked":3}`),
	}
}

// lively is a world after a first payment whose reply was lost once.
func lively() console.Snapshot {
	s := empty("demo")
	s.Clock.Due = json.RawMessage(`[{"at":"2018-06-06T11:30:05Z","kind":"notification","what":"notification evt_1"}]`)
	s.Faults = json.RawMessage(`{"faults":[{"fault_id":"flt_1","rule":{"effect":"withhold_reply","operation":"charge"},"enabled":true,"matched":3,"hits":1,"spent":false,"source":"rule"}]}`)
	s.Messages = []console.Message{
		{Cursor: 2, At: at, Medium: "wechat", To: "wx-li", Brand: "平台", Sender: "platform", About: "platform_notice", Text: "您已成功支付88.00元。"},
		{Cursor: 1, At: at, Medium: "sms", To: "138****0001", Brand: "工商银行", Sender: "bank", About: "signing", Text: "【工商银行】验证码 042917，您正在办理协议支付签约。", Code: "042917"},
	}
	s.Journal.Rows = []console.Row{{
		Cursor: 2, At: at, ChannelID: "bridge-pay", Operation: "charge", Direction: "in", Number: "ord_1", Status: 200, Signature: "ok",
		Committed: true, Faults: []string{"flt_1"}, Lost: true,
	}}
	s.Verdicts.Verdicts = []console.Verdict{{
		Verdict: "charged_again_while_unknown", Clause: "PF-UNKNOWN-003", Level: "must", At: at, Number: "ord_1",
		Text: "a new order was charged while an earlier one was still unknown", Rows: []int64{2},
	}}
	s.Deliveries = json.RawMessage(`{"deliveries":[{"cursor":1,"event_id":"evt_1","type":"charge.succeeded","member_no":"1","attempt":1,"at":"2018-06-06T11:30:00Z","variant":"plain","copies":1,"outcome":"acknowledged","status":200,"number":"ord_1"}],"cursor":1}`)
	s.Latest = &console.Sequence{PaymentID: "pay_1", OrderNo: "shop-0001", Amount: "88.00", Status: "succeeded", Steps: []console.Step{
		{At: at, From: "merchant", To: "platform", What: "payment application", Outcome: "code_required"},
		{At: at, From: "platform", To: "bridge-pay", What: "signing apply", Outcome: "code_sent"},
		{At: at, From: "ICBC", To: "handset", What: "SMS about signing"},
		{At: at, From: "platform", To: "bridge-pay", What: "charge", Outcome: "succeeded at the bank", Lost: true},
		{At: at, From: "platform", To: "bridge-pay", What: "charge query", Outcome: "succeeded"},
	}}
	return s
}

// evil is what a channel, a bank, a merchant or a test may write.
const evil = `<img src=x onerror="document.title='pwned'"><script>document.title='pwned'</script>`

// hostile is a world in which everybody writes markup wherever they can.
func hostile() console.Snapshot {
	s := lively()
	for i := range s.Messages {
		m := &s.Messages[i]
		m.Text, m.Brand, m.To, m.Code, m.About, m.Sender = evil, evil, evil, evil, evil, evil
	}
	s.World.Channels[0].NameZH, s.World.Channels[0].NameEN = evil, evil
	s.Worlds.Worlds[0].Parent = evil
	s.Journal.Rows[0] = console.Row{
		Cursor: 2, At: at, ChannelID: evil, Operation: evil, Direction: "in", Number: evil, Signature: evil, Faults: []string{evil}, Variant: evil, Cause: evil,
	}
	s.Verdicts.Verdicts[0].Text, s.Verdicts.Verdicts[0].Verdict, s.Verdicts.Verdicts[0].Number, s.Verdicts.Verdicts[0].Clause = evil, evil, evil, evil
	told, _ := json.Marshal(evil)
	s.Faults = json.RawMessage(strings.ReplaceAll(string(s.Faults), `"charge"`, string(told)))
	s.Clock.Due = json.RawMessage(strings.ReplaceAll(string(s.Clock.Due), `"notification evt_1"`, string(told)))
	s.Deliveries = json.RawMessage(strings.ReplaceAll(string(s.Deliveries), `"ord_1"`, string(told)))
	s.Breaks = json.RawMessage(`{"checked":1,"breaks":[{"at":"2018-06-06T11:30:00Z","row":2,"operation":` + string(told) + `,"what":` + string(told) + `}]}`)
	s.Latest.OrderNo, s.Latest.Status = evil, evil
	for i := range s.Latest.Steps {
		s.Latest.Steps[i].What, s.Latest.Steps[i].Outcome, s.Latest.Steps[i].To = evil, evil, evil
	}
	return s
}

func serve(t *testing.T, source console.Source) *httptest.Server {
	t.Helper()
	handler, err := console.Handler(source, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

var errDown = errors.New("the world is down")
