package orchestrator

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// declared is a profile that declares its bound, refuses expired requests, and offers no close.
func declared() ChannelProfile {
	return ChannelProfile{MaxInFlightSeconds: 1800, ExpiryHonoured: true, FinalCodes: []string{"maintenance", "request_expired"}}
}

func TestNotFoundBecomesFinalOnlyWhenAllHolds(t *testing.T) {
	t.Parallel()
	sendUntil := noon
	horizon := noon.Add(30*time.Minute + ClockSkew)
	final := NotFoundTally{Count: 3, First: horizon.Add(-time.Hour), Last: horizon}
	for _, c := range []struct {
		name   string
		change func(*ChannelProfile, *NotFoundTally)
		want   Verdict
	}{
		{"all hold", func(*ChannelProfile, *NotFoundTally) {}, VerdictFinal},
		{"a moment before the horizon", func(_ *ChannelProfile, n *NotFoundTally) { n.Last = horizon.Add(-1) }, VerdictStay},
		{"two answers", func(_ *ChannelProfile, n *NotFoundTally) { n.Count = 2 }, VerdictStay},
		{"spread a moment too short", func(_ *ChannelProfile, n *NotFoundTally) { n.First = n.Last.Add(-10*time.Minute + 1) }, VerdictStay},
		{"spread just long enough", func(_ *ChannelProfile, n *NotFoundTally) { n.First = n.Last.Add(-10 * time.Minute) }, VerdictFinal},
		{"mixed with processing", func(_ *ChannelProfile, n *NotFoundTally) { n.Mixed = true }, VerdictStay},
		{"bound not declared", func(p *ChannelProfile, _ *NotFoundTally) { p.MaxInFlightSeconds = 0 }, VerdictStay},
		{"expired requests not refused", func(p *ChannelProfile, _ *NotFoundTally) { p.ExpiryHonoured = false }, VerdictStay},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, n := declared(), final
			c.change(&p, &n)
			if got := JudgeNotFound(p, sendUntil, n); got != c.want {
				t.Errorf("verdict is %s, want %s", got, c.want)
			}
		})
	}
}

