package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
)

// A member that nobody knows is named, unless its name looks like something that nobody should read.
func TestAnUnknownMemberIsNamed(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for name, want := range map[string]string{"tip": "/tip", "6222020000000001016": "/?", "张三": "/?"} {
		for _, o := range operations(t) {
			if o.id != "applyPayment" {
				continue
			}
			body := strings.TrimSuffix(o.body, "}") + `,"` + name + `":1}`
			header := http.Header{"Content-Type": {"application/json"}}
			p := wantProblem(t, d.do(t, request{method: o.method, path: o.path, body: body, header: header}), http.StatusBadRequest, "invalid_request")
			if p.Field == nil || *p.Field != want {
				t.Errorf("%q is not named %q: %+v", name, want, p)
			}
		}
	}
}
