package simulator_test

import (
	"slices"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// notified is a stage with a paid order whose platform wants to be told.
func notified(t *testing.T, rules ...simulator.FaultRule) (*stage, simulator.ApplyCharge) {
	t.Helper()
	s := setStage(t)
	c := s.newCharge(s.sign(sample.AgreementBank, "payer-1", sample.Person(1)), "payer-1", 100)
	c.NotifyURL = "http://127.0.0.1/notify"
	for _, rule := range rules {
		s.control(simulator.AddFault{Rule: rule})
	}
	wantCharge(t, s.do(sample.AgreementBank, c), simulator.ChargeSucceeded, "")
	return s, c
}

// sent collects the deliveries a step asks for.
func sent(out simulator.Outcome) []*simulator.Delivery {
	var all []*simulator.Delivery
	for _, effect := range out.Effects {
		if effect.Kind == simulator.EffectDeliver {
			all = append(all, effect.Delivery)
		}
	}
	return all
}

// report tells the world how a delivery ended.
func (s *stage) report(d *simulator.Delivery, acknowledged bool) simulator.Outcome {
	return s.control(simulator.Delivered{
		EventID: d.Event.EventID, Attempt: d.Attempt, Acknowledged: acknowledged, Status: 200,
	})
}

func TestANotificationGoesOutOnItsScheduleUntilAcknowledged(t *testing.T) {
	t.Parallel()
	s, c := notified(t)
	if next, due := s.w.NextDue(); !due || !next.Equal(s.now.Add(time.Second)) {
		t.Fatalf("next due %s %v", next, due)
	}
	first := sent(s.pass(time.Second))
	if len(first) != 1 || first[0].Attempt != 1 || first[0].Copies != 1 || first[0].URL != c.NotifyURL {
		t.Fatalf("first: %+v", first)
	}
	event := first[0].Event
	if event.Type != simulator.EventChargeSucceeded || event.Charge.OrderNo != c.OrderNo || event.Charge.Status != simulator.ChargeSucceeded {
		t.Errorf("event: %+v", event)
	}
	s.report(first[0], false)
	second := sent(s.pass(5 * time.Second))
	if len(second) != 1 || second[0].Attempt != 2 || second[0].Event.EventID != event.EventID {
		t.Fatalf("second: %+v", second)
	}
	s.report(second[0], true)
	if _, due := s.w.NextDue(); due || len(s.w.Pending()) != 0 {
		t.Error("still pending after the acknowledgement")
	}
	log := s.w.Deliveries()
	if len(log) != 2 || log[0].Outcome != simulator.DeliveryNotAcknowledged || log[1].Outcome != simulator.DeliveryAcknowledged || log[1].Ref != c.OrderNo {
		t.Errorf("log: %+v", log)
	}
}

func TestANotificationNobodyAcknowledgesIsGivenUpAndCanBeSentAgain(t *testing.T) {
	t.Parallel()
	s, _ := notified(t)
	var last *simulator.Delivery
	for _, pause := range []time.Duration{time.Second, 5 * time.Second, 30 * time.Second} {
		d := sent(s.pass(pause))
		if len(d) != 1 {
			t.Fatalf("after %s: %+v", pause, d)
		}
		last = d[0]
		s.report(last, false)
	}
	if d := sent(s.pass(24 * time.Hour)); len(d) != 0 || len(s.w.Pending()) != 0 {
		t.Fatalf("not given up: %+v", d)
	}
	d := sent(s.control(simulator.Redeliver{EventID: last.Event.EventID}))
	if len(d) != 1 || d[0].Attempt != 4 {
		t.Fatalf("redelivered: %+v", d)
	}
	s.report(d[0], true)
	if d := sent(s.control(simulator.Redeliver{EventID: last.Event.EventID})); len(d) != 1 {
		t.Errorf("after acknowledgement: %+v", d)
	}
}

func TestSendingAgainByHandTakesThePlaceOfThePlannedSending(t *testing.T) {
	t.Parallel()
	s, _ := notified(t)
	id := s.w.Pending()[0].Event.EventID
	d := sent(s.control(simulator.Redeliver{EventID: id}))
	if len(d) != 1 {
		t.Fatalf("sent: %+v", d)
	}
	s.report(d[0], false)
	if d := sent(s.pass(4 * time.Second)); len(d) != 0 {
		t.Errorf("the old plan still held: %+v", d)
	}
	if d := sent(s.pass(time.Second)); len(d) != 1 || d[0].Attempt != 2 {
		t.Errorf("next by the schedule: %+v", d)
	}
}

func TestThingsDueAtOneInstantHappenInTheOrderTheyWereMade(t *testing.T) {
	t.Parallel()
	s, first := notified(t)
	orders := []string{first.OrderNo}
	for range 4 {
		c := s.newCharge(first.AgreementNo, "payer-1", 1)
		c.NotifyURL = first.NotifyURL
		s.do(sample.AgreementBank, c)
		orders = append(orders, c.OrderNo)
	}
	due := s.w.Due()
	for i, d := range sent(s.pass(time.Second)) {
		if d.Event.Charge.OrderNo != orders[i] || due[i].What != "notification "+d.Event.EventID {
			t.Errorf("%d: %s, %s", i, d.Event.Charge.OrderNo, due[i].What)
		}
	}
}

func TestASendingUnderWayIsNotStartedTwice(t *testing.T) {
	t.Parallel()
	s, _ := notified(t)
	first := sent(s.pass(time.Second))[0]
	if d := sent(s.pass(time.Hour)); len(d) != 0 {
		t.Errorf("started again: %+v", d)
	}
	open := s.w.InFlight()
	if len(open) != 1 || open[0].EventID != first.Event.EventID || open[0].Attempt != 1 {
		t.Errorf("in flight: %+v", open)
	}
	wantProblem(t, s.w.Step(simulator.Input{Now: s.now, Command: simulator.Delivered{EventID: first.Event.EventID, Attempt: 9}}), simulator.ProblemNotFound)
}

func TestEachKindOfEventIsNotifiedToTheMember(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	const member = "M-told"
	s.control(simulator.AddMember{Member: simulator.Member{
		MemberNo: member, ChannelID: sample.AgreementBank, NotifyURL: "http://127.0.0.1/member",
	}})
	do := func(c simulator.Command) simulator.Outcome {
		return s.w.Step(simulator.Input{Now: s.now, Command: c, Request: simulator.Request{ChannelID: sample.AgreementBank, MemberNo: member}})
	}
	do(apply("sgn_1"))
	no := do(confirm("sgn_1", s.code(simulator.AboutSigning))).Signing.Agreement.AgreementNo
	good, bad := s.newCharge(no, "payer-1", 100), s.newCharge(no, "payer-1", 500_001)
	do(good)
	do(bad)
	do(refundOf(good, "rfd_1", 1))
	s.control(simulator.CancelAtBank{AgreementNo: no})
	got := map[simulator.EventType]bool{}
	for _, d := range sent(s.pass(time.Second)) {
		got[d.Event.Type] = true
		if d.URL != "http://127.0.0.1/member" {
			t.Errorf("%s to %s", d.Event.Type, d.URL)
		}
	}
	for _, want := range []simulator.EventType{
		simulator.EventSigningSigned, simulator.EventChargeSucceeded, simulator.EventChargeDeclined,
		simulator.EventRefundSucceeded, simulator.EventAgreementEnded,
	} {
		if !got[want] {
			t.Errorf("%s was not notified", want)
		}
	}
}

func TestTerminatingByTheMerchantIsNotNotified(t *testing.T) {
	t.Parallel()
	s, c := notified(t)
	pending := len(s.w.Pending())
	s.do(sample.AgreementBank, simulator.TerminateAgreement{AgreementNo: c.AgreementNo})
	if len(s.w.Pending()) != pending {
		t.Error("the merchant was told of what it did itself")
	}
}

func TestADroppedNotificationIsLostAndTheScheduleGoesOn(t *testing.T) {
	t.Parallel()
	s, _ := notified(t, simulator.FaultRule{Fault: "notification_drop", Times: 1})
	if d := sent(s.pass(time.Second)); len(d) != 0 {
		t.Fatalf("sent: %+v", d)
	}
	if d := sent(s.pass(5 * time.Second)); len(d) != 1 || d[0].Attempt != 2 {
		t.Errorf("second: %+v", d)
	}
	if log := s.w.Deliveries(); len(log) != 2 || log[0].Outcome != simulator.DeliveryDropped || log[1].Outcome != simulator.DeliveryPending {
		t.Errorf("log: %+v", log)
	}
	rows := toldRows(s)
	if len(rows) != 2 || rows[0].Result != "dropped by flt_1" || len(rows[0].Faults) != 1 || rows[1].Result != "sending" || rows[1].Faults != nil {
		t.Errorf("rows: %+v", rows)
	}
}

// told are the journal rows of notifications.
func toldRows(s *stage) []simulator.JournalRow {
	return slices.DeleteFunc(s.w.Journal(0, 0), func(r simulator.JournalRow) bool { return r.Operation != simulator.OpNotification })
}

func TestEachCopyOfANotificationHasARowOfItsOwn(t *testing.T) {
	t.Parallel()
	s, c := notified(t, simulator.FaultRule{Fault: "notification_duplicate", Copies: 1, Times: 1})
	d := sent(s.pass(time.Second))[0]
	rows := toldRows(s)
	if len(rows) != 2 || len(d.Rows) != 2 || d.Rows[1] != rows[1].Seq {
		t.Fatalf("rows %v: %+v", d.Rows, rows)
	}
	s.w.Sent(d.Rows, []byte(`{"event_id":"evt_1"}`))
	s.control(simulator.Delivered{
		EventID: d.Event.EventID, Attempt: d.Attempt, Acknowledged: true, Status: 200,
		Copies: []simulator.CopyReceipt{{Status: 503}, {Status: 200, Acknowledged: true}},
	})
	for i, want := range []struct {
		result string
		status int
	}{{"not_acknowledged", 503}, {"acknowledged", 200}} {
		row := toldRows(s)[i]
		if row.Result != want.result || row.AnswerStatus() != want.status || row.Target != c.NotifyURL || row.Method != "POST" ||
			row.From != sample.AgreementBank || string(row.RequestBody()) != `{"event_id":"evt_1"}` || len(row.Faults) != 1 {
			t.Errorf("copy %d: %+v", i+1, row)
		}
	}
	if len(toldRows(s)) != 2 {
		t.Errorf("rows: %+v", toldRows(s))
	}
}

func TestASendingCutOffByARestartIsWrittenDownAsNotAcknowledged(t *testing.T) {
	t.Parallel()
	s, _ := notified(t)
	s.pass(time.Second)
	s.control(s.w.InFlight()[0])
	if rows := toldRows(s); len(rows) != 1 || rows[0].Result != "not_acknowledged" || rows[0].AnswerStatus() != 0 {
		t.Errorf("rows: %+v", rows)
	}
}

func TestTheEndOfAnAgreementIsToldWhereItsSigningAskedForIt(t *testing.T) {
	t.Parallel()
	const signingURL, memberURL = "http://127.0.0.1/signing", "http://127.0.0.1/member"
	for name, row := range map[string]struct {
		channel, url, want string
		byAge              bool
	}{
		"signed by code":          {channel: sample.AgreementBank, url: signingURL, want: signingURL},
		"bound":                   {channel: sample.BindingPlatform, url: signingURL, want: signingURL},
		"without a URL":           {channel: sample.AgreementBank, want: memberURL},
		"by age":                  {channel: sample.AgreementThirdParty, url: signingURL, want: signingURL, byAge: true},
		"by age, without its own": {channel: sample.AgreementThirdParty, want: memberURL, byAge: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setStage(t)
			s.control(simulator.AddMember{Member: simulator.Member{MemberNo: "M-told", ChannelID: row.channel, NotifyURL: memberURL}})
			do := func(c simulator.Command) simulator.Outcome {
				return s.w.Step(simulator.Input{Now: s.now, Command: c, Request: simulator.Request{ChannelID: row.channel, MemberNo: "M-told"}})
			}
			if row.channel == sample.BindingPlatform {
				do(simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(1)})
				do(simulator.Bind{SignNo: "sgn_1", PayerRef: "payer-1", Elements: sample.Person(1), NotifyURL: row.url, Evidence: simulator.Evidence{
					Kind: simulator.EvidencePlatformVerified, Reference: "vrf_1",
				}})
			} else {
				do(simulator.ApplySigning{SignNo: "sgn_1", PayerRef: "payer-1", Elements: sample.Person(1), NotifyURL: row.url})
				do(confirm("sgn_1", s.code(simulator.AboutSigning)))
			}
			s.report(sent(s.pass(time.Second))[0], true)
			var ends []*simulator.Delivery
			if row.byAge {
				ends = sent(s.pass(365 * 24 * time.Hour))
			} else {
				s.control(simulator.CancelAtBank{CardNumber: sample.Person(1).CardNumber})
			}
			ends = append(ends, sent(s.pass(time.Second))...)
			if len(ends) != 1 || ends[0].Event.Type != simulator.EventAgreementEnded || ends[0].URL != row.want ||
				ends[0].Event.Agreement.Status == simulator.AgreementActive {
				t.Errorf("told: %+v", ends)
			}
		})
	}
}

