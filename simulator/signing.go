package simulator

import (
	"time"
)

// signingLife is how long a signing stays open: a code that ran out may be sent
// again until then.
const signingLife = 30 * time.Minute

// applySigning begins a signing: the elements are held against the bank's record
// and a code goes to the registered mobile (T2, T3, T6). A card that is signed
// already answers the live agreement and texts nobody.
func (w *World) applySigning(m *member, c ApplySigning) Outcome {
	if !m.channel.profile.signsByCode() {
		return Outcome{Problem: refuse(ProblemCodeNotOffered, "this channel texts no code for signing")}
	}
	elements := elementsFingerprint(c.Elements)
	content := fingerprint(string(OpSigningApply), c.PayerRef, string(elements[:]))
	if s := m.signings[c.SignNo]; s != nil {
		return w.repeatSigning(s, content)
	}
	s := m.newSigning(&signing{
		no: c.SignNo, content: content, payerRef: c.PayerRef, elements: c.Elements, at: w.now, status: SigningCodeSent,
		notifyURL: c.NotifyURL,
	})
	a, reason := w.askBank(m, c.Elements)
	switch live := w.liveAgreement(m, c.PayerRef, c.Elements.CardNumber.Reveal()); {
	case reason != "":
		s.status, s.reason = SigningDeclined, reason
	case live != nil:
		if w.wasTold(live.no) {
			w.blame(VerdictSignedAgain, s.no)
		}
		s.status, s.agreement = SigningSigned, live
		live.tellAt(s.notifyURL)
	default:
		s.code = &codeState{profile: m.channel.profile}
		w.textSigningCode(m, s, a)
	}
	return w.signingOutcome(s)
}

// repeatSigning answers a number that is known: with the present state for the
// same content, else with a refusal.
func (w *World) repeatSigning(s *signing, content digest) Outcome {
	if s.content != content {
		w.blame(VerdictOtherContent, s.no)
		return Outcome{Problem: refuse(ProblemNumberReused, "sign_no was used with other content")}
	}
	w.ageSigning(s)
	return w.signingOutcome(s)
}

// newSigning stores a signing.
func (m *member) newSigning(s *signing) *signing {
	if m.signings == nil {
		m.signings = map[string]*signing{}
	}
	m.signings[s.no] = s
	return s
}

// textSigningCode issues a code and sends the SMS about the signing.
func (w *World) textSigningCode(m *member, s *signing, a *account) {
	p := s.code.profile
	parts := w.partsFor(m, a, p, p.Sender)
	way := w.passageNow(a.Holder.Mobile)
	parts.code = s.code.issue(w.seed, "signing/"+m.name()+"/"+s.no, w.now, way.LeadingZero)
	parts.lifetime = time.Duration(p.Code.LifetimeSeconds) * time.Second
	w.textAccount(m, a, p.Sender, AboutSigning, s.no, signingText(parts), way)
}

// resendSigning sends the code once more, not sooner than the channel's gap.
func (w *World) resendSigning(m *member, c ResendSigningCode) Outcome {
	s, problem := w.openSigning(m, c.SignNo)
	if problem != nil {
		return Outcome{Problem: problem}
	}
	if s.status != SigningCodeSent {
		return w.signingOutcome(s)
	}
	if wait := s.code.tooSoon(w.now); wait > 0 {
		w.blame(VerdictResendBeforeGap, s.no)
		return Outcome{Problem: tooFrequent(wait)}
	}
	s.reason = ""
	w.textSigningCode(m, s, w.account(s.elements.CardNumber.Reveal()))
	return w.signingOutcome(s)
}

// tooFrequent is the problem of asking for an SMS before the gap is over.
func tooFrequent(wait time.Duration) *Problem {
	return &Problem{Code: ProblemTooFrequent, Detail: "the next SMS may be asked for later", RetryAfter: wait}
}

