package channelclient

import (
	"sync"
	"time"
)

// memory is how long an identifier is remembered: twice the tolerance, so that no message whose
// signature is still timely can come twice.
const memory = 2 * tolerance

// replays remembers the identifiers of verified notifications. It forgets with the process; then the
// inbox, which keeps event ids for ever, is what stops a second effect.
type replays struct {
	mu     sync.Mutex
	owners map[string]*generations
}

// generations are the identifiers of one member at one channel in two ages. When the younger is full
// of age, the older is dropped whole; nothing is swept one by one.
type generations struct {
	started        time.Time
	younger, older map[string]struct{}
}

// newReplays returns an empty memory.
func newReplays() *replays { return &replays{owners: map[string]*generations{}} }

// first says whether the owner's identifier is seen for the first time, at now by the owner's clock.
func (r *replays) first(owner, jti string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	g := r.owners[owner]
	if g == nil {
		g = &generations{started: now, younger: map[string]struct{}{}}
		r.owners[owner] = g
	}
	if age := now.Sub(g.started); age >= memory {
		g.older = g.younger
		if age >= 2*memory {
			g.older = nil
		}
		g.started, g.younger = now, map[string]struct{}{}
	}
	if _, seen := g.younger[jti]; seen {
		return false
	}
	if _, seen := g.older[jti]; seen {
		return false
	}
	g.younger[jti] = struct{}{}
	return true
}
