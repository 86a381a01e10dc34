package engine_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"countersign/orchestrator"
)

// fault is what goes wrong with one call at the fake channels.
type fault string

const (
	noFault     fault = ""
	loseReply   fault = "reply lost after the commit"
	loseRequest fault = "request lost"
	notWritten  fault = "connection refused"
	hang        fault = "no answer until the caller gives up, nothing done"
	hangDone    fault = "no answer until the caller gives up, but done"
)

// bank is all channels and the bank behind them: the truth that tests look at.
type bank struct {
	mu         sync.Mutex
	now        func() time.Time
	profiles   map[string]orchestrator.ChannelProfile
	calls      []string
	charges    map[string]*fakeCharge
	signings   map[string]*fakeSigning
	agreements map[string]*orchestrator.AgreementReport
	holders    map[string]string // agreement number -> channel/payer/card
	checks     map[string]bool
	debits     int
	sms        []string // "channel about number"
	n          int
	fault      func(channel string, call orchestrator.Call, nth int) fault
	decline    map[string]string // channel -> reason of every charge
	refuse     map[string]string // channel -> signed problem code for new work
	mismatch   bool
	registered string // the mobile at the bank; "" = whichever is given
	nth        map[orchestrator.Operation]int
	processing map[string]bool
	locks      bool // a wrong code about a payment is answered 423 and leaves the order open
	tooEarly   bool // every resend is refused
}

type fakeCharge struct {
	report orchestrator.ChargeReport
	code   string
	tries  int
}

type fakeSigning struct {
	report  orchestrator.SigningReport
	holder  string
	code    string
	tries   int
	channel string
}

func newBank(now func() time.Time) *bank {
	return &bank{
		now: now, profiles: map[string]orchestrator.ChannelProfile{}, charges: map[string]*fakeCharge{},
		signings: map[string]*fakeSigning{}, agreements: map[string]*orchestrator.AgreementReport{}, holders: map[string]string{},
		checks: map[string]bool{}, decline: map[string]string{}, refuse: map[string]string{}, nth: map[orchestrator.Operation]int{},
		processing: map[string]bool{},
		fault:      func(string, orchestrator.Call, int) fault { return noFault },
	}
}

func (b *bank) Do(ctx context.Context, access orchestrator.Access, call orchestrator.Call) orchestrator.Reply {
	channel := access.Config.ChannelID
	b.mu.Lock()
	b.calls = append(b.calls, channel+" "+string(call.Operation))
	b.nth[call.Operation]++
	f := b.fault(channel, call, b.nth[call.Operation])
	var reply orchestrator.Reply
	if f == noFault || f == loseReply || f == hangDone {
		reply = b.answer(channel, call)
	}
	b.mu.Unlock()
	switch f {
	case loseReply, loseRequest:
		return orchestrator.Reply{Proof: orchestrator.ProofNone, Detail: "connection lost"}
	case notWritten:
		return orchestrator.Reply{Proof: orchestrator.ProofNotWritten, Detail: "refused"}
	case hang, hangDone:
		<-ctx.Done()
		return orchestrator.Reply{Proof: orchestrator.ProofNone, Detail: "timeout"}
	}
	reply.Wire = orchestrator.WireTrace{Status: 200}
	return reply
}

func (b *bank) answer(channel string, call orchestrator.Call) orchestrator.Reply {
	if code := b.refuse[channel]; code != "" {
		switch call.Operation {
		case orchestrator.OpCharge, orchestrator.OpSigningApply, orchestrator.OpElementCheck, orchestrator.OpBind:
			return problem(code)
		}
	}
	resend := call.Operation == orchestrator.OpSigningResend || call.Operation == orchestrator.OpChargeResend
	if b.tooEarly && resend {
		reply := problem(orchestrator.ProblemTooFrequent)
		reply.RetryAfter = 30 * time.Second
		return reply
	}
	if b.locks && call.Operation == orchestrator.OpChargeConfirm {
		return problem(orchestrator.ProblemLocked)
	}
	switch call.Operation {
	case orchestrator.OpElementCheck:
		return b.check(call)
	case orchestrator.OpSigningApply, orchestrator.OpSigningResend, orchestrator.OpSigningConfirm, orchestrator.OpSigningQuery, orchestrator.OpBind:
		return b.sign(channel, call)
	case orchestrator.OpAgreementQuery, orchestrator.OpAgreementTerminate:
		a, ok := b.agreements[call.AgreementNo]
		if !ok {
			return problem("agreement_not_found")
		}
		if call.Operation == orchestrator.OpAgreementTerminate && a.Status == orchestrator.AgreementStatusActive {
			a.Status = orchestrator.AgreementStatusTerminated
		}
		c := *a
		return orchestrator.Reply{Proof: orchestrator.ProofStatus, Agreement: &c}
	}
	return b.order(channel, call)
}

