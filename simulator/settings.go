package simulator

import "maps"

// Settings are what holds for a whole world and can be changed while it runs.
type Settings struct {
	Budget FaultBudget `json:"budget,omitzero"`
	// BudgetGiven tells a budget without bounds from none that was ever given: then the
	// temper's own holds.
	BudgetGiven bool `json:"budget_given,omitempty"`
	// Temper is how unfriendly the world is by itself; empty is friendly.
	Temper Temper `json:"temper,omitempty"`
	// Oddities override the rates of the temper.
	Oddities OddityRates `json:"oddities,omitempty"`
	// MagicOff takes the table of magic values out of force.
	MagicOff bool `json:"magic_off,omitempty"`
}

// FaultBudget bounds the strikes of all fault rules of a world together, whoever
// made them: so that a good answer always comes in the end, however hostile the
// rules are. Nil members are without bound, 0 lets no fault strike.
type FaultBudget struct {
	PerWorld  *int `json:"per_world,omitempty"`
	PerNumber *int `json:"per_number,omitempty"` // for one order, signing, check or refund number
}

// ChangeSettings changes what is given; what is left out stays. It is done whole or
// refused whole.
type ChangeSettings struct {
	Temper   Temper       `json:"temper,omitempty"`
	Oddities *OddityRates `json:"oddities,omitempty"` // all that override, none when empty
	MagicOff *bool        `json:"magic_off,omitempty"`
	Budget   *FaultBudget `json:"budget,omitempty"` // whole; strikes so far count
}

// Operation names the command.
func (ChangeSettings) Operation() Operation { return OpControl }

// The bounds of a budget, those of the contract.
const (
	mostPerWorld  = 1_000_000
	mostPerNumber = 1000
)

// changeSettings puts settings in force.
func (w *World) changeSettings(c ChangeSettings) Outcome {
	changed := w.settings
	if c.Temper != "" {
		changed.Temper = c.Temper
	}
	if c.Oddities != nil {
		changed.Oddities = *c.Oddities
	}
	if c.MagicOff != nil {
		changed.MagicOff = *c.MagicOff
	}
	if c.Budget != nil {
		changed.Budget, changed.BudgetGiven = *c.Budget, true
	}
	if problem := w.checkSettings(&changed); problem != nil {
		return Outcome{Problem: problem}
	}
	w.settings = changed.copied()
	if c.Temper != "" || c.Oddities != nil {
		w.takeTemper()
	}
	return Outcome{}
}

// checkSettings refuses settings that no world can have.
func (w *World) checkSettings(s *Settings) *Problem {
	switch {
	case outside(s.Budget.PerWorld, mostPerWorld):
		return invalid("fault_budget.per_world", "must be 0 to 1000000, or left out")
	case outside(s.Budget.PerNumber, mostPerNumber):
		return invalid("fault_budget.per_number", "must be 0 to 1000, or left out")
	}
	return w.checkTemper(s.Temper, s.Oddities)
}

// outside reports whether a bound that is given is not 0 to most.
func outside(bound *int, most int) bool { return bound != nil && (*bound < 0 || *bound > most) }

// ownCopy is a copy that nobody else can change.
func ownCopy(bound *int) *int {
	if bound == nil {
		return nil
	}
	own := *bound
	return &own
}

// Settings are what holds in the world now.
func (w *World) Settings() Settings { return w.settings.copied() }

// copied are settings that nobody else can change.
func (s Settings) copied() Settings {
	s.Budget = FaultBudget{PerWorld: ownCopy(s.Budget.PerWorld), PerNumber: ownCopy(s.Budget.PerNumber)}
	s.Oddities = maps.Clone(s.Oddities)
	return s
}
