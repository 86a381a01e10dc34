package simulator

import (
	"strconv"

	"countersign/internal/chance"
)

// makeAgreement stores a new agreement; its number is the channel's (T6).
func (w *World) makeAgreement(m *member, s *signing, a *account, evidence EvidenceKind) *agreement {
	w.made.Agreements++
	serial := strconv.FormatInt(w.made.Agreements, 10)
	g := &agreement{
		no:     "agr_" + chance.Digits(w.seed, "agreement/"+m.name(), serial, 10) + serial,
		member: m, payerRef: s.payerRef, signNo: s.no, account: a, status: AgreementActive,
		evidence: evidence, signedAt: w.now,
	}
	if days := m.channel.profile.AgreementLifetimeDays; days > 0 {
		g.expires = capped(w.now.AddDate(0, 0, days))
		w.due.add(dueEntry{at: g.expires, agreement: g})
	}
	w.agreements[g.no] = g
	if m.agreements == nil {
		m.agreements = map[holder][]*agreement{}
	}
	key := holder{payerRef: g.payerRef, card: a.number}
	m.agreements[key] = append(m.agreements[key], g)
	return g
}

// tellAt notes where the end of the agreement is to be told: where the newest
// signing or binding that answered it asked for it.
func (g *agreement) tellAt(url string) {
	if url != "" {
		g.notify = g.member.shared(url)
	}
}

// liveAgreement finds the active agreement of a member's payer and card, nil if
// there is none. There is never more than one.
func (w *World) liveAgreement(m *member, payerRef, card string) *agreement {
	for _, g := range m.agreements[holder{payerRef: payerRef, card: card}] {
		if g.status == AgreementActive {
			return g
		}
	}
	return nil
}

// queryAgreement finds an agreement by number, or the newest of a payer and card.
func (w *World) queryAgreement(m *member, c QueryAgreement) Outcome {
	g := w.memberAgreement(m, c.AgreementNo)
	if c.AgreementNo == "" {
		all := m.agreements[holder{payerRef: c.PayerRef, card: c.CardNumber.Reveal()}]
		if len(all) > 0 {
			g = all[len(all)-1]
		}
	}
	if g == nil {
		return Outcome{Problem: refuse(ProblemNotFound, "no such agreement")}
	}
	view := w.viewAgreement(g)
	return Outcome{Agreement: &view}
}

// memberAgreement finds an agreement by number if it is this member's; a foreign
// one is as missing as an unknown one.
func (w *World) memberAgreement(m *member, no string) *agreement {
	if g := w.agreements[no]; g != nil && g.member == m {
		return g
	}
	return nil
}

// terminate ends an agreement on the merchant's side (解约). One that is dead
// already stays as it died.
func (w *World) terminate(m *member, c TerminateAgreement) Outcome {
	g := w.memberAgreement(m, c.AgreementNo)
	if g == nil {
		return Outcome{Problem: refuse(ProblemNotFound, "no such agreement")}
	}
	w.end(g, AgreementTerminated)
	view := w.viewAgreement(g)
	return Outcome{Agreement: &view}
}

// end lets a live agreement die and reports whether it was alive.
func (w *World) end(g *agreement, as AgreementStatus) bool {
	if g.status != AgreementActive {
		return false
	}
	g.status, g.ended = as, w.now
	return true
}

// endByAge lets an agreement die of age and tells the platform.
func (w *World) endByAge(g *agreement) {
	if w.end(g, AgreementExpired) {
		w.notifyEnded(g)
		w.tell(Effect{Kind: EffectFired, At: w.now, What: "agreement expired: " + g.no, Due: DueAgreementEnd, Number: g.no})
	}
}

// notifyEnded tells the platform of an end it did not make itself.
func (w *World) notifyEnded(g *agreement) {
	view := w.viewAgreement(g)
	w.notify(g.member, urlOf(g.notify), g.no, Event{Type: EventAgreementEnded, Agreement: &view})
}

// cancelAtBank is the customer ending agreements at the bank, which he may do
// without asking platform or channel.
func (w *World) cancelAtBank(c CancelAtBank) Outcome {
	var ended []AgreementView
	for _, no := range sortedKeys(w.agreements) {
		g := w.agreements[no]
		chosen := no == c.AgreementNo
		if c.AgreementNo == "" {
			chosen = g.account.Holder.CardNumber.Equal(c.CardNumber) && (c.ChannelID == "" || c.ChannelID == g.member.ChannelID)
		}
		if chosen && w.end(g, AgreementCancelledAtBank) {
			w.notifyEnded(g)
			ended = append(ended, w.viewAgreement(g))
		}
	}
	if len(ended) == 0 {
		return Outcome{Problem: refuse(ProblemNotFound, "no live agreement fits")}
	}
	return Outcome{Ended: ended}
}

// forgetAgreement drops the agreements of a card at one channel from its books.
// Orders charged by them keep what they say.
func (w *World) forgetAgreement(c ForgetAgreement) Outcome {
	var lost []AgreementView
	for _, no := range sortedKeys(w.agreements) {
		g := w.agreements[no]
		if g.member.ChannelID != c.ChannelID || !g.account.Holder.CardNumber.Equal(c.CardNumber) {
			continue
		}
		lost = append(lost, w.viewAgreement(g))
		delete(w.agreements, no)
		delete(g.member.agreements, holder{payerRef: g.payerRef, card: g.account.number})
		g.status, g.ended = AgreementTerminated, w.now // its age ends nothing any more
	}
	if len(lost) == 0 {
		return Outcome{Problem: refuse(ProblemNotFound, "the channel knows no agreement of the card")}
	}
	return Outcome{Ended: lost}
}

// viewAgreement shows an agreement.
func (w *World) viewAgreement(g *agreement) AgreementView {
	return AgreementView{
		AgreementNo: g.no, ChannelID: g.member.ChannelID, MemberNo: g.member.MemberNo, PayerRef: g.payerRef,
		SignNo: g.signNo, Bank: g.account.bank, MaskedCard: g.account.Holder.CardNumber.Masked(),
		Status: g.status, SignedAt: g.signedAt, ExpiresAt: g.expires, EndedAt: g.ended,
	}
}

// Agreements lists all agreements of the world by number.
func (w *World) Agreements() []AgreementView {
	views := make([]AgreementView, 0, len(w.agreements))
	for _, no := range sortedKeys(w.agreements) {
		views = append(views, w.viewAgreement(w.agreements[no]))
	}
	return views
}
