package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// A channel's numbers are bounded where they would overflow a time or a sum.
func TestAChannelsNumbersAreBoundedAndItsPortExists(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for field, spoil := range map[string]func(config, profile map[string]any){
		"/profile/max_in_flight_seconds":   func(_, p map[string]any) { p["max_in_flight_seconds"] = 2592001 },
		"/profile/agreement_lifetime_days": func(_, p map[string]any) { p["agreement_lifetime_days"] = 36501 },
		"/profile/banks/0/single":          func(_, p map[string]any) { bankOf(p)["single"] = 100000000000 },
		"/profile/banks/0/daily":           func(_, p map[string]any) { bankOf(p)["daily"] = 100000000000 },
		"/profile/banks/0/monthly":         func(_, p map[string]any) { bankOf(p)["monthly"] = 100000000000 },
		"/profile/banks/0/daily_count":     func(_, p map[string]any) { bankOf(p)["daily_count"] = 1000001 },
		"/base_url":                        func(c, _ map[string]any) { c["base_url"] = "http://channel.example:65536" },
		"/notify_url":                      func(c, _ map[string]any) { c["notify_url"] = "http://p.example:/notify" },
	} {
		var config map[string]any
		if err := json.Unmarshal([]byte(bodyOf(t, "putChannel")), &config); err != nil {
			t.Fatal(err)
		}
		spoil(config, config["profile"].(map[string]any))
		p := wantProblem(t, d.do(t, request{
			method: http.MethodPut, path: "/operator/v1/merchants/mer-a/channels/bridge-pay", body: toJSON(t, config),
		}), http.StatusBadRequest, "invalid_request")
		if p.Field == nil || *p.Field != field {
			t.Errorf("%s: %+v", field, p)
		}
	}
	if d.engine.count() != 0 {
		t.Error("the engine was asked")
	}
}

func bankOf(profile map[string]any) map[string]any {
	return profile["banks"].([]any)[0].(map[string]any)
}

// A member is named also where the body is optional.
func TestAnUnknownMemberOfAnOptionalBodyIsNamed(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for _, o := range operations(t) {
		if o.body == "" {
			continue
		}
		body := strings.TrimSuffix(strings.TrimSuffix(o.body, "}"), ",") + `,"x":1}`
		if o.body == "{}" || o.id == "retryPayment" {
			body = `{"x":1}`
		}
		p := wantProblem(t, d.do(t, request{method: o.method, path: o.path, body: body}), http.StatusBadRequest, "invalid_request")
		if p.Field == nil || *p.Field != "/x" {
			t.Errorf("%s: %+v", o.id, p)
		}
	}
}