func TestTheNewestSigningSaysWhereTheEndIsTold(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	again := apply("sgn_again")
	again.NotifyURL = "http://127.0.0.1/again"
	s.do(sample.AgreementBank, again)
	s.do(sample.AgreementBank, apply("sgn_third")) // names no URL and takes none away
	s.control(simulator.CancelAtBank{AgreementNo: no})
	if ends := sent(s.pass(time.Second)); len(ends) != 1 || ends[0].URL != again.NotifyURL {
		t.Errorf("told: %+v", ends)
	}
}

func TestADuplicatedNotificationAsksForCopies(t *testing.T) {
	t.Parallel()
	s, _ := notified(t, simulator.FaultRule{Fault: "notification_duplicate", Copies: 2})
	if d := sent(s.pass(time.Second)); len(d) != 1 || d[0].Copies != 3 {
		t.Errorf("sent: %+v", d)
	}
}

func TestALateNotificationComesLateOnceAndIsWrittenDown(t *testing.T) {
	t.Parallel()
	s, _ := notified(t, simulator.FaultRule{Fault: "notification_late", DelayMS: 3600000})
	if d := sent(s.pass(time.Second)); len(d) != 0 {
		t.Fatalf("sent: %+v", d)
	}
	if d := sent(s.pass(time.Hour - time.Second)); len(d) != 0 {
		t.Fatalf("sent: %+v", d)
	}
	if d := sent(s.pass(time.Second)); len(d) != 1 || d[0].Attempt != 1 {
		t.Errorf("sent: %+v", d)
	}
	struck := 0
	for _, row := range s.w.Journal(0, 0) {
		if row.Operation == simulator.OpNotification && len(row.Faults) == 1 && row.Faults[0].Fault == "notification_late" {
			struck++
		}
	}
	if struck != 1 {
		t.Errorf("%d journal rows of the fault", struck)
	}
}

func TestANotificationWithoutAPauseGoesOutInTheSameStep(t *testing.T) {
	t.Parallel()
	u := sample.Universe()
	u.Channels[4].Notification.ScheduleSeconds = []int{0}
	template, err := simulator.Compile(u)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, now: sample.Start, w: simulator.NewWorld("wld_test", 7, sample.Start, template, nil)}
	s.control(simulator.AddMember{Member: simulator.Member{
		MemberNo: memberOf(sample.WithholdingRaw), ChannelID: sample.WithholdingRaw, NotifyURL: "http://127.0.0.1/n",
	}})
	if d := sent(s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 1))); len(d) != 1 {
		t.Errorf("sent: %+v", d)
	}
}
