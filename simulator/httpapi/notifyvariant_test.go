package httpapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/steps/wire"
)

// heard is a notification as it came in.
type heard struct {
	header, target, body string
	event                struct {
		EventID  string `json:"event_id"`
		Type     string `json:"type"`
		MemberNo string `json:"member_no"`
		Charge   struct {
			Status string `json:"status"`
			Amount int64  `json:"amount"`
		} `json:"charge"`
	}
}

// ear is an endpoint that acknowledges everything and keeps what it heard.
type ear struct {
	f      *field
	server *httptest.Server
	mu     sync.Mutex
	heard  []heard
	answer func(n int) bool // whether to acknowledge the nth; nil: always
}

// newEar starts one.
func newEar(t *testing.T, f *field) *ear {
	t.Helper()
	e := &ear{f: f}
	e.server = httptest.NewServer(e)
	t.Cleanup(e.server.Close)
	return e
}

// ServeHTTP keeps and acknowledges.
func (e *ear) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h := heard{header: r.Header.Get(signatureHeader), target: r.RequestURI, body: string(body)}
	_ = json.Unmarshal(body, &h.event)
	e.mu.Lock()
	e.heard = append(e.heard, h)
	n := len(e.heard)
	e.mu.Unlock()
	if e.answer != nil && !e.answer(n) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	acknowledge(w, h.event.EventID)
}

// all is what was heard so far.
func (e *ear) all() []heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard)
}

// do carries a command out that must be taken.
func (f *field) do(command simulator.Command) simulator.Outcome {
	f.t.Helper()
	out, err := f.engine.Do(context.Background(), f.world, simulator.Input{Command: command})
	if err != nil || out.Problem != nil {
		f.t.Fatal(err, out.Problem)
	}
	return out
}

// pay charges an agreement at a channel and gives the answer's status.
func (e *ear) pay(channel, agreementNo string) answer {
	e.f.t.Helper()
	body := e.f.charge(channel, number("ord"), agreementNo)
	return e.f.send(e.f.at(channel, "POST", "/v1/charges", strings.TrimSuffix(body, "}")+fmt.Sprintf(`,"notify_url":"%s/n"}`, e.server.URL)))
}

// run moves the clock to all that is due, some steps long.
func (e *ear) run(steps int) []heard {
	e.f.t.Helper()
	for range steps {
		if _, err := e.f.engine.NextClock(context.Background(), e.f.world); err != nil {
			e.f.t.Fatal(err)
		}
	}
	if !e.f.eventually(func(view engine.ClockView) bool { return view.Busy == 0 }) {
		e.f.t.Fatal("the world never settled")
	}
	return e.all()
}

// verified checks a notification as a strict platform does, with the code of another
// implementation.
func (e *ear) verified(channel string, h heard) error {
	m := e.f.members[channel]
	key, err := wire.NewKey(m.Keys.Alg, m.Keys.Reply.KID, base64.StdEncoding.EncodeToString(m.Keys.Reply.Public))
	if err != nil {
		e.f.t.Fatal(err)
	}
	p, err := wire.Verify(key, h.header, []byte(h.body))
	if err != nil {
		return err
	}
	return wire.CheckNotification(p, m.MemberNo, "POST", h.target, time.Time{})
}

func TestEachVariantIsWhatItPromisesToBeOnTheWire(t *testing.T) {
	t.Parallel()
	for variant, row := range map[simulator.NoticeVariant]struct {
		good bool
		lies func(h *heard, own string) bool
	}{
		simulator.VariantPlain: {true, func(h *heard, own string) bool {
			return h.event.MemberNo == own && h.event.Charge.Status == "succeeded"
		}},
		simulator.VariantStale: {true, func(h *heard, _ string) bool {
			return h.event.Charge.Status == "processing" && !strings.Contains(h.body, "debited_at")
		}},
		simulator.VariantContradict: {true, func(h *heard, _ string) bool {
			return h.event.Charge.Status == "declined" && h.event.Type == "charge.declined"
		}},
		simulator.VariantWrongAmount:    {true, func(h *heard, _ string) bool { return h.event.Charge.Amount != 1234 }},
		simulator.VariantForeignMember:  {true, func(h *heard, own string) bool { return h.event.MemberNo != own }},
		simulator.VariantWrongKey:       {false, nil},
		simulator.VariantForeignKey:     {false, nil},
		simulator.VariantWrongAlgorithm: {false, nil},
		simulator.VariantUnsigned:       {false, func(h *heard, _ string) bool { return h.header == "" }},
		simulator.VariantAltered:        {false, func(h *heard, _ string) bool { return h.event.Charge.Amount != 1234 }},
	} {
		for _, channel := range []string{"bridge-pay", "lotus-pay"} {
			t.Run(string(variant)+"/"+channel, func(t *testing.T) {
				t.Parallel()
				f := newField(t)
				e := newEar(t, f)
				agreement := f.sign(channel)
				f.do(simulator.AddNotificationPlan{Plan: simulator.NotificationPlan{
					Match: simulator.When{EventType: simulator.EventChargeSucceeded}, Sendings: []simulator.PlannedSending{{Variant: variant}},
				}})
				e.pay(channel, agreement)
				got := e.run(1)
				if len(got) != 1 {
					t.Fatalf("%d came", len(got))
				}
				if err := e.verified(channel, got[0]); (err == nil) != row.good {
					t.Errorf("verified: %v", err)
				}
				if row.lies != nil && !row.lies(&got[0], f.members[channel].MemberNo) {
					t.Errorf("said %s", got[0].body)
				}
				if last := f.lastRow(); last.Variant != variant || !strings.Contains(string(last.RequestBody()), `"status":"`+got[0].event.Charge.Status) {
					t.Errorf("row of variant %q: %s", last.Variant, last.RequestBody())
				}
			})
		}
	}
}

