package httpjson_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"countersign/internal/httpjson"
)

// answer runs a handler and returns status, headers and body.
func answer(t *testing.T, handler http.Handler, request *http.Request) (*http.Response, string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result(), recorder.Body.String()
}

func get() *http.Request { return httptest.NewRequest(http.MethodGet, "/x", http.NoBody) }

func TestWriteProblemFollowsRFC9457(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name       string
		problem    httpjson.Problem
		status     int
		retryAfter string
		body       string
	}{
		{
			"short", *httpjson.NewProblem(404, "order_not_found", "no order has this number"), 404, "",
			`{"type":"about:blank","title":"Not Found","status":404,"detail":"no order has this number","code":"order_not_found"}`,
		},
		{
			"with a field", *httpjson.InvalidField("/elements/mobile", "wrong_type", "a string is wanted here"), 400, "",
			`{"type":"about:blank","title":"Bad Request","status":400,"detail":"a string is wanted here","code":"invalid_request","field":"/elements/mobile",` +
				`"errors":[{"field":"/elements/mobile","code":"wrong_type","detail":"a string is wanted here"}]}`,
		},
		{
			"with extras", *httpjson.NewProblem(429, "too_frequent", "wait").With("tries_left", 3).RetryAfter(60), 429, "60",
			`{"type":"about:blank","title":"Too Many Requests","status":429,"detail":"wait","code":"too_frequent","retry_after":60,"tries_left":3}`,
		},
		{
			"an extra cannot replace a member", *httpjson.NewProblem(400, "a<b", "").With("status", 200).With("code", "x"), 400, "",
			`{"type":"about:blank","title":"Bad Request","status":400,"code":"a<b"}`,
		},
		{
			"an extra that is no JSON is dropped", *httpjson.NewProblem(400, "x", "").With("f", func() {}), 400, "",
			`{"type":"about:blank","title":"Bad Request","status":400,"code":"x"}`,
		},
		{
			"without a status it is no success",
			httpjson.Problem{Type: "urn:x", Title: "T", Instance: "/i"},
			500, "",
			`{"type":"urn:x","title":"T","status":500,"instance":"/i"}`,
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			recorder := httptest.NewRecorder()
			httpjson.WriteProblem(recorder, row.problem)
			header := recorder.Header()
			if recorder.Code != row.status || header.Get("Content-Type") != "application/problem+json" || header.Get("Retry-After") != row.retryAfter {
				t.Errorf("status %d, headers %v", recorder.Code, header)
			}
			if got := recorder.Body.String(); got != row.body || header.Get("Content-Length") != strconv.Itoa(len(got)) {
				t.Errorf("body\n got %s\nwant %s", got, row.body)
			}
		})
	}
}

func TestAProblemReadsBackWithItsExtras(t *testing.T) {
	t.Parallel()
	sent := httpjson.InvalidField("/a", "wrong_type", "d").With("tries_left", 2)
	body, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	var got httpjson.Problem
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	if got.Code != sent.Code || got.Field != "/a" || len(got.Errors) != 1 || !maps.Equal(got.Extras, map[string]any{"tries_left": 2.0}) {
		t.Errorf("got %+v", got)
	}
	if json.Unmarshal([]byte(`{"status":"x"}`), &got) == nil || json.Unmarshal([]byte(`[]`), &got) == nil {
		t.Error("what is no problem was read")
	}
	if err := json.Unmarshal([]byte(`{"status":404}`), &got); err != nil || got.Extras != nil {
		t.Errorf("short problem: %+v, %v", got, err)
	}
}

func TestWithDoesNotChangeTheOriginal(t *testing.T) {
	t.Parallel()
	first := httpjson.NewProblem(400, "x", "").With("a", 1)
	second := first.With("b", 2)
	if len(first.Extras) != 1 || len(second.Extras) != 2 {
		t.Errorf("%v, %v", first.Extras, second.Extras)
	}
}

