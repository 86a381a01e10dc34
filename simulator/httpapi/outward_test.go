package httpapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"countersign/simulator"
	"countersign/simulator/engine"
)

// asked is a resolver that answers with these addresses, a set a time; the last one
// stays.
func asked(answers ...[]string) lookupFunc {
	return func(context.Context, string, string) ([]netip.Addr, error) {
		now := answers[0]
		if len(answers) > 1 {
			answers = answers[1:]
		}
		found := make([]netip.Addr, 0, len(now))
		for _, text := range now {
			found = append(found, netip.MustParseAddr(text))
		}
		return found, nil
	}
}

// sendTo delivers one notification.
func sendTo(t *testing.T, lookup lookupFunc, url string) engine.Receipt {
	t.Helper()
	transport := outwardTransport(lookup)
	t.Cleanup(transport.CloseIdleConnections)
	return NewNotifier(transport, nil).Deliver(t.Context(), engine.Copy{
		URL: url, Variant: simulator.VariantUnsigned, Event: simulator.Event{EventID: "evt_1", Type: simulator.EventChargeSucceeded},
	})
}

// TestWhereNoPlatformIsIsNeverDialled gives the forms of reliability 6-4.
func TestWhereNoPlatformIsIsNeverDialled(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ address, reason string }{
		{"169.254.169.254", "a link-local address"},
		{"::ffff:169.254.169.254", "a link-local address"},
		{"fe80::1", "a link-local address"},
		{"fe80::1%lo", "a link-local address"},
		{"::169.254.169.254", "a link-local address"},
		{"64:ff9b::a9fe:a9fe", "a link-local address"},
		{"2002:a9fe:a9fe::1", "a link-local address"},
		{"fd00:ec2::254", "a metadata service"},
		{"100.100.100.200", "a metadata service"},
		{"168.63.129.16", "a metadata service"},
		{"0.0.0.0", "an unspecified address"},
		{"::", "an unspecified address"},
		{"::ffff:0.0.0.0", "an unspecified address"},
		{"0.1.2.3", "an unspecified address"},
		{"255.255.255.255", "the broadcast address"},
		{"::ffff:255.255.255.255", "the broadcast address"},
		{"224.0.0.1", "a multicast address"},
		{"ff02::1", "a multicast address"},
		{"::ffff:239.1.1.1", "a multicast address"},
	} {
		var refused *RefusedError
		if err := judge(netip.MustParseAddr(test.address)); !errors.As(err, &refused) || refused.Reason != test.reason {
			t.Errorf("%s: %v", test.address, err)
		}
		if got := sendTo(t, asked([]string{test.address}), "http://hook.test/hook"); got.Refused != test.reason || got.Status != 0 {
			t.Errorf("a name for %s: %+v", test.address, got)
		}
	}
}

// TestFormsOfOneAddress lets the resolver understand what Go's parser leaves to it.
func TestFormsOfOneAddress(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.43518", "metadata.google.internal", "localhost."} {
		if got := sendTo(t, asked([]string{"169.254.169.254"}), "http://"+host+"/latest/meta-data"); got.Refused != "a link-local address" {
			t.Errorf("%s: %+v", host, got)
		}
	}
	for _, url := range []string{"http://[::ffff:169.254.169.254]/", "http://169.254.169.254/", "http://[fe80::1%25lo]/", "http://0.0.0.0:1/"} {
		if got := sendTo(t, asked(nil), url); got.Refused == "" {
			t.Errorf("%s: %+v", url, got)
		}
	}
}

func TestWherePlatformsRunIsOpen(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "10.0.0.1", "172.17.0.2", "192.168.1.1", "fd12::1", "100.64.0.1", "8.8.8.8"} {
		if err := judge(netip.MustParseAddr(address)); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestRebinding has a name lead elsewhere after it was judged, and to two places at once.
func TestRebinding(t *testing.T) {
	t.Parallel()
	calls := 0
	platform := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		_, _ = w.Write([]byte(`{"event_id":"evt_1"}`))
	}))
	defer platform.Close()
	_, port, _ := net.SplitHostPort(platform.Listener.Addr().String())
	if got := sendTo(t, asked([]string{"127.0.0.1"}, []string{"169.254.169.254"}), "http://hook.test:"+port); !got.Acknowledged {
		t.Errorf("the address judged is not the one dialled: %+v", got)
	}
	if got := sendTo(t, asked([]string{"127.0.0.1", "169.254.169.254"}), "http://hook.test:"+port); got.Refused == "" || calls != 1 {
		t.Errorf("one good address of two: %+v, %d calls", got, calls)
	}
}

// TestRedirectIsNotFollowed has a platform point at what it could not be.
func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("followed") }))
	defer inside.Close()
	platform := httptest.NewServer(http.RedirectHandler(inside.URL, http.StatusFound))
	defer platform.Close()
	if got := sendTo(t, asked(nil), platform.URL); got.Acknowledged || got.Status != http.StatusFound {
		t.Errorf("%+v", got)
	}
}

func TestProxyOfTheEnvironmentIsNotAsked(t *testing.T) {
	t.Parallel()
	if transport := OutwardTransport(); transport.Proxy != nil {
		t.Error("a proxy would dial where the guard does not look")
	}
}
