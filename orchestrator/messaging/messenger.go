package messaging

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"countersign/contract/messaging"
	"countersign/internal/httpjson"
	"countersign/orchestrator"
)

// Messenger is the client of messaging gateways. It is safe for concurrent use.
type Messenger struct {
	transport http.RoundTripper
	timeout   time.Duration
}

// Compile-time proof that the client is the engine's port.
var _ orchestrator.Messenger = (*Messenger)(nil)

// MessengerOptions change how gateways are reached; the zero value is TCP and ten seconds.
type MessengerOptions struct {
	Dial      DialFunc          // opens connections; nil means TCP
	Transport http.RoundTripper // instead of a transport over Dial, for mocks
	Timeout   time.Duration     // of one exchange in running time; 0 = 10 s
}

// NewMessenger returns a client.
func NewMessenger(o MessengerOptions) *Messenger {
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: dialTimeout}).DialContext
	}
	if o.Transport == nil {
		o.Transport = newTransport(o.Dial)
	}
	return &Messenger{transport: o.Transport, timeout: o.Timeout}
}

// Send hands one message to the gateway. nil means that the gateway took it for delivery; any error leaves that
// open, and the same message number may be sent again: a gateway delivers it once.
func (m *Messenger) Send(ctx context.Context, gateway orchestrator.Gateway, message orchestrator.Message) error {
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	req, err := request(ctx, gateway, message)
	if err != nil {
		return err
	}
	status, header, body, err := exchange(m.transport, req)
	switch {
	case err != nil:
		return fmt.Errorf("send %s message: %w", message.Kind, err)
	case status == http.StatusAccepted && acknowledged(body, message.MessageNo):
		return nil
	case status == http.StatusAccepted:
		return fmt.Errorf("send %s message: answer names another message: %w", message.Kind, ErrLost)
	}
	return fmt.Errorf("send %s message: %w", message.Kind, &StatusError{
		Status: status, Code: codeOf(body), RetryAfter: retryAfter(header),
	})
}

// request puts a message into its wire form.
func request(ctx context.Context, gateway orchestrator.Gateway, message orchestrator.Message) (*http.Request, error) {
	base, err := url.Parse(gateway.BaseURL)
	if err != nil || base.Host == "" || gateway.Token.IsZero() {
		return nil, fmt.Errorf("gateway: %w", ErrConfiguration)
	}
	var path string
	var wire any
	switch message.Kind {
	case orchestrator.NoticeSMS:
		path, wire = "/v1/sms", messaging.SMSMessage{
			MessageNo: message.MessageNo, Purpose: messaging.Purpose(message.Purpose), Template: message.Template,
			Mobile: message.To.Reveal(), Text: message.Text.Reveal(), Reference: optional(message.Reference),
		}
	case orchestrator.NoticeWeChat:
		path, wire = "/v1/wechat", messaging.WeChatMessage{
			MessageNo: message.MessageNo, Purpose: messaging.Purpose(message.Purpose), Template: message.Template,
			OpenId: message.To.Reveal(), Text: message.Text.Reveal(), Reference: optional(message.Reference),
		}
	default:
		return nil, fmt.Errorf("message of kind %q: %w", message.Kind, ErrConfiguration)
	}
	body, err := httpjson.Encode(wire)
	if err != nil {
		return nil, fmt.Errorf("encode message: %w", ErrConfiguration)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(gateway.BaseURL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", ErrConfiguration)
	}
	req.GetBody = nil // net/http must not send it again by itself
	req.Header.Set("Content-Type", httpjson.ContentType)
	req.Header.Set("Authorization", "Bearer "+gateway.Token.Reveal())
	return req, nil
}

// acknowledged says whether the answer is about our message.
func acknowledged(body []byte, messageNo string) bool {
	var accepted messaging.Accepted
	return json.Unmarshal(body, &accepted) == nil && accepted.MessageNo == messageNo
}

// codeForm is what a problem code looks like; anything else in its place is not repeated.
var codeForm = regexp.MustCompile(`^[a-z_]{1,40}$`)

// codeOf is the problem code of an answer, if it has one.
func codeOf(body []byte) string {
	var problem struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(body, &problem) != nil || !codeForm.MatchString(problem.Code) {
		return ""
	}
	return problem.Code
}

// retryAfter reads Retry-After in its form of seconds, within a day.
func retryAfter(header http.Header) time.Duration {
	const longest = 24 * 60 * 60
	seconds, err := strconv.Atoi(header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, longest)) * time.Second
}

// optional leaves an empty word out.
func optional(word string) *string {
	if word == "" {
		return nil
	}
	return &word
}