func TestReadBodyKeepsTheCap(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 11)
	rows := []struct {
		name   string
		body   io.Reader
		length int64
		want   string
		status int
	}{
		{"no body", nil, 0, "", 0},
		{"known length", strings.NewReader("0123456789"), 10, "0123456789", 0},
		{"unknown length", strings.NewReader("0123456789"), -1, "0123456789", 0},
		{"too long, told", strings.NewReader(long), 11, "", 413},
		{"too long, not told", strings.NewReader(long), -1, "", 413},
		{"cut off", strings.NewReader("0123"), 10, "", 400},
		{"broken", io.MultiReader(strings.NewReader("01"), broken{}), -1, "", 400},
		{"cut by an outer cap", http.MaxBytesReader(httptest.NewRecorder(), io.NopCloser(strings.NewReader("0123456")), 5), 7, "", 413},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequest(http.MethodPost, "/", row.body)
			request.ContentLength = row.length
			got, err := httpjson.ReadBody(request, 10)
			var problem *httpjson.Problem
			if status := 0; string(got) != row.want || (errors.As(err, &problem) && problem.Status != row.status) || (err == nil) != (row.status == status) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// broken fails as a connection does.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestRequireJSONTakesUTF8JSONOnly(t *testing.T) {
	t.Parallel()
	for given, ok := range map[string]bool{
		"application/json": true, "application/json; charset=utf-8": true, "Application/JSON;charset=UTF-8": true,
		"": false, "text/json": false, "application/json; charset=gbk": false, "application/json; v=1": false, "application/problem+json": false,
		"application/json, text/html": false, ";": false,
	} {
		request := get()
		request.Header.Set("Content-Type", given)
		err := httpjson.RequireJSON(request)
		if (err == nil) != ok || (err != nil && httpjson.ProblemOf(err).Status != 415) {
			t.Errorf("%q: %v", given, err)
		}
	}
	request := get()
	request.Header["Content-Type"] = []string{"application/json; charset=utf-8", "text/html"}
	if httpjson.RequireJSON(request) == nil {
		t.Error("two content types were accepted")
	}
}

func TestReadJSONDoesAllThree(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		contentType, body string
		status            int
	}{
		"good": {"application/json", `{"name":"a"}`, 0}, "type": {"text/plain", `{}`, 415}, "long": {"application/json", strings.Repeat(" ", 99), 413},
		"wrong": {"application/json", `{"nam":"a"}`, 400}, "empty": {"application/json", ``, 400},
	} {
		request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(row.body))
		request.Header.Set("Content-Type", row.contentType)
		var v elements
		err := httpjson.ReadJSON(request, 50, &v)
		if (err == nil) != (row.status == 0) || (err != nil && httpjson.ProblemOf(err).Status != row.status) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHandlersReturnTheirErrors(t *testing.T) {
	t.Parallel()
	errDomain := errors.New("agreement has ended: 6222020000000010011")
	var log bytes.Buffer
	adapter := httpjson.Adapter{
		Log: slog.New(slog.NewJSONHandler(&log, nil)),
		Translate: func(err error) (httpjson.Problem, bool) {
			return *httpjson.NewProblem(409, "number_reused", ""), err.Error() == "known"
		},
	}
	rows := []struct {
		name   string
		err    error
		status int
		logged bool
	}{
		{"none", nil, 200, false},
		{"translated", errors.New("known"), 409, false},
		{"a wrapped problem", fmt.Errorf("x: %w", httpjson.NewProblem(423, "locked", "")), 423, false},
		{"a decode error", fmt.Errorf("x: %w", &httpjson.DecodeError{Code: "syntax"}), 400, false},
		{"anything else", fmt.Errorf("y: %w", errors.Join(errDomain, io.EOF)), 500, true},
	}
	for _, row := range rows { // one after the other: they share the log
		log.Reset()
		handler := adapter.Handle(func(http.ResponseWriter, *http.Request) error { return row.err })
		response, body := answer(t, handler, get())
		if response.StatusCode != row.status || strings.Contains(body+log.String(), "agreement has ended") {
			t.Errorf("%s: %d %s %s", row.name, response.StatusCode, body, log.String())
		}
		if (log.Len() > 0) != row.logged {
			t.Errorf("%s: log is %q", row.name, log.String())
		}
	}
	if !strings.Contains(log.String(), "*errors.errorString") {
		t.Errorf("the log does not name the type: %s", log.String())
	}
}

func TestAHandlerFuncWorksByItself(t *testing.T) {
	t.Parallel()
	handler := httpjson.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
		return httpjson.WriteJSON(w, http.StatusCreated, map[string]string{"a": "<b>"})
	})
	response, body := answer(t, handler, get())
	if response.StatusCode != 201 || body != `{"a":"<b>"}` || response.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %s", response.StatusCode, body)
	}
	response, _ = answer(t, httpjson.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
		return httpjson.WriteJSON(w, http.StatusOK, func() {})
	}), get())
	if response.StatusCode != 500 {
		t.Errorf("what cannot be encoded gave %d", response.StatusCode)
	}
	recorder := httptest.NewRecorder()
	httpjson.WriteBytes(recorder, 202, []byte(`{}`))
	if recorder.Code != 202 || recorder.Body.String() != "{}" {
		t.Error("bytes were not written")
	}
}

