package messaging

import (
	"context"
	"net/netip"
)

// CheckURL is Reach.checkURL, for tests from outside.
func (r Reach) CheckURL(text string) error {
	_, err := r.checkURL(text)
	return err
}

// CheckDialled is the dialer's last look.
func (r Reach) CheckDialled(address string) error { return r.checkDialled(address) }

// GuardedDial is a dial function with another resolver and another network behind the guard.
func GuardedDial(reach Reach, lookup func(ctx context.Context, network, host string) ([]netip.Addr, error), dial DialFunc) DialFunc {
	return guardedDial{reach: reach, lookup: lookup, dial: dial}.DialContext
}
