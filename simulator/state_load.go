package simulator

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// loader rebuilds a world; the first failure stays and ends the work.
type loader struct {
	world      *World
	state      *State
	agreements []*agreement
	failed     *StateError
}

// fail notes the first failure.
func (l *loader) fail(field, why string) {
	if l.failed == nil {
		l.failed = &StateError{Field: field, Why: why}
	}
}

// nilAfter notes a failure and gives nothing.
func nilAfter[T any](l *loader, field, why string) *T { //nolint:unparam // nothing is what it gives
	l.fail(field, why)
	return nil
}

// at names an item of a list.
func (*loader) at(list string, index int) string { return list + "[" + strconv.Itoa(index) + "]" }

// Load rebuilds a world from a state that anybody may have written: one that no
// world can be in (a reference to nothing, negative money, an unknown word, a card
// outside the test range, sizes over the limits, cursors out of order) is a
// StateError that names the member. The template must be the one the world began
// with.
func Load(state State, template *Template, faults FaultCatalogue) (*World, error) {
	if err := checkState(&state, template); err != nil {
		return nil, err
	}
	for i := range state.Members {
		m := &state.Members[i]
		if p := template.channels[m.ChannelID]; p == nil || m.Keys.Alg != p.SignatureAlg || !m.keysWhole() {
			return nil, &StateError{Field: (*loader)(nil).at("members", i) + ".keys", Why: "are no keys for the channel's algorithm"}
		}
	}
	return load(state, template, faults)
}

// load rebuilds a world and checks how its parts hang together.
func load(state State, template *Template, faults FaultCatalogue) (*World, error) {
	w := NewWorld(state.ID, state.Seed, state.Now, template, faults)
	w.made = state.Made
	l := &loader{world: w, state: &state}
	steps := []func(){
		l.loadChannels, l.loadBanks, l.loadAccounts, l.loadMembers, l.loadAgreements, l.loadDeeds, l.loadLedger,
		l.checkOrders, l.loadInbox, l.loadJournal,
		func() { l.loadNotices(&state.Notices) },
		func() { l.loadPlans(&state.Notices) },
		func() {
			w.due.seq = state.Due.Seq
			l.loadDue("due.loud", &w.due.loud, state.Due.Loud)
			l.loadDue("due.quiet", &w.due.quiet, state.Due.Quiet)
		},
		l.loadJTIs, l.loadSent, l.loadFaults, l.loadRest,
	}
	for _, step := range steps {
		if step(); l.failed != nil {
			return nil, fmt.Errorf("load world: %w", l.failed)
		}
	}
	return w, nil
}

// loadChannels reads switches and profiles back.
func (l *loader) loadChannels() {
	if len(l.state.Channels) != len(l.world.channels) {
		l.fail("channels", "must be those of the template")
		return
	}
	for i := range l.state.Profiles {
		if l.world.channels[l.state.Profiles[i].ChannelID] == nil {
			l.fail(l.at("profiles", i)+".channel_id", "no such channel")
			return
		}
		if _, errs := l.world.template.compileProfile(&l.state.Profiles[i]); len(errs) > 0 {
			l.fail(strings.TrimPrefix(stateErrorOf(inUniverse("profiles", i, "", errs[0])).Field, "universe."), "is no profile a channel could have")
			return
		}
	}
	seen := map[string]bool{}
	for i, from := range l.state.Channels {
		c := l.world.channels[from.ChannelID]
		if c == nil || seen[from.ChannelID] {
			l.fail(l.at("channels", i)+".channel_id", "no such channel in the template, or listed twice")
			return
		}
		seen[from.ChannelID] = true
		c.maintenance, c.retired = from.Maintenance, from.Retired
		if from.Profile == 0 {
			continue
		}
		c.profile = l.profile(l.at("channels", i)+".profile", from.ChannelID, from.Profile)
		if c.profile == nil {
			return
		}
		c.windows, _ = l.world.template.compileProfile(c.profile)
	}
}

// profile finds a profile of a channel by its number.
func (l *loader) profile(at, channelID string, number int) *Profile {
	if number == 0 {
		return l.world.template.channels[channelID]
	}
	if number < 0 || number > len(l.state.Profiles) || l.state.Profiles[number-1].ChannelID != channelID {
		return nilAfter[Profile](l, at, "no such profile of the channel")
	}
	return &l.state.Profiles[number-1]
}

// loadBanks reads changed banks back.
func (l *loader) loadBanks() {
	for i := range l.state.Banks {
		b := l.state.Banks[i]
		switch {
		case l.world.template.banks[b.Code] == nil:
			l.fail(l.at("banks", i)+".code", "no such bank in the template")
			return
		case b.SettleAfterSeconds < 0 || b.SettleAfterSeconds > longestPause || b.SMSDelaySeconds < 0 || b.SMSDelaySeconds > longestPause:
			l.fail(l.at("banks", i)+".settle_after_seconds", "out of range")
			return
		}
		if l.world.banks == nil {
			l.world.banks = map[string]*Bank{}
		}
		l.world.banks[b.Code] = &b
	}
}