func TestAForeignKeyIsTheValidKeyOfAnotherMember(t *testing.T) {
	t.Parallel()
	f := newField(t)
	e := newEar(t, f)
	agreement := f.sign("bridge-pay")
	other, err := f.engine.AddMember(t.Context(), f.world, engine.NewMember{ChannelID: "bridge-pay", MerchantName: "别家"})
	if err != nil {
		t.Fatal(err)
	}
	f.do(simulator.AddFault{Rule: simulator.FaultRule{Fault: "notification_foreign_key", When: simulator.When{EventType: simulator.EventChargeSucceeded}}})
	e.pay("bridge-pay", agreement)
	got := e.run(1)
	key, _ := wire.NewKey(other.Keys.Alg, other.Keys.Reply.KID, base64.StdEncoding.EncodeToString(other.Keys.Reply.Public))
	p, err := wire.Verify(key, got[0].header, []byte(got[0].body))
	if err != nil || p.Aud != f.members["bridge-pay"].MemberNo {
		t.Errorf("%v, for %s", err, p.Aud)
	}
}

func TestAReplayIsTheVeryBytes(t *testing.T) {
	t.Parallel()
	for _, channel := range []string{"bridge-pay", "lotus-pay"} {
		f := newField(t)
		e := newEar(t, f)
		agreement := f.sign(channel)
		f.fault(simulator.FaultRule{Fault: "notification_replay", Operation: simulator.OpNotification, DelayMS: 3_600_000})
		e.pay(channel, agreement)
		got := e.run(2)
		if len(got) != 2 || got[0] != got[1] || e.verified(channel, got[0]) != nil {
			t.Fatalf("%s: %+v", channel, got)
		}
		f.do(simulator.Redeliver{EventID: got[0].event.EventID})
		if got = e.run(0); len(got) != 3 || got[2].header == got[0].header || got[2].body != got[0].body {
			t.Errorf("%s: a redelivery was not signed afresh", channel)
		}
	}
}

func TestAnEarlyNotificationComesBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	for name, command := range map[string]simulator.Command{
		"by a fault": simulator.AddFault{Rule: simulator.FaultRule{Fault: "notification_early", When: simulator.When{EventType: simulator.EventChargeSucceeded}}},
		"by a plan": simulator.AddNotificationPlan{Plan: simulator.NotificationPlan{
			Order: simulator.OrderBeforeAnswer, Sendings: []simulator.PlannedSending{{}}, Match: simulator.When{EventType: simulator.EventChargeSucceeded},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			e := newEar(t, f)
			agreement := f.sign("bridge-pay")
			f.do(command)
			got := e.pay("bridge-pay", agreement)
			if came := e.all(); got.json["status"] != "succeeded" || len(came) != 1 || e.verified("bridge-pay", came[0]) != nil {
				t.Errorf("answer %s, before it: %+v", got.body, came)
			}
		})
	}
}

func TestABurstIsSentWholeAndLeavesAHundredRows(t *testing.T) {
	t.Parallel()
	f := newField(t)
	e := newEar(t, f)
	agreement := f.sign("bridge-pay")
	const copies = 500
	f.do(simulator.AddNotificationPlan{Plan: simulator.NotificationPlan{
		Match: simulator.When{EventType: simulator.EventChargeSucceeded}, Sendings: []simulator.PlannedSending{{Copies: copies}},
	}})
	e.pay("bridge-pay", agreement)
	got := e.run(1)
	headers := map[string]bool{}
	for _, h := range got {
		headers[h.header] = true
	}
	var log []simulator.DeliveryRecord
	_ = f.engine.Read(f.world, func(w *simulator.World) { log = w.Deliveries() })
	if len(got) != copies || len(headers) != copies || len(log) != 1 || log[0].Copies != copies || len(log[0].Rows) != 100 ||
		log[0].Outcome != simulator.DeliveryAcknowledged || log[0].Cause == 0 {
		t.Errorf("%d came, %d signatures, log %+v", len(got), len(headers), log)
	}
}
