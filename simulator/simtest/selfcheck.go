package simtest

import "testing"

// confess fails a test whose simulator left its own contract without a fault having
// asked for it: what such a test proves about a client is worth nothing.
func (h *hub) confess(tb testing.TB, worldID string) {
	tb.Helper()
	breaks, _ := h.check.Breaks(worldID)
	for i := range breaks {
		if !breaks[i].Declared() {
			tb.Errorf("simtest: the simulator left its contract: %s at %s, %s: %s", breaks[i].Operation, breaks[i].ChannelID, breaks[i].Field, breaks[i].What)
		}
	}
}