func TestRouterFallbacks(t *testing.T) {
	t.Parallel()
	if response, body := answer(t, httpjson.NotFound(), get()); response.StatusCode != 404 || !strings.Contains(body, `"not_found"`) {
		t.Errorf("%d %s", response.StatusCode, body)
	}
	response, body := answer(t, httpjson.MethodNotAllowed("GET", "POST"), get())
	if response.StatusCode != 405 || !strings.Contains(body, `"method_not_allowed"`) || !slices.Equal(response.Header.Values("Allow"), []string{"GET", "POST"}) {
		t.Errorf("%d %s %v", response.StatusCode, body, response.Header)
	}
}

func TestHealthAnswers(t *testing.T) {
	t.Parallel()
	if response, body := answer(t, httpjson.Live(), get()); response.StatusCode != 200 || body != `{"status":"ok"}` {
		t.Errorf("live: %d %s", response.StatusCode, body)
	}
	for name, row := range map[string]struct {
		check  func(context.Context) error
		status int
	}{
		"nothing to check": {nil, 200},
		"ready":            {func(context.Context) error { return nil }, 200},
		"not ready":        {func(context.Context) error { return errors.New("password of the store is wrong") }, 503},
	} {
		response, body := answer(t, httpjson.Ready(row.check), get())
		if response.StatusCode != row.status || strings.Contains(body, "password") {
			t.Errorf("%s: %d %s", name, response.StatusCode, body)
		}
	}
}

func TestSecurityHeadersAreOnEveryAnswer(t *testing.T) {
	t.Parallel()
	response, _ := answer(t, httpjson.SecurityHeaders(httpjson.NotFound()), get())
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
}

func TestLimitBodyIsAFloor(t *testing.T) {
	t.Parallel()
	handler := httpjson.LimitBody(3, httpjson.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) error {
		_, err := httpjson.ReadBody(r, 100)
		return err
	}))
	response, _ := answer(t, handler, httptest.NewRequest(http.MethodPost, "/", strings.NewReader("0123456")))
	if response.StatusCode != 413 {
		t.Errorf("status %d", response.StatusCode)
	}
}

func TestAPanicBecomesAProblemWithoutTheRequest(t *testing.T) {
	t.Parallel()
	const canary = "6222020000004172935"
	for name, raise := range map[string]func(){
		"text":          func() { panic("card " + canary) },
		"error":         func() { panic(errors.New(canary)) },
		"runtime error": func() { few := make([]int, len(canary)%2); _ = few[len(canary)] },
	} {
		var log bytes.Buffer
		handler := httpjson.RecoverPanics(slog.New(slog.NewTextHandler(&log, nil)), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { raise() }))
		response, body := answer(t, handler, httptest.NewRequest(http.MethodPost, "/"+canary, strings.NewReader(canary)))
		if response.StatusCode != 500 || strings.Contains(body+log.String(), canary) {
			t.Errorf("%s: %d %s %s", name, response.StatusCode, body, log.String())
		}
		if !strings.Contains(log.String(), "TestAPanicBecomesAProblem") {
			t.Errorf("%s: the log does not say where: %s", name, log.String())
		}
	}
}

func TestAPanicOnPurposeOrTooLateAborts(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]func(http.ResponseWriter){
		"on purpose":     func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"after a byte":   func(w http.ResponseWriter) { _, _ = w.Write([]byte("x")); panic("late") },
		"after the head": func(w http.ResponseWriter) { w.WriteHeader(200); panic("late") },
		"after a flush": func(w http.ResponseWriter) {
			w.WriteHeader(200)
			_ = http.NewResponseController(w).Flush()
			panic("late")
		},
	} {
		handler := httpjson.RecoverPanics(slog.New(slog.DiscardHandler), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { handle(w) }))
		func() {
			defer func() {
				if value := recover(); value != http.ErrAbortHandler { //nolint:errorlint,err113 // as net/http compares
					t.Errorf("%s: recovered %v", name, value)
				}
			}()
			handler.ServeHTTP(httptest.NewRecorder(), get())
		}()
	}
}
