package httpapi_test

import (
	"net/http"
	"strconv"
	"testing"
)

// A merchant's token opens the merchant's scope only, and can be sent in a header as it is.
func TestATokenThatNoHeaderCarriesOrThatIsTheOperatorsIsRefused(t *testing.T) {
	t.Parallel()
	d := setup(t)
	put := func(token, more string) *http.Response {
		body := `{"name":"x","token":` + strconv.Quote(token) + more + `}`
		return d.do(t, request{method: http.MethodPut, path: "/operator/v1/merchants/mer-a", body: body})
	}
	for name, token := range map[string]string{
		"the operator's": operator, "a line feed": "token-of-a-shop-\n-with-more", "a space": "token of a shop with more", "Chinese": "商户的令牌商户的令牌商户的令牌商户",
	} {
		p := wantProblem(t, put(token, ""), http.StatusBadRequest, "invalid_request")
		if p.Field == nil || *p.Field != "/token" {
			t.Errorf("%s: field is %v", name, p.Field)
		}
	}
	p := wantProblem(t, put("token-of-a-shop-with-more", `,"messaging":{"base_url":"http://gateway","token":"token of a gateway"}`), http.StatusBadRequest, "invalid_request")
	if p.Field == nil || *p.Field != "/messaging/token" {
		t.Errorf("field is %v", p.Field)
	}
	if d.engine.count() != 0 {
		t.Error("the engine was asked")
	}
	if r := put("token-of-a-shop-with-more", ""); r.StatusCode != http.StatusOK {
		t.Errorf("status %d", r.StatusCode)
	}
}
