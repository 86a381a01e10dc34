package orchestrator

import (
	"testing"
	"time"
)

func TestAnOrderThatTakesNoMoreCodesIsAskedAboutAtOnceAndThenByTheSchedule(t *testing.T) {
	t.Parallel()
	wrong := AttemptInput{Event: AttemptWrongCode, At: noon, Actor: ActorReply, Reason: ReasonCodeExhausted}
	a, _, err := Attempt{State: AttemptConfirming, ExpiresAt: noon.Add(time.Hour)}.Step(wrong)
	if err != nil || !a.Exhausted() || !a.DueAt.Equal(noon) {
		t.Fatalf("attempt is due at %v: %+v, %v", a.DueAt, a, err)
	}
	for range 5 {
		if a, _, err = a.Step(wrong); err != nil || !a.DueAt.After(noon.Add(time.Second)) {
			t.Fatalf("attempt is due at %v, %v", a.DueAt, err)
		}
	}
}

func TestAResendThatDidNotGoOutIsNotCounted(t *testing.T) {
	t.Parallel()
	profile := ChannelProfile{Code: CodeProfile{ResendGapSeconds: 60}, FinalCodes: []string{"maintenance"}}
	a := Attempt{State: AttemptAwaitingCode, SMS: SMS{Seq: 1, ExpiresAt: noon.Add(time.Minute)}, ExpiresAt: noon.Add(time.Minute)}
	s := Signing{State: SigningCodeSentState, SMS: SMS{Seq: 1}, SMSCount: 1, Method: MethodTexted, ExpiresAt: noon.Add(time.Hour)}
	for _, c := range []struct {
		name   string
		reply  Reply
		undone bool
	}{
		{"too frequent", Reply{Proof: ProofProblem, Code: ProblemTooFrequent, RetryAfter: time.Second}, true},
		{"final", Reply{Proof: ProofProblem, Code: "maintenance", RetryAfter: time.Second}, true},
		{"not written", Reply{Proof: ProofNotWritten, RetryAfter: time.Second}, true},
		{"unsigned", Reply{Proof: ProofNone, Code: ProblemTooFrequent}, false},
		{"anything else", Reply{Proof: ProofProblem, Code: "internal"}, false},
	} {
		asked, _, err := a.Step(AttemptInput{Event: AttemptResend, At: noon, Profile: profile, Owner: "p", LeaseUntil: noon.Add(time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
		charge := JudgeCharge(profile, asked, OpChargeResend, c.reply)
		asked, _, err = asked.Step(AttemptInput{Event: charge.Event, At: noon, Profile: profile, RetryAfter: charge.RetryAfter, TriesLeft: -1})
		if err != nil || (asked.SMS.Seq == 1) != c.undone || asked.Lease.Owner != "" || (c.undone && !asked.SMS.ResendAfter.Equal(noon.Add(time.Second))) {
			t.Errorf("%s: attempt %+v, %v", c.name, asked.SMS, err)
		}
		signing, _, err := s.Step(SigningInput{Event: SigningResent, At: noon, Profile: profile, Owner: "p", LeaseUntil: noon.Add(time.Minute), TriesLeft: -1})
		if err != nil {
			t.Fatal(err)
		}
		found := JudgeSigning(profile, signing, OpSigningResend, c.reply)
		signing, _, err = signing.Step(SigningInput{Event: found.Event, At: noon, Profile: profile, RetryAfter: found.RetryAfter, TriesLeft: -1})
		if err != nil || (signing.SMS.Seq == 1) != c.undone || (signing.SMSCount == 1) != c.undone || signing.Lease.Owner != "" {
			t.Errorf("%s: signing %+v, %d SMS, %v", c.name, signing.SMS, signing.SMSCount, err)
		}
	}
}
