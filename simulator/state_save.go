package simulator

import "slices"

// saver writes a world out and numbers what others refer to.
type saver struct {
	world      *World
	state      *State
	profiles   map[*Profile]int
	agreements map[*agreement]int
}

// Save writes the world out. It changes nothing; the state shares with the world
// only what neither ever changes.
func (w *World) Save() State {
	state := State{
		ID: w.id, Seed: w.seed, Now: w.now, Made: w.made,
		Inbox:   InboxState{Last: w.inbox.last},
		Journal: JournalState{Last: w.journal.last, Bare: w.journal.bare},
		Notices: saveNotices(&w.notices),
		JTIs:    JTIState{Since: w.jtis.since, Now: sortedDigests(w.jtis.now), Then: sortedDigests(w.jtis.then)},
		Sent:    SentState{Now: saveSent(w.sent.now), Then: saveSent(w.sent.then)},
	}
	s := &saver{world: w, state: &state, profiles: map[*Profile]int{}, agreements: map[*agreement]int{}}
	s.saveField()
	s.saveAgreements()
	for _, no := range sortedKeys(w.members) {
		state.Members = append(state.Members, s.saveMember(w.members[no]))
	}
	for i := range w.ledger {
		row := &w.ledger[i]
		saved := LedgerState{At: row.at, MemberNo: row.charge.member.MemberNo, OrderNo: row.charge.orderNo, Reversal: row.reversal()}
		if row.refund != nil && !saved.Reversal {
			saved.RefundNo = row.refund.no
		}
		state.Ledger = append(state.Ledger, saved)
	}
	s.saveRecord()
	s.saveRest()
	state.Due = DueState{Seq: w.due.seq, Loud: s.saveDue(w.due.loud), Quiet: s.saveDue(w.due.quiet)}
	return state
}

// saveField writes channels, banks, accounts and faults.
func (s *saver) saveField() {
	w := s.world
	for _, id := range sortedKeys(w.channels) {
		c := w.channels[id]
		s.state.Channels = append(s.state.Channels, ChannelState{
			ChannelID: id, Profile: s.profile(c.profile), Maintenance: c.maintenance, Retired: c.retired,
		})
	}
	for _, code := range sortedKeys(w.banks) {
		s.state.Banks = append(s.state.Banks, *w.banks[code])
	}
	for _, number := range sortedKeys(w.accounts) {
		a := w.accounts[number]
		s.state.Accounts = append(s.state.Accounts, AccountState{
			Holder: saveElements(a.Holder), Balance: a.Balance, State: a.State, DebitNotice: a.DebitNotice,
		})
	}
	for _, r := range w.rules.rules {
		s.state.Faults = append(s.state.Faults, FaultState{FaultRule: r.FaultRule, Matched: r.matched, Struck: r.struck, ByNumber: r.byNumber.copied()})
	}
}

// profile is the number of a profile, 0 for the template's.
func (s *saver) profile(p *Profile) int {
	if p == s.world.template.channels[p.ChannelID] {
		return 0
	}
	if s.profiles[p] == 0 {
		s.state.Profiles = append(s.state.Profiles, *p)
		s.profiles[p] = len(s.state.Profiles)
	}
	return s.profiles[p]
}

// saveAgreements writes the agreements in the books, each holder's oldest first, and
// then those that orders, signings and due times still know.
func (s *saver) saveAgreements() {
	w := s.world
	for _, no := range sortedKeys(w.members) {
		held := w.members[no].agreements
		holders := make([]holder, 0, len(held))
		for h := range held {
			holders = append(holders, h)
		}
		slices.SortFunc(holders, compareHolders)
		for _, h := range holders {
			for _, g := range held[h] {
				s.agreement(g)
			}
		}
	}
	for _, no := range sortedKeys(w.agreements) {
		s.agreement(w.agreements[no])
	}
}

// agreement is the number of an agreement, written out at its first mention; 0 for
// none.
func (s *saver) agreement(g *agreement) int {
	if g == nil {
		return 0
	}
	if s.agreements[g] == 0 {
		s.state.Agreements = append(s.state.Agreements, AgreementState{
			No: g.no, MemberNo: g.member.MemberNo, PayerRef: g.payerRef, SignNo: g.signNo, Card: g.account.number, Status: g.status,
			Evidence: g.evidence, NotifyURL: urlOf(g.notify), SignedAt: g.signedAt, Expires: g.expires, Ended: g.ended,
			Forgotten: s.world.agreements[g.no] != g,
		})
		s.agreements[g] = len(s.state.Agreements)
	}
	return s.agreements[g]
}

