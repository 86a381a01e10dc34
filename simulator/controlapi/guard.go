package controlapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"countersign/internal/httpjson"
)

// Codes of the guards' problems.
const (
	codeForbidden    = "forbidden"
	codeUnauthorized = "unauthorized"
)

// guardHosts lets only requests through whose Host names this machine or a
// configured host, and whose Origin, if any, does too: a page of a foreign site
// whose name was made to resolve to the loopback address must not reach the fault
// switches (DNS rebinding). There is no CORS here, on purpose.
func guardHosts(extra []string, next http.Handler) http.Handler {
	allowed := make(map[string]bool, len(extra))
	for _, host := range extra {
		allowed[strings.ToLower(host)] = true
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !hostAllowed(hostOnly(r.Host), allowed) {
			writeForbidden(w, "Host", "the Host header names neither this machine nor a configured host")
			return
		}
		if origin := r.Header.Values("Origin"); len(origin) > 0 && !originAllowed(origin, allowed) {
			writeForbidden(w, "Origin", "the Origin header names a foreign page")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// writeForbidden is the answer to a request from elsewhere.
func writeForbidden(w http.ResponseWriter, field, detail string) {
	p := hint(httpjson.NewProblem(http.StatusForbidden, codeForbidden, detail), "call it by a loopback name, or configure the name")
	p.Field = field
	httpjson.WriteProblem(w, *p)
}

// hostOnly drops the port.
func hostOnly(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return strings.ToLower(host)
	}
	return strings.ToLower(strings.Trim(hostport, "[]"))
}

// hostAllowed reports whether a host is a loopback name or configured.
func hostAllowed(host string, allowed map[string]bool) bool {
	if host == "localhost" || allowed[host] {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

// originAllowed reports whether the one Origin is a page of an allowed host.
func originAllowed(lines []string, allowed map[string]bool) bool {
	if len(lines) != 1 {
		return false
	}
	origin, err := url.Parse(lines[0])
	return err == nil && origin.Host != "" && hostAllowed(hostOnly(origin.Host), allowed)
}

// guardToken asks for a bearer token (RFC 6750). Hashes of equal length are
// compared, so that neither content nor length shows in the time it takes. An
// empty token asks for none.
func guardToken(token string, next http.Handler) http.Handler {
	if token == "" {
		return next
	}
	want := sha256.Sum256([]byte(token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, given, found := strings.Cut(r.Header.Get("Authorization"), " ")
		found = found && strings.EqualFold(scheme, "Bearer") // RFC 9110 section 11.1
		got := sha256.Sum256([]byte(given))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 || !found || len(r.Header.Values("Authorization")) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="control"`)
			httpjson.WriteProblem(w, *httpjson.NewProblem(http.StatusUnauthorized, codeUnauthorized,
				"the control plane asks for Authorization: Bearer with its token"))
			return
		}
		next.ServeHTTP(w, r)
	})
}
