package fault

import "countersign/simulator"

// endlessBody begins with the true answer and goes on with JSON blanks in chunks,
// without end (O23). A client without a cap on what it reads fills its memory; one
// with a cap stops, and knows nothing. After 64 MiB the connection is reset, since a
// client that took that much has failed. Ask for it with
// {"effect":"endless_body","operation":"charge_query","times":1}.
func endlessBody() entry {
	return entry{
		Description: Description{
			Name:       "endless_body",
			About:      "The true answer, then blanks in chunks without end, until the client leaves; after 64 MiB the connection is reset.",
			Points:     wirePoints(),
			Operations: answering(),
			Rows:       []string{"O23"},
			OnSocket:   true,
			Example:    simulator.FaultRule{Fault: "endless_body", Operation: simulator.OpChargeQuery, Times: 1},
		},
		kind: ending{simulator.EndingEndlessBody},
	}
}
