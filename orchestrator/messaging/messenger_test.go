package messaging_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/jarcoal/httpmock"

	wire "countersign/contract/messaging"
	"countersign/orchestrator"
	"countersign/orchestrator/messaging"
)

const base = "http://gateway.example/w/demo/messaging"

// words that no error may hold.
var hidden = []string{"13800000001", "736251", "gateway-canary", "wx-open-canary"}

func gateway() orchestrator.Gateway {
	return orchestrator.Gateway{BaseURL: base + "/", Token: orchestrator.NewSecret("gateway-canary")}
}

func sms() orchestrator.Message {
	return orchestrator.Message{
		MessageNo: "msg_1234", Kind: orchestrator.NoticeSMS, Purpose: orchestrator.PurposeCode, Template: "payment_code",
		To: orchestrator.NewSecret("13800000001"), Text: orchestrator.NewSecret("【甲店】验证码736251"), Reference: "pay_1234",
	}
}

func weChat() orchestrator.Message {
	m := sms()
	m.Kind, m.Purpose, m.To = orchestrator.NoticeWeChat, orchestrator.PurposeDebitNotice, orchestrator.NewSecret("wx-open-canary")
	return m
}

// mocked is a client over a mock that answers both operations.
func mocked(answer httpmock.Responder) (*messaging.Messenger, *httpmock.MockTransport) {
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder(http.MethodPost, base+"/v1/sms", answer)
	mock.RegisterResponder(http.MethodPost, base+"/v1/wechat", answer)
	return messaging.NewMessenger(messaging.MessengerOptions{Transport: mock}), mock
}

// TestMessagesAreTheDocuments holds both requests against contract/messaging.yaml.
func TestMessagesAreTheDocuments(t *testing.T) {
	t.Parallel()
	spec, err := wire.GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	spec.OpenAPI, spec.Servers = "3.0.3", nil
	router, err := gorillamux.NewRouter(spec)
	if err != nil {
		t.Fatal(err)
	}
	client, mock := mocked(func(r *http.Request) (*http.Response, error) {
		if got := r.Header.Get("Authorization"); got != "Bearer gateway-canary" {
			t.Errorf("Authorization is %q", got)
		}
		local := r.Clone(r.Context())
		local.URL.Path = strings.TrimPrefix(r.URL.Path, "/w/demo/messaging")
		route, params, err := router.FindRoute(local)
		if err != nil {
			t.Error(err)
			return nil, err
		}
		input := &openapi3filter.RequestValidationInput{Request: local, PathParams: params, Route: route, Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
		if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
			t.Error(err)
		}
		body, _ := io.ReadAll(local.Body)
		var sent map[string]any
		if err := json.Unmarshal(body, &sent); err != nil || sent["text"] != "【甲店】验证码736251" || sent["reference"] != "pay_1234" {
			t.Errorf("%s %v", body, err)
		}
		return httpmock.NewStringResponse(202, `{"message_no":"msg_1234"}`), nil
	})
	for _, m := range []orchestrator.Message{sms(), weChat()} {
		if err := client.Send(t.Context(), gateway(), m); err != nil {
			t.Error(err)
		}
	}
	if n := mock.GetTotalCallCount(); n != 2 {
		t.Errorf("%d calls", n)
	}
}

func TestOnlyAnAcknowledgementOfOurMessageIsSuccess(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer httpmock.Responder
		code   string
		status int
	}{
		"refused":        {httpmock.NewStringResponder(422, `{"code":"invalid_request"}`), "invalid_request", 422},
		"hostile code":   {httpmock.NewStringResponder(422, `{"code":"13800000001 <script>"}`), "", 422},
		"unauthorised":   {httpmock.NewStringResponder(401, `{"code":"unauthorized"}`), "unauthorized", 401},
		"gateway down":   {httpmock.NewStringResponder(503, `<html>736251</html>`), "", 503},
		"redirect":       {redirect, "", 307},
		"plain 200":      {httpmock.NewStringResponder(200, `{"message_no":"msg_1234"}`), "", 200},
		"other message":  {httpmock.NewStringResponder(202, `{"message_no":"msg_other"}`), "", 0},
		"no body":        {httpmock.NewStringResponder(202, ``), "", 0},
		"HTML":           {httpmock.NewStringResponder(202, `<html>ok</html>`), "", 0},
		"no connection":  {httpmock.NewErrorResponder(errors.New("dial 13800000001: broken")), "", 0},
		"body breaks up": {breaking, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, mock := mocked(c.answer)
			err := client.Send(t.Context(), gateway(), sms())
			if err == nil {
				t.Fatal("taken for success")
			}
			var answer *messaging.StatusError
			if c.status != 0 && (!errors.As(err, &answer) || answer.Status != c.status || answer.Code != c.code) {
				t.Error(err)
			}
			for _, word := range hidden {
				if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), word) {
					t.Errorf("the error holds %q: %v", word, err)
				}
			}
			if mock.GetTotalCallCount() != 1 {
				t.Error("it was sent again, or somewhere else")
			}
		})
	}
}

func redirect(*http.Request) (*http.Response, error) {
	r := httpmock.NewStringResponse(307, "")
	r.Header.Set("Location", base+"/v1/wechat")
	return r, nil
}

func breaking(*http.Request) (*http.Response, error) {
	r := httpmock.NewStringResponse(202, "")
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"message_no":"msg_12`), failing{}))
	return r, nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestWhatCannotBeSentIsNotTried(t *testing.T) {
	t.Parallel()
	client, mock := mocked(httpmock.NewStringResponder(202, `{"message_no":"msg_1234"}`))
	webhook := sms()
	webhook.Kind = orchestrator.NoticeWebhook
	for name, err := range map[string]error{
		"no base URL": client.Send(t.Context(), orchestrator.Gateway{Token: orchestrator.NewSecret("x")}, sms()),
		"no token":    client.Send(t.Context(), orchestrator.Gateway{BaseURL: base}, sms()),
		"no message":  client.Send(t.Context(), gateway(), webhook),
	} {
		if !errors.Is(err, messaging.ErrConfiguration) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if mock.GetTotalCallCount() != 0 {
		t.Error("the gateway was asked")
	}
}

// TestOverARealConnection: the transport itself, a gateway that says nothing, and one that is not there.
func TestOverARealConnection(t *testing.T) {
	t.Parallel()
	r := receive(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(202)
		_, _ = io.WriteString(w, `{"message_no":"msg_1234"}`)
	})
	there := orchestrator.Gateway{BaseURL: r.URL + "/w/demo/messaging", Token: orchestrator.NewSecret("gateway-canary")}
	if err := messaging.NewMessenger(messaging.MessengerOptions{}).Send(t.Context(), there, sms()); err != nil {
		t.Error(err)
	}
	if len(r.requests) != 1 || r.requests[0].RequestURI != "/w/demo/messaging/v1/sms" {
		t.Errorf("%d requests", len(r.requests))
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	there.BaseURL = "http://" + silent.Addr().String()
	quick := messaging.NewMessenger(messaging.MessengerOptions{Timeout: 50 * time.Millisecond})
	if err := quick.Send(t.Context(), there, sms()); !errors.Is(err, messaging.ErrTimeout) {
		t.Error(err)
	}
	_ = silent.Close()
	if err := quick.Send(t.Context(), there, sms()); !errors.Is(err, messaging.ErrRefused) {
		t.Error(err)
	}
}
