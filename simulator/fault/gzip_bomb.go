package fault

import "countersign/simulator"

// gzipBomb answers with a small compressed body (Content-Encoding: gzip, asked for or
// not) that unpacks to 64 MiB of JSON blanks (O23). The cap of a client has to
// count unpacked bytes. Ask for it with
// {"effect":"gzip_bomb","operation":"charge_query","times":1}.
func gzipBomb() entry {
	return entry{
		Description: Description{
			Name:       "gzip_bomb",
			About:      "A body of about 64 KiB, Content-Encoding gzip, that unpacks to 64 MiB of blanks.",
			Points:     wirePoints(),
			Operations: answering(),
			Rows:       []string{"O23"},
			OnSocket:   true,
			Example:    simulator.FaultRule{Fault: "gzip_bomb", Operation: simulator.OpChargeQuery, Times: 1},
		},
		kind: ending{simulator.EndingGzipBomb},
	}
}
