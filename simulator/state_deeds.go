package simulator

import (
	"math"

	"countersign/internal/cardholder"
)

// loadDeeds reads back what each member did.
func (l *loader) loadDeeds() {
	for i := range l.state.Members {
		from, at := &l.state.Members[i], l.at("members", i)
		m := l.world.members[from.MemberNo]
		l.loadChecks(at, m, from)
		l.loadSignings(at, m, from)
		l.loadCharges(at, m, from)
		l.loadRefunds(at, m, from)
		l.loadUsage(at, m, from)
		l.loadBatches(at, m, from)
		if l.failed != nil {
			return
		}
	}
}

// loadChecks reads element checks back.
func (l *loader) loadChecks(at string, m *member, from *MemberState) {
	for i := range from.Checks {
		c := &from.Checks[i]
		if c.CheckNo == "" || m.checks[c.CheckNo] != nil {
			l.fail(l.at(at+".checks", i)+".check_no", "missing, or listed twice")
			return
		}
		if m.checks == nil {
			m.checks = map[string]*elementCheck{}
		}
		m.checks[c.CheckNo] = &elementCheck{content: c.Content, view: c.CheckView}
	}
	for i, p := range from.Passed {
		card, err := ifGiven(p.Card, cardholder.NewCardNumber)
		if err != nil || card.IsZero() || !l.world.template.CardAllowed(card) {
			l.fail(l.at(at+".passed", i)+".card", "is no test card")
			return
		}
		if m.passed == nil {
			m.passed = map[string]digest{}
		}
		m.passed[p.Card] = p.Content
	}
}

// loadSignings reads signings back.
func (l *loader) loadSignings(at string, m *member, from *MemberState) {
	for i := range from.Signings {
		f, here := &from.Signings[i], l.at(at+".signings", i)
		elements, err := f.Elements.load()
		switch {
		case f.No == "" || m.signings[f.No] != nil:
			l.fail(here+".no", "missing, or listed twice")
		case err != nil || elements.CardNumber.IsZero():
			l.fail(here+".elements", "are no four elements")
		case l.world.foreignElements(elements) != nil:
			l.fail(here+".elements", "are not invented: only test cards and test IDs are taken")
		case f.Status == "":
			l.fail(here+".status", "missing")
		case f.Status == SigningCodeSent && (f.Code == nil || l.world.account(elements.CardNumber.Reveal()) == nil):
			l.fail(here+".code", "a signing that waits for a code has one, and an account")
		case f.Status == SigningSigned && f.Agreement == 0:
			l.fail(here+".agreement", "a signing that is done has one")
		}
		s := &signing{
			no: f.No, content: f.Content, payerRef: f.PayerRef, elements: elements, status: f.Status, reason: f.Reason,
			code: l.loadCode(here+".code", m, f.Code), agreement: l.agreement(here+".agreement", f.Agreement), bound: f.Bound,
			notifyURL: f.NotifyURL, at: f.At,
		}
		if s.agreement != nil && s.agreement.member != m {
			l.fail(here+".agreement", "is another member's")
		}
		if l.failed != nil {
			return
		}
		m.newSigning(s)
	}
}

// loadCode reads the codes of a signing or charge back.
func (l *loader) loadCode(at string, m *member, from *CodeState) *codeState {
	if from == nil || l.failed != nil {
		return nil
	}
	c := &codeState{
		profile: l.profile(at+".profile", m.ChannelID, from.Profile), seq: from.Seq, failures: from.Failures,
		sentAt: from.SentAt, expires: from.Expires,
	}
	if from.Seq < 0 || from.Failures < 0 {
		l.fail(at+".seq", "must not be below zero")
	}
	for i, live := range from.Live {
		if n := len(live.Text); n < shortestCode || n > longestCode || !digitsOnly(live.Text) {
			l.fail(l.at(at+".live", i)+".text", "is no code")
		}
		c.live = append(c.live, issuedCode{text: live.Text, expires: live.Expires})
	}
	return c
}

// loadCharges reads orders back; their ledger rows are checked later.
func (l *loader) loadCharges(at string, m *member, from *MemberState) {
	for i := range from.Charges {
		f, here := &from.Charges[i], l.at(at+".charges", i)
		o := newCharge(m, f.OrderNo, f.NotifyURL, digest{})
		o.agreement, o.account, o.content = l.agreement(here+".agreement", f.Agreement), l.world.accounts[f.Card], f.Content
		o.orderTime, o.accepted, o.amount = f.OrderTime, f.Accepted, f.Amount
		l.loadRarities(here, o, f)
		l.checkCharge(here, m, o, f)
		if l.failed != nil {
			return
		}
		l.world.stand(o, f.Status, f.Reason)
		m.keepCharge(o)
	}
}

