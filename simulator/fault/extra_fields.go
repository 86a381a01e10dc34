package fault

import "countersign/simulator"

// extraFields adds members that no contract names, one of them an object (3.1:
// channels grow members without a word). Clients are tolerant: what is not known is
// passed over. Ask for it with {"effect":"extra_fields","permille":100}.
func extraFields() entry {
	return entry{
		Description: Description{
			Name:       "extra_fields",
			About:      "The answer has members that the contract does not name; a client passes them over.",
			Points:     []simulator.Point{simulator.PointCommitted},
			Operations: jsonOperations(),
			Rows:       []string{"3.1"},
			Example:    simulator.FaultRule{Fault: "extra_fields", When: simulator.When{Permille: 100}},
		},
		kind: adding{},
	}
}

// adding is the kind.
type adding struct{}

// Apply adds members.
func (adding) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Answer.ExtraFields = true
}