func TestCloseFirstOnTheSecondAnswerOrAfterTheExpiry(t *testing.T) {
	t.Parallel()
	offers := declared()
	offers.CloseOffered = true
	unknown := func(count int) Attempt {
		return Attempt{State: AttemptUnknown, SendUntil: noon, NotFound: NotFoundTally{Count: count}}
	}
	for _, c := range []struct {
		name    string
		profile ChannelProfile
		attempt Attempt
		at      time.Time
		want    bool
	}{
		{"second answer", offers, unknown(2), noon.Add(-time.Second), true},
		{"first answer before the expiry", offers, unknown(1), noon.Add(-time.Second), false},
		{"first answer after the expiry", offers, unknown(1), noon.Add(time.Second), true},
		{"no answer at all", offers, unknown(0), noon.Add(time.Hour), false},
		{"not offered", declared(), unknown(5), noon.Add(time.Hour), false},
		{"accepted by the channel", offers, Attempt{State: AttemptAccepted, NotFound: NotFoundTally{Count: 5}}, noon, false},
	} {
		if got := CloseFirst(c.profile, c.attempt, c.at); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestWhatAReplyProvesAboutACharge(t *testing.T) {
	t.Parallel()
	a := Attempt{OrderNo: "ord_1", OrderTime: noon, Amount: 100, MemberNo: "M1000000"}
	report := func(change func(*ChargeReport)) Reply {
		r := ChargeReport{OrderNo: "ord_1", OrderTime: noon, Amount: 100, Currency: "CNY", Status: ChargeSucceeded, TriesLeft: -1}
		change(&r)
		return Reply{Proof: ProofStatus, Charge: &r}
	}
	same := func(*ChargeReport) {}
	status := func(s, reason string) func(*ChargeReport) {
		return func(r *ChargeReport) { r.Status, r.Reason = s, reason }
	}
	for _, c := range []struct {
		name  string
		op    Operation
		reply Reply
		want  AttemptEvent
	}{
		{"success", OpCharge, report(same), AttemptSucceed},
		{"another order", OpCharge, report(func(r *ChargeReport) { r.OrderNo = "ord_2" }), AttemptNoAnswer},
		{"another amount", OpCharge, report(func(r *ChargeReport) { r.Amount = 99 }), AttemptNoAnswer},
		{"success without an amount", OpCharge, report(func(r *ChargeReport) { r.Amount = 0 }), AttemptNoAnswer},
		{"another currency", OpCharge, report(func(r *ChargeReport) { r.Currency = "USD" }), AttemptNoAnswer},
		{"another time", OpCharge, report(func(r *ChargeReport) { r.OrderTime = noon.Add(1) }), AttemptNoAnswer},
		{"another member", OpCharge, report(func(r *ChargeReport) { r.MemberNo = "M2000000" }), AttemptNoAnswer},
		{"unknown status", OpCharge, report(status("done", "")), AttemptNoAnswer},
		{"no body", OpCharge, Reply{Proof: ProofStatus}, AttemptNoAnswer},
		{"declined", OpCharge, report(status(ChargeDeclined, ReasonInsufficientBalance)), AttemptDecline},
		{"processing", OpCharge, report(status(ChargeProcessing, "")), AttemptProcessing},
		{"closed", OpChargeClose, report(status(ChargeClosed, "")), AttemptCloseAcked},
		{"close finds it paid", OpChargeClose, report(same), AttemptSucceed},
		{"code wanted", OpCharge, report(status(ChargeCodeRequired, "")), AttemptCodeWanted},
		{"wrong code", OpChargeConfirm, report(status(ChargeCodeRequired, ReasonWrongCode)), AttemptWrongCode},
		{"timeout", OpCharge, Reply{Proof: ProofNone}, AttemptNoAnswer},
		{"refused connection", OpCharge, Reply{Proof: ProofNotWritten}, AttemptNotWritten},
		{"maintenance, on the final list", OpCharge, Reply{Proof: ProofProblem, Code: "maintenance"}, AttemptDecline},
		{"a refusal not on the list", OpCharge, Reply{Proof: ProofProblem, Code: "number_reused"}, AttemptNoAnswer},
		{"a query refused for maintenance says nothing", OpChargeQuery, Reply{Proof: ProofProblem, Code: "maintenance"}, AttemptNoAnswer},
		{"a close refused says nothing", OpChargeClose, Reply{Proof: ProofProblem, Code: "request_expired"}, AttemptNoAnswer},
		{"order not found", OpChargeQuery, Reply{Proof: ProofProblem, Code: "order_not_found"}, AttemptNotFound},
		{"order not found as answer to a charge", OpCharge, Reply{Proof: ProofProblem, Code: "order_not_found"}, AttemptNoAnswer},
		{"locked", OpChargeConfirm, Reply{Proof: ProofProblem, Code: "locked"}, AttemptWrongCode},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := JudgeCharge(declared(), a, c.op, c.reply).Event; got != c.want {
				t.Errorf("event is %s, want %s", got, c.want)
			}
		})
	}
	earlier := a
	earlier.Written = true
	if got := JudgeCharge(declared(), earlier, OpCharge, Reply{Proof: ProofProblem, Code: "maintenance"}).Event; got != AttemptNoAnswer {
		t.Errorf("a refusal of this copy ended an order of which an earlier copy may live: %s", got)
	}
}

