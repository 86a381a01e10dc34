package httpjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"countersign/internal/httpjson"
)

type status string

// elements, limits and order stand for wire types.
type elements struct {
	Name   string `json:"name"`
	Mobile string `json:"mobile,omitempty"`
}

type base struct {
	MemberNo string `json:"member_no"`
}

type order struct {
	base

	OrderNo  string            `json:"order_no"`
	Amount   int64             `json:"amount"`
	Small    int8              `json:"small,omitempty"`
	Count    uint16            `json:"count,omitzero"`
	Live     bool              `json:"live,omitempty"`
	Status   status            `json:"status,omitempty"`
	At       time.Time         `json:"at,omitzero"`
	Elements *elements         `json:"elements,omitempty"`
	List     []elements        `json:"list,omitempty"`
	Codes    []string          `json:"codes,omitempty"`
	Labels   map[string]string `json:"labels,omitempty"`
	Any      any               `json:"any,omitempty"`
	Raw      json.RawMessage   `json:"raw,omitempty"`
	Rate     float64           `json:"rate,omitempty"`
	Bytes    []byte            `json:"bytes,omitempty"`
	Pair     [2]int            `json:"pair,omitzero"`
	Next     *order            `json:"next,omitempty"`
	Plain    string            `json:",omitempty"`
	Hidden   string            `json:"-"`
	private  string            //nolint:unused // a name that must not be reachable
}

