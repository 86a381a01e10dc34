package orchestrator

import (
	"testing"
	"time"
)

func TestAMobileIsConfirmedOnlyWithTheElementsItCameWith(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		card Card
		want bool
	}{
		{"never", Card{ElementsPrint: "one"}, false},
		{"these", Card{ElementsPrint: "one", ConfirmedPrint: "one"}, true},
		{"others", Card{ElementsPrint: "two", ConfirmedPrint: "one"}, false},
		{"nothing known", Card{}, false},
	} {
		if got := c.card.Confirmed(); got != c.want {
			t.Errorf("%s: confirmed is %t", c.name, got)
		}
	}
}

func TestACodeCountsForItsCheckOnly(t *testing.T) {
	t.Parallel()
	s := Standing{CheckNo: "chk_1", CodeCheckNo: "chk_1", CodePassedAt: noon, DebitedAt: noon, Raw: true}
	if !s.CodePassed() {
		t.Error("the code of this check does not count")
	}
	gone := s.Forget()
	if gone.Checked() || gone.CodePassed() || gone.CodePassedAt.IsZero() || gone.DebitedAt.IsZero() || !gone.Raw {
		t.Errorf("forgotten: %+v", gone)
	}
	s.CheckNo = "chk_2"
	if s.CodePassed() {
		t.Error("the code of an older check counts")
	}
}

func TestASigningIsWantedWhileItsCardStaysBound(t *testing.T) {
	t.Parallel()
	s := Signing{Binding: 1}
	for _, c := range []struct {
		name string
		card Card
		want bool
	}{
		{"bound", Card{State: CardBound, Bindings: 1}, true},
		{"taken away", Card{State: CardUnbound, Bindings: 1}, false},
		{"bound again", Card{State: CardBound, Bindings: 2}, false},
	} {
		if got := s.Wanted(c.card); got != c.want {
			t.Errorf("%s: wanted is %t", c.name, got)
		}
	}
}

func TestTheGapBeginsWhenAnSMSIsCounted(t *testing.T) {
	t.Parallel()
	profile := ChannelProfile{Code: CodeProfile{ResendGapSeconds: 60, LifetimeSeconds: 300}}
	counted := SMS{}.Counted(profile, noon)
	if counted.Seq != 1 || !counted.ResendAfter.Equal(noon.Add(time.Minute)) {
		t.Fatalf("counted: %+v", counted)
	}
	for _, c := range []struct {
		name   string
		report *SMSReport
		want   time.Time
	}{
		{"nothing said", nil, noon.Add(time.Minute)},
		{"an earlier time said", &SMSReport{SentAt: noon, ResendAfter: noon.Add(time.Second)}, noon.Add(time.Minute)},
		{"a later time said", &SMSReport{SentAt: noon, ResendAfter: noon.Add(time.Hour)}, noon.Add(time.Hour)},
	} {
		got := counted.Observe(c.report, profile, PartyBank, AboutSigning, noon.Add(time.Second))
		if got.Seq != 1 || !got.ResendAfter.Equal(c.want) {
			t.Errorf("%s: next SMS at %s, want %s", c.name, got.ResendAfter, c.want)
		}
	}
}

func TestAnApplicationThatIsProvenToHaveTextedNobodyCountsNoSMS(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from  SigningState
		event SigningEvent
		count int
	}{
		{SigningApplying, SigningDecline, 0},
		{SigningApplying, SigningNotWritten, 0},
		{SigningApplying, SigningSign, 0},
		{SigningApplying, SigningCodeOut, 1},
		{SigningApplying, SigningNoAnswer, 1},
		{SigningApplyUnknown, SigningDecline, 1},
		{SigningCodeSentState, SigningSign, 1},
	} {
		s := Signing{State: c.from, SMSCount: 1, SMS: SMS{}.Counted(ChannelProfile{Code: CodeProfile{ResendGapSeconds: 60}}, noon), ExpiresAt: noon.Add(time.Hour)}
		next, _, err := s.Step(SigningInput{Event: c.event, At: noon, TriesLeft: -1, AgreementID: "agr_1"})
		if err != nil {
			t.Fatal(err)
		}
		if next.SMSCount != c.count || next.SMS.ResendAfter.IsZero() == (c.count == 1) {
			t.Errorf("%s on %s: %d SMS, next at %s", c.event, c.from, next.SMSCount, next.SMS.ResendAfter)
		}
	}
}