func TestWhatAReplyProvesAboutASigning(t *testing.T) {
	t.Parallel()
	alive := &AgreementReport{AgreementNo: "agr_1", Status: AgreementStatusActive}
	report := func(r SigningReport) Reply {
		if r.SignNo == "" {
			r.SignNo = "sgn_1"
		}
		return Reply{Proof: ProofStatus, Signing: &r}
	}
	for _, c := range []struct {
		name  string
		state SigningState
		op    Operation
		reply Reply
		want  SigningEvent
	}{
		{"code sent", SigningApplying, OpSigningApply, report(SigningReport{Status: SigningCodeSent}), SigningCodeOut},
		{"signed already", SigningApplying, OpSigningApply, report(SigningReport{Status: SigningSigned, Agreement: alive}), SigningSign},
		{"signed without an agreement", SigningConfirming, OpSigningConfirm, report(SigningReport{Status: SigningSigned}), SigningNoAnswer},
		{"signed with a dead agreement", SigningConfirming, OpSigningConfirm, report(SigningReport{Status: SigningSigned, Agreement: &AgreementReport{AgreementNo: "x", Status: AgreementStatusTerminated}}), SigningNoAnswer},
		{"another signing", SigningConfirming, OpSigningConfirm, report(SigningReport{SignNo: "sgn_2", Status: SigningSigned, Agreement: alive}), SigningNoAnswer},
		{"wrong code", SigningConfirming, OpSigningConfirm, report(SigningReport{Status: SigningCodeSent, Reason: ReasonWrongCode}), SigningWrongCode},
		{"code too old", SigningConfirming, OpSigningConfirm, report(SigningReport{Status: SigningCodeSent, Reason: ReasonCodeExpired}), SigningCodeTooOld},
		{"not signed after a lost confirm", SigningConfirmUnknown, OpSigningQuery, report(SigningReport{Status: SigningCodeSent}), SigningNotSigned},
		{"code sent after a lost application", SigningApplyUnknown, OpSigningQuery, report(SigningReport{Status: SigningCodeSent}), SigningCodeOut},
		{"locked", SigningConfirming, OpSigningConfirm, report(SigningReport{Status: SigningLocked}), SigningLock},
		{"expired", SigningConfirming, OpSigningConfirm, report(SigningReport{Status: SigningExpired}), SigningExpire},
		{"declined", SigningApplying, OpSigningApply, report(SigningReport{Status: SigningDeclined}), SigningDecline},
		{"maintenance", SigningApplying, OpSigningApply, Reply{Proof: ProofProblem, Code: "maintenance"}, SigningDecline},
		{"maintenance at the confirm leaves the code unused", SigningConfirming, OpSigningConfirm, Reply{Proof: ProofProblem, Code: "maintenance"}, SigningNotWritten},
		{"other refusal at the confirm", SigningConfirming, OpSigningConfirm, Reply{Proof: ProofProblem, Code: "internal"}, SigningNoAnswer},
		{"not found", SigningApplyUnknown, OpSigningQuery, Reply{Proof: ProofProblem, Code: "signing_not_found"}, SigningNotFound},
		{"timeout", SigningConfirming, OpSigningConfirm, Reply{Proof: ProofNone}, SigningNoAnswer},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := JudgeSigning(declared(), Signing{SignNo: "sgn_1", State: c.state}, c.op, c.reply).Event; got != c.want {
				t.Errorf("event is %s, want %s", got, c.want)
			}
		})
	}
}

