package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"countersign/orchestrator/engine"
	"countersign/orchestrator/httpapi"
)

func TestEveryMerchantPostNeedsOneWellFormedKey(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for _, o := range operations(t) {
		if !o.merchantScope() || o.method != http.MethodPost {
			continue
		}
		bad := map[string]struct {
			lines []string
			code  string
		}{
			"missing":     {nil, "idempotency_key_missing"},
			"empty":       {[]string{""}, "idempotency_key_missing"},
			"two":         {[]string{"a", "b"}, "idempotency_key_invalid"},
			"empty quote": {[]string{`""`}, "idempotency_key_invalid"},
			"open quote":  {[]string{`"abc`}, "idempotency_key_invalid"},
			"list":        {[]string{`a, b`}, "idempotency_key_invalid"},
			"parameters":  {[]string{`"a";b=1`}, "idempotency_key_invalid"},
			"too long":    {[]string{strings.Repeat("k", 256)}, "idempotency_key_invalid"},
			"space":       {[]string{`"a b"`}, "idempotency_key_invalid"},
			"not ASCII":   {[]string{"schlüssel"}, "idempotency_key_invalid"},
			"NUL":         {[]string{"a\x00b"}, "idempotency_key_invalid"},
		}
		for name, c := range bad {
			p := wantProblem(t, d.do(t, request{method: o.method, path: o.path, body: o.body, header: http.Header{"Idempotency-Key": c.lines}}), 400, c.code)
			if p.Field == nil || *p.Field != "Idempotency-Key" {
				t.Errorf("%s, %s: field %v", o.id, name, p.Field)
			}
		}
	}
	if d.engine.count() != 0 {
		t.Error("the engine was asked")
	}
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value, want string
		ok          bool
	}{
		"bare":               {"8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324", true},
		"quoted is the same": {`"8e03978e-40d5-43e8-bc93-6894a57f9324"`, "8e03978e-40d5-43e8-bc93-6894a57f9324", true},
		"escapes":            {`"a\"b\\c"`, `a"b\c`, true},
		"longest":            {strings.Repeat("k", 255), strings.Repeat("k", 255), true},
		"percent is nothing": {"%zz/../'--", "%zz/../'--", true},
		"other escape":       {`"a\n"`, "", false},
		"escape at the end":  {`"a\`, "", false},
		"quote inside bare":  {`a"b`, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := httpapi.ParseKey(c.value)
			if ok != c.ok || (ok && got != c.want) {
				t.Errorf("got %q %v", got, ok)
			}
		})
	}
}

func FuzzParseKey(f *testing.F) {
	for _, seed := range []string{"", "a", `"a"`, `"a\"b\\"`, `"`, `"a";x`, "a,b", "\x7f", strings.Repeat("k", 256)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		key, ok := httpapi.ParseKey(value)
		if !ok {
			return
		}
		if key == "" || len(key) > 255 {
			t.Fatalf("key of %d characters", len(key))
		}
		for _, c := range []byte(key) {
			if c <= ' ' || c > '~' {
				t.Fatalf("byte %d in a key", c)
			}
		}
		quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(key) + `"`
		if again, ok := httpapi.ParseKey(quoted); !ok || again != key {
			t.Fatal("a key and its quoted form are two keys")
		}
	})
}

func TestTheFingerprintIsThatOfPathAndContent(t *testing.T) {
	t.Parallel()
	of := func(path, body string) engine.Key { return httpapi.KeyOf("k", path, []byte(body)) }
	base := of("POST /v1/payments", `{"a":1,"b":{"c":"x","d":[1,2]}}`)
	if base != of("POST /v1/payments", " {\n \"b\": {\"d\":[1, 2],\"c\":\"\\u0078\"}, \"a\":1}") {
		t.Error("spacing, order and escapes make another request")
	}
	if of("POST /v1/payments/pay_1/close", "") != of("POST /v1/payments/pay_1/close", "{}") {
		t.Error("no body and an empty object are two requests")
	}
	for name, other := range map[string]engine.Key{
		"path":  of("POST /v1/payments/x", `{"a":1,"b":{"c":"x","d":[1,2]}}`),
		"value": of("POST /v1/payments", `{"a":2,"b":{"c":"x","d":[1,2]}}`),
		"type":  of("POST /v1/payments", `{"a":"1","b":{"c":"x","d":[1,2]}}`),
		"order": of("POST /v1/payments", `{"a":1,"b":{"c":"x","d":[2,1]}}`),
	} {
		if other.Fingerprint == base.Fingerprint {
			t.Errorf("another %s has the same fingerprint", name)
		}
	}
	if big := of("p", `{"a":9007199254740993}`); big == of("p", `{"a":9007199254740992}`) {
		t.Error("large numbers are rounded")
	}
}

func TestTheKeyReachesTheEngine(t *testing.T) {
	t.Parallel()
	d := setup(t)
	d.do(t, request{method: http.MethodPost, path: "/v1/payments/pay_1234/close", key: `"one"`})
	quoted := d.engine.key
	d.do(t, request{method: http.MethodPost, path: "/v1/payments/pay_1234/close", key: `one`, body: `{}`})
	if quoted.Value != "one" || quoted.Fingerprint == "" || quoted != d.engine.key {
		t.Errorf("got %+v and %+v", quoted, d.engine.key)
	}
}
