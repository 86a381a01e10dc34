package simulator

import (
	"time"
)

// bind makes an agreement without a code, on evidence: the platform texted and
// checked itself (third row of the table of kinds), or the card was signed in the
// old days (T7). The bank's record must confirm the elements in both cases.
func (w *World) bind(m *member, c Bind) Outcome {
	if problem := m.checkEvidence(c); problem != nil {
		return Outcome{Problem: problem}
	}
	content := c.contentOf()
	if s := m.signings[c.SignNo]; s != nil {
		return w.repeatSigning(s, content)
	}
	s := m.newSigning(&signing{
		no: c.SignNo, content: content, payerRef: c.PayerRef, elements: c.Elements, at: w.now, bound: true,
		notifyURL: c.NotifyURL,
	})
	w.completeBinding(m, s, c.Evidence)
	return w.signingOutcome(s)
}

// checkEvidence refuses evidence a channel does not take.
func (m *member) checkEvidence(c Bind) *Problem {
	p := m.channel.profile
	if !p.Binds {
		return refuse(ProblemInvalidRequest, "this channel keeps no bindings; an element check is enough")
	}
	switch c.Evidence.Kind {
	case EvidencePlatformVerified:
		if !p.PlatformSMS {
			return invalid("evidence.kind", "this channel texts the signing code itself; sign by code")
		}
	case EvidenceLegacy:
		if _, err := time.Parse(time.DateOnly, c.Evidence.SignedOn); err != nil {
			return invalid("evidence.signed_on", "must be the day of the old signing, 2006-01-02")
		}
	default:
		return invalid("evidence.kind", "must be platform_verified or legacy")
	}
	if c.Evidence.Reference == "" {
		return invalid("evidence.reference", "must name the platform's own record")
	}
	return nil
}

// completeBinding decides a binding.
func (w *World) completeBinding(m *member, s *signing, evidence Evidence) {
	s.status = SigningDeclined
	if evidence.Kind == EvidencePlatformVerified && !m.hasPassed(s.elements, evidence.CheckNo) {
		s.reason = ReasonElementCheckMissing
		return
	}
	a, reason := w.askBank(m, s.elements)
	if reason != "" {
		s.reason = reason
		return
	}
	m.notePassed(s.elements)
	s.status = SigningSigned
	if s.agreement = w.liveAgreement(m, s.payerRef, a.number); s.agreement == nil {
		s.agreement = w.makeAgreement(m, s, a, evidence.Kind)
	}
	s.agreement.tellAt(s.notifyURL)
	w.notifySigned(m, s)
}
