package engine_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/ids"
	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/internal/sample"
)

// soon bounds, in real time, what a test waits for.
const soon = 10 * time.Second

// stage is an engine with one world on a virtual clock and a member at the raw
// withholding channel.
type stage struct {
	t      *testing.T
	e      *engine.Engine
	world  string
	member simulator.Member
	serial int
}

// setStage makes one.
func setStage(t *testing.T, opts engine.Options) *stage {
	t.Helper()
	if opts.IDs == nil {
		opts.IDs = ids.NewSequence(1)
	}
	if opts.Drain == 0 {
		opts.Drain = soon
	}
	e := engine.New(opts)
	t.Cleanup(e.Close)
	info, err := e.CreateWorld(t.Context(), engine.NewWorld{Seed: 7, Virtual: true, Start: sample.Start, Template: sample.Template()})
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, e: e, world: info.ID}
	s.member = s.addMember(sample.WithholdingRaw)
	return s
}

// addMember makes a member with a notify URL.
func (s *stage) addMember(channel string) simulator.Member {
	s.t.Helper()
	m, err := s.e.AddMember(s.t.Context(), s.world, engine.NewMember{
		ChannelID: channel, MerchantName: "晨星借贷", NotifyURL: "http://127.0.0.1/n",
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

// do steps a command of the stage's member.
func (s *stage) do(ctx context.Context, c simulator.Command) (simulator.Outcome, error) {
	return s.e.Do(ctx, s.world, simulator.Input{Command: c, Request: simulator.Request{
		ChannelID: s.member.ChannelID, MemberNo: s.member.MemberNo,
	}})
}

// must steps a command and wants no error.
func (s *stage) must(c simulator.Command) simulator.Outcome {
	s.t.Helper()
	out, err := s.do(s.t.Context(), c)
	if err != nil || out.Problem != nil {
		s.t.Fatalf("%T: %v %v", c, err, out.Problem)
	}
	return out
}

// charge is a charge with a fresh number.
func (s *stage) charge() simulator.ApplyCharge {
	s.serial++
	return simulator.ApplyCharge{
		OrderNo: fmt.Sprint("ord_", s.serial), OrderTime: sample.Start, Amount: 100, Currency: money.Currency,
		Elements: sample.Person(1), PayerRef: "payer-1",
	}
}

// debits counts the ledger rows of an order.
func (s *stage) debits(orderNo string) int {
	s.t.Helper()
	n := 0
	if err := s.e.Read(s.world, func(w *simulator.World) { n = len(w.LedgerOf(orderNo)) }); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// until waits, bounded, until the clock view satisfies a condition.
func (s *stage) until(what string, ok func(engine.ClockView) bool) engine.ClockView {
	s.t.Helper()
	deadline, tick := time.After(soon), time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		v, err := s.e.Clock(s.world)
		if err != nil {
			s.t.Fatal(err)
		}
		if ok(v) {
			return v
		}
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatalf("%s: not within %s: %+v", what, soon, v)
		}
	}
}

// recorder is a Notifier that remembers and answers as told.
type recorder struct {
	mu     sync.Mutex
	got    []engine.Copy
	answer func(engine.Copy) engine.Receipt
}

// Deliver remembers.
func (r *recorder) Deliver(_ context.Context, s engine.Copy) engine.Receipt {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, s)
	if r.answer == nil {
		return engine.Receipt{Status: 200, Acknowledged: true}
	}
	return r.answer(s)
}

// Body names the event.
func (*recorder) Body(e simulator.Event) []byte { return []byte(`{"event_id":"` + e.EventID + `"}`) }

// all returns what was sent so far.
func (r *recorder) all() []engine.Copy {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]engine.Copy(nil), r.got...)
}

