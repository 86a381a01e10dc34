package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"unicode"

	"github.com/gorilla/mux"

	"countersign/internal/httpjson"
	"countersign/orchestrator/engine"
)

// Caps of request bodies in bytes. A sync carries up to a hundred people.
const (
	longestBody  = httpjson.MaxBody
	longestBatch = 1 << 20
)

// batchRoute is the route with the larger cap.
const batchRoute = "/v1/agreements/sync"

// call is one request that may be carried out: who asks, under which key, with which body.
type call struct {
	ctx        context.Context // does not end when the client hangs up
	merchantID string          // "" in the operator scope
	key        engine.Key      // of a merchant's POST
	body       []byte
}

type callKey struct{}

// callOf is the call that guard has put into the request.
func callOf(r *http.Request) *call {
	c, _ := r.Context().Value(callKey{}).(*call)
	return c
}

// guard stands before every operation of the document: token, key, body, document, in this order. Other routes pass.
func (a *api) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := templateOf(r)
		switch {
		case strings.HasPrefix(route, "/v1/"):
			a.guardMerchant(w, r, route, next)
		case strings.HasPrefix(route, "/operator/"):
			a.guardOperator(w, r, route, next)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// guardMerchant lets a merchant's request in. While it runs it counts as work of that merchant, until its answer is on
// the wire: a test clock that looks at the counters must not move between the two.
func (a *api) guardMerchant(w http.ResponseWriter, r *http.Request, route string, next http.Handler) {
	merchantID, err := a.merchantOf(r)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	ctx, leave := a.options.Engine.Enter(context.WithoutCancel(r.Context()), merchantID)
	defer leave()
	c := &call{ctx: ctx, merchantID: merchantID}
	checked, err := a.admitMerchant(r, route, c)
	if err != nil {
		a.refuse(w, r, err)
	} else {
		next.ServeHTTP(w, checked)
	}
	_ = http.NewResponseController(w).Flush() // not deferred: after a panic there is no answer to send
}

// admitMerchant is admit, and for a POST the key before it and the fingerprint behind it.
func (a *api) admitMerchant(r *http.Request, route string, c *call) (*http.Request, error) {
	if r.Method != http.MethodPost {
		return a.admit(r, route, c)
	}
	value, err := idempotencyKey(r.Header)
	if err != nil {
		return nil, err
	}
	checked, err := a.admit(r, route, c)
	if err != nil {
		return nil, err
	}
	c.key = keyOf(value, r.Method+" "+r.URL.Path, c.body)
	return checked, nil
}

// guardOperator lets an operator's request in.
func (a *api) guardOperator(w http.ResponseWriter, r *http.Request, route string, next http.Handler) {
	if !a.isOperator(r) {
		a.refuse(w, r, errUnauthorized)
		return
	}
	checked, err := a.admit(r, route, &call{ctx: context.WithoutCancel(r.Context())})
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	next.ServeHTTP(w, checked)
}

// admit reads the body and holds the request against the document.
func (a *api) admit(r *http.Request, route string, c *call) (*http.Request, error) {
	if r.URL.RawQuery != "" || r.URL.ForceQuery {
		return nil, httpjson.NewProblem(http.StatusBadRequest, httpjson.CodeInvalidRequest, "no operation takes a query")
	}
	body, err := readBody(r, route)
	if err != nil {
		return nil, err
	}
	c.body = body
	checked := r.WithContext(context.WithValue(c.ctx, callKey{}, c))
	checked.Header = r.Header.Clone()
	checked.Header.Del(headerKey) // read already; the generated binding knows other rules for it
	checked.Body, checked.ContentLength, checked.GetBody = http.NoBody, int64(len(body)), nil
	if len(body) > 0 {
		checked.Body = io.NopCloser(bytes.NewReader(body))
	}
	takesBody, err := a.document.check(checked)
	if err != nil {
		return nil, err
	}
	if !takesBody && len(body) > 0 {
		if err := httpjson.DecodeStrict(body, &struct{}{}); err != nil { // an empty object does no harm
			return nil, err
		}
	}
	return checked, nil
}

// readBody reads the body within the cap of its route. A body says that it is JSON, and is: one value, no duplicate
// members, not too deep (reliability 6-18).
func readBody(r *http.Request, route string) ([]byte, error) {
	limit := int64(longestBody)
	if route == batchRoute {
		limit = longestBatch
	}
	body, err := httpjson.ReadBody(r, limit)
	if err != nil || len(body) == 0 {
		return nil, err
	}
	if r.Method == http.MethodGet || r.Method == http.MethodDelete {
		return nil, httpjson.NewProblem(http.StatusBadRequest, httpjson.CodeInvalidRequest, "a "+r.Method+" carries no body")
	}
	if err := httpjson.RequireJSON(r); err != nil {
		return nil, err
	}
	var value json.RawMessage
	if err := httpjson.DecodeStrict(body, &value); err != nil {
		return nil, err
	}
	return body, nil
}

// templateOf is the path of the route with its parameters' names; safe to log and to count by.
func templateOf(r *http.Request) string {
	if route := mux.CurrentRoute(r); route != nil {
		if template, err := route.GetPathTemplate(); err == nil {
			return template
		}
	}
	return ""
}

// refuse answers an error.
func (a *api) refuse(w http.ResponseWriter, r *http.Request, err error) {
	challenge(w, err)
	a.adapter.Handle(func(http.ResponseWriter, *http.Request) error { return err }).ServeHTTP(w, r)
}

// serve runs one operation and answers its result.
func (a *api) serve(w http.ResponseWriter, r *http.Request, operation func(*call) (status int, result any, err error)) {
	a.adapter.Handle(func(w http.ResponseWriter, r *http.Request) error {
		status, result, err := operation(callOf(r))
		if err != nil {
			return err
		}
		return httpjson.WriteJSON(w, status, result)
	}).ServeHTTP(w, r)
}

// decode reads the body of an operation into its generated type. An absent body leaves the zero value; where a body
// is required the document has refused that already.
func decode[T any](c *call) (value T, err error) {
	if len(c.body) == 0 {
		return value, nil
	}
	err = httpjson.DecodeStrict(c.body, &value)
	return value, err
}

// printable refuses control, format and line-separating characters in free text: it ends up in SMS, statements and logs,
// where they would forge a line (reliability 6-20).
func printable(text, field string) error {
	for _, r := range text {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return httpjson.InvalidField(field, "wrong_format", "the text has a character that cannot be printed")
		}
	}
	return nil
}