func TestNotSignedTwiceGivesTheCodeBoxBack(t *testing.T) {
	t.Parallel()
	s := Signing{State: SigningConfirmUnknown, SentAt: noon, ExpiresAt: noon.Add(30 * time.Minute)}
	step := func(s Signing, at time.Time) Signing {
		n, _, err := s.Step(SigningInput{Event: SigningNotSigned, At: at, Actor: ActorQuery, TriesLeft: -1})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	once := step(s, noon.Add(12*time.Second))
	if once.State != SigningConfirmUnknown {
		t.Fatalf("one answer led to %s", once.State)
	}
	if early := step(step(s, noon.Add(time.Second)), noon.Add(2*time.Second)); early.State != SigningConfirmUnknown {
		t.Fatalf("two early answers led to %s", early.State)
	}
	if twice := step(once, noon.Add(20*time.Second)); twice.State != SigningCodeSentState {
		t.Fatalf("two answers led to %s", twice.State)
	}
	if late := step(once, noon.Add(31*time.Minute)); late.State != SigningExpiredState || !late.EndedAt.Equal(noon.Add(31*time.Minute)) {
		t.Fatalf("after its time: %s", late.State)
	}
}

func TestFailuresSurviveAResend(t *testing.T) {
	t.Parallel()
	s := Signing{State: SigningCodeSentState, Tries: 3, TriesLeft: 3, SMS: SMS{Seq: 1}}
	wrong := SigningInput{Event: SigningWrongCode, At: noon, Actor: ActorReply, TriesLeft: -1}
	resend := SigningInput{Event: SigningResent, At: noon, Actor: ActorUser, TriesLeft: -1}
	for _, in := range []SigningInput{wrong, resend, wrong, resend} {
		next, _, err := s.Step(in)
		if err != nil {
			t.Fatal(err)
		}
		s = next
	}
	if s.Failures != 2 || s.SMS.Seq != 3 || s.State != SigningCodeSentState {
		t.Fatalf("failures %d, seq %d, state %s", s.Failures, s.SMS.Seq, s.State)
	}
	s, _, _ = s.Step(wrong)
	if s.State != SigningLockedState {
		t.Fatalf("third wrong code led to %s", s.State)
	}
}

func TestOwnCodes(t *testing.T) {
	t.Parallel()
	hash := []byte("12345678901234567890123456789012")
	sms := OwnSMS(1, AboutPayment, "138****0001", noon)
	for _, c := range []struct {
		name     string
		kept     OwnCode
		failures int
		typed    []byte
		at       time.Time
		want     CodeVerdict
	}{
		{"right", OwnCode{Hash: hash}, 0, hash, noon, CodeRight},
		{"right at the last moment", OwnCode{Hash: hash}, 4, hash, noon.Add(OwnCodeLifetime - 1), CodeRight},
		{"too late", OwnCode{Hash: hash}, 0, hash, noon.Add(OwnCodeLifetime), CodeTooOld},
		{"wrong", OwnCode{Hash: hash}, 0, []byte("x"), noon, CodeIsWrong},
		{"nothing kept", OwnCode{}, 0, nil, noon, CodeIsWrong},
		{"exhausted", OwnCode{Hash: hash}, OwnCodeTries, hash, noon, CodeExhausted},
		{"spent", OwnCode{Hash: hash, Spent: true}, 0, hash, noon, CodeSpent},
	} {
		if got := CheckOwnCode(c.kept, sms, c.failures, c.typed, c.at); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if OwnCodePurpose("sgn_1", 1) == OwnCodePurpose("sgn_1", 2) || OwnCodePurpose("sgn_1", 11) != "own-code:sgn_1:11" {
		t.Error("purposes do not keep codes apart")
	}
}

func TestPromptsShowTheQuirkForEveryReason(t *testing.T) {
	t.Parallel()
	bank := ChannelProfile{ChannelID: "bridge-pay", NameEN: "Bridge Pay", NameZH: "桥付", Binds: true, Sender: PartyBank}
	third := bank
	third.Sender = PartyThirdParty
	own := bank
	own.PlatformSMS, own.Sender = true, PartyPlatform
	for _, reason := range []SigningReason{
		ReasonFirstSigning, ReasonSignedElsewhere, ReasonExpired, ReasonCancelledAtBank, ReasonTerminated,
		ReasonUnknownToChannel, ReasonRawRetired,
	} {
		s := Signing{Reason: reason, SMS: SMS{Seq: 2, MaskedMobile: "138****0001"}, TriesLeft: 5}
		for _, profile := range []ChannelProfile{bank, third} {
			p := PromptForSigning(s, profile, AboutPayment)
			if !p.Mismatch || p.About != AboutSigning || p.PromptAbout != AboutPayment || p.Sender != profile.Sender || p.Reason != reason {
				t.Errorf("%s: %+v", reason, *p)
			}
			if p.Hint == nil || p.Hint.ZH == "" || p.Hint.EN == "" || strings.Contains(p.Hint.ZH, "（）") {
				t.Fatalf("%s: hint is missing", reason)
			}
			noChannelNamed(t, *p)
			if v := PromptForSigning(s, profile, AboutSigning); v.Mismatch || v.Hint != nil {
				t.Errorf("%s: a verification has no quirk: %+v", reason, *v)
			}
		}
		if p := PromptForSigning(s, own, AboutPayment); p.Mismatch || p.Sender != PartyPlatform || p.About != AboutPayment {
			t.Errorf("%s: the platform's own text fits its page: %+v", reason, *p)
		}
	}
	if p := PromptForCharge(Attempt{}, third); p.Mismatch || p.About != AboutPayment || p.Sender != PartyThirdParty {
		t.Errorf("charge prompt: %+v", *p)
	}
}

// noChannelNamed checks T11 on everything a prompt says.
func noChannelNamed(t *testing.T, p Prompt) {
	t.Helper()
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bridge-pay", "Bridge Pay", "桥付"} {
		if strings.Contains(string(raw), name) {
			t.Errorf("prompt names the channel: %s", raw)
		}
	}
}

func TestReasonsAreClassified(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]Class{
		ReasonInsufficientBalance: ClassPayer, ReasonCardLost: ClassPayer, ReasonRiskRefused: ClassPayer, ReasonElementsMismatch: ClassPayer,
		ReasonMaintenance: ClassChannel, ReasonLimitDaily: ClassChannel, ReasonChannelRetired: ClassChannel, ReasonCardUnsupported: ClassChannel,
		ReasonAgreementCancelled: ClassAgreement, ReasonElementCheckMissing: ClassCheck, "never heard of": ClassPayer,
	} {
		if got := ClassOf(reason); got != want {
			t.Errorf("%s is %s, want %s", reason, got, want)
		}
	}
	if Retryable("never heard of") || !Retryable(ReasonInsufficientBalance) || Retryable(ReasonCardLost) {
		t.Error("retryable is wrong")
	}
	for reason, r := range refusals {
		if (r.class == ClassAgreement) != (r.ends != "") {
			t.Errorf("%s: class %s, ends %q", reason, r.class, r.ends)
		}
		if r.class != ClassPayer && !r.retryable {
			t.Errorf("%s: not the payer's matter, and still not retryable", reason)
		}
		if text := FailureText(reason); text.ZH == "" || text.EN == "" {
			t.Errorf("%s has no text", reason)
		}
	}
}