func TestDecodeStrictReadsWhatEncodingJSONReads(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{}`, ` { } `, `{"member_no":"M1","order_no":"a","amount":12}`,
		`{"amount":-9223372036854775808,"small":-128,"count":65535,"live":true}`,
		`{"amount":0,"live":false,"status":"signed","order_no":"\u4e2d\ud83d\ude00\n\"\\\/\b\f\r\t"}`,
		`{"elements":{"name":"测试","mobile":""},"list":[{"name":"a"},{},{"mobile":"b"}],"codes":[]}`,
		`{"elements":null,"list":null,"labels":null,"any":null,"next":null}`,
		`{"at":"2018-06-30T16:00:00.5Z","labels":{"a":"b","":"x"},"any":{"x":[1,2.5e3,"y",null,true]},"raw":[1, {"b":2}]}`,
		`{"rate":-0.5e-3,"bytes":"aGk=","pair":[1,2],"next":{"next":{"order_no":"deep"}},"Plain":"p"}`,
	} {
		var got, want order
		if err := httpjson.DecodeStrict([]byte(body), &got); err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %+v\nwant %+v", body, got, want)
		}
	}
}

func TestDecodeStrictNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 33) + strings.Repeat("]", 33)
	rows := []struct{ name, body, pointer, code string }{
		{"nothing", ``, "", httpjson.WrongSyntax},
		{"blanks", "  ", "", httpjson.WrongSyntax},
		{"a byte order mark", "\ufeff{}", "", httpjson.WrongSyntax},
		{"null", `null`, "", httpjson.WrongType},
		{"an array", `[]`, "", httpjson.WrongType},
		{"two values", `{} {}`, "", httpjson.TrailingData},
		{"a tail", `{}x`, "", httpjson.TrailingData},
		{"cut off", `{"order_no":"a`, "/order_no", httpjson.WrongSyntax},
		{"cut off after a name", `{"order_no"`, "", httpjson.WrongSyntax},
		{"comma at the end", `{"order_no":"a",}`, "", httpjson.WrongSyntax},
		{"no comma", `{"order_no":"a" "amount":1}`, "", httpjson.WrongSyntax},
		{"comma in a list", `{"codes":["a",]}`, "/codes/1", httpjson.WrongSyntax},
		{"single quotes", `{'order_no':1}`, "", httpjson.WrongSyntax},
		{"a comment", `{/**/}`, "", httpjson.WrongSyntax},
		{"unknown", `{"orderno":"a"}`, "/orderno", httpjson.UnknownMember},
		{"unknown in a list", `{"list":[{},{"nam":1}]}`, "/list/1/nam", httpjson.UnknownMember},
		{"a name that may be a secret", `{"6222020000000010011":1}`, "/?", httpjson.UnknownMember},
		{"a name that may be a person", `{"测试":1}`, "/?", httpjson.UnknownMember},
		{"another case", `{"Order_No":"a"}`, "/Order_No", httpjson.UnknownMember},
		{"a hidden field", `{"Hidden":"a"}`, "/Hidden", httpjson.UnknownMember},
		{"a private field", `{"private":"a"}`, "/private", httpjson.UnknownMember},
		{"twice", `{"order_no":"a","amount":1,"order_no":"a"}`, "/order_no", httpjson.DuplicateMember},
		{"twice with an escape", `{"order_no":"a","\u006frder_no":"a"}`, "/order_no", httpjson.DuplicateMember},
		{"twice in a map", `{"labels":{"a":"1","a":"1"}}`, "/labels/a", httpjson.DuplicateMember},
		{"twice in any", `{"any":[{"a":{"b":1,"b":2}}]}`, "/any/0/a/b", httpjson.DuplicateMember},
		{"text for a number", `{"amount":"12"}`, "/amount", httpjson.WrongType},
		{"a number for text", `{"order_no":12}`, "/order_no", httpjson.WrongType},
		{"a fraction", `{"amount":1.0}`, "/amount", httpjson.WrongType},
		{"an exponent", `{"amount":1e2}`, "/amount", httpjson.WrongType},
		{"null for text", `{"order_no":null}`, "/order_no", httpjson.WrongType},
		{"null for a time", `{"at":null}`, "/at", httpjson.WrongType},
		{"null in a list", `{"codes":[null]}`, "/codes/0", httpjson.WrongType},
		{"an object for text", `{"order_no":{}}`, "/order_no", httpjson.WrongType},
		{"text for an object", `{"elements":"x"}`, "/elements", httpjson.WrongType},
		{"an object for a list", `{"list":{}}`, "/list", httpjson.WrongType},
		{"a list for a map", `{"labels":[]}`, "/labels", httpjson.WrongType},
		{"a number for a bool", `{"live":1}`, "/live", httpjson.WrongType},
		{"a word", `{"live":yes}`, "/live", httpjson.WrongSyntax},
		{"half a word", `{"live":tru}`, "/live", httpjson.WrongSyntax},
		{"a bad time", `{"at":"2018-06-31T00:00:00Z"}`, "/at", httpjson.WrongType},
		{"bad base64", `{"bytes":"%"}`, "/bytes", httpjson.WrongType},
		{"too big", `{"amount":9223372036854775808}`, "/amount", httpjson.WrongRange},
		{"too big for its field", `{"small":128}`, "/small", httpjson.WrongRange},
		{"negative", `{"count":-1}`, "/count", httpjson.WrongRange},
		{"a leading zero", `{"amount":012}`, "/amount", httpjson.WrongSyntax},
		{"a plus", `{"amount":+1}`, "/amount", httpjson.WrongSyntax},
		{"half a number", `{"rate":1.}`, "/rate", httpjson.WrongSyntax},
		{"half an exponent", `{"rate":1e}`, "/rate", httpjson.WrongSyntax},
		{"only a minus", `{"amount":-}`, "/amount", httpjson.WrongSyntax},
		{"not a number", `{"rate":NaN}`, "/rate", httpjson.WrongSyntax},
		{"too many digits", `{"any":123456789012345678901}`, "/any", httpjson.TooManyDigits},
		{"too many digits in parts", `{"rate":0.1234567890123456789e1}`, "/rate", httpjson.TooManyDigits},
		{"bad UTF-8", "{\"order_no\":\"\xff\"}", "/order_no", httpjson.WrongUTF8},
		{"bad UTF-8 after an escape", "{\"order_no\":\"\\n\xff\"}", "/order_no", httpjson.WrongUTF8},
		{"a lone surrogate", `{"order_no":"\ud83d"}`, "/order_no", httpjson.WrongUTF8},
		{"two first halves", `{"order_no":"\ud83d\ud83d"}`, "/order_no", httpjson.WrongUTF8},
		{"a bad escape", `{"order_no":"\x41"}`, "/order_no", httpjson.WrongSyntax},
		{"a bad code point", `{"order_no":"\u00zz"}`, "/order_no", httpjson.WrongSyntax},
		{"a line break in a string", "{\"order_no\":\"a\nb\"}", "/order_no", httpjson.WrongSyntax},
		{"a line break after an escape", "{\"order_no\":\"\\ta\nb\"}", "/order_no", httpjson.WrongSyntax},
		{"too deep", `{"any":` + deep + `}`, "/any" + strings.Repeat("/0", 31), httpjson.TooDeep},
		{"too many elements", `{"codes":[` + strings.Repeat(`"",`, 1000) + `""]}`, "/codes", httpjson.TooMany},
		{"too many elements in any", `{"any":[` + strings.Repeat(`0,`, 1000) + `0]}`, "/any", httpjson.TooMany},
		{"too many members", `{"labels":{` + members(1001) + `}}`, "/labels", httpjson.TooMany},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var v order
			err := httpjson.DecodeStrict([]byte(row.body), &v)
			var wrong *httpjson.DecodeError
			if !errors.As(err, &wrong) {
				t.Fatalf("error is %v", err)
			}
			if wrong.Pointer != row.pointer || wrong.Code != row.code || wrong.Detail == "" {
				t.Errorf("got %s at %q (%s); want %s at %q", wrong.Code, wrong.Pointer, wrong.Detail, row.code, row.pointer)
			}
		})
	}
}

