package simulator

import (
	"slices"
	"strconv"
	"time"

	"countersign/internal/chance"
)

// mostRules bounds how many rules a world holds.
const mostRules = 1000

// faultBook holds the rules in force, in the order they were added, and counts
// what they did together.
type faultBook struct {
	catalogue FaultCatalogue
	rules     []*faultRule
	struck    int
	byNumber  strikeCount // counted only while the world's budget asks for it

	oddByNumber strikeCount // strikes of the temper's rules
	magic       strikeCount // strikes of magic values that have a budget for each number
}

// faultRule is a rule with its kind and its counters.
type faultRule struct {
	FaultRule
	kind     FaultKind
	matched  int
	struck   int
	byNumber strikeCount // counted only for a rule with a budget for each number
}

// addFault checks a rule and puts it in force.
func (w *World) addFault(rule FaultRule) Outcome {
	if w.rules.catalogue == nil {
		return Outcome{Problem: invalid("fault", "this world has no faults")}
	}
	people := w.rules.ofPeople()
	if people >= mostRules {
		return Outcome{Problem: &Problem{
			Code: ProblemInvalidRequest, Detail: "a world holds 1000 rules at most", Hint: "remove rules that are spent or off, or fork the world",
		}}
	}
	kind, known := w.rules.catalogue.Kind(rule.Fault)
	if !known {
		return Outcome{Problem: invalid("fault", "no fault of that name")}
	}
	rule, problem := w.rules.catalogue.Complete(rule)
	if problem == nil {
		problem = w.checkRule(rule)
	}
	if problem != nil {
		return Outcome{Problem: problem}
	}
	w.made.Faults++
	if rule.ID == "" {
		rule.ID = "flt_" + strconv.FormatInt(w.made.Faults, 10)
	}
	rule.Source = SourceRule
	w.rules.rules = slices.Insert(w.rules.rules, people, &faultRule{FaultRule: rule, kind: kind})
	return Outcome{FaultID: rule.ID}
}

// removeFault takes one rule or all away. Those of the temper stay: who wants fewer of
// them switches one off, or changes the temper.
func (w *World) removeFault(id string) Outcome {
	if id == "" {
		w.rules.rules = slices.Clone(w.rules.rules[w.rules.ofPeople():])
		return Outcome{}
	}
	for i, r := range w.rules.rules {
		if r.ID == id {
			if r.Source == SourceTemper {
				return Outcome{Problem: invalid("fault_id", "the rule is of the world's temper: switch it off, or set the rate of its oddity to 0")}
			}
			w.rules.rules = append(w.rules.rules[:i:i], w.rules.rules[i+1:]...)
			return Outcome{FaultID: id}
		}
	}
	return noSuchRule()
}

// switchFault turns a rule off or on; its counters stay.
func (w *World) switchFault(c SwitchFault) Outcome {
	for _, r := range w.rules.rules {
		if r.ID == c.ID {
			r.Off = c.Off
			return Outcome{FaultID: c.ID}
		}
	}
	return noSuchRule()
}

// noSuchRule refuses the id of a rule that is not there.
func noSuchRule() Outcome { return Outcome{Problem: refuse(ProblemNotFound, "no such fault rule")} }

// strikeAt asks all rules about a moment and notes those that strike, in the order
// in which they were added.
func (w *World) strikeAt(at Moment) Disposition {
	d := w.strikeBy(w.rules.rules, at)
	if w.mayBeMagic(&at) {
		w.strikeMagic(at, &d)
	}
	return d
}

// strikeBy asks some rules about a moment.
func (w *World) strikeBy(rules []*faultRule, at Moment) Disposition {
	var d Disposition
	at.Seed = w.seed
	for _, r := range rules {
		if !r.fits(at) {
			continue
		}
		r.matched++
		if !r.chosen(w.seed) || !w.withinBudget(r, at) {
			continue
		}
		w.count(r, at)
		at.Strike = r.struck
		r.kind.Apply(r.FaultRule, at, &d)
		if d.Notice.Drop && d.Notice.DroppedBy == "" {
			d.Notice.DroppedBy = r.ID
		}
		w.strikes = append(w.strikes, FaultStrike{RuleID: r.ID, Fault: r.Fault, Point: at.Point})
		w.struck = append(w.struck, w.strikes[len(w.strikes)-1])
	}
	return d
}

