package wire

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func key(t *testing.T, alg string) (sign, verify Key) {
	t.Helper()
	seed := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))
	sign, err := NewKey(alg, "key-1", seed)
	if err != nil {
		t.Fatal(err)
	}
	if alg == HS256 {
		return sign, sign
	}
	private := sign.signing().Key
	public := base64.StdEncoding.EncodeToString(publicOf(t, private))
	verify, err = NewKey(alg, "key-1", public)
	if err != nil {
		t.Fatal(err)
	}
	return sign, verify
}

func TestASignatureHoldsForItsBodyOnly(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{HS256, EdDSA} {
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			sign, verify := key(t, alg)
			body := []byte(`{"amount":1}`)
			h, err := Sign(sign, Protected{Iat: 1528300000, JTI: "j1", Aud: "pay", Method: "POST", Target: "/w/a?x=1"}, body)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(h, "..") {
				t.Errorf("header %q is not detached", h)
			}
			p, err := Verify(verify, h, body)
			if err != nil {
				t.Fatal(err)
			}
			if p.Alg != alg || p.Kid != "key-1" || p.Target != "/w/a?x=1" || p.Iat != 1528300000 {
				t.Errorf("protected header is %+v", p)
			}
			if _, err := Verify(verify, h, []byte(`{"amount":2}`)); !errors.Is(err, ErrSignature) {
				t.Errorf("another body: %v", err)
			}
			if _, err := Verify(verify.Other(), h, body); !errors.Is(err, ErrSignature) {
				t.Errorf("another key: %v", err)
			}
		})
	}
}

func TestAnAnswerMustBelongToItsRequest(t *testing.T) {
	t.Parallel()
	now := time.Unix(1528300000, 0)
	good := Protected{Iat: now.Unix(), JTI: "a", Aud: "M100001", Status: 200, ReqJTI: "r"}
	tests := map[string]func(*Protected){
		"other member":  func(p *Protected) { p.Aud = "M100002" },
		"other status":  func(p *Protected) { p.Status = 201 },
		"other request": func(p *Protected) { p.ReqJTI = "s" },
		"too old":       func(p *Protected) { p.Iat -= 301 },
		"too new":       func(p *Protected) { p.Iat += 301 },
	}
	if err := CheckAnswer(good, "M100001", 200, "r", now); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range tests {
		p := good
		spoil(&p)
		if err := CheckAnswer(p, "M100001", 200, "r", now); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheClientSignsSendsOnceAndVerifies(t *testing.T) {
	t.Parallel()
	request, _ := key(t, HS256)
	reply := request.Other()
	now := time.Unix(1528300000, 0)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p, err := Verify(request, r.Header.Get(Header), body)
		if err != nil || p.Target != r.RequestURI || p.Method != r.Method {
			t.Errorf("request: %+v, %v", p, err)
		}
		h, _ := Sign(reply, Protected{Iat: now.Unix(), JTI: "a", Aud: "M100001", Status: 200, ReqJTI: p.JTI}, []byte(`{}`))
		w.Header().Set(Header, h)
		_, _ = w.Write([]byte(`{}`))
	}))
	defer server.Close()
	c := &Client{
		HTTP: http.DefaultTransport, Base: server.URL + "/w/a", ChannelID: "pay", MemberNo: "M100001",
		Request: request, Reply: reply, Now: func() time.Time { return now },
	}
	for _, m := range []Message{
		{Method: "POST", Path: "/v1/charges", Body: []byte(`{"a":1}`)},
		{Method: "GET", Path: "/v1/charges/o1", Query: map[string][]string{"member_no": {"M100001"}, "order_time": {"2018-06-06T00:00:00Z"}}},
	} {
		x, err := c.Do(context.Background(), m)
		if err != nil || x.Err != nil || x.Signature != nil || x.Status != 200 {
			t.Errorf("%s: %v, %+v", m.Method, err, x)
		}
	}
}

func TestAKeyNeverPrintsItsMaterial(t *testing.T) {
	t.Parallel()
	k, _ := key(t, HS256)
	if strings.Contains(k.String()+k.GoString()+k.LogValue().String(), "kkk") {
		t.Error("material is printed")
	}
}
