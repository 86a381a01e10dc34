package fault

import "countersign/simulator"

// drip sends the body byte by byte with a pause before each, by the world's clock
// (O23, "one byte a second"). A client whose timeout starts anew with each byte
// waits for the product of both; it needs a bound on the whole call. With truncate,
// half_close or reset in force too, it is the half that drips. Ask for it with
// {"effect":"drip","operation":"charge","delay_ms":1000}.
func drip() entry {
	return entry{
		Description: Description{
			Name:       "drip",
			About:      "The headers come at once, the body byte by byte, each so many milliseconds after the one before by the world's clock.",
			Points:     wirePoints(),
			Operations: answering(),
			Parameters: []string{paramDelay},
			Rows:       []string{"O23"},
			OnSocket:   true,
			Example:    simulator.FaultRule{Fault: "drip", Operation: simulator.OpCharge, DelayMS: 1000},
		},
		kind:     dripping{},
		complete: needsDelay,
	}
}

// dripping is the kind.
type dripping struct{}

// Apply asks for the pause.
func (dripping) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Wire.Drip(delayOf(rule), rule.ID)
}
