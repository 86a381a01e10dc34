package fault

import "countersign/simulator"

// signatureWrongAlgorithm signs the answer with another algorithm than the one agreed
// (O11). Where EdDSA was agreed it is HS256 keyed with the channel's public key, the
// old confusion (RFC 8725 section 2.1); where HS256 was, EdDSA with a foreign key. A
// client takes the algorithm from its configuration, never from the message. Ask for
// it with {"effect":"signature_wrong_algorithm","operation":"charge","times":1}.
func signatureWrongAlgorithm() entry {
	return entry{
		Description: Description{
			Name:       "signature_wrong_algorithm",
			About:      "The answer is true, but signed with another algorithm than agreed.",
			Points:     []simulator.Point{simulator.PointCommitted},
			Operations: simulator.ChannelOperations(),
			Rows:       []string{"O11"},
			Example:    simulator.FaultRule{Fault: "signature_wrong_algorithm", Operation: simulator.OpCharge, Times: 1},
		},
		kind: missigning{simulator.SignatureWrongAlgorithm},
	}
}
