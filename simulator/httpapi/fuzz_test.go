package httpapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzQueryStrings gives every operation without a body a number and a query as they may come: it is read
// into a command or refused with a problem, and what is read names nothing twice.
func FuzzQueryStrings(f *testing.F) {
	f.Add("ord_0001", "member_no=M100000000001&order_time=2018-06-06T11%3A30%3A00Z")
	f.Add("2018-06-06", "member_no=M100000000001")
	f.Add("sgn_0001", "member_no=M100000000001&member_no=M100000000001")
	f.Add("%2e%2e", "member_no=%ff&x")
	f.Add("", "order_time=2018-06-06T11:30:00+08:00")
	f.Fuzz(func(t *testing.T, number, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return // the door refuses it before any operation sees it
		}
		for _, o := range operations {
			if o.body != nil {
				continue
			}
			command, bad := o.decode(number, nil, q)
			switch {
			case command == nil && bad == nil:
				t.Fatalf("%s: command %v, refusal %v", o.path, command, bad)
			case bad != nil && (bad.status < 400 || bad.code == ""):
				t.Fatalf("%s: refusal %+v", o.path, bad)
			case bad != nil:
			case len(q["member_no"]) > 1 || len(q["order_time"]) > 1:
				t.Fatalf("%s took a parameter twice", o.path)
			}
		}
	})
}

// FuzzVerifySignature holds that no line but one made with the key is taken, whatever the body.
func FuzzVerifySignature(f *testing.F) {
	secret := []byte("a secret of thirty-two bytes len")
	key := keyFrom("HS256", "k1", secret)
	protected := base64.RawURLEncoding.EncodeToString([]byte(
		`{"alg":"HS256","kid":"k1","b64":false,"crit":["b64"],"iat":1528284600,"jti":"j-1","aud":"bridge-pay","method":"POST","target":"/w/w/v1/charges"}`))
	sign := func(protected, body string) string {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(protected + "." + body))
		return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}
	want := expected{key: key, aud: "bridge-pay", method: "POST", target: "/w/w/v1/charges", now: start}
	good := protected + ".." + sign(protected, `{"a":1}`)
	if v := verifySignature([]string{good}, []byte(`{"a":1}`), want); v.wrong != "" {
		f.Fatalf("the good one is refused: %s", v.wrong)
	}
	f.Add(good, []byte(`{"a":1}`))
	f.Add(good, []byte(`{"a":2}`))
	f.Add(good+"=", []byte(`{"a":1}`))
	f.Add("..", []byte{})
	f.Add(strings.Repeat("A", longestSignature+1), []byte{})
	f.Fuzz(func(t *testing.T, line string, body []byte) {
		v := verifySignature([]string{line}, body, want)
		if v.wrong != "" {
			return
		}
		head, signature, _ := strings.Cut(line, "..")
		if sign(head, string(body)) != signature || v.jti == "" {
			t.Fatalf("taken: %q over %q", line, body)
		}
	})
}

// FuzzAnyRequest brings requests as anybody may to a whole door, unsigned: none is a server's error, none
// moves money or texts anybody.
func FuzzAnyRequest(f *testing.F) {
	field := newField(f)
	for path, body := range goodBodies {
		f.Add("POST", "/w/"+field.world+"/channels/bridge-pay"+strings.NewReplacer("{", "", "}", "").Replace(path), body)
	}
	f.Add("GET", "/w/../v1/profile?member_no=", "")
	f.Fuzz(func(t *testing.T, method, path, body string) {
		request, err := http.NewRequestWithContext(t.Context(), method, field.server.URL+path, strings.NewReader(body))
		if err != nil {
			return
		}
		request.RequestURI = request.URL.RequestURI()
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		field.server.Config.Handler.ServeHTTP(answer, request)
		if answer.Code >= 500 && answer.Code != http.StatusNotImplemented {
			t.Fatalf("%d to %s %q: %s", answer.Code, method, path, answer.Body)
		}
		if field.ledger() > 0 {
			t.Fatal("money moved")
		}
	})
}
