package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// form makes a request the sign-in form that a browser sends.
func form(body string) func(*http.Request) {
	return func(r *http.Request) {
		r.Method, r.URL.Path, r.Body = http.MethodPost, "/sign-in", io.NopCloser(strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
}

func TestThePageIsForThisMachineOrForWhoHasTheToken(t *testing.T) {
	t.Parallel()
	token := NewSecret()
	near := &App{config: Config{Console: ConsoleConfig{Addr: "127.0.0.1:7300"}}}
	far := &App{config: Config{Console: ConsoleConfig{Addr: "0.0.0.0:7300"}, Simulator: SimulatorConfig{ControlToken: token}}}
	tests := map[string]struct {
		app    *App
		change func(*http.Request)
		want   int
	}{
		"this machine":               {near, func(r *http.Request) { r.Host = "127.0.0.1:7300" }, http.StatusOK},
		"this machine by name":       {near, func(r *http.Request) { r.Host = "localhost:7300" }, http.StatusOK},
		"a name that was rebound":    {near, func(r *http.Request) { r.Host = "evil.example:7300" }, http.StatusForbidden},
		"from afar without token":    {far, func(*http.Request) {}, http.StatusUnauthorized},
		"from afar, wrong token":     {far, func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, http.StatusUnauthorized},
		"from afar, bearer token":    {far, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token.Reveal()) }, http.StatusOK},
		"from afar, token in a link": {far, func(r *http.Request) { r.URL.RawQuery = "token=" + token.Reveal() }, http.StatusUnauthorized},
		"from afar, token in a form": {far, form("token=" + token.Reveal()), http.StatusSeeOther},
		"from afar, wrong form":      {far, form("token=x"), http.StatusUnauthorized},
		"a form of a foreign page": {far, func(r *http.Request) {
			form("token=" + token.Reveal())(r)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}, http.StatusForbidden},
		"from afar, with the cookie": {far, func(r *http.Request) { r.AddCookie(&http.Cookie{Name: pageCookie, Value: token.Reveal()}) }, http.StatusOK},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handler := tt.app.guardPage(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			tt.change(request)
			answer := httptest.NewRecorder()
			handler.ServeHTTP(answer, request)
			if answer.Code != tt.want {
				t.Errorf("status %d, want %d", answer.Code, tt.want)
			}
		})
	}
}