// loadRarities reads what few orders have. When an order ended is read once the ledger is there.
func (l *loader) loadRarities(here string, o *charge, f *ChargeState) {
	if f.Debit < 0 || f.Debit > math.MaxInt32 {
		l.fail(here+".debit", "no such row in the ledger")
		return
	}
	o.debit = int32(f.Debit)
	rare := rarities{code: l.loadCode(here+".code", o.member, f.Code), refunded: f.Refunded}
	if o.agreement == nil {
		rare.payerRef = f.PayerRef
	}
	if rare != (rarities{}) {
		o.rare = &rare
	}
}

// checkCharge holds an order against its agreement, its account and itself.
func (l *loader) checkCharge(here string, m *member, o *charge, f *ChargeState) {
	switch {
	case f.OrderNo == "" || m.charges[f.OrderNo] != nil:
		l.fail(here+".order_no", "missing, or listed twice")
	case f.Card != "" && o.account == nil:
		l.fail(here+".card", "no such account")
	case o.agreement != nil && (o.agreement.member != m || o.agreement.payerRef != f.PayerRef || o.agreement.account != o.account):
		l.fail(here+".agreement", "is another's")
	case f.Amount < 0 || f.Refunded < 0 || f.Refunded > f.Amount:
		l.fail(here+".amount", "below zero, or below what was refunded")
	case f.Status == "":
		l.fail(here+".status", "missing")
	case f.Status == ChargeCodeRequired && (o.code() == nil || o.account == nil):
		l.fail(here+".code", "an order that waits for a code has one, and an account")
	case o.code() != nil && o.account == nil:
		l.fail(here+".card", "an order with a code has an account")
	}
}

// loadRefunds reads refunds back.
func (l *loader) loadRefunds(at string, m *member, from *MemberState) {
	for i := range from.Refunds {
		f, here := &from.Refunds[i], l.at(at+".refunds", i)
		o := m.charges[f.OrderNo]
		switch {
		case f.No == "" || m.refunds[f.No] != nil:
			l.fail(here+".no", "missing, or listed twice")
		case o == nil:
			l.fail(here+".order_no", "no such order")
		case f.Amount < 0:
			l.fail(here+".amount", "must not be below zero")
		case f.Status == "":
			l.fail(here+".status", "missing")
		}
		if l.failed != nil {
			return
		}
		if m.refunds == nil {
			m.refunds = map[string]*refund{}
		}
		m.refunds[f.No] = &refund{
			no: f.No, charge: o, content: f.Content, amount: f.Amount, notify: f.Notify, status: f.Status, reason: f.Reason,
			accepted: f.Accepted, finished: f.Finished,
		}
	}
}

// loadUsage reads what cards were debited of late back.
func (l *loader) loadUsage(at string, m *member, from *MemberState) {
	for i, u := range from.Usage {
		if l.world.accounts[u.Card] == nil || u.DayAmount < 0 || u.MonthAmount < 0 || u.DayCount < 0 {
			l.fail(l.at(at+".usage", i), "is of no account, or below zero")
			return
		}
		if m.usage == nil {
			m.usage = map[string]*usage{}
		}
		m.usage[u.Card] = &usage{day: u.Day, month: u.Month, dayAmount: u.DayAmount, monthAmount: u.MonthAmount, dayCount: u.DayCount}
	}
}

// loadLedger reads the movements of money back.
func (l *loader) loadLedger() {
	unreported := map[*charge]int{} // debits of orders that know of none, less reversals
	for i, from := range l.state.Ledger {
		here := l.at("ledger", i)
		o := l.order(from.MemberNo, from.OrderNo)
		if o == nil || o.account == nil {
			l.fail(here+".order_no", "no such order with an account")
			return
		}
		row := ledgerRow{at: from.At, charge: o}
		switch {
		case from.Reversal:
			if unreported[o]--; unreported[o] != 0 || from.RefundNo != "" {
				l.fail(here+".reversal", "gives back no debit that the channel never learned of")
				return
			}
			row.refund = takenBack
		case from.RefundNo != "":
			if row.refund = o.member.refunds[from.RefundNo]; row.refund == nil || row.refund.charge != o || row.refund.status != RefundSucceeded {
				l.fail(here+".refund_no", "no such refund of the order")
				return
			}
		case o.debit == 0 && o.status == ChargeProcessing && unreported[o] == 0:
			unreported[o]++
		case int64(o.debit) != int64(i+1):
			l.fail(here+".order_no", "the order knows another row as its debit")
			return
		}
		l.world.ledger = append(l.world.ledger, row)
	}
}