func TestWorldsAreFoundByIDAndMembersByNumber(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	world, m, err := s.e.FindMember(s.member.MemberNo)
	if err != nil || world != s.world || m.ChannelID != sample.WithholdingRaw {
		t.Errorf("found %q %+v %v", world, m.ChannelID, err)
	}
	if _, _, err := s.e.FindMember("M0"); !errors.Is(err, engine.ErrWorldNotFound) {
		t.Errorf("unknown member: %v", err)
	}
	if _, err := s.e.Do(t.Context(), "wld_none", simulator.Input{Command: simulator.Tick{}}); !errors.Is(err, engine.ErrWorldNotFound) {
		t.Errorf("unknown world: %v", err)
	}
	if _, err := s.e.CreateWorld(t.Context(), engine.NewWorld{ID: s.world, Template: sample.Template()}); !errors.Is(err, engine.ErrWorldExists) {
		t.Errorf("same id: %v", err)
	}
	if _, err := s.e.CreateWorld(t.Context(), engine.NewWorld{}); err == nil {
		t.Error("a world without a template")
	}
}

func TestMemberNumbersDifferOverAllWorlds(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	seen := map[string]bool{s.member.MemberNo: true}
	for range 20 {
		info, err := s.e.CreateWorld(t.Context(), engine.NewWorld{Seed: 7, Virtual: true, Template: sample.Template()})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			m, err := s.e.AddMember(t.Context(), info.ID, engine.NewMember{ChannelID: sample.WithholdingRaw})
			if err != nil {
				t.Fatal(err)
			}
			if seen[m.MemberNo] || m.MemberNo[0] != 'M' || len(m.MemberNo) != 15 {
				t.Fatalf("member number %q", m.MemberNo)
			}
			seen[m.MemberNo] = true
		}
	}
	_, err := s.e.AddMember(t.Context(), s.world, engine.NewMember{ChannelID: sample.WithholdingRaw, MemberNo: s.member.MemberNo})
	var problem *simulator.Problem
	if !errors.As(err, &problem) || problem.Field != "member_no" {
		t.Errorf("taken number: %v", err)
	}
	if _, err = s.e.AddMember(t.Context(), s.world, engine.NewMember{ChannelID: "none"}); !errors.As(err, &problem) || problem.Field != "channel_id" {
		t.Errorf("unknown channel: %v", err)
	}
}

func TestKeysFitTheChannelsAlgorithmAndDifferPerDirection(t *testing.T) {
	t.Parallel()
	u := sample.Universe()
	u.Channels[0].SignatureAlg = "EdDSA"
	template, err := simulator.Compile(u)
	if err != nil {
		t.Fatal(err)
	}
	e := engine.New(engine.Options{})
	defer e.Close()
	info, err := e.CreateWorld(t.Context(), engine.NewWorld{Template: template})
	if err != nil {
		t.Fatal(err)
	}
	for channel, size := range map[string][2]int{sample.AgreementBank: {64, 32}, sample.BankDirect: {32, 32}} {
		m, err := e.AddMember(t.Context(), info.ID, engine.NewMember{ChannelID: channel})
		if err != nil {
			t.Fatal(err)
		}
		k := m.Keys
		if len(k.Request.Private) != size[0] || len(k.Request.Public) != size[1] || k.Request.KID == k.Reply.KID ||
			bytes.Equal(k.Request.Private, k.Reply.Private) {
			t.Errorf("%s: sizes %d/%d, kids %s %s", channel, len(k.Request.Private), len(k.Request.Public), k.Request.KID, k.Reply.KID)
		}
		if text := fmt.Sprintf("%v %+v %#v %x", m, m, m, k.Request.Private); strings.Contains(text, hex.EncodeToString(k.Request.Private)) {
			t.Error("a key can be printed")
		}
	}
}

