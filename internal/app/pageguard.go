package app

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"net"
	"net/http"
	"strings"
)

// pageCookie keeps the token of a browser that has shown it once.
const pageCookie = "countersign_page"

// signInPath is where a browser shows the token, in the body of a POST: never in a URL, which logs and histories keep.
const signInPath = "/sign-in"

// guardPage lets in who may see the page: on loopback, browsers that name this machine in Host (a foreign page whose
// name was made to resolve here must not read the handset); beyond, who shows the control token: as a bearer token, or
// once in the sign-in form, which a cookie then keeps.
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
	signIn := http.NewCrossOriginProtection().Handler(signIn(token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		cookie, _ := r.Cookie(pageCookie)
		switch {
		case r.URL.Path == signInPath && r.Method == http.MethodPost:
			signIn.ServeHTTP(w, r)
		case token.is(bearer) || cookie != nil && token.is(cookie.Value):
			next.ServeHTTP(w, r)
		default:
			askToken(w)
		}
	})
}

// signIn takes the token from the form and has a cookie keep it.
func signIn(token Secret) http.Handler {
	const longestForm = 1 << 10
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, longestForm)
		shown := strings.TrimSpace(r.PostFormValue("token"))
		if !token.is(shown) {
			askToken(w)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: pageCookie, Value: shown, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode}) //nolint:gosec // the page speaks plain HTTP
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
}

// signInForm asks for the token. It has nothing on it that could run.
const signInForm = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Countersign</title><h1>Countersign</h1><form method="post" action="` + signInPath + `">
<p><label>Control token (控制令牌) <input type="password" name="token" autocomplete="off" autofocus required></label>
<button>Open the page</button></form></html>
`

// askToken answers who has not shown the token.
func askToken(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("WWW-Authenticate", `Bearer realm="page"`)
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, signInForm) // a failed write means that nobody listens any more
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
