package controlapi

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"countersign/contract/control"
	"countersign/internal/httpjson"
)

// longestBody is the cap of a control request, in bytes.
const longestBody = 256 << 10

// validator checks requests against contract/control.yaml. The document is parsed
// at the first request, not at start.
type validator struct {
	router func() (routers.Router, error)
}

// newValidator returns a validator that has parsed nothing yet.
func newValidator() *validator {
	return &validator{router: sync.OnceValues(func() (routers.Router, error) {
		spec, err := control.GetSpec()
		if err != nil {
			return nil, fmt.Errorf("read the control document: %w", err)
		}
		// The library's own validator is for 3.0; for 3.1 it compiles a JSON Schema
		// at every call, at twenty times the price. Keywords that the first would
		// ignore are forbidden in the documents by a test.
		spec.OpenAPI, spec.Servers = "3.0.3", nil
		router, err := gorillamux.NewRouter(spec)
		if err != nil {
			return nil, fmt.Errorf("route the control document: %w", err)
		}
		return router, nil
	})}
}

// middleware refuses what does not fit the document and hands on a body that can
// be read again.
func (v *validator) middleware(next http.Handler) http.Handler {
	return httpjson.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
		body, err := readBody(r)
		if err != nil {
			return err
		}
		router, err := v.router()
		if err != nil {
			return err
		}
		route, params, err := router.FindRoute(r)
		if err != nil {
			return httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "no such resource")
		}
		if err := onlyParameters(r, route); err != nil {
			return err
		}
		input := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: &openapi3filter.Options{
			SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.DisableSchemaErrorDetails()},
			AuthenticationFunc:      openapi3filter.NoopAuthenticationFunc,
			SkipSettingDefaults:     true,
			// A world's file is read strictly by its own code; a second tree of it would cost ten times its size.
			ExcludeRequestBody: r.URL.Path == importPath,
		}}
		if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
			return schemaProblem(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
		return nil
	})
}

// onlyParameters refuses query parameters that the operation does not have: a
// misspelt filter would select everything.
func onlyParameters(r *http.Request, route *routers.Route) error {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return httpjson.InvalidField("", httpjson.WrongSyntax, "the query string cannot be read")
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil &&
			route.PathItem.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			return httpjson.InvalidField(plainName(name), "unknown_parameter", "a query parameter is not known here")
		}
	}
	return nil
}

// readBody reads the body with the cap. A request that carries one says that it is
// JSON; a GET or DELETE carries none.
func readBody(r *http.Request) ([]byte, error) {
	longest := int64(longestBody)
	if r.URL.Path == importPath {
		longest = longestFile
	}
	body, err := httpjson.ReadBody(r, longest)
	if err != nil {
		return nil, err
	}
	switch {
	case len(body) == 0:
	case r.Method == http.MethodGet || r.Method == http.MethodDelete:
		return nil, httpjson.NewProblem(http.StatusBadRequest, httpjson.CodeInvalidRequest, "a "+r.Method+" carries no body")
	default:
		if err := httpjson.RequireJSON(r); err != nil {
			return nil, err
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	return body, nil
}
