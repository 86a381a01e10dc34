package simulator

import "slices"

// Temper is how unfriendly the world is by itself.
func (w *World) Temper() Temper {
	if w.settings.Temper == "" {
		return TemperFriendly
	}
	return w.settings.Temper
}

// oddities are those that the catalogue knows.
func (w *World) oddities() []Oddity {
	if known, has := w.rules.catalogue.(OddityCatalogue); has {
		return known.Oddities()
	}
	return nil
}

// checkTemper refuses a temper or a rate that there is not.
func (w *World) checkTemper(t Temper, rates OddityRates) *Problem {
	switch t {
	case "", TemperFriendly:
	case TemperRealistic, TemperHostile:
		if len(w.oddities()) == 0 {
			return invalid("temper", "this world has no oddities")
		}
	default:
		return invalid("temper", "must be friendly, realistic or hostile")
	}
	for _, name := range sortedKeys(rates) {
		if !slices.ContainsFunc(w.oddities(), func(o Oddity) bool { return o.Name == name }) {
			return invalid("oddities."+name, "no oddity of that name")
		}
		if rates[name] < 0 || rates[name] > allOfThousand {
			return invalid("oddities."+name, "must be 0 to 1000, in permille")
		}
	}
	return nil
}

// takeTemper puts the rules of the world's temper in force, behind those of people:
// where one message is said, the rule added first has its way. Rules that were in
// force before keep their counters and their switch.
func (w *World) takeTemper() {
	before := map[string]*faultRule{}
	people := w.rules.rules[:0:0]
	for _, r := range w.rules.rules {
		if r.Source == SourceTemper {
			before[r.ID] = r
		} else {
			people = append(people, r)
		}
	}
	w.rules.rules = people
	for _, o := range w.oddities() {
		rate, said := w.settings.Oddities[o.Name]
		if !said {
			rate = o.Rate(w.Temper())
		}
		if rate == 0 {
			continue
		}
		for _, rule := range o.Rules {
			w.addTemperRule(rule, rate, before)
		}
	}
}

// addTemperRule puts one rule of an oddity in force. What this world has no channel
// for is never met and does no harm.
func (w *World) addTemperRule(rule FaultRule, rate int, before map[string]*faultRule) {
	rule.Source, rule.When.Permille = SourceTemper, rate
	kind, known := w.rules.catalogue.Kind(rule.Fault)
	rule, problem := w.rules.catalogue.Complete(rule)
	if !known || problem != nil {
		return // the catalogue's own test holds the table to its faults
	}
	made := &faultRule{FaultRule: rule, kind: kind}
	if old := before[rule.ID]; old != nil {
		made.matched, made.struck, made.Off = old.matched, old.struck, old.Off
	}
	w.rules.rules = append(w.rules.rules, made)
}

// ofPeople counts the rules that people made; they stand before those of the temper.
func (b *faultBook) ofPeople() int {
	n := slices.IndexFunc(b.rules, func(r *faultRule) bool { return r.Source == SourceTemper })
	if n < 0 {
		return len(b.rules)
	}
	return n
}

// spares reports whether a rule of the temper has to let a number go: the oddities
// have struck it as often as they may, unless the world has a budget of its own.
func (w *World) spares(r *faultRule, at Moment) bool {
	return r.Source == SourceTemper && !w.settings.BudgetGiven && at.OrderNo != "" &&
		w.rules.oddByNumber.of(at.OrderNo) >= w.Temper().perNumber()
}

// Budget bounds the strikes in this world: the budget it was given, or that of its
// temper, which bounds the oddities only.
func (w *World) Budget() FaultBudget {
	if w.settings.BudgetGiven || w.rules.ofPeople() == len(w.rules.rules) {
		return w.Settings().Budget
	}
	most := w.Temper().perNumber()
	return FaultBudget{PerNumber: &most}
}