// members writes n different members whose values are texts.
func members(n int) string {
	var out strings.Builder
	for i := range n {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(`"` + strings.Repeat("a", i%30+1) + strings.Repeat("b", i/30) + `":""`)
	}
	return out.String()
}

func TestTheBoundsThemselvesAreAllowed(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"depth":    `{"any":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `}`,
		"digits":   `{"any":12345678901234567890}`,
		"elements": `{"codes":[` + strings.Repeat(`"",`, 999) + `""]}`,
		"members":  `{"any":{` + members(1000) + `}}`,
	} {
		var v order
		if err := httpjson.DecodeStrict([]byte(body), &v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDecodeCompleteNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	for body, pointer := range map[string]string{
		`{}`:                             "/order_no",
		`{"order_no":"a"}`:               "/amount",
		`{"order_no":"a","amount":1}`:    "/member_no",
		`{"order_no":"","elements":{}}`:  "/elements/name",
		`{"order_no":"","list":[{}]}`:    "/list/0/name",
		`{"order_no":"","next":{}}`:      "/next/order_no",
		`{"order_no":"a","amount":null}`: "/amount",
	} {
		var v order
		err := httpjson.DecodeComplete([]byte(body), &v)
		var wrong *httpjson.DecodeError
		if !errors.As(err, &wrong) || wrong.Pointer != pointer || (wrong.Code != httpjson.MissingMember && !strings.Contains(body, "null")) {
			t.Errorf("%s: %v; want missing_member at %s", body, err, pointer)
		}
	}
	var v order
	if err := httpjson.DecodeComplete([]byte(`{"member_no":"","order_no":"","amount":0}`), &v); err != nil {
		t.Errorf("all there: %v", err)
	}
}

func TestErrorsNeverEchoValues(t *testing.T) {
	t.Parallel()
	const canary = "6222020000004172935"
	for _, body := range []string{
		`{"amount":"` + canary + `"}`, `{"order_no":` + canary + `}`, `{"at":"` + canary + `"}`, `{"bytes":"!` + canary + `"}`,
		`{"small":` + canary + `}`, `{"pair":["` + canary + `"]}`, `{"` + canary + `":1}`, `{"x":"` + canary + `"}`, `{"labels":{"` + canary + `":1}}`,
		`{"status":"` + canary + `",}`, `{"rate":"` + canary + `"}`, `"` + canary + `"`, canary,
	} {
		var v order
		err := httpjson.DecodeStrict([]byte(body), &v)
		if err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", body, err)
		}
		problem, _ := json.Marshal(httpjson.ProblemOf(err)) //nolint:errchkjson // no extras
		if bytes.Contains(problem, []byte(canary)) {
			t.Errorf("%s: %s", body, problem)
		}
	}
}

// own reads itself and refuses with the strict decoder's error.
type own struct{ Text string }

func (o *own) UnmarshalJSON(body []byte) error {
	if string(body) == "null" {
		o.Text = "none"
		return nil
	}
	return httpjson.DecodeStrict(body, &o.Text)
}

func TestTypesThatReadThemselves(t *testing.T) {
	t.Parallel()
	var v struct{ A, B own }
	if err := httpjson.DecodeStrict([]byte(`{"A":"x","B":null}`), &v); err != nil || v.A.Text != "x" || v.B.Text != "none" {
		t.Errorf("got %+v, %v", v, err)
	}
	err := httpjson.DecodeStrict([]byte(`{"A":1}`), &v)
	var wrong *httpjson.DecodeError
	if !errors.As(err, &wrong) || wrong.Pointer != "/A" || wrong.Code != httpjson.WrongType {
		t.Errorf("got %v", err)
	}
}

func TestPointersEmbeddedStructsAndNamedKeys(t *testing.T) {
	t.Parallel()
	type Inner struct {
		A string `json:"a"`
		B int    `json:"b"`
	}
	var v struct {
		*Inner

		A string         `json:"a"`
		P **int          `json:"p"`
		M map[status]int `json:"m"`
		E Inner          `json:"e"`
	}
	if err := httpjson.DecodeStrict([]byte(`{"b":1,"a":"outer","p":7,"m":{"signed":2},"e":{"a":"inner"}}`), &v); err != nil {
		t.Fatal(err)
	}
	if v.B != 1 || v.A != "outer" || v.Inner.A != "" || **v.P != 7 || v.M["signed"] != 2 || v.E.A != "inner" {
		t.Errorf("got %+v", v)
	}
}

func TestTargetsThatCannotWorkArePlainErrors(t *testing.T) {
	t.Parallel()
	var none *order
	for name, target := range map[string]any{
		"nil": nil, "no pointer": order{}, "nil pointer": none, "channel": &struct{ C chan int }{}, "function": &struct{ F func() }{},
		"int keys": &struct{ M map[int]int }{}, "string option": &struct {
			N int `json:"n,string"`
		}{},
	} {
		err := httpjson.DecodeStrict([]byte(`{}`), target)
		var wrong *httpjson.DecodeError
		if err == nil || errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecodeStrictAgreesWithEncodingJSON(f *testing.F) {
	for _, seed := range []string{
		`{"member_no":"M1","order_no":"a","amount":12,"elements":{"name":"测试","mobile":"1"}}`, `{"list":[{"name":"a"}],"codes":["x","\u0041"]}`,
		`{"any":{"a":[1,2,{"b":null}]},"raw":{},"rate":1.5,"pair":[1,2]}`, `{"at":"2018-06-30T16:00:00Z","labels":{"a":"b"},"next":{"small":-1}}`,
		`{"amount":1e2}`, `{"order_no":"\ud83d\ude00"}`, `[]`, `{"a":1}`, `{"amount":01}`, "{\"order_no\":\"\xff\"}", ` {"live" : true , "count":3} `,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got, want order
		err := httpjson.DecodeStrict(body, &got)
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.DisallowUnknownFields()
		theirs := decoder.Decode(&want)
		if err == nil {
			if theirs != nil || !utf8.Valid(body) {
				t.Fatalf("accepted %q, which encoding/json refuses: %v", body, theirs)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%q\n got %+v\nwant %+v", body, got, want)
			}
			return
		}
		var wrong *httpjson.DecodeError
		if !errors.As(err, &wrong) {
			t.Fatalf("untyped error %v", err)
		}
		if wrong.Code == httpjson.WrongSyntax && json.Valid(body) {
			t.Fatalf("%q is valid JSON but refused for syntax: %v", body, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	body := []byte(`{"member_no":"M100001","order_no":"ord_16x000001","amount":12345,"at":"2018-06-30T16:00:00Z","status":"signed","elements":{"name":"测试某","mobile":"13800000001"},"labels":{"a":"b"}}`)
	b.Run("strict", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v order
			if err := httpjson.DecodeStrict(body, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v order
			if err := json.Unmarshal(body, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
