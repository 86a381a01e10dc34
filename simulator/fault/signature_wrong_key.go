package fault

import "countersign/simulator"

// signatureWrongKey signs the answer with a key that is not the channel's, under the
// channel's key id (O11). A client must not believe a word of it: unknown, query, and
// tell security. Ask for it with
// {"effect":"signature_wrong_key","operation":"charge","times":1}.
func signatureWrongKey() entry {
	return entry{
		Description: Description{
			Name:       "signature_wrong_key",
			About:      "The answer is true, but signed with a foreign key under the right key id.",
			Points:     []simulator.Point{simulator.PointCommitted},
			Operations: simulator.ChannelOperations(),
			Rows:       []string{"O11"},
			Example:    simulator.FaultRule{Fault: "signature_wrong_key", Operation: simulator.OpCharge, Times: 1},
		},
		kind: missigning{simulator.SignatureWrongKey},
	}
}
