package mask_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"countersign/internal/mask"
)

// canaries are invented values that must never come out again.
var canaries = map[string]string{ //nolint:gochecknoglobals // read only
	"card": "6222020000004172935", "short card": "6225880000004173", "ID": "99000019900307118X", "ID without X": "990000199003072027",
	"mobile": "13875319246", "code": "074193",
}

// encodings are the ways a careless program writes a value.
var encodings = map[string]func(string) string{ //nolint:gochecknoglobals // read only
	"plain":          func(s string) string { return s },
	"reversed":       reversed,
	"base64":         func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 raw":     func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("card=" + s)) },
	"base64 of JSON": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(`{"mobile":"` + s + `"}`)) },
	"base64 twice": func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte(s))))
	},
	"hex":         func(s string) string { return hex.EncodeToString([]byte(s)) },
	"percent":     percent,
	"query":       url.QueryEscape,
	"spaces":      func(s string) string { return groups(s, " ") },
	"dashes":      func(s string) string { return groups(s, "-") },
	"dots":        func(s string) string { return groups(s, ".") },
	"full spaces": func(s string) string { return groups(s, "\u3000") },
	"full width":  fullWidth,
}

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

func percent(s string) string {
	var out strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&out, "%%%02X", c)
	}
	return out.String()
}

func groups(s, separator string) string {
	var parts []string
	for chunk := range slices.Chunk([]byte(s), 4) {
		parts = append(parts, string(chunk))
	}
	return strings.Join(parts, separator)
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return r
	}, s)
}

// blind lists what patterns cannot see, each with the reason.
var blind = map[string]string{ //nolint:gochecknoglobals // read only
	"mobile reversed": "eleven digits that start with anything but 1 are not told from an amount",
	"ID reversed":     "an X in front belongs to the word before",
	"code base64":     "eight letters are a word",
	"code base64 raw": "eight letters are a word", "code base64 twice": "twelve letters are a word",
	"code hex": "twelve digits are told from neither an amount nor an order number",
}

func TestNoCanaryComesOutOfTextOrFreeStrings(t *testing.T) {
	t.Parallel()
	for what, canary := range canaries {
		for how, encode := range encodings {
			if _, known := blind[what+" "+how]; known {
				continue
			}
			written := encode(canary)
			around := "note " + written + " end"
			if what == "code" {
				around = "您的验证码是 " + written + " end"
			}
			body, err := json.Marshal(map[string]any{"summary": around, "list": []string{around}})
			if err != nil {
				t.Fatal(err)
			}
			for _, out := range []string{
				mask.Text(around), string(mask.JSON(body)), string(mask.JSON(body[:len(body)-3])), string(mask.JSON([]byte(around))),
				string(mask.JSON([]byte("{" + around))),
			} {
				if strings.Contains(out, written) || strings.Contains(out, canary) {
					t.Errorf("%s %s comes out: %s", what, how, out)
				}
			}
		}
	}
}

func TestNoCanaryComesOutOfANamedMember(t *testing.T) {
	t.Parallel()
	names := []string{
		"card_number", "cardNo", "CARD-NO", "id_number", "certNo", "mobile", "phoneNumber", "name", "cardName", "code", "sms_code",
		"verifyCode", "token", "access_token", "secret", "request_key", "signature", "authorization", "password", "elements", "keys", "cvv2",
	}
	values := map[string]string{"name": "诸葛测试", "latin name": "Wilhelmina Testperson"}
	for what, canary := range canaries {
		for how, encode := range encodings {
			values[what+" "+how] = encode(canary)
		}
	}
	for _, name := range names {
		for what, canary := range values {
			quoted, err := json.Marshal(canary)
			if err != nil {
				t.Fatal(err)
			}
			for _, shape := range []string{`{"%s":%s}`, `{"%s":[%s]}`, `{"a":[{"%s" : %s}]}`, `{"%s":%s`, `[{"x":1,"%s":%s,`} {
				out := string(mask.JSON(fmt.Appendf(nil, shape, name, quoted)))
				if strings.Contains(out, canary) {
					t.Errorf("%s in member %s comes out: %s", what, name, out)
				}
			}
		}
	}
}

func FuzzJSONKeepsCanariesIn(f *testing.F) {
	for _, seed := range []string{`{"a":"`, `{"a":`, `[`, `x`, `{"name":{"b":["`, `{"a":"\`, "{\"\xff\":\"", `{"code":`, `"`, ``, `{"a":"{\"b\":\"`} {
		f.Add(seed, `"}`)
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		const canary = "6222020000004172935"
		// A digit beside the card makes another number of it; a long one is hidden as well, in part or whole.
		out := string(mask.JSON([]byte(before + canary + after)))
		if strings.Contains(out, canary) && !strings.HasSuffix(strings.TrimRight(before, " -._\t"), "\\u") {
			t.Errorf("%q + card + %q gives %q", before, after, out)
		}
		if whole := []byte(before + after); json.Valid(whole) && !json.Valid(mask.JSON(whole)) {
			t.Errorf("valid %q became invalid %q", whole, mask.JSON(whole))
		}
	})
}

func BenchmarkJSON(b *testing.B) {
	body := []byte(`{"member_no":"M100001","order_no":"ord_16x000001","order_time":"2018-06-30T16:00:00Z","amount":12345,"currency":"CNY","elements":{"name":"测试某","id_type":"resident_id","id_number":"99000019900307118X","card_number":"6222020000000010011","mobile":"13800000001"},"summary":"instalment 3 of 12"}`)
	b.ReportAllocs()
	for b.Loop() {
		mask.JSON(body)
	}
}
