package channelclient

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"

	"countersign/internal/ids"
	"countersign/orchestrator"
)

const (
	// longestBody is the cap of an answer's body in bytes.
	longestBody = 256 << 10
	// ceiling is the longest running time of one exchange, drip-fed bodies included. The engine ends
	// calls earlier, by the merchant's clock; this guards against a clock that stands still.
	ceiling = 60 * time.Second
)

// Client speaks the native contract. It is safe for concurrent use.
type Client struct {
	transport *Transport
	jtis      ids.Source
	ceiling   time.Duration
	replays   *replays
}

// Compile-time proof that the client is the engine's port.
var _ orchestrator.Channel = (*Client)(nil)

// New returns a client over a transport; jtis makes the identifiers of requests.
func New(transport *Transport, jtis ids.Source) *Client {
	return &Client{transport: transport, jtis: jtis, ceiling: ceiling, replays: newReplays()}
}

// Close closes the idle connections.
func (c *Client) Close() { c.transport.Close() }

// Do makes one call: one request, sent at most once, and the verdict on what came back.
func (c *Client) Do(ctx context.Context, access orchestrator.Access, call orchestrator.Call) orchestrator.Reply {
	ctx, cancel := context.WithTimeout(ctx, c.ceiling)
	defer cancel()
	x := exchange{access: access, call: call, jti: c.jtis.New("jti_")}
	req, err := x.request(ctx)
	if err != nil {
		return orchestrator.Reply{Proof: orchestrator.ProofNotWritten, Detail: detailConfiguration}
	}
	resp, nothing, err := c.transport.send(req, func() bool { return ctx.Err() == nil && x.inTime() }) //nolint:bodyclose // read closes it
	if err != nil {
		return x.unanswered(ctx, nothing, err)
	}
	got, detail := read(resp)
	if detail != "" {
		if ctx.Err() != nil {
			detail = detailTimeout
		}
		return none(orchestrator.WireTrace{Status: got.status}, detail)
	}
	return x.classify(got)
}

// inTime is the last look at the clock before the first byte goes out: a process that slept between
// permit and write must not send (reliability P7).
func (x exchange) inTime() bool {
	return x.call.NotAfter.IsZero() || !x.access.Clock.Now().After(x.call.NotAfter)
}

// unanswered is the verdict when no answer came: nothing written where that is proven, else no proof.
func (x exchange) unanswered(ctx context.Context, nothing bool, err error) orchestrator.Reply {
	reply := orchestrator.Reply{Proof: orchestrator.ProofNone, Detail: faultOf(ctx, err)}
	if nothing {
		reply.Proof = orchestrator.ProofNotWritten
		if ctx.Err() == nil && !x.inTime() {
			reply.Detail = detailTooLate
		}
	}
	return reply
}

// faultOf names an error of the transport in fixed words.
func faultOf(ctx context.Context, err error) string {
	var timeout net.Error
	switch {
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return detailTimeout
	case errors.Is(err, syscall.ECONNREFUSED):
		return detailRefused
	}
	return detailLost
}

// read takes the body to its end, within the cap. A body in another coding is not unpacked: we asked
// for none, and it may unfold to anything.
func read(resp *http.Response) (got answer, detail string) {
	defer func() { _ = resp.Body.Close() }()
	got = answer{status: resp.StatusCode, header: resp.Header}
	if coding := resp.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return got, detailEncoded
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, longestBody+1))
	switch {
	case err != nil:
		return got, detailTruncated
	case len(body) > longestBody:
		return got, detailTooLarge
	case resp.ContentLength >= 0 && int64(len(body)) != resp.ContentLength:
		return got, detailTruncated
	}
	got.body = body
	return got, ""
}
