package app

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// pageCookie keeps the token of a browser that has shown it once.
const pageCookie = "countersign_page"

// guardPage lets in who may see the page: on loopback, browsers that name this machine in Host (a foreign page whose
// name was made to resolve here must not read the handset); beyond, who shows the control token: as a bearer token, or
// once as ?token=, which a cookie then keeps.
func (a *App) guardPage(next http.Handler) http.Handler {
	host, _, _ := net.SplitHostPort(a.config.Console.Addr)
	if !a.config.Network.isTCP() {
		return next
	}
	if isLoopback(host) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !isLoopback(nameOf(r.Host)) {
				http.Error(w, "the Host header does not name this machine", http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	token := a.config.Simulator.ControlToken
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if shown := r.URL.Query().Get("token"); shown != "" && token.is(shown) {
			http.SetCookie(w, &http.Cookie{Name: pageCookie, Value: shown, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode}) //nolint:gosec // the page speaks plain HTTP
			// Escaped and with one slash in front it is a path here, never another host.
			here := url.URL{Path: path.Clean(r.URL.Path)}
			http.Redirect(w, r, here.String(), http.StatusSeeOther)
			return
		}
		bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		cookie, _ := r.Cookie(pageCookie)
		if !token.is(bearer) && (cookie == nil || !token.is(cookie.Value)) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="page"`)
			http.Error(w, "open this page with ?token= and the control token", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// nameOf drops the port of a Host header.
func nameOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}

// is compares hashes of one length, so that neither content nor length shows in the time it takes.
func (s Secret) is(shown string) bool {
	want, got := sha256.Sum256([]byte(s)), sha256.Sum256([]byte(shown))
	return s != "" && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}
