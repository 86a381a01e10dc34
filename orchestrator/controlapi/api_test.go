package controlapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"countersign/contract/testclock"
	"countersign/internal/clock"
	"countersign/orchestrator"
	"countersign/orchestrator/controlapi"
	"countersign/orchestrator/engine"
)

const token = "operator-token-0123456789"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// fake has one clock, of "mer-a"; "mer-real" lives by the system's.
type fake struct {
	clock *clock.Virtual
	calls []string
	err   error
}

func (f *fake) view(name, merchantID string, err error) (engine.ClockView, error) {
	f.calls = append(f.calls, name)
	switch {
	case f.err != nil:
		return engine.ClockView{}, f.err
	case merchantID == "mer-real":
		return engine.ClockView{}, orchestrator.Refuse(orchestrator.CodeWrongState, "This merchant lives by the system's clock.")
	case merchantID != "mer-a":
		return engine.ClockView{}, orchestrator.Refuse(orchestrator.CodeNotFound, "")
	case err != nil:
		return engine.ClockView{}, fmt.Errorf("set clock: %w", err)
	}
	return engine.ClockView{
		Now: f.clock.Now(), Virtual: true, NextDue: noon.Add(time.Hour), Activity: 4, Busy: 1, OpenCalls: 2, Fired: []string{"attempt att_1"},
	}, nil
}

func (f *fake) ClockOf(_ context.Context, m string) (engine.ClockView, error) {
	return f.view("get", m, nil)
}

func (f *fake) SetClock(_ context.Context, m string, to time.Time) (engine.ClockView, error) {
	return f.view("set", m, f.clock.Set(to))
}

func (f *fake) NextClock(_ context.Context, m string) (engine.ClockView, error) {
	return f.view("next", m, nil)
}

func setup(t *testing.T) (*fake, http.Handler) {
	t.Helper()
	f := &fake{clock: clock.NewVirtual(noon)}
	h, err := controlapi.New(controlapi.Options{Clocks: f, OperatorToken: orchestrator.NewSecret(token)})
	if err != nil {
		t.Fatal(err)
	}
	return f, h
}

func do(h http.Handler, method, path, body string, header http.Header) (status int, text string) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	maps.Copy(r.Header, header)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	answer, _ := io.ReadAll(w.Result().Body)
	return w.Code, string(answer)
}

const path = "/v1/merchants/mer-a/clock"

func TestTheClockIsToldAndMoved(t *testing.T) {
	t.Parallel()
	f, h := setup(t)
	status, text := do(h, http.MethodPost, path, `{"to":"2026-03-01T20:10:00+08:00"}`, nil)
	var state testclock.ClockState
	if err := json.Unmarshal([]byte(text), &state); err != nil || status != http.StatusOK {
		t.Fatal(status, text, err)
	}
	if !state.Now.Equal(noon.Add(10*time.Minute)) || !state.Virtual || state.Busy != 1 || state.OpenCalls != 2 || state.Activity != 4 ||
		state.NextDue == nil || state.Fired == nil || len(*state.Fired) != 1 {
		t.Error(text)
	}
	for method, body := range map[string]string{http.MethodGet: "", http.MethodPost: `{"next":true}`} {
		if status, text := do(h, method, path, body, nil); status != http.StatusOK {
			t.Error(status, text)
		}
	}
	if len(f.calls) != 3 || f.calls[0] != "set" {
		t.Error(f.calls)
	}
}

func TestWhatIsNoInstantIsRefused(t *testing.T) {
	t.Parallel()
	f, h := setup(t)
	for name, c := range map[string]struct {
		body   string
		header http.Header
		status int
	}{
		"nothing":        {`{}`, nil, 400},
		"both":           {`{"to":"2026-03-01T13:00:00Z","next":true}`, nil, 400},
		"both, false":    {`{"to":"2026-03-01T13:00:00Z","next":false}`, nil, 400},
		"next false":     {`{"next":false}`, nil, 400},
		"null":           {`{"to":null}`, nil, 400},
		"no body":        {``, nil, 400},
		"no time zone":   {`{"to":"2026-03-01T13:00:00"}`, nil, 400},
		"a number":       {`{"to":1}`, nil, 400},
		"unknown member": {`{"next":true,"x":1}`, nil, 400},
		"duplicate":      {`{"next":true,"next":true}`, nil, 400},
		"trailing":       {`{"next":true}{}`, nil, 400},
		"too large":      {`{"next":true` + strings.Repeat(" ", 5000) + `}`, nil, 413},
		"form":           {`next=true`, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, 415},
		"no token":       {`{"next":true}`, http.Header{"Authorization": nil}, 401},
		"other token":    {`{"next":true}`, http.Header{"Authorization": {"Bearer x"}}, 401},
		"two tokens":     {`{"next":true}`, http.Header{"Authorization": {"Bearer " + token, "Bearer " + token}}, 401},
	} {
		if status, text := do(h, http.MethodPost, path, c.body, c.header); status != c.status || !strings.Contains(text, `"code"`) {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	if len(f.calls) != 0 {
		t.Error("the engine was asked: ", f.calls)
	}
}

func TestTimeDoesNotGoBack(t *testing.T) {
	t.Parallel()
	f, h := setup(t)
	status, text := do(h, http.MethodPost, path, `{"to":"2026-03-01T11:59:59Z"}`, nil)
	if status != http.StatusUnprocessableEntity || !strings.Contains(text, `"field":"/to"`) {
		t.Error(status, text)
	}
	f.err = &orchestrator.Error{Code: orchestrator.CodeInvalidRequest, Field: "to", Detail: "Time does not go back."}
	if status, text := do(h, http.MethodPost, path, `{"to":"2026-03-01T11:59:59Z"}`, nil); status != http.StatusUnprocessableEntity || !strings.Contains(text, `"field":"/to"`) {
		t.Error(status, text)
	}
}

func TestOtherMerchants(t *testing.T) {
	t.Parallel()
	f, h := setup(t)
	for merchant, want := range map[string]int{"mer-real": 409, "mer-x": 404} {
		if status, text := do(h, http.MethodPost, "/v1/merchants/"+merchant+"/clock", `{"next":true}`, nil); status != want {
			t.Error(merchant, status, text)
		}
	}
	f.err = errors.New("disk I/O error at /var/lib")
	if status, text := do(h, http.MethodGet, path, "", nil); status != 500 || strings.Contains(text, "disk") {
		t.Error(status, text)
	}
}

func TestThereIsNothingElse(t *testing.T) {
	t.Parallel()
	_, h := setup(t)
	for method, want := range map[string]int{http.MethodPut: 405, http.MethodDelete: 405} {
		if status, _ := do(h, method, path, "", nil); status != want {
			t.Error(method, status)
		}
	}
	if status, _ := do(h, http.MethodGet, "/v1/payments/pay_1", "", nil); status != 404 {
		t.Error(status)
	}
	if status, _ := do(h, http.MethodGet, path, `{}`, nil); status != 400 {
		t.Error("a GET with a body was taken: ", status)
	}
	if status, _ := do(h, http.MethodGet, "/livez", "", http.Header{"Authorization": nil}); status != 200 {
		t.Error(status)
	}
	if _, err := controlapi.New(controlapi.Options{}); err == nil {
		t.Error("made without a token")
	}
}