// loadAccounts reads cards back.
func (l *loader) loadAccounts() {
	for i := range l.state.Accounts {
		from, at := &l.state.Accounts[i], l.at("accounts", i)
		holder, err := from.Holder.load()
		switch {
		case err != nil || !holder.Complete():
			l.fail(at+".holder", "are no four elements")
		case l.world.foreignElements(holder) != nil:
			l.fail(at+".holder", "is not invented: only test cards and test IDs are taken")
		case l.world.accounts[from.Holder.CardNumber] != nil:
			l.fail(at+".holder.card_number", "listed twice")
		case from.Balance < 0:
			l.fail(at+".balance", "must not be below zero")
		case !knownState(from.State):
			l.fail(at+".state", "no such card state")
		}
		if l.failed != nil {
			return
		}
		l.world.keepAccount(Account{Holder: holder, Balance: from.Balance, State: from.State, DebitNotice: from.DebitNotice})
	}
}

// loadMembers reads members without their deeds back: agreements speak of them.
func (l *loader) loadMembers() {
	for i := range l.state.Members {
		from, at := &l.state.Members[i], l.at("members", i)
		c := l.world.channels[from.ChannelID]
		switch {
		case c == nil:
			l.fail(at+".channel_id", "no such channel")
		case from.MemberNo == "" || l.world.members[from.MemberNo] != nil:
			l.fail(at+".member_no", "missing, or listed twice")
		case from.Ordinal < 0:
			l.fail(at+".ordinal", "must not be below zero")
		}
		if l.failed != nil {
			return
		}
		m := &member{Member: from.Member, channel: c, ordinal: from.Ordinal}
		l.world.members[from.MemberNo] = m
		for _, url := range from.URLs {
			m.shared(url)
		}
	}
}

// keysWhole reports whether keys have the lengths of their algorithm (RFC 8032;
// HS256 secrets here have 32 bytes).
func (m *MemberState) keysWhole() bool {
	private := map[string]int{"HS256": 32, "EdDSA": 64}[m.Keys.Alg]
	const public = 32
	all := []Key{m.Keys.Request, m.Keys.Reply}
	for _, old := range m.OldKeys {
		all = append(all, old.Key)
	}
	for _, key := range all {
		if len(key.Private) != private || len(key.Public) != public || key.KID == "" {
			return false
		}
	}
	return len(m.OldKeys) <= mostOldKeys
}

// loadAgreements reads agreements back.
func (l *loader) loadAgreements() {
	for i := range l.state.Agreements {
		from, at := &l.state.Agreements[i], l.at("agreements", i)
		m, a := l.world.members[from.MemberNo], l.world.accounts[from.Card]
		switch {
		case m == nil:
			l.fail(at+".member_no", "no such member")
		case a == nil:
			l.fail(at+".card", "no such account")
		case from.No == "" || l.world.agreements[from.No] != nil:
			l.fail(at+".no", "missing, or listed twice")
		case from.Status == "":
			l.fail(at+".status", "missing")
		case from.Forgotten && from.Status == AgreementActive:
			l.fail(at+".status", "one that was forgotten is not active")
		}
		if l.failed != nil {
			return
		}
		g := &agreement{
			no: from.No, member: m, payerRef: from.PayerRef, signNo: from.SignNo, account: a, status: from.Status,
			evidence: from.Evidence, notify: m.shared(from.NotifyURL), signedAt: from.SignedAt, expires: from.Expires, ended: from.Ended,
		}
		l.agreements = append(l.agreements, g)
		if from.Forgotten {
			continue
		}
		if g.status == AgreementActive && l.world.liveAgreement(m, g.payerRef, a.number) != nil {
			l.fail(at+".status", "a payer's card has one live agreement with a member")
			return
		}
		l.world.agreements[g.no] = g
		if m.agreements == nil {
			m.agreements = map[holder][]*agreement{}
		}
		key := holder{payerRef: g.payerRef, card: a.number}
		m.agreements[key] = append(m.agreements[key], g)
	}
}

// agreement finds an agreement by its number in the state; nil for none.
func (l *loader) agreement(at string, number int) *agreement {
	if number == 0 {
		return nil
	}
	if number < 0 || number > len(l.agreements) {
		return nilAfter[agreement](l, at, "no such agreement")
	}
	return l.agreements[number-1]
}

// order finds an order.
func (l *loader) order(memberNo, orderNo string) *charge {
	if m := l.world.members[memberNo]; m != nil {
		return m.charges[orderNo]
	}
	return nil
}

// loadFaults reads rules back, which the catalogue must take as they stand.
func (l *loader) loadFaults() {
	ids := map[string]bool{}
	for i := range l.state.Faults {
		from, at := l.state.Faults[i], l.at("faults", i)
		if l.world.rules.catalogue == nil {
			l.fail(at, "this program has no faults")
			return
		}
		kind, known := l.world.rules.catalogue.Kind(from.Fault)
		if !known {
			l.fail(at+".fault", "no fault of that name")
			return
		}
		completed, problem := l.world.rules.catalogue.Complete(from.FaultRule)
		switch {
		case problem != nil:
			l.fail(at+"."+problem.Field, problem.Detail)
		case !reflect.DeepEqual(completed, from.FaultRule):
			l.fail(at, "is no rule that was put in force")
		case from.ID == "" || ids[from.ID]:
			l.fail(at+".id", "missing, or listed twice")
		case from.Matched < 0 || from.Struck < 0:
			l.fail(at+".matched", "must not be below zero")
		}
		if l.failed != nil {
			return
		}
		ids[from.ID] = true
		l.world.rules.rules = append(l.world.rules.rules, &faultRule{FaultRule: from.FaultRule, kind: kind, matched: from.Matched, struck: from.Struck, byNumber: from.ByNumber.copied()})
	}
}
