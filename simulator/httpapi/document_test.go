package httpapi

import (
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"go.uber.org/goleak"

	"countersign/contract/channel"
	"countersign/internal/httpjson"
)

// TestMain gives the validator of the document the same readings of the two
// formats that RFC 3339 gives them; its own patterns let 31 February pass. It fails
// the package when its tests leave goroutines behind.
func TestMain(m *testing.M) {
	openapi3.DefineStringFormatValidator("date-time", format(func(s string) bool { _, ok := instant(s); return ok }))
	openapi3.DefineStringFormatValidator("date", format(validDate))
	openapi3.DefineStringFormatValidator("uri", format(validURL))
	goleak.VerifyTestMain(m)
}

// format makes a format validator of a predicate.
func format(good func(string) bool) openapi3.FormatValidator[string] {
	return openapi3.NewCallbackValidator(func(s string) error {
		if good(s) {
			return nil
		}
		return errors.New("not of the format")
	})
}

// schemas finds the request schema of every operation with a body.
func schemas(t testing.TB) map[*operation]*openapi3.Schema {
	t.Helper()
	spec, err := channel.GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	spec.OpenAPI = "3.0.3"
	found := map[*operation]*openapi3.Schema{}
	for _, o := range operations {
		item := spec.Paths.Value(o.path)
		if item == nil || item.GetOperation(o.method) == nil {
			t.Fatalf("the document has no %s %s", o.method, o.path)
		}
		if body := item.GetOperation(o.method).RequestBody; body != nil {
			found[o] = body.Value.Content.Get("application/json").Schema.Value
		}
	}
	return found
}

// The elements and bodies of the table, each a good one.
const (
	goodElements = `{"name":"周明","id_type":"resident_id","id_number":"990000198804120135","card_number":"6222020000000001016","mobile":"13800000001"}`
	goodTime     = `"2018-06-06T11:30:00Z"`
)

// goodItem is an item of a batch of bindings.
const goodItem = `{"sign_no":"sgn_0001","payer_ref":"p","elements":` + goodElements +
	`,"evidence":{"kind":"legacy","reference":"old_0001","signed_on":"2016-02-29","check_no":"chk_0001"}}`

// goodBodies are accepted by door and document.
var goodBodies = map[string]string{
	"/v1/element-checks":                      `{"member_no":"M100000000001","check_no":"chk_0001","elements":` + goodElements + `}`,
	"/v1/signings":                            `{"member_no":"M100000000001","sign_no":"sgn_0001","payer_ref":"p","elements":` + goodElements + `,"notify_url":"http://127.0.0.1:1/n?a=b"}`,
	"/v1/signings/{sign_no}/resend":           `{"member_no":"M100000000001"}`,
	"/v1/signings/{sign_no}/confirm":          `{"member_no":"M100000000001","code":"0123"}`,
	"/v1/bindings":                            `{"member_no":"M100000000001","sign_no":"sgn_0001","payer_ref":"p","elements":` + goodElements + `,"evidence":{"kind":"legacy","reference":"old_0001","signed_on":"2016-02-29","check_no":"chk_0001"}}`,
	"/v1/binding-batches":                     `{"member_no":"M100000000001","batch_no":"bat_0001","items":[` + goodItem + `]}`,
	"/v1/agreements/query":                    `{"member_no":"M100000000001","payer_ref":"p","card_number":"6222020000000001016","agreement_no":"agr_0001"}`,
	"/v1/agreements/{agreement_no}/terminate": `{"member_no":"M100000000001"}`,
	"/v1/charges": `{"member_no":"M100000000001","order_no":"ord_0001","order_time":` + goodTime + `,"payer_ref":"p","amount":1,"currency":"CNY","agreement_no":"agr_0001","elements":` +
		goodElements + `,"check_no":"chk_0001","expires_at":` + goodTime + `,"notify_url":"https://example.org/","summary":"还款 6 月"}`,
	"/v1/charges/{order_no}/close":   `{"member_no":"M100000000001","order_time":` + goodTime + `}`,
	"/v1/charges/{order_no}/confirm": `{"member_no":"M100000000001","order_time":` + goodTime + `,"code":"00000000"}`,
	"/v1/charges/{order_no}/resend":  `{"member_no":"M100000000001","order_time":` + goodTime + `}`,
	"/v1/refunds":                    `{"member_no":"M100000000001","refund_no":"rfd_0001","order_no":"ord_0001","order_time":` + goodTime + `,"amount":99999999999,"currency":"CNY","notify_url":"http://a"}`,
}