func problem(code string) orchestrator.Reply {
	return orchestrator.Reply{Proof: orchestrator.ProofProblem, Code: code}
}

func (b *bank) check(call orchestrator.Call) orchestrator.Reply {
	r := &orchestrator.CheckReport{CheckNo: call.Number, Result: orchestrator.CheckResultPassed}
	differs := b.differs(call)
	if differs {
		r.Result, r.Reason = orchestrator.CheckResultDeclined, orchestrator.ReasonElementsMismatch
	}
	b.checks[call.Number] = !differs
	return orchestrator.Reply{Proof: orchestrator.ProofStatus, Check: r}
}

// differs says whether the elements are not those of one card.
func (b *bank) differs(call orchestrator.Call) bool {
	return b.mismatch || (b.registered != "" && call.Elements.Mobile.Reveal() != b.registered)
}

func (b *bank) text(channel string, about orchestrator.About) *orchestrator.SMSReport {
	p := b.profiles[channel]
	b.sms = append(b.sms, channel+" "+string(about))
	return &orchestrator.SMSReport{
		Sender: p.Sender, About: about, MaskedMobile: "138****0001", Seq: len(b.sms), SentAt: b.now(),
		ExpiresAt: b.now().Add(5 * time.Minute), ResendAfter: b.now().Add(time.Minute),
	}
}

func (b *bank) sign(channel string, call orchestrator.Call) orchestrator.Reply {
	s, known := b.signings[call.Number]
	if !known {
		if call.Operation != orchestrator.OpSigningApply && call.Operation != orchestrator.OpBind {
			return problem("signing_not_found")
		}
		s = &fakeSigning{channel: channel, tries: 5, code: "012345", holder: channel + "/" + call.PayerRef + "/" + call.Elements.CardNumber.Reveal()}
		s.report = orchestrator.SigningReport{SignNo: call.Number, TriesLeft: -1}
		b.signings[call.Number] = s
		b.open(channel, call, s)
		return signReply(s)
	}
	switch call.Operation {
	case orchestrator.OpSigningResend:
		s.report.SMS = b.text(channel, orchestrator.AboutSigning)
		s.report.Reason = ""
	case orchestrator.OpSigningConfirm:
		b.confirm(call, s)
	}
	return signReply(s)
}

func signReply(s *fakeSigning) orchestrator.Reply {
	r := s.report
	return orchestrator.Reply{Proof: orchestrator.ProofStatus, Signing: &r}
}

// open begins a signing: a mismatch is declined, a live agreement answered, a binding made, or a code sent.
func (b *bank) open(channel string, call orchestrator.Call, s *fakeSigning) {
	if b.differs(call) {
		s.report.Status, s.report.Reason = orchestrator.SigningDeclined, orchestrator.ReasonElementsMismatch
		return
	}
	for no, holder := range b.holders {
		if holder == s.holder && b.agreements[no].Status == orchestrator.AgreementStatusActive {
			a := *b.agreements[no]
			s.report.Status, s.report.Agreement = orchestrator.SigningSigned, &a
			return
		}
	}
	if call.Operation == orchestrator.OpBind {
		b.grant(s)
		return
	}
	s.report.Status, s.report.SMS, s.report.TriesLeft = orchestrator.SigningCodeSent, b.text(channel, orchestrator.AboutSigning), s.tries
}

func (b *bank) grant(s *fakeSigning) {
	b.n++
	a := &orchestrator.AgreementReport{AgreementNo: fmt.Sprintf("agr_%d", b.n), Status: orchestrator.AgreementStatusActive, SignedAt: b.now()}
	b.agreements[a.AgreementNo] = a
	b.holders[a.AgreementNo] = s.holder
	c := *a
	s.report.Status, s.report.Reason, s.report.Agreement = orchestrator.SigningSigned, "", &c
}