// saveMember writes a member and what it did.
func (s *saver) saveMember(m *member) MemberState {
	saved := MemberState{Member: m.Member, Ordinal: m.ordinal, URLs: sortedKeys(m.urls), Batches: saveBatches(m)}
	for _, no := range sortedKeys(m.checks) {
		saved.Checks = append(saved.Checks, CheckState{CheckView: m.checks[no].view, Content: m.checks[no].content})
	}
	for _, card := range sortedKeys(m.passed) {
		saved.Passed = append(saved.Passed, PassedState{Card: card, Content: m.passed[card]})
	}
	for _, no := range sortedKeys(m.signings) {
		g := m.signings[no]
		saved.Signings = append(saved.Signings, SigningState{
			No: g.no, Content: g.content, PayerRef: g.payerRef, Elements: saveElements(g.elements), Status: g.status, Reason: g.reason,
			Code: s.saveCode(g.code), Agreement: s.agreement(g.agreement), Bound: g.bound, NotifyURL: g.notifyURL, At: g.at,
		})
	}
	for _, no := range sortedKeys(m.charges) {
		saved.Charges = append(saved.Charges, s.saveCharge(m.charges[no]))
	}
	for _, no := range sortedKeys(m.refunds) {
		r := m.refunds[no]
		saved.Refunds = append(saved.Refunds, RefundState{
			No: r.no, OrderNo: r.charge.orderNo, Content: r.content, Amount: r.amount, Notify: r.notify, Status: r.status,
			Reason: r.reason, Accepted: r.accepted, Finished: r.finished,
		})
	}
	for _, card := range sortedKeys(m.usage) {
		u := m.usage[card]
		saved.Usage = append(saved.Usage, UsageState{
			Card: card, Day: u.day, Month: u.month, DayAmount: u.dayAmount, MonthAmount: u.monthAmount, DayCount: u.dayCount,
		})
	}
	return saved
}

// saveCharge writes an order.
func (s *saver) saveCharge(o *charge) ChargeState {
	saved := ChargeState{
		OrderNo: o.orderNo, Agreement: s.agreement(o.agreement), PayerRef: o.payer(), NotifyURL: urlOf(o.notifyURL),
		Code: s.saveCode(o.code()), Content: o.content, Debit: int64(o.debit), OrderTime: o.orderTime, Accepted: o.accepted,
		Finished: s.world.finishedAt(o), Amount: o.amount, Refunded: o.refunded(), Status: o.status, Reason: o.reason,
	}
	if o.account != nil {
		saved.Card = o.account.number
	}
	return saved
}

// saveCode writes the codes of a signing or charge.
func (s *saver) saveCode(c *codeState) *CodeState {
	if c == nil {
		return nil
	}
	saved := &CodeState{Profile: s.profile(c.profile), Seq: c.seq, Failures: c.failures, SentAt: c.sentAt, Expires: c.expires}
	for _, live := range c.live {
		saved.Live = append(saved.Live, IssuedState{Text: live.text, Expires: live.expires})
	}
	return saved
}

// saveRecord writes inbox and journal.
func (s *saver) saveRecord() {
	w := s.world
	for i := range w.inbox.messages {
		s.state.Inbox.Messages = append(s.state.Inbox.Messages, saveMessage(&w.inbox.messages[i]))
	}
	for _, row := range w.Journal(0, 0) {
		s.state.Journal.Rows = append(s.state.Journal.Rows, RowState{
			JournalRow: row, Request: row.requestBody, AnswerStatus: row.answerStatus, Answer: row.answerBody, Bared: row.bared,
		})
	}
}

// saveMessage writes a message with its mobile.
func saveMessage(m *Message) MessageState { return MessageState{Message: *m, To: m.To.Reveal()} }

// saveSent writes a generation of message numbers.
func saveSent(generation map[string]sentMessage) []SentMessageState {
	var saved []SentMessageState
	for _, number := range sortedKeys(generation) {
		m := generation[number]
		saved = append(saved, SentMessageState{Number: number, Content: m.content, ID: m.id})
	}
	return saved
}

// sortedDigests gives a set of digests in order.
func sortedDigests(set map[shortDigest]struct{}) []shortDigest {
	all := make([]shortDigest, 0, len(set))
	for d := range set {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b shortDigest) int { return slices.Compare(a[:], b[:]) })
	return all
}

// compareHolders orders holders by payer, then card.
func compareHolders(a, b holder) int {
	if a.payerRef != b.payerRef {
		if a.payerRef < b.payerRef {
			return -1
		}
		return 1
	}
	if a.card < b.card {
		return -1
	}
	return 1
}