// badValues are put in the place of every member in turn.
var badValues = []string{
	`null`, `true`, `1`, `0`, `-1`, `100000000000`, `99999999999`, `1.5`, `""`, `"a"`, `"ab_1"`, `[]`, `{}`, `"M12345"`, `"M123456"`, `"m123456"`,
	`"2018-06-06T11:30:00+08:00"`, `"2018-06-06 11:30:00Z"`, `"2018-02-30T11:30:00Z"`, `"2018-06-06T24:00:00Z"`, `"2018-06-06"`, `"CNY"`, `"cny"`,
	`"0123"`, `"012345678"`, `"１２３４"`, `"http://a b"`, `"http:///x"`, `"ftp://a"`, `"http://u:p@a/"`, `"http://a/#f"`, `"13800000001"`, `"12800000001"`,
	`"passport"`, `"legacy"`, `"周"`, `"\u0000"`, `"` + strings.Repeat("a", 64) + `"`, `"` + strings.Repeat("a", 65) + `"`,
	`"` + strings.Repeat("周", 60) + `"`, `"` + strings.Repeat("周", 61) + `"`, `"` + strings.Repeat("9", 19) + `"`, `"` + strings.Repeat("9", 20) + `"`,
	`"http://a/` + strings.Repeat("b", 503) + `"`, `"http://a/` + strings.Repeat("b", 504) + `"`,
}

// judgements asks door and document.
func judgements(o *operation, schema *openapi3.Schema, body []byte) (door, document, plain bool) {
	_, bad := o.decode("num_0001", body, url.Values{})
	var value any
	document = json.Unmarshal(body, &value) == nil && schema.VisitJSON(value, openapi3.VisitAsRequest()) == nil
	var strict any
	plain = httpjson.DecodeStrict(body, &strict) == nil && !fraction.Match(stringsOf.ReplaceAll(body, nil))
	return bad == nil, document, plain
}

// fraction finds numbers that are whole for JSON Schema and not for us: 1.0, 1e2.
// Texts are cut out first.
var (
	fraction  = regexp.MustCompile(`[0-9][.eE]`)
	stringsOf = regexp.MustCompile(`"(\\.|[^"\\])*"`)
)

// sameJudgement fails unless both agree. JSON whose form the door refuses
// whatever it says (double members, lone surrogates, fractions) is beside the
// document.
func sameJudgement(t *testing.T, o *operation, schema *openapi3.Schema, body []byte) bool {
	t.Helper()
	door, document, plain := judgements(o, schema, body)
	if door && !document || document && plain && !door {
		t.Errorf("%s: door %v, document %v, for %s", o.path, door, document, body)
	}
	return door
}

func TestDoorAndDocumentAcceptTheSameBodies(t *testing.T) {
	t.Parallel()
	for o, schema := range schemas(t) {
		t.Run(string(o.op), func(t *testing.T) {
			t.Parallel()
			good := goodBodies[o.path]
			if !sameJudgement(t, o, schema, []byte(good)) {
				_, bad := o.decode("num_0001", []byte(good), nil)
				t.Fatalf("the good body is refused: %+v", bad)
			}
			var members map[string]json.RawMessage
			if err := json.Unmarshal([]byte(good), &members); err != nil {
				t.Fatal(err)
			}
			tryMembers(t, members, func(body []byte) { sameJudgement(t, o, schema, body) })
			for _, whole := range []string{``, `[]`, `null`, `"x"`, `{}`, good + good, good[:len(good)-1], good[:len(good)-1] + `,"x":1}`} {
				sameJudgement(t, o, schema, []byte(whole))
			}
		})
	}
}

