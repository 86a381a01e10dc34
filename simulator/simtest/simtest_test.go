package simtest_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/simulator/simtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start is when the virtual clocks of the tests begin.
var start = time.Date(2018, 6, 6, 11, 30, 0, 0, time.UTC)

// signed is a world, a member and an agreement for its first ICBC card.
func signed(t testing.TB, options ...simtest.Option) (*simtest.World, *simtest.Member, string) {
	t.Helper()
	w := simtest.New(t, append([]simtest.Option{simtest.VirtualClock(start)}, options...)...)
	m := w.Member(bridge)
	agreement, err := m.Sign(w.CardOf("ICBC"))
	if err != nil {
		t.Fatal(err)
	}
	return w, m, agreement
}

// bridge is an agreement channel of the fixtures.
const bridge = "bridge-pay"

func TestAFirstDebit(t *testing.T) {
	t.Parallel()
	w, m, agreement := signed(t)
	card := w.CardOf("ICBC")
	w.SetBalance(card, 100_00)
	charge, err := m.Charge(simtest.Order{Fen: 66_00, AgreementNo: agreement})
	if err != nil || charge.Status != channel.ChargeStatusChargeSucceeded {
		t.Fatalf("%+v %v", charge, err)
	}
	if w.Debited(charge.OrderNo) != 66_00 || len(w.Ledger("")) != 1 {
		t.Errorf("ledger: %+v", w.Ledger(""))
	}
	again, err := m.Charge(simtest.Order{Fen: 66_00, AgreementNo: agreement})
	if err != nil || again.Status != channel.ChargeStatusChargeDeclined {
		t.Errorf("34 yuan are left: %+v %v", again, err)
	}
	if rows := w.Journal(control.ReadJournalParams{Number: &charge.OrderNo}); len(rows) == 0 {
		t.Error("no journal row")
	}
	if story := w.Story(charge.OrderNo); len(story.Steps) == 0 || w.Diagram(charge.OrderNo) == "" {
		t.Errorf("story: %+v", story)
	}
}

func TestALostReplyIsFoundOutByAQuery(t *testing.T) {
	t.Parallel()
	w, m, agreement := signed(t)
	fault := w.Faults.Add(simtest.LostReply(control.OperationCharge).AtChannel(bridge).Times(1))
	if _, err := m.Charge(simtest.Order{Number: "ord_lost01", Fen: 1, AgreementNo: agreement}); !errors.Is(err, simtest.ErrNoAnswer) {
		t.Fatal(err)
	}
	if w.Faults.Struck(fault) != 1 || w.Debited("ord_lost01") != 1 {
		t.Errorf("struck %d, debited %d", w.Faults.Struck(fault), w.Debited("ord_lost01"))
	}
	if found, err := m.Query("ord_lost01", start); err != nil || found.Status != channel.ChargeStatusChargeSucceeded {
		t.Errorf("%+v %v", found, err)
	}
	var problem *simtest.RefusedError
	if _, err := m.Query("ord_never1", start); !errors.As(err, &problem) || problem.Error() == "" {
		t.Errorf("unknown order: %v", err)
	}
	w.Faults.Remove(fault)
	w.Faults.Clear()
	if list := w.Faults.List(); len(list) != 0 {
		t.Errorf("left: %+v", list)
	}
}

func TestNotificationsComeByTheClock(t *testing.T) {
	t.Parallel()
	w, m, agreement := signed(t)
	mail := m.Receive()
	mail.Silence(true)
	charge, err := m.Charge(simtest.Order{Fen: 1, AgreementNo: agreement})
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Settle() // the first sending is on its way
	if due := w.Clock.Due(); len(due) == 0 || due[0].Kind != control.DueNotification {
		t.Fatalf("due: %+v", due)
	}
	if passed := w.Clock.Next(); len(passed.Of(control.DueNotification)) != 1 || passed.String() == "" {
		t.Errorf("next: %+v", passed)
	}
	mail.Silence(false)
	passed := w.Clock.Advance(24 * time.Hour)
	got := mail.Got()
	if len(got) != 3 || got[1].EventId != got[0].EventId || got[1].Charge.OrderNo != charge.OrderNo {
		t.Fatalf("got %+v", got)
	}
	for _, n := range got {
		if n.Signature != nil {
			t.Error(n.Signature)
		}
	}
	if at := w.Clock.To(passed.Now); !at.Now.Equal(passed.Now) || !w.Clock.Now().Equal(passed.Now) {
		t.Errorf("to the present: %+v", at)
	}
}

