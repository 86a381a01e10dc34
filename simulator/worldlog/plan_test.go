package worldlog

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// listener answers nothing and keeps the variants it was sent.
type listener struct {
	mu       sync.Mutex
	variants []simulator.NoticeVariant
}

// Deliver keeps the variant.
func (l *listener) Deliver(_ context.Context, s engine.Copy) engine.Receipt {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.variants = append(l.variants, s.Variant)
	return engine.Receipt{Status: 503}
}

// Body is nothing.
func (*listener) Body(simulator.Event) []byte { return nil }

func TestPlansAndTheirSendingsSurviveAKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "world.log")
	log, world, err := Create(path, header(3), fault.All())
	if err != nil {
		t.Fatal(err)
	}
	before := engine.New(engine.Options{Notifier: &listener{}})
	info, err := before.AdoptWorld(t.Context(), world, engine.NewWorld{Name: "demo", Virtual: true, Recorder: log})
	if err != nil {
		t.Fatal(err)
	}
	member, err := before.AddMember(t.Context(), info.ID, engine.NewMember{
		ChannelID: sample.WithholdingRaw, MerchantName: "晨星", NotifyURL: "http://127.0.0.1/n",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []simulator.Command{
		simulator.AddNotificationPlan{Plan: simulator.NotificationPlan{Times: 2, Sendings: []simulator.PlannedSending{
			{AfterMS: 60_000, Variant: simulator.VariantUnsigned}, {AfterMS: 60_000},
		}}},
		simulator.ApplyCharge{
			OrderNo: "ord_1", OrderTime: world.Now(), Amount: 100, Currency: "CNY", Elements: sample.Person(1), PayerRef: "p",
		},
	} {
		out, err := before.Do(t.Context(), info.ID, simulator.Input{
			Command: command, Request: simulator.Request{ChannelID: sample.WithholdingRaw, MemberNo: member.MemberNo},
		})
		if err != nil || out.Problem != nil {
			t.Fatal(err, out.Problem)
		}
	}
	_ = log.file.Close() // killed

	log, replayed, err := Open(path, fault.All())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	heard := &listener{}
	after := engine.New(engine.Options{Notifier: heard})
	defer after.Close()
	if _, err := after.AdoptWorld(t.Context(), replayed.World, engine.NewWorld{Virtual: true, Recorder: log}); err != nil {
		t.Fatal(err)
	}
	if plans := replayed.World.NotificationPlans(); len(plans) != 1 || plans[0].Used != 1 {
		t.Errorf("plans: %+v", plans)
	}
	if _, err := after.SetClock(t.Context(), info.ID, replayed.World.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	heard.mu.Lock()
	defer heard.mu.Unlock()
	if len(heard.variants) != 2 || heard.variants[0] != simulator.VariantUnsigned || heard.variants[1] != simulator.VariantPlain {
		t.Errorf("sent: %q", heard.variants)
	}
}
