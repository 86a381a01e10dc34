package orchestrator

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the tables in testdata anew; review the difference")

// matrix writes a whole machine, one line a state: "event>STATE" moves, "event=" changes nothing, "event!" flags
// a conflict, and what is not there is forbidden and answered with a ForbiddenError.
func matrix[S, E ~string](t *testing.T, states []S, events []E, step func(S, E) (S, bool, error)) string {
	t.Helper()
	var b strings.Builder
	for _, s := range states {
		b.WriteString(string(s) + ":")
		for _, e := range events {
			to, conflict, err := step(s, e)
			var forbidden *ForbiddenError
			switch {
			case errors.As(err, &forbidden):
				if forbidden.State != string(s) || forbidden.Event != string(e) || to != s {
					t.Errorf("%s on %s: wrong refusal %v", e, s, err)
				}
			case err != nil:
				t.Errorf("%s on %s: %v", e, s, err)
			case conflict:
				b.WriteString(" " + string(e) + "!")
			case to == s:
				b.WriteString(" " + string(e) + "=")
			default:
				b.WriteString(" " + string(e) + ">" + string(to))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// golden compares with a reviewed file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs from the reviewed table; got:\n%s", name, got)
	}
}

var noon = time.Date(2026, 1, 5, 4, 0, 0, 0, time.UTC)

func TestEveryCellOfTheAttemptTable(t *testing.T) {
	t.Parallel()
	golden(t, "attempt.table", matrix(t, AttemptStates(), AttemptEvents(), func(s AttemptState, e AttemptEvent) (AttemptState, bool, error) {
		a, event, err := Attempt{State: s, ExpiresAt: noon.Add(time.Minute)}.Step(AttemptInput{Event: e, At: noon, Actor: ActorReply, Reason: "x"})
		if err == nil && (event.Old != string(s) || event.New != string(a.State) || event.Name != string(e)) {
			t.Errorf("%s on %s: event says %s to %s", e, s, event.Old, event.New)
		}
		return a.State, a.Conflict, err
	}))
}

func TestEveryCellOfTheSigningTable(t *testing.T) {
	t.Parallel()
	golden(t, "signing.table", matrix(t, SigningStates(), SigningEvents(), func(s SigningState, e SigningEvent) (SigningState, bool, error) {
		n, _, err := Signing{State: s, Tries: 5, TriesLeft: 5, ExpiresAt: noon.Add(time.Hour), SentAt: noon}.Step(
			SigningInput{Event: e, At: noon, Actor: ActorReply, TriesLeft: -1})
		return n.State, false, err
	}))
}

func TestEveryCellOfTheAgreementTable(t *testing.T) {
	t.Parallel()
	golden(t, "agreement.table", matrix(t, AgreementStates(), AgreementEvents(), func(s AgreementState, e AgreementEvent) (AgreementState, bool, error) {
		n, event, err := Agreement{State: s}.Step(AgreementInput{Event: e, At: noon, Actor: ActorReply})
		return n.State, event.Cause == "conflict", err
	}))
}

func TestEveryCellOfThePaymentTable(t *testing.T) {
	t.Parallel()
	golden(t, "payment.table", matrix(t, PaymentStatuses(), PaymentEvents(), func(s PaymentStatus, e PaymentEvent) (PaymentStatus, bool, error) {
		n, _, err := Payment{Status: s}.Step(PaymentInput{Event: e, At: noon, Actor: ActorReply})
		return n.Status, n.Conflict || n.LateSuccess, err
	}))
}

func TestEveryCellOfTheCheckTable(t *testing.T) {
	t.Parallel()
	golden(t, "check.table", matrix(t, CheckStates(), CheckEvents(), func(s CheckState, e CheckEvent) (CheckState, bool, error) {
		n, _, err := Check{State: s, Sends: 1}.Step(CheckInput{Event: e, At: noon, Actor: ActorReply})
		return n.State, false, err
	}))
}

func TestEveryCellOfTheVerificationTable(t *testing.T) {
	t.Parallel()
	states := []VerificationStatus{VerificationCodeRequired, VerificationProcessing, VerificationVerified, VerificationFailed}
	events := []VerificationEvent{VerificationAskCode, VerificationProceed, VerificationSucceed, VerificationFail}
	golden(t, "verification.table", matrix(t, states, events, func(s VerificationStatus, e VerificationEvent) (VerificationStatus, bool, error) {
		n, _, err := Verification{Status: s}.Step(VerificationInput{Event: e, At: noon, Actor: ActorReply})
		return n.Status, false, err
	}))
}

func TestNoTimerEndsALiveAttempt(t *testing.T) {
	t.Parallel()
	for _, s := range AttemptStates() {
		a, _, err := Attempt{State: s}.Step(AttemptInput{Event: AttemptNoAnswer, At: noon, Actor: ActorTimer})
		if err != nil {
			t.Fatal(err)
		}
		if s.Live() != a.State.Live() {
			t.Errorf("silence led from %s to %s", s, a.State)
		}
	}
}

func TestSuccessIsNeverLost(t *testing.T) {
	t.Parallel()
	for _, s := range AttemptStates() {
		a, _, err := Attempt{State: s}.Step(AttemptInput{Event: AttemptSucceed, At: noon, Actor: ActorQuery})
		if err != nil {
			t.Fatal(err)
		}
		if s.Live() && a.State != AttemptSucceeded {
			t.Errorf("success in %s led to %s", s, a.State)
		}
		for _, e := range AttemptEvents() {
			after, _, err := a.Step(AttemptInput{Event: e, At: noon, Actor: ActorQuery})
			if err == nil && after.State != a.State {
				t.Errorf("%s led out of %s to %s", e, a.State, after.State)
			}
		}
	}
}

func TestLiveAttemptsAlwaysHaveADueTime(t *testing.T) {
	t.Parallel()
	for _, s := range AttemptStates() {
		for _, e := range AttemptEvents() {
			a, _, err := Attempt{State: s, ExpiresAt: noon.Add(time.Minute)}.Step(
				AttemptInput{Event: e, At: noon, Actor: ActorReply, LeaseUntil: noon.Add(time.Second), Owner: "p"})
			if err != nil || !a.Live() || (a.State == s && (s == AttemptSending || s == AttemptConfirming)) {
				continue // a call under way keeps the due time it was given
			}
			if a.DueAt.IsZero() || a.DueAt.Before(noon) {
				t.Errorf("%s on %s leaves %s without a due time", e, s, a.State)
			}
		}
	}
}
