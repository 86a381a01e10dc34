package orchestrator

import (
	"testing"
	"time"
)

func TestIntentIsCompleteBeforeItsPermit(t *testing.T) {
	t.Parallel()
	late := noon.Add(123456 * time.Nanosecond)
	a, event := NewIntent(Attempt{ID: "att_1", PaymentID: "pay_1", Amount: 100}, ChannelProfile{ChargeBy: ChargeByElements}, late)
	if !a.OrderTime.Equal(noon) || !a.ExpiresAt.Equal(noon.Add(ChargeLife)) || !a.ByElements || !a.Raw || event.New != string(AttemptIntent) {
		t.Fatalf("intent: %+v", a)
	}
	waits, _ := NewIntent(Attempt{}, ChannelProfile{Binds: true, CodeOnEveryPayment: true}, noon)
	if !waits.ExpiresAt.Equal(noon.Add(CodeChargeLife)) || waits.Raw || waits.ByElements {
		t.Fatalf("intent that waits for a code: %+v", waits)
	}
	before := a
	for _, e := range []AttemptEvent{AttemptPermit, AttemptNotWritten, AttemptPermit, AttemptNoAnswer, AttemptProcessing, AttemptSucceed} {
		next, _, err := a.Step(AttemptInput{Event: e, At: noon, Actor: ActorReply, Owner: "p", LeaseUntil: noon.Add(15 * time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		a = next
	}
	if a.OrderNo != before.OrderNo || !a.OrderTime.Equal(before.OrderTime) || a.Amount != before.Amount || !a.ExpiresAt.Equal(before.ExpiresAt) {
		t.Fatal("what was stored before the permit was made again")
	}
	if a.Sends != 2 || a.Lease.Fence != 2 || a.Lease.Owner != "" || !a.DueAt.IsZero() {
		t.Fatalf("row at the end: %+v", a)
	}
}

func TestSameAttemptIsSentAgainOnlyWhenNothingWasWritten(t *testing.T) {
	t.Parallel()
	ok := Attempt{State: AttemptIntent, Sends: 1, ExpiresAt: noon.Add(time.Minute)}
	for _, c := range []struct {
		name   string
		change func(*Attempt)
		want   bool
	}{
		{"proven unwritten", func(*Attempt) {}, true},
		{"a copy may have left", func(a *Attempt) { a.Written = true }, false},
		{"three sends", func(a *Attempt) { a.Sends = 3 }, false},
		{"validity passed", func(a *Attempt) { a.ExpiresAt = noon }, false},
		{"not an intent", func(a *Attempt) { a.State = AttemptUnknown }, false},
	} {
		a := ok
		c.change(&a)
		if got := a.MayResend(noon); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestLeasesAndFences(t *testing.T) {
	t.Parallel()
	l := Lease{}.Take("one", noon.Add(time.Second))
	if !l.Live(noon) || l.Live(noon.Add(time.Second)) || l.Fence != 1 {
		t.Fatalf("lease: %+v", l)
	}
	if free := l.Free(); free.Live(noon) || free.Fence != 1 || free.Take("two", noon).Fence != 2 {
		t.Fatal("the fence fell")
	}
	a := Attempt{State: AttemptUnknown}.Ask("one", noon.Add(time.Second), noon)
	if a.Queries != 1 || !a.DueAt.Equal(noon.Add(time.Second)) || !a.Lease.Live(noon) {
		t.Fatalf("asked attempt: %+v", a)
	}
}

func TestUnknownAttemptsAreFlaggedAfterADayAndAHalf(t *testing.T) {
	t.Parallel()
	a := Attempt{State: AttemptUnknown, UnknownSince: noon, Queries: 12}
	a, _, _ = a.Step(AttemptInput{Event: AttemptNoAnswer, At: noon.Add(35 * time.Hour), Actor: ActorQuery})
	if a.Manual || !a.DueAt.Equal(noon.Add(ManualAfter)) {
		t.Fatalf("after 35 hours: manual %v, due %s", a.Manual, a.DueAt)
	}
	a, _, _ = a.Step(AttemptInput{Event: AttemptNoAnswer, At: noon.Add(ManualAfter), Actor: ActorQuery})
	if !a.Manual || a.State != AttemptUnknown || !a.DueAt.Equal(noon.Add(ManualAfter+24*time.Hour)) {
		t.Fatalf("after 36 hours: manual %v, state %s, due %s", a.Manual, a.State, a.DueAt)
	}
}

func TestMethodsFollowTheAttributes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		binds, own bool
		want       SigningMethod
		check      bool
	}{
		{true, false, MethodTexted, false},
		{true, true, MethodOwnCodeBinding, true},
		{false, true, MethodOwnCode, true},
		{false, false, MethodElementCheck, true},
	} {
		p := ChannelProfile{Binds: c.binds, PlatformSMS: c.own}
		if p.Method() != c.want || p.NeedsElementCheck() != c.check {
			t.Errorf("binds %v, platform SMS %v: %s, check %v", c.binds, c.own, p.Method(), p.NeedsElementCheck())
		}
	}
}

func TestAgreementsEndByAge(t *testing.T) {
	t.Parallel()
	a := Agreement{State: AgreementActive, ExpiresAt: noon}
	if !a.Usable(noon.Add(-1)) || a.Usable(noon) || (Agreement{State: AgreementRevoking}).Usable(noon) || !(Agreement{State: AgreementActive}).Usable(noon) {
		t.Error("age is judged wrong")
	}
	for _, end := range []AgreementState{AgreementCancelledAtBank, AgreementExpired, AgreementTerminated, AgreementUnknownToChannel} {
		got, _, err := Agreement{State: AgreementActive}.Step(AgreementInput{Event: EventOfEnd(end), At: noon, Actor: ActorReply})
		if err != nil || got.State != end || !got.EndedAt.Equal(noon) {
			t.Errorf("%s leads to %s: %v", end, got.State, err)
		}
	}
}

func TestWhatAReplyProvesAboutAgreementsAndChecks(t *testing.T) {
	t.Parallel()
	a := Agreement{AgreementNo: "agr_1"}
	say := func(no, status string) Reply {
		return Reply{Proof: ProofStatus, Agreement: &AgreementReport{AgreementNo: no, Status: status}}
	}
	for want, reply := range map[AgreementEvent]Reply{
		AgreementAlive: say("agr_1", AgreementStatusActive), AgreementTerminate: say("agr_1", AgreementStatusTerminated),
		AgreementCancel: say("agr_1", AgreementStatusCancelledAtBank), AgreementExpire: say("agr_1", AgreementStatusExpired),
		AgreementForgotten: {Proof: ProofProblem, Code: ProblemAgreementNotFound}, AgreementNoAnswer: say("agr_2", AgreementStatusTerminated),
	} {
		if got := JudgeAgreement(a, OpAgreementQuery, reply).Event; got != want {
			t.Errorf("agreement: %s, want %s", got, want)
		}
	}
	c := Check{CheckNo: "chk_1"}
	tell := func(no, result string) Reply {
		return Reply{Proof: ProofStatus, Check: &CheckReport{CheckNo: no, Result: result}}
	}
	for want, reply := range map[CheckEvent]Reply{
		CheckPass: tell("chk_1", CheckResultPassed), CheckDecline: tell("chk_1", CheckResultDeclined),
		CheckNoAnswer: tell("chk_2", CheckResultPassed), CheckGiveUp: {Proof: ProofProblem, Code: "maintenance"},
	} {
		if got := JudgeCheck(declared(), c, reply).Event; got != want {
			t.Errorf("check: %s, want %s", got, want)
		}
	}
	if got := JudgeCheck(declared(), c, Reply{Proof: ProofProblem, Code: "internal"}).Event; got != CheckNoAnswer {
		t.Errorf("check refused without meaning: %s", got)
	}
}

func TestAnElementCheckIsAskedOnlySoOften(t *testing.T) {
	t.Parallel()
	c, _ := NewCheck(Check{}, "p", noon.Add(time.Second), noon)
	for range 20 {
		next, _, err := c.Step(CheckInput{Event: CheckNoAnswer, At: noon, Actor: ActorReply})
		if err != nil {
			t.Fatal(err)
		}
		if c = next; c.State == CheckFailed {
			break
		}
		if c, _, err = c.Step(CheckInput{Event: CheckAgain, At: noon, Owner: "p", LeaseUntil: noon.Add(time.Second)}); err != nil {
			t.Fatal(err)
		}
	}
	if c.State != CheckFailed || c.Sends != maxCheckSends || c.Reason != FailureOutcomeLost {
		t.Fatalf("check: %+v", c)
	}
}

func TestProfilesSupportAndRest(t *testing.T) {
	t.Parallel()
	p := ChannelProfile{
		Banks:       []BankSupport{{Bank: "ICBC", CardTypes: []string{"debit"}, Limits: Limits{Single: 5}}},
		Maintenance: []Window{{From: noon, To: noon.Add(time.Hour)}},
	}
	if s, ok := p.Support("ICBC", "debit"); !ok || s.Single != 5 {
		t.Error("support is not found")
	}
	if _, ok := p.Support("ICBC", "credit"); ok || p.InMaintenance(noon.Add(-1)) || !p.InMaintenance(noon) || p.InMaintenance(noon.Add(time.Hour)) {
		t.Error("support or windows are wrong")
	}
}