func TestTheInboxCanBeWaitedFor(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	sms := simulator.SendSMS{About: simulator.AboutPlatformCode, Mobile: sample.Person(1).Mobile, Text: "验证码 012345"}
	filter := simulator.MessageFilter{Mobile: sample.Mobile(1), WithCode: true}
	got := make(chan []simulator.Message, 1)
	go func() {
		found, _ := s.e.WaitMessages(context.Background(), s.world, filter)
		got <- found
	}()
	other := sms
	other.Mobile = sample.Person(2).Mobile
	s.must(other)
	s.must(sms)
	select {
	case found := <-got:
		if len(found) != 1 || found[0].Code != "012345" {
			t.Errorf("got %+v", found)
		}
	case <-time.After(soon):
		t.Fatal("nothing came")
	}
	filter.After = 2
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if found, err := s.e.WaitMessages(ctx, s.world, filter); len(found) != 0 || err != nil {
		t.Errorf("absence: %+v %v", found, err)
	}
	if found, err := s.e.Messages(s.world, simulator.MessageFilter{}); len(found) != 2 || err != nil {
		t.Errorf("list: %+v %v", found, err)
	}
}

func TestADuplicatedNotificationIsSentInCopiesAndNotedOnce(t *testing.T) {
	t.Parallel()
	notifier := &recorder{answer: func(s engine.Copy) engine.Receipt {
		return engine.Receipt{Status: 200, Acknowledged: s.Copy == 2}
	}}
	s := setStage(t, engine.Options{Notifier: notifier})
	s.must(simulator.AddFault{Rule: simulator.FaultRule{Fault: "notification_duplicate", Copies: 2, Times: 1}})
	s.must(s.charge())
	if _, err := s.e.NextClock(t.Context(), s.world); err != nil {
		t.Fatal(err)
	}
	got := notifier.all()
	if len(got) != 3 || got[0].Event.EventID != got[2].Event.EventID {
		t.Fatalf("sent: %+v", got)
	}
	_ = s.e.Read(s.world, func(w *simulator.World) {
		if log := w.Deliveries(); len(log) != 1 || log[0].Outcome != simulator.DeliveryAcknowledged || len(w.Pending()) != 0 {
			t.Errorf("log: %+v", log)
		}
	})
}

func TestResettingAWorldKeepsItsMembers(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	c := s.charge()
	s.must(c)
	if err := s.e.ResetWorld(t.Context(), s.world); err != nil {
		t.Fatal(err)
	}
	if s.debits(c.OrderNo) != 0 {
		t.Error("the ledger survived")
	}
	s.must(c)
}

func TestParallelCallersKeepTheInvariants(t *testing.T) {
	t.Parallel()
	notifier := &recorder{}
	s := setStage(t, engine.Options{Notifier: notifier})
	c := s.charge()
	var callers sync.WaitGroup
	for range 16 {
		callers.Go(func() {
			for range 20 {
				_, _ = s.do(context.Background(), c)
			}
		})
	}
	callers.Wait()
	if s.debits(c.OrderNo) != 1 {
		t.Errorf("%d debits", s.debits(c.OrderNo))
	}
	if _, err := s.e.SetClock(t.Context(), s.world, sample.Start.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if len(notifier.all()) != 1 {
		t.Errorf("%d notifications", len(notifier.all()))
	}
}

func TestACardOutsideTheTestRangeIsRefusedAtTheEngine(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	c := s.charge()
	c.Elements.IDNumber = mustID(t, "11010519491231002X")
	out, err := s.do(t.Context(), c)
	if err != nil || out.Problem == nil || out.Problem.Field != "elements.id_number" {
		t.Errorf("got %+v %v", out.Problem, err)
	}
}

func TestSeededWorldsHaveTheSameCanonicalExport(t *testing.T) {
	t.Parallel()
	text := func() []byte {
		s := setStage(t, engine.Options{Entropy: bytes.NewReader(make([]byte, 1024)), Notifier: &recorder{}})
		s.must(s.charge())
		if _, err := s.e.SetClock(t.Context(), s.world, sample.Start.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		out, err := s.e.Canonical(s.world)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if one, two := text(), text(); !bytes.Equal(one, two) {
		t.Errorf("exports differ:\n%s\n%s", one, two)
	}
}
