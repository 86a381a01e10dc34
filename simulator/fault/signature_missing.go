package fault

import "countersign/simulator"

// signatureMissing leaves the signature of the answer out (O11). An answer without
// one is no evidence, whatever it says: unknown, query, and tell security. Ask for it
// with {"effect":"signature_missing","operation":"charge","times":1}.
func signatureMissing() entry {
	return entry{
		Description: Description{
			Name:       "signature_missing",
			About:      "The answer is true, but not signed.",
			Points:     []simulator.Point{simulator.PointCommitted},
			Operations: simulator.ChannelOperations(),
			Rows:       []string{"O11"},
			Example:    simulator.FaultRule{Fault: "signature_missing", Operation: simulator.OpCharge, Times: 1},
		},
		kind: missigning{simulator.SignatureMissing},
	}
}

// missigning is the kind of the faults that spoil a signature.
type missigning struct{ how simulator.SpoiltSignature }

// Apply spoils, unless a rule added earlier did.
func (m missigning) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	if to.Answer.Signature == "" {
		to.Answer.Signature = m.how
	}
}
