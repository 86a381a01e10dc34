package messaging

import (
	"net/netip"
	"slices"
)

// BlockedError says that a webhook was not called because of where it points. It holds no address.
type BlockedError struct{ Reason string }

// Error names the rule.
func (e *BlockedError) Error() string { return "webhook address is not allowed: " + e.Reason }

// special are the ranges that are no public unicast, beyond those that netip knows by name (IANA special-purpose
// registries). Ranges that carry an IPv4 address inside are blocked whole: what they lead to depends on a gateway.
var special = prefixes(
	"0.0.0.0/8",        // this network
	"100.64.0.0/10",    // carrier-grade NAT; 100.100.100.200 is a cloud's metadata service
	"168.63.129.16/32", // a cloud's host agent, on a public address
	"192.0.0.0/24",     // protocol assignments
	"192.0.2.0/24",     // documentation
	"192.88.99.0/24",   // 6to4 relays
	"198.18.0.0/15",    // benchmarks
	"198.51.100.0/24",  // documentation
	"203.0.113.0/24",   // documentation
	"240.0.0.0/4",      // reserved, broadcast
	"::/96",            // IPv4-compatible
	"64:ff9b::/96",     // NAT64
	"64:ff9b:1::/48",   // NAT64, local
	"100::/64",         // discard
	"2001::/23",        // protocol assignments, Teredo
	"2001:db8::/32",    // documentation
	"2002::/16",        // 6to4
	"3fff::/20",        // documentation
	"5f00::/16",        // segment routing
	"fec0::/10",        // site-local, deprecated
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

// scope says how far an address reaches.
type scope int

const (
	public scope = iota
	loopback
	private
)

// scopeOf judges an address as it will be dialled; an IPv4 address inside of an IPv6 one is unmapped first.
func scopeOf(address netip.Addr) scope {
	a := address.Unmap().WithZone("")
	switch {
	case a.IsLoopback():
		return loopback
	case !a.IsValid(), a.IsUnspecified(), a.IsPrivate(), a.IsLinkLocalUnicast(), a.IsMulticast(), a.IsInterfaceLocalMulticast(),
		slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) }):
		return private
	}
	return public
}
