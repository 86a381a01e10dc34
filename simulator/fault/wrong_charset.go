package fault

import "countersign/simulator"

// wrongCharset adds a Chinese text in GBK to the answer and says so in Content-Type
// (O10): what older channels do. The bytes are signed as they are, and are no UTF-8,
// so no JSON (RFC 8259 section 8.1). A client must take the order for unknown, or
// read GBK; it must not store broken text. Ask for it with
// {"effect":"wrong_charset","operation":"charge","times":1}.
func wrongCharset() entry {
	return entry{
		Description: Description{
			Name:       "wrong_charset",
			About:      "The answer has a text in GBK instead of UTF-8; status, length and signature are right.",
			Points:     []simulator.Point{simulator.PointCommitted},
			Operations: jsonOperations(),
			Rows:       []string{"O10"},
			Example:    simulator.FaultRule{Fault: "wrong_charset", Operation: simulator.OpCharge, Times: 1},
		},
		kind: spoiling{simulator.BodyOtherCharset},
	}
}
