package channelclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"countersign/orchestrator"
)

// errCall says that a call cannot be put on the wire as it is. Nothing was sent then.
var errCall = errors.New("call cannot be sent")

// numberForm is what the contract lets a number look like; anything else must not get into a path.
var numberForm = regexp.MustCompile(`^[A-Za-z0-9_-]{4,64}$`)

// wire is a request before it is signed.
type wire struct {
	method string
	path   string     // below the channel's base URL
	query  url.Values // of GET
	body   []byte     // nil for GET
}

// get is a query without a body.
func get(path string, query url.Values) (wire, error) {
	return wire{method: http.MethodGet, path: path, query: query}, nil
}

// post is a request with a body. The error of the encoder is dropped: it may quote a value.
func post(path string, payload any) (wire, error) {
	body, err := json.Marshal(payload)
	if err != nil {
		return wire{}, fmt.Errorf("encode body of %s: %w", path, errCall)
	}
	return wire{method: http.MethodPost, path: path, body: body}, nil
}

// exchange is one call with everything its answer must match.
type exchange struct {
	access orchestrator.Access
	call   orchestrator.Call
	jti    string
}

// request builds and signs the HTTP request of the exchange. The target that is signed is the one
// on the request line, world prefix and query included.
func (x exchange) request(ctx context.Context) (*http.Request, error) {
	w, err := wireOf(x.access.Config.MemberNo, x.call)
	if err != nil {
		return nil, err
	}
	address := strings.TrimSuffix(x.access.Config.BaseURL, "/") + w.path
	if len(w.query) > 0 {
		address += "?" + w.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, w.method, address, nil)
	if err != nil || req.URL.Host == "" || (req.URL.Scheme != "http" && req.URL.Scheme != "https") || req.URL.User != nil {
		return nil, fmt.Errorf("channel base URL: %w", errCall)
	}
	signature, err := signRequest(x.access, x.jti, w.method, req.URL.RequestURI(), w.body)
	if err != nil {
		return nil, err
	}
	if w.body != nil {
		req.Body, req.ContentLength = oneReader{bytes.NewReader(w.body)}, int64(len(w.body))
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json, application/problem+json")
	req.Header.Set("User-Agent", "countersign-orchestrator")
	req.Header.Set(SignatureHeader, signature)
	return req, nil
}

// oneReader is a body that cannot be read a second time.
type oneReader struct{ *bytes.Reader }

// Close does nothing.
func (oneReader) Close() error { return nil }
