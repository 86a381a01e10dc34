package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"countersign/contract/control"
	"countersign/internal/ids"
)

// maxAnswer bounds an answer, in bytes: a world's file is the largest.
const maxAnswer = 132 << 20

// port is one HTTP port of a running instance.
type port struct {
	name  string
	base  string
	token string
}

// control is the simulator's control port.
func (i *instance) control() port {
	return port{"the simulator's control port", i.Control, i.ControlToken}
}

// operator is the orchestrator's operator scope.
func (i *instance) operator() port { return port{"the orchestrator", i.Platform, i.OperatorToken} }

// merchant is the orchestrator's merchant scope.
func (i *instance) merchant() port { return port{"the orchestrator", i.Platform, i.MerchantToken} }

// clocks is the orchestrator's control port.
func (i *instance) clocks() port {
	return port{"the orchestrator's control port", i.PlatformControl, i.OperatorToken}
}

// answer is what came back.
type answer struct {
	status int
	body   []byte
}

// ok reports whether the other side did what was asked.
func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

// send carries one request; only POSTs carry an Idempotency-Key, a fresh one each.
func (p port) send(ctx context.Context, method, path string, body []byte) (answer, error) {
	if p.base == "" {
		return answer{}, usage(p.name+" is not there", "name the folder of an instance that has it with --data, or start `countersign up --test-clock`")
	}
	request, err := http.NewRequestWithContext(ctx, method, p.base+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, usage("the request cannot be made: "+err.Error(), "mend method and path")
	}
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	if method == http.MethodPost {
		request.Header.Set("Idempotency-Key", ids.Random{}.New("key_"))
	}
	client := http.Client{Timeout: 2 * time.Minute}
	response, err := client.Do(request)
	if err != nil {
		return answer{}, unreachable(p.name, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return answer{}, unreachable(p.name, err)
	}
	if len(text) > maxAnswer {
		return answer{}, refused(p.name+" answers with more than 132 MiB", "ask for less, with --limit or a filter")
	}
	return answer{response.StatusCode, text}, nil
}

// get reads a resource into a value; anything but success is a failure.
func (p port) get(ctx context.Context, path string, into any) error {
	return p.exchange(ctx, http.MethodGet, path, nil, into)
}

// exchange sends a value and reads one; nil means none.
func (p port) exchange(ctx context.Context, method, path string, send, into any) error {
	var body []byte
	if send != nil {
		var err error
		if body, err = json.Marshal(send); err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
	}
	got, err := p.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	if !got.ok() {
		return problemOf(p.name, got)
	}
	if into == nil || len(got.body) == 0 {
		return nil
	}
	if err := json.Unmarshal(got.body, into); err != nil {
		return refused(p.name+" gave an answer that is no JSON of the contract", "is it a countersign of the same version?")
	}
	return nil
}

// problemOf turns a problem document (RFC 9457) into one line: what was refused and why, and the hint as the next step.
func problemOf(who string, got answer) error {
	problem := control.Problem{}
	_ = json.Unmarshal(got.body, &problem)
	what := strings.TrimSpace(fmt.Sprintf("%s refused with %d %s", who, got.status, problem.Code))
	if field := value(problem.Field); field != "" {
		what += " (" + field + ")"
	}
	if detail := value(problem.Detail); detail != "" {
		what += ", " + detail
	}
	next := advice[problem.Code+" "+value(problem.Field)]
	if next == "" {
		next = value(problem.Hint)
	}
	if next == "" {
		next = nextAfter(got.status)
	}
	return &failure{code: exitRefused, what: what, next: next, status: got.status, problem: problem}
}

// advice is what to do after refusals for which the command line has better words than the API: by code and field.
var advice = map[string]string{
	"unknown_world ":          "`countersign world list` lists the worlds; --world names one",
	"invalid_request /effect": "`countersign fault kinds` lists the effects",
}

// nextAfter is what to do after a refusal that does not say it.
func nextAfter(status int) string {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return "name the folder of the running instance with --data, where its tokens are, or give --control-token"
	case status == http.StatusNotFound:
		return "check the number or the name; list what there is, as with `countersign world list` or `countersign fault list`"
	case status >= http.StatusInternalServerError:
		return "look at the log of `countersign up`, which goes to its standard error"
	}
	return "mend the request; --help of the command has examples"
}

// unreachable says that nobody answers. Where not even a connection could be made nothing has happened.
func unreachable(who string, err error) error {
	if where, ok := errors.AsType[*url.Error](err); ok {
		err = where.Err
	}
	if errors.Is(err, context.Canceled) {
		return interrupted()
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "dial" {
		return usage(who+" does not answer ("+err.Error()+")", "start `countersign up`, or name its folder with --data or its port with --control-url")
	}
	return refused(who+" does not answer ("+err.Error()+")", "look with `countersign call show` what has become of it")
}
