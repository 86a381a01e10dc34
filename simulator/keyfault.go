package simulator

import "time"

// KeyFault is what happens to the keys of a member by itself.
type KeyFault struct {
	Rotate  bool          // new keys after this request
	Overlap time.Duration // how long the old request key is still taken
}
