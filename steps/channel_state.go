package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/steps/wire"
)

// channelState is the channel a scenario talks to, as the member of the world's first merchant, and the
// numbers of what it asked for there.
type channelState struct {
	profile channel.ChannelProfile
	client  *wire.Client

	checkNo              string
	signNo, agreementNo  string
	signed               channel.SigningRequest
	orderNo, refundNo    string
	orderTime            time.Time
	charged              channel.ChargeRequest
	refunded             channel.RefundRequest
	notifyURL            string
	codes                map[string][]string // by signing or order number, oldest first
	batch                channel.BindingBatchRequest
	lastPrepared         *wire.Prepared
	faultID              string
	earlierSign, earlier string // numbers of the signing and the agreement before the current ones
}

// heard is the last answer, typed by what was asked.
type heard struct {
	exchange  *wire.Exchange
	before    *wire.Exchange // the answer before it
	check     *channel.ElementCheck
	signing   *channel.Signing
	agreement *channel.Agreement
	charge    *channel.Charge
	refund    *channel.Refund
	profile   *channel.ChannelProfile
	limits    *channel.Limits
	batch     *channel.BindingBatch
	file      *wire.File
	problem   *channel.Problem
}

// useChannel makes a channel of the universe the one the scenario talks to.
func (w *World) useChannel(found control.Channel) error {
	for _, m := range w.Sim.Members {
		if m.ChannelId == found.ChannelId {
			client, err := w.memberClient(found, m)
			if err != nil {
				return err
			}
			w.channel = &channelState{profile: found.Profile, client: client, codes: map[string][]string{}}
			return nil
		}
	}
	return fmt.Errorf("the world has no member at %s", found.ChannelId)
}

// memberClient is a client for one member at one channel.
func (w *World) memberClient(c control.Channel, m control.Member) (*wire.Client, error) {
	request, err := wire.NewKey(string(m.RequestKey.Alg), m.RequestKey.Kid, m.RequestKey.Material)
	if err != nil {
		return nil, fmt.Errorf("request key: %w", err)
	}
	reply, err := wire.NewKey(string(m.ReplyKey.Alg), m.ReplyKey.Kid, m.ReplyKey.Material)
	if err != nil {
		return nil, fmt.Errorf("reply key: %w", err)
	}
	base := w.suite.target.Addresses().Protocol + strings.TrimRight(c.BasePath, "/")
	return &wire.Client{
		HTTP: w.suite.http.Transport, Base: base, ChannelID: c.ChannelId, MemberNo: m.MemberNo,
		Request: request, Reply: reply, Now: w.Now,
	}, nil
}

var errNoChannel = errors.New("the scenario has named no channel yet")

// at gives the scenario's channel.
func (w *World) at() (*channelState, error) {
	if w.channel == nil {
		return nil, errNoChannel
	}
	return w.channel, nil
}

// say sends a message to the scenario's channel and keeps what comes back. Every answer must be signed
// and belong to its request, but for a 401 and answers to members that could not be made out; an answer
// that breaks this fails the step that caused it, whatever the step was about.
func (w *World) say(ctx context.Context, m wire.Message) error {
	c, err := w.at()
	if err != nil {
		return err
	}
	prepared, err := c.client.Prepare(m)
	if err != nil {
		return err
	}
	return w.send(ctx, c, prepared)
}

func (w *World) send(ctx context.Context, c *channelState, prepared *wire.Prepared) error {
	c.lastPrepared = prepared
	x, err := w.awaitChannel(ctx, c.client, prepared)
	if err != nil {
		return err
	}
	w.hear(x)
	if x.Err == nil && x.Signature != nil && !w.mayBeUnsigned() {
		return fmt.Errorf("answer %d to %s: %w", x.Status, prepared.Method, x.Signature)
	}
	return nil
}

// mayBeUnsigned tells whether the last answer is one that cannot or need not be signed: the signature was
// refused, nothing was served there, or the member could not be made out (design 3.1).
func (w *World) mayBeUnsigned() bool {
	p := w.heard.problem
	if p == nil {
		return false
	}
	switch p.Code {
	case channel.ProblemCodeSignatureInvalid, channel.ProblemCodeReplayed, channel.ProblemCodeUnknownMember,
		channel.ProblemCodeNotFound, channel.ProblemCodeMethodNotAllowed, channel.ProblemCodeTooLarge:
		return true
	case channel.ProblemCodeInvalidRequest, channel.ProblemCodeUnsupportedMediaType:
		return w.unreadable
	default:
		return false
	}
}

// hear keeps an exchange as the last one.
func (w *World) hear(x *wire.Exchange) {
	w.heard = heard{exchange: x, before: w.heard.exchange}
	w.answers = append(w.answers, x.Body)
	if x.Err == nil && x.Status >= http.StatusBadRequest {
		var p channel.Problem
		if json.Unmarshal(x.Body, &p) == nil {
			w.heard.problem = &p
		}
	}
	w.remember(describe(x))
}

// describe words an exchange for a report. Bodies are masked by the runner.
func describe(x *wire.Exchange) string {
	text := fmt.Sprintf("> %s %s\n> %s\n", x.Request.Method, x.Request.URL, x.Request.Body)
	if x.Err != nil {
		return text + "< " + x.Err.Error()
	}
	return text + fmt.Sprintf("< %d\n< %s", x.Status, x.Body)
}

// post sends a body as JSON and decodes a 200 answer into into, which stays as it is otherwise.
func post[T any](ctx context.Context, w *World, path string, body any, keep func(*heard, *T)) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("body: %w", err)
	}
	return exchange(ctx, w, wire.Message{Method: http.MethodPost, Path: path, Body: raw}, keep)
}

// exchange sends a message and keeps a 200 answer, decoded.
func exchange[T any](ctx context.Context, w *World, m wire.Message, keep func(*heard, *T)) error {
	if err := w.say(ctx, m); err != nil {
		return err
	}
	return decodeHeard(w, keep)
}

func decodeHeard[T any](w *World, keep func(*heard, *T)) error {
	x := w.heard.exchange
	if !x.Good() {
		return nil
	}
	var v T
	if err := json.Unmarshal(x.Body, &v); err != nil {
		return fmt.Errorf("answer cannot be read: %w", err)
	}
	keep(&w.heard, &v)
	return nil
}
