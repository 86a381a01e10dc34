package simulator

import "maps"

// BatchState is a batch of bindings.
type BatchState struct {
	No      string           `json:"no"`
	Content digest           `json:"content"`
	Items   []BatchItemState `json:"items,omitempty"`
}

// BatchItemState is a signing by its number, or why there is none.
type BatchItemState struct {
	SignNo  string      `json:"sign_no"`
	Problem ProblemCode `json:"problem,omitempty"`
}

// StrikesState is what counts against a world's budget of faults.
type StrikesState struct {
	Struck   int         `json:"struck,omitempty"`
	ByNumber strikeCount `json:"by_number,omitzero"`

	OddByNumber strikeCount `json:"odd_by_number,omitzero"` // of the temper
	Magic       strikeCount `json:"magic,omitzero"`
}

// VerdictsState is what a world holds against its client, and waits to see.
type VerdictsState struct {
	Made    []Verdict  `json:"made,omitempty"`
	Omitted int64      `json:"omitted,omitempty"`
	Open    []question `json:"open,omitempty"`
	Storm   queryStorm `json:"storm,omitzero"`
	Told    []string   `json:"told,omitempty"`
}

// copied is a count of its own.
func (c *strikeCount) copied() strikeCount {
	return strikeCount{Now: maps.Clone(c.Now), Then: maps.Clone(c.Then)}
}

// saveRest writes verdicts, settings and what is left of faults.
func (s *saver) saveRest() {
	w := s.world
	s.state.Settings = w.Settings()
	s.state.Late = append([]lateLine(nil), w.late...)
	s.state.Strikes = StrikesState{
		Struck: w.rules.struck, ByNumber: w.rules.byNumber.copied(),
		OddByNumber: w.rules.oddByNumber.copied(), Magic: w.rules.magic.copied(),
	}
	v := &w.verdicts
	s.state.Verdicts = VerdictsState{
		Made: append([]Verdict(nil), v.made...), Omitted: v.omitted, Open: append([]question(nil), v.open...),
		Storm: queryStorm{Since: v.storm.Since, Counts: maps.Clone(v.storm.Counts)}, Told: append([]string(nil), v.told...),
	}
}

// saveBatches writes a member's batches.
func saveBatches(m *member) []BatchState {
	var saved []BatchState
	for _, no := range sortedKeys(m.batches) {
		b := BatchState{No: no, Content: m.batches[no].content}
		for _, item := range m.batches[no].items {
			b.Items = append(b.Items, BatchItemState{SignNo: item.signNo, Problem: item.problem})
		}
		saved = append(saved, b)
	}
	return saved
}

// loadBatches reads a member's batches back.
func (l *loader) loadBatches(at string, m *member, from *MemberState) {
	for i := range from.Batches {
		f := &from.Batches[i]
		if f.No == "" || m.batches[f.No] != nil {
			l.fail(l.at(at+".batches", i)+".no", "missing, or listed twice")
			return
		}
		b := &batch{no: f.No, content: f.Content}
		for j, item := range f.Items {
			if item.Problem == "" && m.signings[item.SignNo] == nil {
				l.fail(l.at(l.at(at+".batches", i)+".items", j)+".sign_no", "no such signing")
				return
			}
			b.items = append(b.items, batchItem{signNo: item.SignNo, problem: item.Problem})
		}
		if m.batches == nil {
			m.batches = map[string]*batch{}
		}
		m.batches[f.No] = b
	}
}

// loadRest reads verdicts, settings and what is left of faults back.
func (l *loader) loadRest() {
	w, from := l.world, l.state
	if problem := w.checkSettings(&from.Settings); problem != nil {
		l.fail("settings."+problem.Field, problem.Detail)
		return
	}
	w.settings = from.Settings.copied()
	if len(from.Verdicts.Made) > maxVerdicts || from.Verdicts.Omitted < 0 {
		l.fail("verdicts.made", "more than a world keeps")
		return
	}
	for i, q := range from.Verdicts.Open {
		if w.members[q.MemberNo] == nil {
			l.fail(l.at("verdicts.open", i)+".member_no", "no such member")
			return
		}
	}
	for i, late := range from.Late {
		if late.Row < 1 || late.Row > int64(len(w.ledger)) {
			l.fail(l.at("late", i)+".row", "no such row in the ledger")
			return
		}
	}
	w.late = from.Late
	w.rules.struck, w.rules.byNumber = from.Strikes.Struck, from.Strikes.ByNumber.copied()
	w.rules.oddByNumber, w.rules.magic = from.Strikes.OddByNumber.copied(), from.Strikes.Magic.copied()
	w.verdicts = verdictBook{
		made: from.Verdicts.Made, omitted: from.Verdicts.Omitted, open: from.Verdicts.Open, told: from.Verdicts.Told,
		storm: queryStorm{Since: from.Verdicts.Storm.Since, Counts: maps.Clone(from.Verdicts.Storm.Counts)},
	}
}

// loadPlans reads plans of notifications and what waits for the next event back.
func (l *loader) loadPlans(from *NoticesState) {
	book := &l.world.notices
	if len(from.Plans) > mostPlans || from.Logged < int64(len(from.Log)) {
		l.fail("notices.plans", "more than a world keeps")
		return
	}
	for i := range from.Plans {
		plan := from.Plans[i]
		if plan.ID == "" || plan.Used < 0 || len(plan.Sendings) > mostSendings {
			l.fail(l.at("notices.plans", i), "is no plan that was put in force")
			return
		}
		book.plans = append(book.plans, &plan)
	}
	for i, id := range from.Held {
		if book.pending[id] == nil {
			l.fail(l.at("notices.held", i), "no such notification")
			return
		}
	}
	book.held, book.logged = from.Held, from.Logged
}
