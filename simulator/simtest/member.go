package simtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/steps/wire"
)

// Member is a merchant at one channel: its number, its keys, and a typed client that
// signs. A service under test takes number, keys and URL from it; a test that needs a
// debit of its own calls the methods.
//
// Methods give errors, for an answer may be lost on purpose: ErrNoAnswer, *RefusedError, or
// a signature that does not hold.
type Member struct {
	control.Member
	// Path is where the channel is below World.URL.
	Path string
	// Profile is what the channel says of itself.
	Profile channel.ChannelProfile
	// NotifyURL goes along with every order; "" is nowhere.
	NotifyURL string

	w    *World
	wire *wire.Client
}

// ErrNoAnswer means that no whole answer came. Whether anything was done is unknown:
// ask with Query.
var ErrNoAnswer = wire.ErrNoAnswer

// RefusedError is a signed refusal of a channel.
type RefusedError struct{ channel.Problem }

// Error is the refusal in one line.
func (p *RefusedError) Error() string {
	text := fmt.Sprintf("%d %s", p.Status, p.Code)
	if p.Detail != nil {
		text += ": " + *p.Detail
	}
	return text
}

// Member is the first merchant at a channel; another one's is MemberOf.
func (w *World) Member(channelID string) *Member {
	w.t.Helper()
	return w.MemberOf("", channelID)
}

// MemberOf is a merchant at a channel; "" is the first merchant.
func (w *World) MemberOf(merchant, channelID string) *Member {
	w.t.Helper()
	for _, c := range w.About.Channels {
		for _, m := range w.About.Members {
			if c.ChannelId == channelID && m.ChannelId == channelID && (merchant == "" || m.Merchant == merchant) {
				return w.member(&c, m)
			}
		}
	}
	w.t.Fatalf("simtest: no member at channel %q; there are %s", channelID, strings.Join(w.ChannelIDs(), ", "))
	return nil
}

// ChannelIDs names the channels of the world.
func (w *World) ChannelIDs() []string {
	ids := make([]string, 0, len(w.About.Channels))
	for _, c := range w.About.Channels {
		ids = append(ids, c.ChannelId)
	}
	return ids
}

// member makes the client of one.
func (w *World) member(c *control.Channel, m control.Member) *Member {
	w.t.Helper()
	request, err1 := wire.NewKey(string(m.RequestKey.Alg), m.RequestKey.Kid, m.RequestKey.Material)
	reply, err2 := wire.NewKey(string(m.ReplyKey.Alg), m.ReplyKey.Kid, m.ReplyKey.Material)
	if err := errors.Join(err1, err2); err != nil {
		w.t.Fatalf("simtest: %v", err)
	}
	path := strings.TrimRight(c.BasePath, "/")
	return &Member{Member: m, Path: path, Profile: c.Profile, w: w, wire: &wire.Client{
		HTTP: w.Client().Transport, Base: w.base() + path, ChannelID: c.ChannelId, MemberNo: m.MemberNo,
		Request: request, Reply: reply, Now: w.Clock.Now,
	}}
}

// URL is the channel's base URL on the loopback.
func (m *Member) URL() string {
	m.w.t.Helper()
	return m.w.URL() + m.Path
}

// Wire is the client below the typed methods, for what is malformed on purpose.
func (m *Member) Wire() *wire.Client { return m.wire }

// Order is a debit to ask for. Number, time and expiry are made up where they are empty.
type Order struct {
	Number      string
	Fen         int64
	AgreementNo string       // or
	Card        control.Card // by elements, where the channel charges so
	Payer       string       // the merchant's name for the payer; default payer-1
}

// Sign makes an agreement for a card: apply, read the code from the inbox, confirm. It
// gives the agreement number.
func (m *Member) Sign(card control.Card) (string, error) {
	m.w.t.Helper()
	number := m.w.number("sgn")
	request := channel.SigningRequest{
		MemberNo: m.MemberNo, SignNo: number, PayerRef: usualPayer, Elements: elementsOf(card), NotifyUrl: optional(m.NotifyURL),
	}
	signing, err := post[channel.Signing](m, "/v1/signings", request)
	if err == nil && signing.Agreement == nil {
		code := channel.CodeRequest{MemberNo: m.MemberNo, Code: m.w.Inbox.Code(number)}
		signing, err = post[channel.Signing](m, "/v1/signings/"+number+"/confirm", code)
	}
	switch {
	case err != nil:
		return "", err
	case signing.Agreement == nil:
		return "", fmt.Errorf("signing %s is %s", number, signing.Status)
	}
	return signing.Agreement.AgreementNo, nil
}

// Charge debits a card once. A repeat of an order number is answered as the first was,
// where the channel is idempotent.
func (m *Member) Charge(o Order) (*channel.Charge, error) {
	m.w.t.Helper()
	const life = time.Minute
	now := m.w.Clock.Now().UTC().Truncate(time.Second)
	if o.Number == "" {
		o.Number = m.w.number("ord")
	}
	if o.Payer == "" {
		o.Payer = usualPayer
	}
	request := channel.ChargeRequest{
		MemberNo: m.MemberNo, OrderNo: o.Number, OrderTime: now, PayerRef: o.Payer, Amount: o.Fen, Currency: channel.CNY,
		ExpiresAt: now.Add(life), NotifyUrl: optional(m.NotifyURL), AgreementNo: optional(o.AgreementNo),
	}
	if o.AgreementNo == "" {
		elements := elementsOf(o.Card)
		request.Elements = &elements
	}
	return post[channel.Charge](m, "/v1/charges", request)
}

// Query asks what became of an order.
func (m *Member) Query(orderNo string, orderTime time.Time) (*channel.Charge, error) {
	m.w.t.Helper()
	query := url.Values{"member_no": {m.MemberNo}, "order_time": {orderTime.UTC().Format(time.RFC3339)}}
	return call[channel.Charge](m, wire.Message{Method: http.MethodGet, Path: "/v1/charges/" + orderNo, Query: query})
}

// usualPayer is the merchant's name for a payer that a test does not name.
const usualPayer = "payer-1"

// elementsOf are the four elements of a card, as the channels have them.
func elementsOf(card control.Card) channel.Elements {
	e := card.Elements
	return channel.Elements{
		Name: e.Name, IdType: channel.ElementsIdType(e.IdType), IdNumber: e.IdNumber, CardNumber: e.CardNumber, Mobile: e.Mobile,
	}
}

// post sends a signed request and reads the answer.
func post[T any](m *Member, path string, body any) (*T, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	return call[T](m, wire.Message{Method: http.MethodPost, Path: path, Body: text})
}

// call sends a message and judges what comes back as a careful client does.
func call[T any](m *Member, message wire.Message) (*T, error) {
	x, err := m.wire.Do(m.w.t.Context(), message)
	switch {
	case err != nil:
		return nil, err
	case x.Err != nil:
		return nil, x.Err
	case x.Signature != nil:
		return nil, fmt.Errorf("answer %d: %w", x.Status, x.Signature)
	case !x.Good():
		problem := &RefusedError{}
		if err := json.Unmarshal(x.Body, &problem.Problem); err != nil {
			return nil, fmt.Errorf("answer %d is no problem document: %w", x.Status, err)
		}
		return nil, problem
	}
	made := new(T)
	if err := json.Unmarshal(x.Body, made); err != nil {
		return nil, fmt.Errorf("answer cannot be read: %w", err)
	}
	return made, nil
}
