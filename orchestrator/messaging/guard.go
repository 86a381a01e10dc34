package messaging

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Reach says where webhooks may point. The zero value is the strictest: https, public addresses, ports 443 and 8443.
// Looking at the URL alone would not do: a name may resolve to anything, and to something else the second time
// (reliability 6-4). So names are resolved once, every address is judged, and one of those very addresses is dialled.
type Reach struct {
	// Loopback allows this machine: http and https, any port. For a developer's `up`.
	Loopback bool
	// Anywhere allows every address and port, and http: for tests in networks of their own.
	Anywhere bool
	// Ports are allowed beside 443 and 8443.
	Ports []int
}

// standardPorts are allowed without asking.
var standardPorts = []int{443, 8443}

// checkURL judges what the URL alone tells.
func (r Reach) checkURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Opaque != "" {
		return nil, &BlockedError{Reason: "no URL with a host"}
	}
	switch {
	case u.User != nil:
		return nil, &BlockedError{Reason: "user in the URL"}
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, &BlockedError{Reason: "scheme"}
	case r.Anywhere:
		return u, nil
	case u.Scheme == "http" && (!r.Loopback || !loopbackName(u.Hostname())):
		return nil, &BlockedError{Reason: "http"}
	}
	if address, err := netip.ParseAddr(u.Hostname()); err == nil {
		port, _ := strconv.Atoi(u.Port())
		if u.Port() == "" {
			port = standardPorts[0]
		}
		return u, r.checkAddress(address, port)
	}
	return u, nil
}

// loopbackName says whether a host names this machine without asking a resolver.
func loopbackName(host string) bool {
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && scopeOf(address) == loopback
}

// checkAddress judges one address before it is dialled.
func (r Reach) checkAddress(address netip.Addr, port int) error {
	if r.Anywhere {
		return nil
	}
	switch scopeOf(address) {
	case loopback:
		if r.Loopback {
			return nil
		}
		return &BlockedError{Reason: "loopback"}
	case private:
		return &BlockedError{Reason: "no public address"}
	}
	if !slices.Contains(standardPorts, port) && !slices.Contains(r.Ports, port) {
		return &BlockedError{Reason: "port"}
	}
	return nil
}

// lookupFunc resolves a name; the shape of net.Resolver.LookupNetIP.
type lookupFunc func(ctx context.Context, network, host string) ([]netip.Addr, error)

// guardedDial resolves, judges and dials.
type guardedDial struct {
	reach  Reach
	lookup lookupFunc
	dial   DialFunc
}

// newGuardedDial dials TCP. The dialer looks once more at the address that the system is about to connect to: a second
// net, should a change of the code before it let something through.
func newGuardedDial(reach Reach) guardedDial {
	dialer := &net.Dialer{Timeout: dialTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		return reach.checkDialled(address)
	}}
	return guardedDial{reach: reach, lookup: net.DefaultResolver.LookupNetIP, dial: dialer.DialContext}
}

// checkDialled is checkAddress for ip:port.
func (r Reach) checkDialled(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return &BlockedError{Reason: "no address"}
	}
	return r.checkAddress(at.Addr(), int(at.Port()))
}

// DialContext is the transport's dial function. All addresses of a name must be allowed: a name that points inside as
// well as outside is not to be trusted.
func (g guardedDial) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &BlockedError{Reason: "no address"}
	}
	port, err := net.DefaultResolver.LookupPort(ctx, "tcp", portText)
	if err != nil {
		return nil, &BlockedError{Reason: "port"}
	}
	addresses, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	for _, a := range addresses {
		if err := g.reach.checkAddress(a, port); err != nil {
			return nil, err
		}
	}
	var last error
	for _, a := range addresses {
		conn, err := g.dial(ctx, network, netip.AddrPortFrom(a, uint16(port)).String())
		if err == nil {
			return conn, nil
		}
		last = errors.Join(last, err)
	}
	return nil, fmt.Errorf("dial: %w", last)
}

// resolve answers the addresses of a host; an address is its own answer.
func (g guardedDial) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	addresses, err := g.lookup(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("resolve: %w", err)
	}
	if len(addresses) == 0 {
		return nil, errors.New("resolve: no address")
	}
	return addresses, nil
}
