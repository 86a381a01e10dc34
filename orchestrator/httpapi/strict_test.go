package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"countersign/contract/platform"
	"countersign/orchestrator/engine"
	"countersign/orchestrator/httpapi"
)

func TestEveryBodyIsReadStrictly(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for _, o := range operations(t) {
		if o.body == "" {
			continue
		}
		end := strings.TrimSuffix(o.body, "}")
		limit := 64 << 10
		if o.id == "syncAgreements" {
			limit = 1 << 20
		}
		bad := map[string]struct {
			body, contentType string
			status            int
			code              string
		}{
			"no JSON":          {`{"payer_id":`, "application/json", 400, "invalid_request"},
			"an array":         {`[]`, "application/json", 400, "invalid_request"},
			"null":             {`null`, "application/json", 400, "invalid_request"},
			"a string":         {`"x"`, "application/json", 400, "invalid_request"},
			"trailing data":    {o.body + `{}`, "application/json", 400, "invalid_request"},
			"unknown member":   {end + `,"status":"succeeded"}`, "application/json", 400, "invalid_request"},
			"other case":       {end + `,"AMOUNT":777}`, "application/json", 400, "invalid_request"},
			"invalid UTF-8":    {end + ",\"summary\":\"\xff\"}", "application/json", 400, "invalid_request"},
			"deep":             {`{"a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, "application/json", 400, "invalid_request"},
			"too large":        {end + strings.Repeat(" ", limit) + "}", "application/json", 413, "too_large"},
			"text":             {o.body, "text/plain", 415, "unsupported_media_type"},
			"form":             {o.body, "application/x-www-form-urlencoded", 415, "unsupported_media_type"},
			"no content type":  {o.body, "", 415, "unsupported_media_type"},
			"other charset":    {o.body, "application/json; charset=gbk", 415, "unsupported_media_type"},
			"duplicate member": {duplicate(t, o.body), "application/json", 400, "invalid_request"},
		}
		for name, c := range bad {
			header := http.Header{"Content-Type": {c.contentType}}
			p := wantProblem(t, d.do(t, request{method: o.method, path: o.path, body: c.body, header: header}), c.status, c.code)
			if t.Failed() {
				t.Fatalf("%s, %s: %+v", o.id, name, p)
			}
		}
		if !o.optional {
			wantProblem(t, d.do(t, request{method: o.method, path: o.path}), 400, "invalid_request")
		}
	}
	if n := d.engine.count(); n != 0 {
		t.Errorf("the engine was asked %d times", n)
	}
}

// duplicate repeats the first member of an object with another value.
func duplicate(t *testing.T, body string) string {
	t.Helper()
	name, _, ok := strings.Cut(strings.TrimPrefix(body, "{"), ":")
	if !ok {
		t.Fatal("no member")
	}
	return strings.TrimSuffix(body, "}") + "," + name + `:"again"}`
}

// TestAWrongTypeNamesItsMember puts each of seven wrong values into each member of each body.
func TestAWrongTypeNamesItsMember(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for _, o := range operations(t) {
		if o.body == "" {
			continue
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal([]byte(o.body), &members); err != nil {
			t.Fatal(err)
		}
		for name, good := range members {
			for _, wrong := range []string{`[[]]`, `{"x":1}`, `-1`, `1e2`, `1.5`, `99999999999999999999`, `null`, `"\u0000"`} {
				members[name] = json.RawMessage(wrong)
				p := wantProblem(t, d.do(t, request{method: o.method, path: o.path, body: toJSON(t, members)}), 400, "invalid_request")
				if p.Field == nil || !strings.HasPrefix(*p.Field, "/"+name) {
					t.Errorf("%s: %s = %s: field is %v", o.id, name, wrong, p.Field)
				}
			}
			members[name] = good
		}
	}
	if n := d.engine.count(); n != 0 {
		t.Errorf("the engine was asked %d times", n)
	}
}

func TestAmountsAreWholeFenInRange(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for _, amount := range []string{`0`, `-1`, `1e2`, `1.0`, `"12000"`, `"１"`, `9223372036854775808`, `100000000000`, `01`, `0x10`, `true`} {
		body := fmt.Sprintf(`{"payer_id":"payer-1","card_id":"crd_1234","amount":%s,"currency":"CNY"}`, amount)
		wantProblem(t, d.do(t, request{method: http.MethodPost, path: "/v1/checkouts", body: body}), 400, "invalid_request")
	}
	if d.engine.count() != 0 {
		t.Error("the engine was asked")
	}
}

func TestWhatBelongsInNoRequestIsRefused(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for name, q := range map[string]request{
		"a query":                  {method: http.MethodGet, path: "/v1/cards/crd_1234?card_number=6222020000000001016"},
		"a body of a GET":          {method: http.MethodGet, path: "/v1/cards/crd_1234", body: `{}`},
		"a body of a DELETE":       {method: http.MethodDelete, path: "/v1/cards/crd_1234", body: `{}`},
		"a member of a close":      {method: http.MethodPost, path: "/v1/payments/pay_1234/close", body: `{"force":true}`},
		"an id of another form":    {method: http.MethodGet, path: "/v1/cards/%00%0d%0aX"},
		"an id that is too long":   {method: http.MethodGet, path: "/v1/cards/" + strings.Repeat("a", 65)},
		"a merchant of other form": {method: http.MethodGet, path: "/operator/v1/merchants/UPPER"},
		"a date that never was":    {method: http.MethodPost, path: "/v1/agreements/sync", body: strings.Replace(bodyOf(t, "syncAgreements"), "2017-05-04", "2017-02-30", 1)},
		"two items of one id":      {method: http.MethodPost, path: "/v1/agreements/sync", body: twice(bodyOf(t, "syncAgreements"))},
		"another channel's id":     {method: http.MethodPut, path: "/operator/v1/merchants/mer-a/channels/other-pay", body: bodyOf(t, "putChannel")},
		"a base URL with a user":   {method: http.MethodPut, path: "/operator/v1/merchants/mer-a/channels/bridge-pay", body: strings.Replace(bodyOf(t, "putChannel"), "https://channel.example", "https://u:p@channel.example", 1)},
		"a short key":              {method: http.MethodPut, path: "/operator/v1/merchants/mer-a/channels/bridge-pay", body: strings.ReplaceAll(bodyOf(t, "putChannel"), material(), "YWJj")},
		"another algorithm":        {method: http.MethodPut, path: "/operator/v1/merchants/mer-a/channels/bridge-pay", body: strings.Replace(bodyOf(t, "putChannel"), `"alg":"HS256"`, `"alg":"EdDSA"`, 1)},
		"a hook secret in clear":   {method: http.MethodPut, path: "/operator/v1/merchants/mer-a", body: strings.Replace(bodyOf(t, "putMerchant"), webhookSecret, "not base64 at all!", 1)},
		"a hook URL without host":  {method: http.MethodPut, path: "/operator/v1/merchants/mer-a", body: strings.Replace(bodyOf(t, "putMerchant"), "https://shop.example/hook", "https:///hook", 1)},
	} {
		wantProblem(t, d.do(t, q), 400, "invalid_request")
		if t.Failed() {
			t.Fatal(name)
		}
	}
	if d.engine.count() != 0 {
		t.Error("the engine was asked")
	}
}

func bodyOf(t *testing.T, id string) string {
	t.Helper()
	for _, o := range operations(t) {
		if o.id == id {
			return o.body
		}
	}
	t.Fatal(id)
	return ""
}

// twice repeats the one item of a batch.
func twice(batch string) string {
	item := strings.TrimSuffix(strings.TrimPrefix(batch, `{"items":[`), `]}`)
	return `{"items":[` + item + "," + item + `]}`
}

func TestDefaultsAreTheDocuments(t *testing.T) {
	t.Parallel()
	d := setup(t)
	d.do(t, request{method: http.MethodPost, path: "/v1/payments", body: `{"merchant_order_no":"order-1","payer_id":"payer-1","card_id":"crd_1234","amount":1,"currency":"CNY"}`})
	if cmd, ok := d.engine.command.(engine.PaymentCommand); !ok || !cmd.PayerPresent || cmd.Elements != nil || cmd.Amount != 1 {
		t.Errorf("%+v", d.engine.command)
	}
	d.do(t, request{method: http.MethodPost, path: "/v1/payments/pay_1234/retry"})
	if cmd, ok := d.engine.command.(engine.RetryCommand); !ok || !cmd.PayerPresent {
		t.Errorf("%+v", d.engine.command)
	}
	d.do(t, request{method: http.MethodPut, path: "/operator/v1/merchants/mer-a", body: `{"name":"A","token":"` + tokenA + `"}`})
	if cmd, ok := d.engine.command.(engine.MerchantCommand); !ok || !cmd.KeepElements || !cmd.Notices || cmd.Routing != "silent-first" || cmd.Clock != "system" ||
		cmd.SMSPerCardDay != 0 || cmd.SMSPerChannelDay != 0 {
		t.Errorf("%+v", d.engine.command)
	}
	d.do(t, request{method: http.MethodPut, path: "/operator/v1/merchants/mer-a/channels/bridge-pay", body: strings.Replace(bodyOf(t, "putChannel"), `"enabled":true,`, "", 1)})
	if cmd, ok := d.engine.command.(engine.ChannelCommand); !ok || !cmd.Enabled || cmd.EnabledSaid {
		t.Errorf("%+v", d.engine.command)
	}
}

func TestTheBudgetsOfSMSAreReadAndBounded(t *testing.T) {
	t.Parallel()
	d := setup(t)
	put := func(budgets string) *http.Response {
		return d.do(t, request{method: http.MethodPut, path: "/operator/v1/merchants/mer-a", body: `{"name":"A","token":"` + tokenA + `",` + budgets + `}`})
	}
	put(`"sms_daily_per_card":1000,"sms_daily_per_channel":500`)
	if cmd, ok := d.engine.command.(engine.MerchantCommand); !ok || cmd.SMSPerCardDay != 1000 || cmd.SMSPerChannelDay != 500 {
		t.Errorf("%+v", d.engine.command)
	}
	for _, budgets := range []string{`"sms_daily_per_card":0`, `"sms_daily_per_channel":100001`, `"sms_daily_per_card":"10"`} {
		wantProblem(t, put(budgets), 400, "invalid_request")
	}
}

func TestTheRouteTellsWhatEachDecisionRestedOn(t *testing.T) {
	t.Parallel()
	d := setup(t)
	route := parsed[platform.RouteExplanation](t, read(t, d.do(t, request{method: http.MethodGet, path: "/operator/v1/payments/pay_1234/route"})))
	decision := route.Decisions[0]
	if *decision.Amount != 12000 || !*decision.PayerPresent || *decision.ElementsAtHand || *decision.Bank != "ICBC" || *decision.Landed != secretChannel ||
		len(*decision.Excluded) != 1 || len(*decision.Inputs) != 64 {
		t.Errorf("decision: %+v", decision)
	}
	if decision.Candidates[0].Facts != nil {
		t.Error("an old decision has facts")
	}
	facts := decision.Candidates[1].Facts
	if facts == nil || *facts.UsedToday != 12345 || *facts.UsedMonth != 23456 || *facts.CountToday != 3 || *facts.LimitDaily != 90000 ||
		*facts.Breaker != platform.BreakerHalfOpen || *facts.Agreement != "expired" || *facts.AgreementLive || len(*facts.Profile) != 64 {
		t.Errorf("facts: %+v", facts)
	}
}

func TestCommandsCarryWhatWasSent(t *testing.T) {
	t.Parallel()
	d := setup(t)
	name, id, card, mobile := person(t)
	d.do(t, request{method: http.MethodPost, path: "/v1/cards", body: bodyOf(t, "bindCard")})
	bind, ok := d.engine.command.(engine.BindCardCommand)
	if !ok || bind.Elements.Name.Reveal() != name || bind.Elements.IDNumber.Reveal() != id || bind.Elements.CardNumber.Reveal() != card ||
		bind.Elements.Mobile.Reveal() != mobile || bind.Elements.IDType != "resident_id" || bind.OpenID != "wx-1" {
		t.Errorf("%+v", d.engine.command)
	}
	d.do(t, request{method: http.MethodPost, path: "/v1/payments/pay_1234/confirm", body: `{"code":"012345","sms_seq":3}`})
	if cmd, ok := d.engine.command.(engine.ConfirmCommand); !ok || cmd.Code.Reveal() != "012345" || cmd.SMSSeq != 3 {
		t.Errorf("%+v", d.engine.command)
	}
	d.do(t, request{method: http.MethodPut, path: "/operator/v1/merchants/mer-a/channels/bridge-pay", body: bodyOf(t, "putChannel")})
	cmd, ok := d.engine.command.(engine.ChannelCommand)
	if !ok || cmd.BaseURL != "https://channel.example/w/one" || cmd.Keys.RequestKey.IsZero() || strings.ContainsAny(cmd.Keys.RequestKey.Reveal(), "+/=") ||
		cmd.Fee.Fixed != 20 || cmd.CallTimeout.Seconds() != 10 || cmd.Profile.ChannelID != secretChannel {
		t.Errorf("%+v", d.engine.command)
	}
	d.do(t, request{method: http.MethodPost, path: "/v1/agreements/sync", body: bodyOf(t, "syncAgreements")})
	if items, ok := d.engine.command.([]engine.SyncCommand); !ok || len(items) != 1 || items[0].SignedOn != "2017-05-04" {
		t.Errorf("%+v", d.engine.command)
	}
}

func FuzzPaymentRequest(f *testing.F) {
	for _, o := range operations(f) {
		if o.id == "applyPayment" {
			f.Add([]byte(o.body))
		}
	}
	f.Add([]byte(`{"amount":1,"AMOUNT":2}`))
	f.Add([]byte(`{"amount":1e2}`))
	f.Add([]byte(`{"elements":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		command, err := httpapi.PaymentCommand(body)
		if err != nil || len(body) == 0 {
			return
		}
		var loose map[string]json.RawMessage
		if json.Unmarshal(body, &loose) != nil {
			t.Fatal("what the strict decoder takes, the loose one does not")
		}
		if amount, ok := loose["amount"]; ok && strings.TrimSpace(string(amount)) != strconv.FormatInt(int64(command.Amount), 10) && strings.TrimSpace(string(amount)) != "-0" {
			t.Fatalf("amount %s was read as %d", amount, int64(command.Amount))
		}
	})
}
