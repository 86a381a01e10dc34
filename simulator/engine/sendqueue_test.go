package engine_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/internal/sample"
)

// noPauses is the sample's universe with a schedule that begins again at once.
func noPauses(t *testing.T) *simulator.Template {
	t.Helper()
	u := sample.Universe()
	for i := range u.Channels {
		u.Channels[i].Notification.ScheduleSeconds = []int{1, 0, 0, 0}
	}
	template, err := simulator.Compile(u)
	if err != nil {
		t.Fatal(err)
	}
	return template
}

func TestASchedulesPausesOfNothingDoNotLetTheJournalDependOnWhoAnswersFirst(t *testing.T) {
	t.Parallel()
	const orders = 12
	play := func(mood string) []byte {
		e := engine.New(engine.Options{Notifier: moody{mood}, Drain: soon})
		defer e.Close()
		info, err := e.CreateWorld(t.Context(), engine.NewWorld{ID: "wld_pauses", Seed: 3, Virtual: true, Start: sample.Start, Template: noPauses(t)})
		if err != nil {
			t.Fatal(err)
		}
		s := &stage{t: t, e: e, world: info.ID}
		s.must(simulator.AddMember{Member: simulator.Member{
			MemberNo: "M1", ChannelID: sample.WithholdingRaw, MerchantName: "晨星借贷", NotifyURL: "http://127.0.0.1/n",
		}})
		s.member = simulator.Member{MemberNo: "M1", ChannelID: sample.WithholdingRaw}
		s.must(simulator.AddFault{Rule: simulator.FaultRule{Fault: "notification_duplicate", Copies: 3, When: simulator.When{Every: 2}}})
		for range orders {
			s.must(s.charge())
		}
		if _, err := e.SetClock(t.Context(), info.ID, sample.Start.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		text, err := e.Canonical(info.ID)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	one, two := play("calm"), play("hasty")
	if !bytes.Equal(one, two) {
		t.Errorf("the exports differ from byte %d on", differ(one, two))
	}
}

// deaf answers nobody before it is told to.
type deaf struct {
	once  sync.Once
	began chan struct{}
}

// Deliver waits for its end.
func (d *deaf) Deliver(ctx context.Context, _ engine.Copy) engine.Receipt {
	d.once.Do(func() { close(d.began) })
	<-ctx.Done()
	return engine.Receipt{}
}

// Body is nothing.
func (*deaf) Body(simulator.Event) []byte { return nil }

func TestAnEarlyNotificationThatIsNeverAnsweredHoldsTheAnswerForABoundedWhile(t *testing.T) {
	t.Parallel()
	notifier := &deaf{began: make(chan struct{})}
	s := setStage(t, engine.Options{Notifier: notifier, DeliveryTimeout: 20 * time.Millisecond})
	s.must(simulator.AddFault{Rule: simulator.FaultRule{Fault: "notification_early"}})
	out := s.must(s.charge())
	if out.Charge == nil || out.Charge.Status != simulator.ChargeSucceeded || out.Reply.Withheld {
		t.Errorf("got %+v", out)
	}
	select {
	case <-notifier.began:
	default:
		t.Error("answered before the notification went out")
	}
}
