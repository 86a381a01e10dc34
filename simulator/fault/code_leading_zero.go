package fault

import "countersign/simulator"

// codeLeadingZero lets codes begin with 0, as one in ten does by chance (3.1). A client
// that takes a code for a number sends one digit less and is told that the code is
// wrong. Where the channel sends the same code again, the code stays as it was drawn. Ask
// for it with {"effect":"code_leading_zero"}.
func codeLeadingZero() entry {
	return entry{
		Description: Description{
			Name: "code_leading_zero", About: "The code begins with 0.", Points: []simulator.Point{simulator.PointTexting},
			Operations: coded(),
			Rows:       []string{"B3", "3.1"},
			Example:    simulator.FaultRule{Fault: "code_leading_zero"},
		},
		kind: texting(func(_ simulator.FaultRule, _ simulator.Moment, to *simulator.TextFault) { to.LeadingZero = true }),
	}
}