func (b *bank) confirm(call orchestrator.Call, s *fakeSigning) {
	if s.report.Status != orchestrator.SigningCodeSent {
		return
	}
	if call.Code.Reveal() == s.code {
		b.grant(s)
		return
	}
	s.tries--
	s.report.TriesLeft, s.report.Reason = s.tries, orchestrator.ReasonWrongCode
	if s.tries == 0 {
		s.report.Status, s.report.Reason = orchestrator.SigningLocked, orchestrator.ReasonCodeExhausted
	}
}

func (b *bank) order(channel string, call orchestrator.Call) orchestrator.Reply {
	c, known := b.charges[call.Number]
	switch call.Operation {
	case orchestrator.OpCharge:
		if !known {
			c = &fakeCharge{code: "654321", tries: 5}
			c.report = orchestrator.ChargeReport{
				OrderNo: call.Number, OrderTime: call.OrderTime, Amount: call.Amount, Currency: "CNY", TriesLeft: -1,
			}
			b.charges[call.Number] = c
			b.debit(channel, call, c)
		}
	case orchestrator.OpChargeQuery:
		if !known {
			return problem("order_not_found")
		}
	case orchestrator.OpChargeClose:
		if !known {
			c = &fakeCharge{report: orchestrator.ChargeReport{OrderNo: call.Number, OrderTime: call.OrderTime, TriesLeft: -1}}
			b.charges[call.Number] = c
		}
		if c.report.Status == "" || c.report.Status == orchestrator.ChargeProcessing || c.report.Status == orchestrator.ChargeCodeRequired {
			c.report.Status = orchestrator.ChargeClosed
		}
	case orchestrator.OpChargeConfirm:
		b.confirmOrder(call, c)
	case orchestrator.OpChargeResend:
		c.report.SMS = b.text(channel, orchestrator.AboutPayment)
	}
	r := c.report
	return orchestrator.Reply{Proof: orchestrator.ProofStatus, Charge: &r}
}

func (b *bank) debit(channel string, call orchestrator.Call, c *fakeCharge) {
	a := b.agreements[call.AgreementNo]
	switch {
	case b.decline[channel] != "":
		c.report.Status, c.report.Reason = orchestrator.ChargeDeclined, b.decline[channel]
	case call.Elements == nil && a == nil:
		c.report.Status, c.report.Reason = orchestrator.ChargeDeclined, orchestrator.ReasonAgreementMissing
	case call.Elements == nil && a.Status == orchestrator.AgreementStatusCancelledAtBank:
		c.report.Status, c.report.Reason = orchestrator.ChargeDeclined, orchestrator.ReasonAgreementCancelled
	case call.Elements == nil && a.Status != orchestrator.AgreementStatusActive:
		c.report.Status, c.report.Reason = orchestrator.ChargeDeclined, orchestrator.ReasonAgreementTerminated
	case b.profiles[channel].CodeOnEveryPayment:
		c.report.Status, c.report.SMS, c.report.TriesLeft = orchestrator.ChargeCodeRequired, b.text(channel, orchestrator.AboutPayment), c.tries
	case b.processing[channel]:
		c.report.Status = orchestrator.ChargeProcessing
	default:
		c.report.Status = orchestrator.ChargeSucceeded
		b.debits++
	}
}

func (b *bank) confirmOrder(call orchestrator.Call, c *fakeCharge) {
	if c.report.Status != orchestrator.ChargeCodeRequired {
		return
	}
	if call.Code.Reveal() == c.code {
		c.report.Status, c.report.Reason = orchestrator.ChargeSucceeded, ""
		b.debits++
		return
	}
	c.tries--
	c.report.TriesLeft, c.report.Reason = c.tries, orchestrator.ReasonWrongCode
	if c.tries == 0 {
		c.report.Status, c.report.Reason = orchestrator.ChargeDeclined, orchestrator.ReasonCodeExhausted
	}
}

// counts of what the bank has seen.
func (b *bank) debited() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.debits
}

func (b *bank) called(op orchestrator.Operation) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.nth[op]
}

// change runs fn with the bank locked.
func (b *bank) change(fn func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fn()
}
