package orchestrator

import "time"

// IdempotencyRecord remembers which resource a key made. It outlives the answer: a repeat gets the
// resource as it stands now.
type IdempotencyRecord struct {
	MerchantID  string
	Operation   string
	Key         string
	Fingerprint string // keyed hash of the request
	ResourceID  string
	Problem     Code // refusal after the resource was made, e.g. wrong_code
	TriesLeft   int
	At          time.Time
}
