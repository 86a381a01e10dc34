package httpjson

import (
	"context"
	"net/http"
)

// Live answers 200 as long as the process can answer at all: for /livez. A
// restart is the cure when it does not.
func Live() http.Handler {
	return HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
		return WriteJSON(w, http.StatusOK, health{Status: "ok"})
	})
}

// Ready answers 200 when check returns nil and 503 not_ready otherwise: for
// /readyz, to tell a load balancer whether to send work. The text of the
// error stays inside. A nil check is always ready.
func Ready(check func(context.Context) error) http.Handler {
	return HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
		if check != nil && check(r.Context()) != nil {
			return NewProblem(http.StatusServiceUnavailable, CodeNotReady, "not ready to take work yet")
		}
		return WriteJSON(w, http.StatusOK, health{Status: "ok"})
	})
}

// health is the body of a good answer.
type health struct {
	Status string `json:"status"`
}
