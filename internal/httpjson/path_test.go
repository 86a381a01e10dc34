package httpjson_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"countersign/internal/httpjson"
)

func TestMethodNotAllowedAsksTheRouter(t *testing.T) {
	t.Parallel()
	handler := httpjson.MethodNotAllowedBy(func(r *http.Request) bool {
		return r.Method == http.MethodGet || r.Method == http.MethodPost
	})
	response, _ := answer(t, handler, httptest.NewRequest(http.MethodPut, "/x", http.NoBody))
	if allow := response.Header.Get("Allow"); response.StatusCode != http.StatusMethodNotAllowed || allow != "GET, POST" {
		t.Errorf("%d, Allow %q", response.StatusCode, allow)
	}
}

func TestAnEscapedSlashNamesNothing(t *testing.T) {
	t.Parallel()
	handler := httpjson.PlainPaths(httpjson.Live())
	for target, status := range map[string]int{"/a%2fb": 404, "/a%2Fb": 404, "/a/b": 200, "/a%5Fb": 200, "/a?x=%2f": 200} {
		if response, _ := answer(t, handler, httptest.NewRequest(http.MethodGet, target, http.NoBody)); response.StatusCode != status {
			t.Errorf("%s: %d, want %d", target, response.StatusCode, status)
		}
	}
}
