package httpapi

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// RefusedError says that a notification was not sent because of where its URL leads.
// It holds no address: a journal is no port scanner.
type RefusedError struct{ Reason string }

// Error names the rule.
func (e *RefusedError) Error() string { return "notify_url leads to " + e.Reason }

// OutwardTransport carries notifications to wherever a platform under test runs: this
// machine, containers, private networks. It never goes where no platform can be but a
// machine's own secrets are (reliability 6-4, SSRF); names are resolved once, every
// address is judged, and one of those very addresses is dialled. It uses no proxy and
// takes small heads only. Whoever makes one closes its idle connections.
func OutwardTransport() *http.Transport {
	return outwardTransport(net.DefaultResolver.LookupNetIP)
}

// lookupFunc resolves a name; the shape of net.Resolver.LookupNetIP.
type lookupFunc func(ctx context.Context, network, host string) ([]netip.Addr, error)

// outwardTransport is OutwardTransport with a resolver of the caller's.
func outwardTransport(lookup lookupFunc) *http.Transport {
	const perHost, idle = 64, 30 * time.Second
	dialer := &net.Dialer{Timeout: sendingTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return &RefusedError{Reason: "no address"}
		}
		return judge(at.Addr()) // once more what the system is about to connect to: some systems rewrite it
	}}
	return &http.Transport{
		Proxy: nil, DisableCompression: true, MaxIdleConnsPerHost: perHost, IdleConnTimeout: idle,
		MaxResponseHeaderBytes: longestHead,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialJudged(ctx, dialer, lookup, network, address)
		},
	}
}

// dialJudged resolves, judges and dials. A name that leads to a forbidden address as
// well as to others is refused: it is not to be trusted.
func dialJudged(ctx context.Context, dialer *net.Dialer, lookup lookupFunc, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &RefusedError{Reason: "no address"}
	}
	found, err := resolve(ctx, lookup, host)
	if err != nil {
		return nil, err
	}
	for _, a := range found {
		if err := judge(a); err != nil {
			return nil, err
		}
	}
	for _, a := range found {
		var conn net.Conn
		if conn, err = dialer.DialContext(ctx, network, net.JoinHostPort(a.Unmap().String(), port)); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// resolve is the addresses of a host, at least one.
func resolve(ctx context.Context, lookup lookupFunc, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	found, err := lookup(ctx, "ip", host)
	if err == nil && len(found) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return found, err
}

// metadata are services of clouds that hand out secrets to whoever is on the machine,
// beyond 169.254.169.254.
//
//nolint:gochecknoglobals // a constant table
var metadata = []netip.Addr{
	netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("100.100.100.200"), netip.MustParseAddr("168.63.129.16"),
}

// Ranges that carry an IPv4 address inside: what it leads to is judged as well.
//
//nolint:gochecknoglobals // constants
var (
	compatible = netip.MustParsePrefix("::/96")        // RFC 4291 section 2.5.5.1
	nat64      = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052 section 2.1
	sixToFour  = netip.MustParsePrefix("2002::/16")    // RFC 3056 section 2
	thisNet    = netip.MustParsePrefix("0.0.0.0/8")    // RFC 1122 section 3.2.1.3
)

// judge refuses an address where no tested platform can be. Loopback and private
// ranges are open: there it runs.
func judge(address netip.Addr) error {
	a := address.Unmap().WithZone("")
	switch {
	case !a.IsValid(), a.IsUnspecified(), a.Is4() && thisNet.Contains(a):
		return &RefusedError{Reason: "an unspecified address"}
	case a.IsLinkLocalUnicast():
		return &RefusedError{Reason: "a link-local address"}
	case a.IsMulticast():
		return &RefusedError{Reason: "a multicast address"}
	case a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return &RefusedError{Reason: "the broadcast address"}
	case slices.Contains(metadata, a):
		return &RefusedError{Reason: "a metadata service"}
	case a.Is6() && !a.IsLoopback():
		if inside, carries := carried(a); carries {
			return judge(inside)
		}
	}
	return nil
}

// carried is the IPv4 address inside of an IPv6 one.
func carried(a netip.Addr) (netip.Addr, bool) {
	b := a.As16()
	switch {
	case compatible.Contains(a), nat64.Contains(a):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case sixToFour.Contains(a):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return netip.Addr{}, false
}
