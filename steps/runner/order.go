package runner

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
)

// shuffled puts scenarios in the order of hash(seed, identity). Features are
// mixed, since state that leaks from one to the next would stay hidden
// otherwise, and a scenario keeps its place among the others when the
// selection changes.
func shuffled(seed int64, scenarios []*Planned) []*Planned {
	type placed struct {
		at [sha256.Size]byte
		p  *Planned
	}
	list := make([]placed, len(scenarios))
	for i, p := range scenarios {
		list[i] = placed{sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, p.Identity)), p}
	}
	slices.SortFunc(list, func(a, b placed) int { return bytes.Compare(a.at[:], b.at[:]) })
	order := make([]*Planned, len(list))
	for i, x := range list {
		order[i] = x.p
	}
	return order
}
