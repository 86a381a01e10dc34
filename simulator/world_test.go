package simulator_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"countersign/internal/cardholder"
	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// merchant is the name members trade under in these tests.
const merchant = "晨星借贷"

// stage is a world with a member at each channel and a clock in the test's hand.
type stage struct {
	t     testing.TB
	w     *simulator.World
	now   time.Time
	order int
}

// setStage makes one.
func setStage(t testing.TB) *stage {
	t.Helper()
	s := &stage{t: t, now: sample.Start, w: simulator.NewWorld("wld_test", 7, sample.Start, sample.Template(), fault.All())}
	for _, p := range sample.Channels() {
		out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.AddMember{Member: simulator.Member{
			MemberNo: memberOf(p.ChannelID), ChannelID: p.ChannelID, MerchantName: merchant,
		}}})
		if out.Problem != nil {
			t.Fatal(out.Problem)
		}
	}
	return s
}

// memberOf is the member number at a channel.
func memberOf(channelID string) string { return "M-" + channelID }

// do steps a command of the channel's member.
func (s *stage) do(channelID string, c simulator.Command) simulator.Outcome {
	return s.w.Step(simulator.Input{
		Now: s.now, Command: c, Request: simulator.Request{ChannelID: channelID, MemberNo: memberOf(channelID)},
	})
}

// control steps a command of the control plane and wants it taken.
func (s *stage) control(c simulator.Command) simulator.Outcome {
	s.t.Helper()
	out := s.w.Step(simulator.Input{Now: s.now, Command: c})
	if out.Problem != nil {
		s.t.Fatalf("%T: %v", c, out.Problem)
	}
	return out
}

// pass lets time go by.
func (s *stage) pass(d time.Duration) simulator.Outcome {
	s.now = s.now.Add(d)
	return s.w.Advance(s.now)
}

// code is the newest code about something.
func (s *stage) code(about simulator.About) string {
	s.t.Helper()
	found := s.w.Messages(simulator.MessageFilter{About: about, WithCode: true})
	if len(found) == 0 {
		s.t.Fatalf("no code about %s in the inbox", about)
	}
	return found[len(found)-1].Code
}

// wrong is a code that differs from a right one.
func wrong(code string) string {
	if code[0] == '9' {
		return "0" + code[1:]
	}
	return "9" + code[1:]
}

// sign signs a person at a channel and returns the agreement number.
func (s *stage) sign(channelID, payer string, who cardholder.FourElements) string {
	s.t.Helper()
	s.order++
	no := fmt.Sprintf("sgn_%d", s.order)
	if channelID == sample.BindingPlatform {
		s.do(channelID, simulator.ElementCheck{CheckNo: "chk_" + no, Elements: who})
		out := s.do(channelID, simulator.Bind{SignNo: no, PayerRef: payer, Elements: who, Evidence: simulator.Evidence{
			Kind: simulator.EvidencePlatformVerified, Reference: "vrf_1",
		}})
		return out.Signing.Agreement.AgreementNo
	}
	out := s.do(channelID, simulator.ApplySigning{SignNo: no, PayerRef: payer, Elements: who})
	if out.Problem != nil || out.Signing.Status != simulator.SigningCodeSent {
		s.t.Fatalf("apply: %+v %+v", out.Problem, out.Signing)
	}
	out = s.do(channelID, simulator.ConfirmSigning{SignNo: no, Code: s.code(simulator.AboutSigning)})
	if out.Problem != nil || out.Signing.Status != simulator.SigningSigned {
		s.t.Fatalf("confirm: %+v %+v", out.Problem, out.Signing)
	}
	return out.Signing.Agreement.AgreementNo
}

// newCharge is a charge by agreement with a fresh number.
func (s *stage) newCharge(agreementNo, payer string, amount money.Fen) simulator.ApplyCharge {
	s.order++
	return simulator.ApplyCharge{
		OrderNo: fmt.Sprintf("ord_%d", s.order), OrderTime: s.now, Amount: amount, Currency: money.Currency,
		AgreementNo: agreementNo, PayerRef: payer, ExpiresAt: s.now.Add(time.Minute),
	}
}

// rawCharge is a charge by elements with a fresh number.
func (s *stage) rawCharge(who cardholder.FourElements, amount money.Fen) simulator.ApplyCharge {
	c := s.newCharge("", "payer-1", amount)
	c.Elements = who
	return c
}

// wantProblem wants a refusal with a code.
func wantProblem(t testing.TB, out simulator.Outcome, code simulator.ProblemCode) {
	t.Helper()
	if out.Problem == nil || out.Problem.Code != code {
		t.Fatalf("want problem %s, got %+v (charge %+v, signing %+v)", code, out.Problem, out.Charge, out.Signing)
	}
}

// wantCharge wants a charge's status and reason.
func wantCharge(t testing.TB, out simulator.Outcome, status simulator.ChargeStatus, reason simulator.Reason) {
	t.Helper()
	if out.Problem != nil || out.Charge == nil || out.Charge.Status != status || out.Charge.Reason != reason {
		t.Fatalf("want charge %s %q, got %+v problem %+v", status, reason, out.Charge, out.Problem)
	}
}

// wantSigning wants a signing's status and reason.
func wantSigning(t testing.TB, out simulator.Outcome, status simulator.SigningStatus, reason simulator.Reason) {
	t.Helper()
	if out.Problem != nil || out.Signing == nil || out.Signing.Status != status || out.Signing.Reason != reason {
		t.Fatalf("want signing %s %q, got %+v problem %+v", status, reason, out.Signing, out.Problem)
	}
}

// balance is a person's balance.
func (s *stage) balance(who cardholder.FourElements) money.Fen {
	s.t.Helper()
	a, known := s.w.Account(who.CardNumber)
	if !known {
		s.t.Fatal("no such account")
	}
	return a.Balance
}