// confirmSigning judges a code. A signing that is done answers its state, so that
// a parallel or repeated confirm gets the same result and no second agreement.
func (w *World) confirmSigning(m *member, c ConfirmSigning) Outcome {
	s, problem := w.openSigning(m, c.SignNo)
	if problem != nil {
		if problem.Code == ProblemLocked {
			w.blame(VerdictConfirmExhausted, c.SignNo)
		}
		return Outcome{Problem: problem}
	}
	if s.status != SigningCodeSent {
		return w.signingOutcome(s)
	}
	live := s.code.live
	switch w.tryCode(s.code, c.Code) {
	case codeTooOld:
		s.reason = ReasonCodeExpired
	case codeWrong:
		s.reason = ReasonWrongCode
		if s.code.triesLeft() == 0 {
			s.status, s.reason = SigningLocked, ReasonCodeExhausted
		}
	case codeRight:
		if !w.completeSigning(m, s) {
			s.code.live = live // the channel has forgotten that it was brought
			out := w.signingOutcome(s)
			out.Reply.Withheld = true
			return out
		}
	}
	return w.signingOutcome(s)
}

// completeSigning makes the agreement, if the bank still agrees. It returns false
// when the bank made it and the channel crashed before it stored that: the next
// confirm then finds the agreement alive.
func (w *World) completeSigning(m *member, s *signing) bool {
	a, fault, reason := w.consultBank(m, s.elements)
	if reason != "" {
		s.status, s.reason = SigningDeclined, reason
		return true
	}
	if fault.Unrecorded && w.liveAgreement(m, s.payerRef, a.number) == nil {
		w.makeAgreement(m, s, a, "").tellAt(s.notifyURL)
		return false
	}
	m.notePassed(s.elements)
	s.status, s.reason = SigningSigned, ""
	s.agreement = w.liveAgreement(m, s.payerRef, a.number)
	if s.agreement == nil {
		s.agreement = w.makeAgreement(m, s, a, "")
	}
	s.agreement.tellAt(s.notifyURL)
	w.notifySigned(m, s)
	return true
}

// notifySigned tells the platform of a new agreement.
func (w *World) notifySigned(m *member, s *signing) {
	w.notify(m, s.notifyURL, s.no, Event{Type: EventSigningSigned, Signing: w.viewSigning(s)})
}

// querySigning answers where a signing stands.
func (w *World) querySigning(m *member, c QuerySigning) Outcome {
	s := m.signings[c.SignNo]
	if s == nil {
		return Outcome{Problem: refuse(ProblemSigningNotFound, "no signing of that number")}
	}
	w.ageSigning(s)
	return w.signingOutcome(s)
}

// openSigning finds a signing for resend or confirm. A locked one is a problem.
func (w *World) openSigning(m *member, signNo string) (*signing, *Problem) {
	s := m.signings[signNo]
	if s == nil {
		return nil, refuse(ProblemSigningNotFound, "no signing of that number")
	}
	w.ageSigning(s)
	if s.status == SigningLocked {
		return nil, refuse(ProblemLocked, "too many wrong codes; begin a new signing")
	}
	return s, nil
}

// ageSigning ends a signing nobody finished.
func (w *World) ageSigning(s *signing) {
	if s.status == SigningCodeSent && !w.now.Before(s.at.Add(signingLife)) {
		s.status, s.reason = SigningExpired, ReasonCodeExpired
	}
}

// signingOutcome wraps the view.
func (w *World) signingOutcome(s *signing) Outcome {
	return Outcome{Signing: w.viewSigning(s)}
}

// viewSigning shows a signing; who texted and when only while a code is out.
func (w *World) viewSigning(s *signing) *SigningView {
	v := &SigningView{SignNo: s.no, Status: s.status, Reason: s.reason}
	if s.agreement != nil {
		view := w.viewAgreement(s.agreement)
		v.Agreement = &view
	}
	if s.status == SigningCodeSent && s.code != nil {
		v.TriesLeft = s.code.triesLeft()
		v.SMS = s.code.view(s.code.profile.Sender, AboutSigning, s.elements.Mobile.Masked())
	}
	return v
}