// tryMembers leaves out, replaces and renames every member, and those of the
// objects within.
func tryMembers(t *testing.T, members map[string]json.RawMessage, try func([]byte)) {
	t.Helper()
	write := func() []byte {
		body, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	for name, value := range members {
		delete(members, name)
		try(write())
		members[strings.ToUpper(name)] = value
		try(write())
		delete(members, strings.ToUpper(name))
		for _, bad := range badValues {
			members[name] = json.RawMessage(bad)
			try(write())
		}
		tryFirst(t, value, func(body []byte) {
			members[name] = body
			try(write())
		})
		var inner map[string]json.RawMessage
		if json.Unmarshal(value, &inner) == nil && value[0] == '{' {
			tryMembers(t, inner, func(body []byte) {
				members[name] = body
				try(write())
			})
		}
		members[name] = value
	}
}

// tryFirst tries the same with the object that stands first in a list, and lists
// that are too long.
func tryFirst(t *testing.T, value json.RawMessage, try func([]byte)) {
	t.Helper()
	var list []map[string]json.RawMessage
	if value[0] != '[' || json.Unmarshal(value, &list) != nil || len(list) == 0 {
		return
	}
	tryMembers(t, list[0], func(body []byte) { try([]byte("[" + string(body) + "]")) })
	one := strings.Trim(string(value), "[]")
	for _, n := range []int{2, 500, 501} {
		try([]byte("[" + strings.Repeat(one+",", n-1) + one + "]"))
	}
}

func TestWhatTheDocumentCannotForbidIsRefusedAtTheDoor(t *testing.T) {
	t.Parallel()
	good := goodBodies["/v1/charges"]
	for name, body := range map[string]string{
		"member twice":           strings.Replace(good, `"amount":1`, `"amount":1,"amount":777`, 1),
		"member in another case": strings.Replace(good, `"amount":1`, `"amount":1,"AMOUNT":777`, 1),
		"amount as 1.0":          strings.Replace(good, `"amount":1`, `"amount":1.0`, 1),
		"amount as 1e2":          strings.Replace(good, `"amount":1`, `"amount":1e2`, 1),
		"amount in wide digits":  strings.Replace(good, `"amount":1`, `"amount":"１"`, 1),
		"amount of 2^63":         strings.Replace(good, `"amount":1`, `"amount":9223372036854775808`, 1),
		"invalid UTF-8":          strings.Replace(good, `还款`, "\xff", 1),
		"lone surrogate":         strings.Replace(good, `还款`, `\ud800`, 1),
		"the mark of absence":    strings.Replace(good, `"agr_0001"`, "\"\xff\"", 1),
		"deep":                   strings.Replace(good, `"amount":1`, `"amount":`+strings.Repeat("[", 40)+strings.Repeat("]", 40), 1),
	} {
		if _, bad := opCharge.decode("", []byte(body), nil); bad == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzDoorAgainstDocument(f *testing.F) {
	bySchema := schemas(f)
	for _, body := range goodBodies {
		f.Add([]byte(body))
	}
	f.Add([]byte(`{"member_no":"M100000000001","code":"\u0030123"}`))
	f.Add([]byte(`{"member_no":"M100000000001","order_time":"2018-06-06T11:30:00.123456789Z"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for o, schema := range bySchema {
			sameJudgement(t, o, schema, body)
		}
	})
}

func FuzzFindMember(f *testing.F) {
	for _, body := range goodBodies {
		f.Add([]byte(body))
	}
	f.Add([]byte(`{"a":{"member_no":"M100000000009"},"b":"\"member_no\":\"M100000000008\"","member_no":"M100000000001"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		found, ok := findMember(body)
		var strict struct {
			MemberNo string `json:"member_no"`
		}
		if json.Unmarshal(body, &strict) != nil || !ok {
			return
		}
		var whole map[string]json.RawMessage
		_ = json.Unmarshal(body, &whole)
		var twice any
		if httpjson.DecodeStrict(body, &twice) == nil && string(whole["member_no"]) != `"`+found+`"` {
			t.Fatalf("found %q in %s", found, body)
		}
	})
}