func TestSchedulesKeepTheirJitterAndNeverEnd(t *testing.T) {
	t.Parallel()
	for n, base := range paymentSchedule {
		for _, draw := range []uint64{0, 1, 1 << 40, ^uint64(0)} {
			got := PaymentDelay(n, draw)
			if got < base*8/10 || got > base*12/10 {
				t.Errorf("delay %d is %s, base %s", n, got, base)
			}
		}
	}
	if PaymentDelay(1000, 0) < 9*time.Hour || SigningDelay(1000, 0) == 0 || OutboxDelay(1000, 0) == 0 {
		t.Error("a schedule ends")
	}
}

func TestBreakerOpensAfterMissesAndLetsOneTryThrough(t *testing.T) {
	t.Parallel()
	h := Health{}
	for range BreakerThreshold - 1 {
		h = h.Observe(false, noon)
	}
	if h.State(noon) != BreakerClosed {
		t.Fatal("opened too early")
	}
	h = h.Observe(false, noon)
	if h.State(noon) != BreakerOpen || h.State(noon.Add(BreakerPause)) != BreakerHalfOpen {
		t.Fatal("did not open, or does not try again")
	}
	trial := h.Begin(noon.Add(BreakerPause))
	if trial.State(noon.Add(BreakerPause)) != BreakerOpen {
		t.Fatal("lets a second try through")
	}
	if trial.Observe(true, noon).State(noon) != BreakerClosed || trial.Observe(false, noon.Add(time.Hour)).State(noon.Add(time.Hour)) != BreakerOpen {
		t.Fatal("the try decides nothing")
	}
	if (Health{}).SuccessPermille() != 1000 || (Health{}).Charged(true).Charged(false).SuccessPermille() != 500 {
		t.Fatal("success rate is wrong")
	}
}

func TestSecretsNeverPrint(t *testing.T) {
	t.Parallel()
	type holder struct{ inner Secret }
	s := NewSecret("s3cr3t-value")
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "s", s, "h", holder{s}, "p", &holder{s})
	raw, _ := json.Marshal(map[string]any{"s": s})
	b.Write(raw)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&b, verb+verb+verb, s, holder{s}, &holder{s})
	}
	fmt.Fprint(&b, fmt.Errorf("wrapped: %v", holder{s}), Call{Code: s}, Access{Keys: ChannelKeys{RequestKey: s}})
	if strings.Contains(b.String(), "s3cr3t") || strings.Contains(b.String(), "733363723374") {
		t.Fatal("a secret was printed")
	}
	if s.Reveal() != "s3cr3t-value" || !(Secret{}).IsZero() {
		t.Fatal("the content is lost")
	}
}

func TestFeesRoundUp(t *testing.T) {
	t.Parallel()
	if got := (Fee{Fixed: 10, BasisPoints: 38}).For(10001); got != 10+39 {
		t.Errorf("fee is %d", got)
	}
	if got := (Fee{}).For(10001); got != 0 {
		t.Errorf("no fee is %d", got)
	}
}

func TestRefusalsAreFoundInWrappedErrors(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("outer: %w", Refuse(CodeWrongState, "no"))
	if CodeOf(err) != CodeWrongState || CodeOf(ErrNotFound) != "" || CodeOf(nil) != "" {
		t.Error("codes are not found")
	}
	seen := map[Code]bool{}
	for _, c := range Codes() {
		if c == "" || seen[c] {
			t.Errorf("code %q twice or empty", c)
		}
		seen[c] = true
	}
}
