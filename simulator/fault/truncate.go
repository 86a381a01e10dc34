package fault

import "countersign/simulator"

// truncate promises the length of the whole body, sends half of it and closes the
// connection (O10). The status line says 200 and the money may have moved, but half
// a message proves nothing: the client must ask by its own number. Ask for it with
// {"effect":"truncate","operation":"charge","times":1}.
func truncate() entry {
	return entry{
		Description: Description{
			Name:       "truncate",
			About:      "Content-Length is that of the whole body, half of the body comes, and the connection is closed.",
			Points:     wirePoints(),
			Operations: answering(),
			Rows:       []string{"O10"},
			OnSocket:   true,
			Example:    simulator.FaultRule{Fault: "truncate", Operation: simulator.OpCharge, Times: 1},
		},
		kind: ending{simulator.EndingTruncate},
	}
}
