package wire

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// maxAnswer bounds an answer's body, in bytes.
const maxAnswer = 1 << 20

// Client is one member at one channel. It may be used by several goroutines.
type Client struct {
	// HTTP carries the requests; it must not follow redirects. Nil refuses.
	HTTP http.RoundTripper
	// Base is the channel's base URL, world prefix included, without a trailing slash.
	Base string
	// ChannelID and MemberNo are the audiences of requests and of answers.
	ChannelID, MemberNo string
	// Request signs requests, Reply verifies answers and notifications.
	Request, Reply Key
	// Now is the clock of the signature window; the world's where time is virtual.
	Now func() time.Time
}

// Message is what to send, and how it shall be broken, if at all.
type Message struct {
	Method, Path string
	Query        url.Values
	Body         []byte

	// Unsigned leaves the signature out.
	Unsigned bool
	// Key signs in place of the member's request key.
	Key *Key
	// Protect changes the protected header before it is signed.
	Protect func(*Protected)
	// SignedBody is signed in place of Body.
	SignedBody []byte
	// ContentType is sent in place of application/json.
	ContentType string
}

// Prepared is a signed request that can be sent more than once: a replay is the same Prepared again.
type Prepared struct {
	Method, URL, Signature, ContentType, JTI string
	Body                                     []byte
}

// Exchange is a request and what came back. Err is set when no whole answer came; then Status is 0.
type Exchange struct {
	Request Prepared
	Status  int
	Header  http.Header
	Body    []byte
	// Signed is the answer's protected header, and Signature why it does not hold, nil when it holds.
	Signed    Protected
	Signature error
	Err       error
}

// Good reports whether a whole answer with status 200 came.
func (x *Exchange) Good() bool { return x.Err == nil && x.Status == http.StatusOK }

// ErrNoAnswer wraps the reason why an exchange has no whole answer.
var ErrNoAnswer = errors.New("no answer")

// Prepare signs a message.
func (c *Client) Prepare(m Message) (*Prepared, error) {
	target, err := url.Parse(c.Base + m.Path)
	if err != nil {
		return nil, fmt.Errorf("channel address: %w", err)
	}
	target.RawQuery = m.Query.Encode()
	p := &Prepared{Method: m.Method, URL: target.String(), Body: m.Body, ContentType: m.ContentType}
	if p.ContentType == "" {
		p.ContentType = "application/json"
	}
	header := Protected{
		Iat: c.Now().Unix(), JTI: newJTI(), Aud: c.ChannelID, Method: m.Method, Target: target.RequestURI(),
	}
	if m.Protect != nil {
		m.Protect(&header)
	}
	p.JTI = header.JTI
	if m.Unsigned {
		return p, nil
	}
	key, body := c.Request, m.Body
	if m.Key != nil {
		key = *m.Key
	}
	if m.SignedBody != nil {
		body = m.SignedBody
	}
	p.Signature, err = Sign(key, header, body)
	return p, err
}

// Send carries a prepared request once and never a second time, whatever happens on the connection.
func (c *Client) Send(ctx context.Context, p *Prepared) *Exchange {
	x := &Exchange{Request: *p}
	// A body of an unknown reader and no GetBody keep net/http from sending the request again.
	r, err := http.NewRequestWithContext(ctx, p.Method, p.URL, struct{ io.Reader }{bytes.NewReader(p.Body)})
	if err != nil {
		x.Err = fmt.Errorf("%w: %w", ErrNoAnswer, err)
		return x
	}
	r.ContentLength = int64(len(p.Body))
	if len(p.Body) > 0 {
		r.Header.Set("Content-Type", p.ContentType)
	}
	if p.Signature != "" {
		r.Header.Set(Header, p.Signature)
	}
	answer, err := c.HTTP.RoundTrip(r)
	if err != nil {
		x.Err = fmt.Errorf("%w: %w", ErrNoAnswer, err)
		return x
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		x.Err = fmt.Errorf("%w: body: %w", ErrNoAnswer, err)
		return x
	}
	x.Status, x.Header, x.Body = answer.StatusCode, answer.Header, body
	x.Signed, x.Signature = Verify(c.Reply, answer.Header.Get(Header), body)
	if x.Signature == nil {
		x.Signature = CheckAnswer(x.Signed, c.MemberNo, x.Status, p.JTI, c.Now())
	}
	return x
}

// Do prepares and sends.
func (c *Client) Do(ctx context.Context, m Message) (*Exchange, error) {
	p, err := c.Prepare(m)
	if err != nil {
		return nil, err
	}
	return c.Send(ctx, p), nil
}

func newJTI() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}
