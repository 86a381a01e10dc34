package messaging_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"countersign/orchestrator/messaging"
)

// inside are addresses that no webhook may reach.
var inside = []string{
	"127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
	"100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
	"203.0.113.9", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "fe80::1", "fc00::1",
	"fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "fec0::1",
}

// outside are ordinary public addresses.
var outside = []string{"8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:8.8.8.8", "172.32.0.1", "100.128.0.1"}

func blocked(err error) bool {
	var b *messaging.BlockedError
	return errors.As(err, &b)
}

func TestOnlyPublicAddressesAreDialled(t *testing.T) {
	t.Parallel()
	var strict messaging.Reach
	for _, a := range inside {
		if err := strict.CheckDialled(net.JoinHostPort(a, "443")); !blocked(err) {
			t.Errorf("%s would be dialled: %v", a, err)
		}
		if err := strict.CheckURL("https://" + hostOf(a) + "/hook"); !blocked(err) {
			t.Errorf("https://%s passes: %v", a, err)
		}
	}
	for _, a := range outside {
		if err := strict.CheckDialled(net.JoinHostPort(a, "443")); err != nil {
			t.Errorf("%s is blocked: %v", a, err)
		}
		for _, port := range []string{"22", "80", "6379", "2375"} {
			if err := strict.CheckDialled(net.JoinHostPort(a, port)); !blocked(err) {
				t.Errorf("port %s would be dialled", port)
			}
		}
	}
	if err := (messaging.Reach{Ports: []int{9443}}).CheckDialled("8.8.8.8:9443"); err != nil {
		t.Error(err)
	}
}

func hostOf(address string) string {
	if strings.Contains(address, ":") {
		return "[" + address + "]"
	}
	return address
}

func TestURLsAreJudgedFirst(t *testing.T) {
	t.Parallel()
	var strict messaging.Reach
	for _, bad := range []string{
		"", "hook", "//shop.example/hook", "https:///hook", "https:shop.example", "file:///etc/passwd", "gopher://shop.example", "http://shop.example/hook",
		"https://user:word@shop.example/", "http://127.0.0.1/", "http://localhost/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/", "https://8.8.8.8:22/",
	} {
		if err := strict.CheckURL(bad); !blocked(err) {
			t.Errorf("%s passes: %v", bad, err)
		}
	}
	if err := strict.CheckURL("https://shop.example/hook?a=b"); err != nil {
		t.Error(err)
	}
	near := messaging.Reach{Loopback: true}
	for _, good := range []string{"http://127.0.0.1:7100/w/demo", "http://localhost:80/x", "https://localhost./x", "http://[::1]:9/"} {
		if err := near.CheckURL(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"http://10.0.0.1/", "https://10.0.0.1/", "http://shop.example/", "http://169.254.169.254/latest/meta-data", "http://127.0.0.1.shop.example/"} {
		if err := near.CheckURL(bad); !blocked(err) {
			t.Errorf("%s passes: %v", bad, err)
		}
	}
	if err := (messaging.Reach{Anywhere: true}).CheckURL("http://merchant.internal:8080/hook"); err != nil {
		t.Error(err)
	}
}

// TestNamesAreJudgedByWhatTheyResolveTo: numeric forms that only a resolver understands, names that point inside, names
// that point inside as well, and a name that changes its mind. What was judged is what is dialled.
func TestNamesAreJudgedByWhatTheyResolveTo(t *testing.T) {
	t.Parallel()
	asked := 0
	lookup := func(_ context.Context, _, host string) ([]netip.Addr, error) {
		switch host {
		case "127.1", "0x7f000001", "2130706433", "017700000001", "localhost", "localhost.", "inside.example":
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		case "both.example":
			return []netip.Addr{netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("10.0.0.1")}, nil
		case "mapped.example":
			return []netip.Addr{netip.MustParseAddr("::ffff:169.254.169.254")}, nil
		case "rebinding.example":
			asked++
			if asked > 1 {
				return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
			}
			return []netip.Addr{netip.MustParseAddr("8.8.8.8")}, nil
		case "nothing.example":
			return nil, nil
		}
		return nil, errors.New("no such host")
	}
	var dialled []string
	errDialled := errors.New("dialled")
	dial := messaging.GuardedDial(messaging.Reach{}, lookup, func(_ context.Context, _, address string) (net.Conn, error) {
		dialled = append(dialled, address)
		return nil, errDialled
	})
	for _, host := range []string{"127.1", "0x7f000001", "2130706433", "017700000001", "localhost", "localhost.", "inside.example", "both.example", "mapped.example", "127.0.0.1", "::1"} {
		if _, err := dial(t.Context(), "tcp", net.JoinHostPort(host, "443")); !blocked(err) {
			t.Errorf("%s: %v", host, err)
		}
	}
	for _, host := range []string{"nothing.example", "unknown.example"} {
		if _, err := dial(t.Context(), "tcp", net.JoinHostPort(host, "443")); err == nil || errors.Is(err, errDialled) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if len(dialled) != 0 {
		t.Fatalf("dialled %v", dialled)
	}
	if _, err := dial(t.Context(), "tcp", "rebinding.example:443"); !errors.Is(err, errDialled) {
		t.Error(err)
	}
	if len(dialled) != 1 || dialled[0] != "8.8.8.8:443" || asked != 1 {
		t.Errorf("asked %d times, dialled %v", asked, dialled)
	}
}

func FuzzReach(f *testing.F) {
	for _, a := range append(append([]string{}, inside...), outside...) {
		f.Add("https://" + hostOf(a) + "/hook")
		f.Add("http://" + hostOf(a) + ":80")
	}
	f.Add("https://shop.example@127.0.0.1/")
	f.Add("https://127.0.0.1#@shop.example/")
	f.Add("https://127.0.0.1\\@shop.example/")
	f.Fuzz(func(t *testing.T, text string) {
		if (messaging.Reach{}).CheckURL(text) != nil {
			return
		}
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
			t.Fatalf("%q passes", text)
		}
		address, err := netip.ParseAddr(u.Hostname())
		if err != nil {
			return // a name: judged when it is resolved
		}
		if a := address.Unmap(); a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsUnspecified() || a.IsMulticast() {
			t.Fatalf("%q passes", text)
		}
		if (messaging.Reach{Loopback: true}).CheckURL(text) != nil {
			t.Fatalf("%q passes only where less is allowed", text)
		}
	})
}
