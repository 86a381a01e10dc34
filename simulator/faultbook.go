package simulator

import (
	"slices"
	"strconv"
	"time"

	"countersign/internal/chance"
)

// faultBook holds the rules in force, in the order they were added.
type faultBook struct {
	catalogue FaultCatalogue
	rules     []*faultRule
}

// faultRule is a rule with its kind and its counters.
type faultRule struct {
	FaultRule
	kind    FaultKind
	matched int
	struck  int
}

// addFault checks a rule and puts it in force.
func (w *World) addFault(rule FaultRule) Outcome {
	if w.rules.catalogue == nil {
		return Outcome{Problem: invalid("fault", "this world has no faults")}
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
	w.rules.rules = append(w.rules.rules, &faultRule{FaultRule: rule, kind: kind})
	return Outcome{FaultID: rule.ID}
}

// checkRule refuses a rule that could have no effect in this world.
func (w *World) checkRule(rule FaultRule) *Problem {
	if !rule.ExpiresAt.IsZero() && !rule.ExpiresAt.After(w.now) {
		return invalid("expires_at", "lies in the past of the world's clock")
	}
	if id := rule.When.ChannelID; id != "" && w.channels[id] == nil {
		return invalid("when.channel_id", "no such channel in this world")
	}
	if no := rule.When.MemberNo; no != "" && w.members[no] == nil {
		return invalid("when.member_no", "no such member in this world")
	}
	for _, r := range w.rules.rules {
		if r.ID == rule.ID && rule.ID != "" {
			return invalid("id", "a rule of that id is in force")
		}
	}
	return nil
}

// removeFault takes one rule or all away.
func (w *World) removeFault(id string) Outcome {
	if id == "" {
		w.rules.rules = nil
		return Outcome{}
	}
	for i, r := range w.rules.rules {
		if r.ID == id {
			w.rules.rules = append(w.rules.rules[:i:i], w.rules.rules[i+1:]...)
			return Outcome{FaultID: id}
		}
	}
	return Outcome{Problem: refuse(ProblemNotFound, "no such fault rule")}
}

// strikeAt asks all rules about a moment and notes those that strike.
func (w *World) strikeAt(at Moment) Disposition {
	var d Disposition
	for _, r := range w.rules.rules {
		if !r.fits(at) {
			continue
		}
		r.matched++
		if !r.chosen(w.seed) {
			continue
		}
		r.struck++
		r.kind.Apply(r.FaultRule, at, &d)
		if d.Drop && d.droppedBy == "" {
			d.droppedBy = r.ID
		}
		w.strikes = append(w.strikes, FaultStrike{RuleID: r.ID, Fault: r.Fault, Point: at.Point})
	}
	return d
}

// strike asks about a point of the operation under way.
func (w *World) strike(point Point) Disposition {
	if len(w.rules.rules) == 0 {
		return Disposition{}
	}
	at := w.inMoment
	at.Now, at.Point = w.now, point
	return w.strikeAt(at)
}

// fits reports whether the rule is in force and selects the moment.
func (r *faultRule) fits(at Moment) bool {
	when := r.When
	return r.Point == at.Point && !r.spent(at.Now) &&
		r.meets(at.Operation) &&
		(when.ChannelID == "" || when.ChannelID == at.ChannelID) &&
		(when.MemberNo == "" || when.MemberNo == at.MemberNo) &&
		(when.OrderNo == "" || when.OrderNo == at.OrderNo) &&
		(when.CardLast4 == "" || when.CardLast4 == at.CardLast4) &&
		(when.Amount == 0 || when.Amount == at.Amount)
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
		views = append(views, FaultView{FaultRule: r.FaultRule, Matched: r.matched, Struck: r.struck, Spent: r.spent(w.now)})
	}
	return views
}