// mobile makes a mobile number.
func mobile(t testing.TB, n int) cardholder.Mobile {
	t.Helper()
	m, err := cardholder.NewMobile(sample.Mobile(n))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMembersAreKnownOnlyAtTheirChannel(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.QueryLimits{}, Request: simulator.Request{
		ChannelID: sample.WithholdingRaw, MemberNo: memberOf(sample.AgreementBank),
	}})
	wantProblem(t, out, simulator.ProblemUnknownMember)
}

func TestAMemberNumberIsTakenOnce(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	again := simulator.AddMember{Member: simulator.Member{MemberNo: memberOf(sample.AgreementBank), ChannelID: sample.BankDirect}}
	wantProblem(t, s.w.Step(simulator.Input{Now: s.now, Command: again}), simulator.ProblemInvalidRequest)
}

func TestAReplayedJTIIsRefusedForTwiceTheWindow(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	in := func() simulator.Input {
		return simulator.Input{Now: s.now, Command: simulator.QueryProfile{}, Request: simulator.Request{
			ChannelID: sample.BankDirect, MemberNo: memberOf(sample.BankDirect), JTI: "jti-1",
		}}
	}
	if out := s.w.Step(in()); out.Problem != nil || out.Profile == nil {
		t.Fatalf("first: %+v", out)
	}
	for _, later := range []time.Duration{0, time.Second, 5 * time.Minute, 5*time.Minute - time.Second} {
		s.now = s.now.Add(later)
		wantProblem(t, s.w.Step(in()), simulator.ProblemReplayed)
	}
	s.now = s.now.Add(20 * time.Minute)
	if out := s.w.Step(in()); out.Problem != nil {
		t.Fatalf("after the memory: %+v", out.Problem)
	}
}

func TestTheSameJTIOfAnotherMemberIsNoReplay(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	for _, id := range []string{sample.BankDirect, sample.AgreementBank} {
		out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.QueryProfile{}, Request: simulator.Request{
			ChannelID: id, MemberNo: memberOf(id), JTI: "jti-1",
		}})
		if out.Problem != nil {
			t.Fatal(out.Problem)
		}
	}
}

func TestResettingAWorldKeepsItsMembersAndNothingElse(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	agreement := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	wantCharge(t, s.do(sample.AgreementBank, s.newCharge(agreement, "payer-1", 500)), simulator.ChargeSucceeded, "")
	s.control(simulator.ResetWorld{})
	if len(s.w.Members()) != len(sample.Channels()) {
		t.Errorf("members: %d", len(s.w.Members()))
	}
	if got := s.balance(sample.Person(1)); got != 1_000_000 {
		t.Errorf("balance %d", got)
	}
	if len(s.w.Ledger()) != 0 || len(s.w.Agreements()) != 0 || len(s.w.Messages(simulator.MessageFilter{})) != 0 {
		t.Error("history survived the reset")
	}
}

func TestTheJournalMasksBodiesAndKeepsTheAnswer(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	card := sample.Person(1).CardNumber.Reveal()
	out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.QueryLimits{}, Request: simulator.Request{
		ChannelID: sample.BankDirect, MemberNo: memberOf(sample.BankDirect), Method: "GET", Target: "/v1/limits",
		Signature: "valid", Body: []byte(`{"card_number":"` + card + `"}`),
	}})
	s.w.Answered(out.Row, 200, []byte(`{"mobile":"`+sample.Mobile(1)+`"}`))
	row := s.w.Journal(out.Row-1, 0)[0]
	if row.AnswerStatus() != 200 || len(row.RequestBody()) == 0 || len(row.AnswerBody()) == 0 || !row.Committed || row.Signature != "valid" {
		t.Errorf("row: %+v", row)
	}
	if strings.Contains(string(row.RequestBody()), card) || strings.Contains(string(row.AnswerBody()), sample.Mobile(1)) {
		t.Errorf("not masked: %s %s", row.RequestBody(), row.AnswerBody())
	}
	s.w.Answered(999, 200, nil) // a row nobody keeps
}

func TestKeysAreNotPrinted(t *testing.T) {
	t.Parallel()
	m := simulator.Member{Keys: simulator.MemberKeys{Request: simulator.Key{KID: "k", Private: []byte("topsecret"), Public: []byte("topsecret")}}}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("member", "key", m.Keys.Request.Private)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v", m, m, m), fmt.Sprintf("%s %q %x", m.Keys.Request.Private, m.Keys.Request.Private, m.Keys.Request.Private), log.String()} {
		if strings.Contains(text, "topsecret") || strings.Contains(text, "746f70736563726574") || strings.Contains(text, "116, 111, 112") {
			t.Errorf("printed: %s", text)
		}
	}
}

func TestProblemsReadAsErrors(t *testing.T) {
	t.Parallel()
	if got := (&simulator.Problem{Code: simulator.ProblemLocked, Detail: "later"}).Error(); got != "locked: later" {
		t.Error(got)
	}
	if got := (&simulator.Problem{Code: simulator.ProblemInvalidRequest, Field: "amount", Detail: "wrong"}).Error(); got != "invalid_request: amount: wrong" {
		t.Error(got)
	}
}

func TestCardsAreShownInFullToTheControlPlane(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.control(simulator.ChangeAccount{CardNumber: sample.Person(1).CardNumber, Mobile: new(mobile(t, 61))})
	cards := s.w.Cards()
	if len(cards) != 3 || cards[0].Holder.Mobile.Reveal() != sample.Mobile(61) || cards[1].Last4 != "0002" {
		t.Errorf("cards: %+v", cards)
	}
	if _, known := s.w.Card(sample.Person(77).CardNumber); known {
		t.Error("a card nobody has")
	}
}
