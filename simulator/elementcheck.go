package simulator

import "countersign/internal/cardholder"

// checkElements is the operation: no SMS, and the same answer whichever element
// is wrong, so that it is no oracle (T2).
func (w *World) checkElements(m *member, c ElementCheck) Outcome {
	content := elementsFingerprint(c.Elements)
	if known := m.checks[c.CheckNo]; known != nil {
		if known.content != content {
			w.blame(VerdictOtherContent, c.CheckNo)
			return Outcome{Problem: refuse(ProblemNumberReused, "check_no was used with other elements")}
		}
		view := known.view
		return Outcome{Check: &view}
	}
	view := CheckView{CheckNo: c.CheckNo, Result: CheckPassed}
	if _, reason := w.askBank(m, c.Elements); reason != "" {
		view.Result, view.Reason = CheckDeclined, reason
	} else {
		m.notePassed(c.Elements)
	}
	if m.checks == nil {
		m.checks = map[string]*elementCheck{}
	}
	m.checks[c.CheckNo] = &elementCheck{content: content, view: view}
	return Outcome{Check: &view}
}

// askBank compares elements on the way to the bank, where faults may strike.
func (w *World) askBank(m *member, e cardholder.FourElements) (*account, Reason) {
	a, _, reason := w.consultBank(m, e)
	return a, reason
}

// consultBank is askBank that also tells of the other faults that struck.
func (w *World) consultBank(m *member, e cardholder.FourElements) (*account, BankFault, Reason) {
	a, reason := w.compareElements(m, e)
	fault := w.strike(PointBank).Bank
	if fault.Decline != "" {
		reason = fault.Decline
	}
	return a, fault, reason
}

// compareElements holds four elements against the bank's record. It returns the
// account when they match and the card is in order, else a reason. Whether card,
// name, ID number or mobile is wrong is not told, nor whether the card exists.
func (w *World) compareElements(m *member, e cardholder.FourElements) (*account, Reason) {
	if e.IDType != cardholder.ResidentID {
		return nil, ReasonIDTypeUnsupported
	}
	number := e.CardNumber.Reveal()
	bin, known := w.template.bins.find(number)
	if !known {
		return nil, ReasonCardUnsupported
	}
	if _, offered := m.channel.profile.terms(bin.Bank, bin.CardType); !offered {
		return nil, ReasonCardUnsupported
	}
	a := w.account(number)
	if a == nil || !a.Holder.Equal(e) {
		return nil, ReasonElementsMismatch
	}
	if reason := cardStateReason(a.State); reason != "" {
		return a, reason
	}
	return a, ""
}

// notePassed remembers that elements passed at this member's channel.
func (m *member) notePassed(e cardholder.FourElements) {
	if m.passed == nil {
		m.passed = map[string]digest{}
	}
	m.passed[e.CardNumber.Reveal()] = elementsFingerprint(e)
}

// hasPassed reports whether these very elements passed a check before: the one
// named, or any when none is named.
func (m *member) hasPassed(e cardholder.FourElements, checkNo string) bool {
	content := elementsFingerprint(e)
	if checkNo != "" {
		known := m.checks[checkNo]
		return known != nil && known.view.Result == CheckPassed && known.content == content
	}
	return m.passed[e.CardNumber.Reveal()] == content
}

// account finds a card at its bank, copying it into this world on first use; nil
// if no bank knows it.
func (w *World) account(number string) *account {
	if a := w.accounts[number]; a != nil {
		return a
	}
	shared := w.template.accounts[number]
	if shared == nil {
		return nil
	}
	return w.keepAccount(*shared)
}

// keepAccount puts an account into this world.
func (w *World) keepAccount(from Account) *account {
	number := from.Holder.CardNumber.Reveal()
	bin, _ := w.template.bins.find(number)
	a := &account{Account: from, number: number, bank: bin.Bank, cardType: bin.CardType}
	w.accounts[number] = a
	return a
}