// withinBudget reports whether the budgets of the world and of the rule leave a strike.
func (w *World) withinBudget(r *faultRule, at Moment) bool {
	budget := w.settings.Budget
	return !w.spares(r, at) && (budget.PerWorld == nil || w.rules.struck < *budget.PerWorld) &&
		(budget.PerNumber == nil || at.OrderNo == "" && *budget.PerNumber > 0 || w.rules.byNumber.of(at.OrderNo) < *budget.PerNumber) &&
		(r.PerNumber == 0 || at.OrderNo == "" || r.byNumber.of(at.OrderNo) < r.PerNumber)
}

// count notes a strike in all budgets.
func (w *World) count(r *faultRule, at Moment) {
	r.struck++
	w.rules.struck++
	if r.PerNumber > 0 {
		r.byNumber.add(at.OrderNo)
	}
	if w.settings.Budget.PerNumber != nil {
		w.rules.byNumber.add(at.OrderNo)
	}
	if r.Source == SourceTemper {
		w.rules.oddByNumber.add(at.OrderNo)
	}
}

// strike asks about a point of the operation under way.
func (w *World) strike(point Point) Disposition {
	w.inMoment.Point = point
	if len(w.rules.rules) == 0 && !w.mayBeMagic(&w.inMoment) {
		return Disposition{}
	}
	at := w.inMoment
	at.Now = w.now
	return w.strikeAt(at)
}

// fits reports whether the rule is in force and selects the moment.
func (r *faultRule) fits(at Moment) bool {
	if r.Off || r.Point != at.Point || r.spent(at.Now) || !r.meets(at.Operation) || !r.When.selects(at) {
		return false
	}
	selective, is := r.kind.(SelectiveKind)
	return !is || selective.Selects(r.FaultRule, at)
}

// selects reports whether a moment is one of those wanted.
func (when *When) selects(at Moment) bool {
	for _, text := range [...]struct{ wanted, is string }{
		{when.ChannelID, at.ChannelID},
		{when.MemberNo, at.MemberNo},
		{when.Merchant, at.Merchant},
		{when.OrderNo, at.OrderNo},
		{when.CardLast4, at.CardLast4},
		{when.Bank, at.Bank},
		{string(when.EventType), string(at.EventType)},
	} {
		if text.wanted != "" && text.wanted != text.is {
			return false
		}
	}
	return (when.YoungerMS == 0 || at.Began != 0 && at.Now.UnixNano()-at.Began < when.YoungerMS*int64(time.Millisecond)) &&
		(when.Amount == 0 || when.Amount == at.Amount) &&
		(when.AmountFrom == 0 || at.Amount >= when.AmountFrom) &&
		(when.AmountTo == 0 || at.Amount > 0 && at.Amount <= when.AmountTo)
}

// meets reports whether the rule is about the operation.
func (r *faultRule) meets(op Operation) bool {
	if r.Operation == "" || r.Operation == AnyOperation {
		return len(r.Operations) == 0 || slices.Contains(r.Operations, op)
	}
	return r.Operation == op
}

// spent reports whether budget or time is used up.
func (r *faultRule) spent(now time.Time) bool {
	return r.Times > 0 && r.struck >= r.Times || !r.ExpiresAt.IsZero() && !now.Before(r.ExpiresAt)
}

// chosen reports whether the match just counted is one that is struck.
func (r *faultRule) chosen(seed uint64) bool {
	switch {
	case r.When.Nth > 0:
		return r.matched == r.When.Nth
	case r.When.Every > 0:
		return r.matched%r.When.Every == 0
	case r.When.Permille > 0:
		return chance.Permille(seed, "fault/"+r.ID, strconv.Itoa(r.matched)) < r.When.Permille
	}
	return true
}

// Faults lists the rules in force, in the order they were added.
func (w *World) Faults() []FaultView {
	views := make([]FaultView, 0, len(w.rules.rules))
	for _, r := range w.rules.rules {
		views = append(views, w.viewRule(r))
	}
	return views
}

// Fault finds one rule in force.
func (w *World) Fault(id string) (FaultView, bool) {
	for _, r := range w.rules.rules {
		if r.ID == id {
			return w.viewRule(r), true
		}
	}
	return FaultView{}, false
}

// viewRule tells of a rule.
func (w *World) viewRule(r *faultRule) FaultView {
	return FaultView{FaultRule: r.FaultRule, Matched: r.matched, Struck: r.struck, Spent: r.spent(w.now)}
}