func TestTheInboxHasCodesAndAbsence(t *testing.T) {
	t.Parallel()
	w, _, _ := signed(t)
	mobile := w.CardOf("ICBC").Elements.Mobile
	message := w.Inbox.Wait(time.Second, simtest.Mail{To: mobile, About: control.Signing})
	if message.Code == nil || *message.Code != w.Inbox.Code(*message.Reference) {
		t.Errorf("message about %s", message.About)
	}
	w.Inbox.None(time.Millisecond, simtest.Mail{To: mobile, After: message.Cursor})
}

func TestAServiceReachesTheWorldByAnyTransport(t *testing.T) {
	t.Parallel()
	w := simtest.New(t, simtest.RealClock(), simtest.Merchant("second", "http://127.0.0.1:1/notify"))
	m := w.MemberOf("second", bridge)
	if first := w.Member(bridge); first.MemberNo == m.MemberNo {
		t.Error("both merchants have one number")
	}
	own := httptest.NewServer(w.Handler())
	defer own.Close()
	for name, get := range map[string]func() (*http.Response, error){
		"loopback":  func() (*http.Response, error) { return http.Get(m.URL() + "/v1/profile") },
		"in memory": func() (*http.Response, error) { return w.Client().Get("http://any.test" + m.Path + "/v1/profile") },
		"own":       func() (*http.Response, error) { return own.Client().Get(own.URL + m.Path + "/v1/profile") },
	} {
		answer, err := get()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusBadRequest || answer.Header.Get("Countersign-Simulated") != "true" {
			t.Errorf("%s: %d", name, answer.StatusCode) // names no member
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestWorldsOfParallelTestsAreApart(t *testing.T) {
	t.Parallel()
	exports := make([][]byte, 40)
	t.Run("all", func(t *testing.T) {
		t.Parallel()
		for i := range exports {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				w, m, agreement := signed(t, simtest.Seed(int64(7+i%2)))
				if i%2 == 1 {
					w.Faults.Add(simtest.Decline("insufficient_balance"))
				}
				charge, err := m.Charge(simtest.Order{Fen: 5, AgreementNo: agreement})
				if err != nil || (charge.Status == channel.ChargeStatusChargeSucceeded) != (i%2 == 0) {
					t.Errorf("%+v %v", charge, err)
				}
				exports[i] = bytes.ReplaceAll(w.Export(), []byte(w.ID()), []byte("world"))
			})
		}
	})
}

func TestAForkGoesItsOwnWay(t *testing.T) {
	t.Parallel()
	w, _, agreement := signed(t)
	fork := w.Fork(t)
	m := fork.Member(bridge)
	charge, err := m.Charge(simtest.Order{Fen: 7, AgreementNo: agreement})
	if err != nil || fork.Debited(charge.OrderNo) != 7 || len(w.Ledger("")) != 0 {
		t.Errorf("%+v %v", charge, err)
	}
}

func TestASnapshotBringsTheWorldBack(t *testing.T) {
	t.Parallel()
	w, m, agreement := signed(t)
	before := w.Snapshot()
	if _, err := m.Charge(simtest.Order{Fen: 7, AgreementNo: agreement}); err != nil || len(w.Ledger("")) != 1 {
		t.Fatal(err)
	}
	w.Restore(before)
	if len(w.Ledger("")) != 0 || len(w.Truth().Agreements) != 1 {
		t.Errorf("after restore: %+v", w.Truth())
	}
	w.Reset()
	if len(w.Truth().Agreements) != 0 {
		t.Error("the reset left an agreement")
	}
}

func TestVerifyAndVerdictsJudgeTheClient(t *testing.T) {
	t.Parallel()
	w, m, agreement := signed(t)
	if _, err := m.Charge(simtest.Order{Fen: 7, AgreementNo: agreement}); err != nil {
		t.Fatal(err)
	}
	w.NoVerdicts()
	once, never, operation := 1, 0, control.OperationCharge
	match := &control.RecordMatch{Operation: &operation}
	w.Verify(control.VerifyRequest{Subject: control.SubjectJournal, Match: match, Count: control.Count{Exactly: &once}})
	if said := fails(t, w, func(w *simtest.World) {
		w.Verify(control.VerifyRequest{Subject: control.SubjectJournal, Match: match, Count: control.Count{Exactly: &never}})
	}); said == "" {
		t.Error("once is not never")
	}
}

func TestCardsCanBeIssuedAndChanged(t *testing.T) {
	t.Parallel()
	w, m, _ := signed(t, simtest.WithFaults(simtest.Decline("insufficient_balance").Times(1)), simtest.Channels(bridge))
	if ids := w.ChannelIDs(); len(ids) != 1 {
		t.Errorf("channels %v", ids)
	}
	card := w.Card(0)
	lost := control.CardLost
	if changed := w.ChangeCard(card, control.CardChange{State: &lost}); changed.State != lost {
		t.Errorf("%+v", changed.State)
	}
	if ended := w.CancelAtBank(w.CardOf("ICBC")); ended != 1 {
		t.Errorf("%d ended", ended)
	}
	if m.Wire().MemberNo != m.MemberNo {
		t.Error("another member's client")
	}
}

func TestAFailingTestIsToldWhy(t *testing.T) {
	t.Parallel()
	w := simtest.New(t, simtest.VirtualClock(start))
	for want, do := range map[string]func(*simtest.World){
		"never goes back":       func(w *simtest.World) { w.Clock.To(start.Add(-time.Second)) },
		"cannot pass":           func(w *simtest.World) { w.Clock.Advance(0) },
		"no message":            func(w *simtest.World) { w.Inbox.Wait(time.Millisecond, simtest.Mail{}) },
		"no code has arrived":   func(w *simtest.World) { w.Inbox.Code("sgn_none01") },
		"no member at channel":  func(w *simtest.World) { w.Member("no-such-pay") },
		"nobody has a card":     func(w *simtest.World) { w.CardOf("NONE") },
		"no card 1000":          func(w *simtest.World) { w.Card(1000) },
		"add fault: 4":          func(w *simtest.World) { w.Faults.Add(simtest.Fault("no_such_effect")) },
		"no fault flt_nothing1": func(w *simtest.World) { w.Faults.Struck("flt_nothing1") },
	} {
		if said := fails(t, w, do); !strings.Contains(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
	}
}

// fails does what ends a test and gives its last words.
func fails(t *testing.T, w *simtest.World, do func(*simtest.World)) string {
	t.Helper()
	r := &simtest.Listener{TB: t}
	over := make(chan struct{})
	go func() {
		defer close(over)
		do(simtest.HeardBy(w, r))
	}()
	<-over
	return r.Said
}

func TestRemoteIsTheSame(t *testing.T) {
	t.Parallel()
	inside := simtest.New(t)
	protocol := httptest.NewServer(inside.Handler())
	t.Cleanup(protocol.Close)
	plane := httptest.NewServer(simtest.ControlHandler(t))
	t.Cleanup(plane.Close)
	w := simtest.Remote(t, plane.URL+"/", simtest.ProtocolURL(protocol.URL), simtest.VirtualClock(start), simtest.Token("any"))
	m := w.Member(bridge)
	agreement, err := m.Sign(w.CardOf("ICBC"))
	if err != nil {
		t.Fatal(err)
	}
	charge, err := m.Charge(simtest.Order{Fen: 5, AgreementNo: agreement})
	if err != nil || w.Debited(charge.OrderNo) != 5 {
		t.Errorf("%+v %v", charge, err)
	}
	if w.Clock.Advance(time.Hour); !w.Clock.Now().Equal(start.Add(time.Hour)) {
		t.Error("the clock stands")
	}
	protocol.CloseClientConnections()
	plane.CloseClientConnections()
}

func BenchmarkNew(b *testing.B) {
	simtest.New(b)
	for b.Loop() {
		simtest.New(b)
	}
}