// checkOrders holds orders against the ledger: money moved at most once for each.
func (l *loader) checkOrders() {
	for i := range l.state.Members {
		m := l.world.members[l.state.Members[i].MemberNo]
		for j := range l.state.Members[i].Charges {
			o := m.charges[l.state.Members[i].Charges[j].OrderNo]
			here := l.at(l.at("members", i)+".charges", j) + ".debit"
			switch {
			case (o.debit != 0) != (o.status == ChargeSucceeded):
				l.fail(here, "an order has a debit when it succeeded, and only then")
			case o.debit < 0 || int(o.debit) > len(l.world.ledger):
				l.fail(here, "no such row in the ledger")
			case o.debit > 0 && (l.world.ledger[o.debit-1].charge != o || l.world.ledger[o.debit-1].refund != nil):
				l.fail(here, "the row in the ledger is another's")
			}
			if l.failed != nil {
				return
			}
			if f := &l.state.Members[i].Charges[j]; f.Finished != l.world.finishedAt(o) {
				o.more().finished = f.Finished
			}
		}
	}
}

// loadInbox reads the messages back; cursors rise by one up to the newest.
func (l *loader) loadInbox() {
	box := &l.world.inbox
	box.last = l.state.Inbox.Last
	kept := int64(len(l.state.Inbox.Messages))
	if kept > 2*inboxMessages || box.last < kept {
		l.fail("inbox.last", "does not fit the messages kept")
		return
	}
	for i := range l.state.Inbox.Messages {
		here := l.at("inbox.messages", i)
		m, ok := l.loadMessage(here, &l.state.Inbox.Messages[i])
		if !ok {
			return
		}
		if m.Cursor != box.last-kept+int64(i)+1 {
			l.fail(here+".cursor", "out of order")
			return
		}
		box.messages = append(box.messages, m)
	}
}

// loadMessage reads a message back.
func (l *loader) loadMessage(at string, from *MessageState) (Message, bool) {
	m := from.Message
	var err error
	if m.To, err = ifGiven(from.To, cardholder.NewMobile); err != nil {
		l.fail(at+".to", "is no mobile")
		return m, false
	}
	if m.Medium != MediumSMS && m.Medium != MediumWeChat {
		l.fail(at+".medium", "no such medium")
		return m, false
	}
	return m, true
}

// loadJournal reads the rows back; numbers rise by one up to the newest.
func (l *loader) loadJournal() {
	from, journal := &l.state.Journal, &l.world.journal
	if from.Bare < 0 || from.Bare > from.Last {
		l.fail("journal.bare", "out of range")
		return
	}
	if len(from.Rows) > journalRows || from.Last < int64(len(from.Rows)) {
		l.fail("journal.last", "does not fit the rows kept")
		return
	}
	if from.Last > int64(len(from.Rows)) && len(from.Rows) != journalRows {
		l.fail("journal.rows", "rows are missing")
		return
	}
	journal.last, journal.bare = from.Last, from.Bare
	if len(from.Rows) > 0 {
		journal.rows = make([]JournalRow, len(from.Rows))
	}
	first := from.Last - int64(len(from.Rows)) + 1
	for i := range from.Rows {
		row := from.Rows[i].JournalRow
		if row.Seq != first+int64(i) {
			l.fail(l.at("journal.rows", i)+".seq", "out of order")
			return
		}
		row.requestBody, row.answerStatus, row.answerBody = from.Rows[i].Request, from.Rows[i].AnswerStatus, from.Rows[i].Answer
		row.bared = from.Rows[i].Bared
		journal.bodies += row.size()
		journal.rows[(row.Seq-1)%journalRows] = row
	}
}

// loadJTIs reads the memory of jtis back.
func (l *loader) loadJTIs() {
	from, to := &l.state.JTIs, &l.world.jtis
	if len(from.Now)+len(from.Then) == 0 && from.Since.IsZero() {
		return
	}
	to.since, to.now = from.Since, digestSet(from.Now)
	if to.now == nil {
		to.now = map[shortDigest]struct{}{}
	}
	to.then = digestSet(from.Then)
}

// digestSet is a list as a set, nil for none.
func digestSet(list []shortDigest) map[shortDigest]struct{} {
	if len(list) == 0 {
		return nil
	}
	set := make(map[shortDigest]struct{}, len(list))
	for _, d := range list {
		set[d] = struct{}{}
	}
	return set
}

// loadSent reads the memory of message numbers back.
func (l *loader) loadSent() {
	if len(l.state.Sent.Now) > messageNumbers || len(l.state.Sent.Then) > messageNumbers {
		l.fail("sent.now", "more than a world remembers")
		return
	}
	l.world.sent.now, l.world.sent.then = sentGeneration(l.state.Sent.Now), sentGeneration(l.state.Sent.Then)
}

// sentGeneration is a list as a generation, nil for none.
func sentGeneration(list []SentMessageState) map[string]sentMessage {
	if len(list) == 0 {
		return nil
	}
	generation := make(map[string]sentMessage, len(list))
	for _, m := range list {
		generation[m.Number] = sentMessage{content: m.Content, id: m.ID}
	}
	return generation
}
