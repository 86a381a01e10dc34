package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/steps/wire"
)

// field is a world with a card that is signed at one channel, ready to be charged.
type field struct {
	world     *control.World
	client    *wire.Client
	agreement string
	prefix    string // path of the channel on the protocol port
}

// payer is the member's name for the card's holder.
const payer = "payer-1"

// balance is enough for every charge of a run.
const balance = int64(99_999_999_999)

// makeField makes a world and signs the first card of its people that the channel takes.
func (c *child) makeField(ctx context.Context, channelID string) (*field, error) {
	plane, err := control.NewClientWithResponses(c.Control)
	if err != nil {
		return nil, err
	}
	made, err := plane.CreateWorldWithResponse(ctx, control.WorldRequest{
		Seed: new(int64(1)), Channels: &[]string{channelID},
	})
	if err != nil {
		return nil, err
	}
	if made.JSON201 == nil {
		return nil, fmt.Errorf("create world: %s", made.Body)
	}
	f := &field{world: made.JSON201}
	if f.client, err = f.connect(c.Simulator, channelID); err != nil {
		return nil, err
	}
	card, err := f.quietCard()
	if err != nil {
		return nil, err
	}
	if _, err := plane.ChangeCardWithResponse(ctx, f.world.WorldId, card.CardNumber, control.CardChange{Balance: new(balance)}); err != nil {
		return nil, err
	}
	return f, f.sign(ctx, plane, card)
}

// quietCard is the first debit card whose holder has not subscribed to the bank's debit notices: an SMS for each charge
// would be measured as well.
func (f *field) quietCard() (control.Elements, error) {
	for _, card := range f.world.People {
		if !card.DebitNotice && card.CardType == control.CardCardTypeDebit && card.State == control.CardNormal {
			return card.Elements, nil
		}
	}
	return control.Elements{}, errors.New("every card of the world is noisy")
}

// connect is the world's merchant at the channel.
func (f *field) connect(base, channelID string) (*wire.Client, error) {
	c := &wire.Client{HTTP: &http.Transport{MaxIdleConnsPerHost: connections}, ChannelID: channelID, Now: time.Now}
	for _, channel := range f.world.Channels {
		if channel.ChannelId == channelID {
			f.prefix = channel.BasePath
		}
	}
	c.Base = base + f.prefix
	for _, m := range f.world.Members {
		if m.ChannelId != channelID {
			continue
		}
		var err error
		c.MemberNo = m.MemberNo
		if c.Request, err = wire.NewKey(string(m.RequestKey.Alg), m.RequestKey.Kid, m.RequestKey.Material); err != nil {
			return nil, err
		}
		c.Reply, err = wire.NewKey(string(m.ReplyKey.Alg), m.ReplyKey.Kid, m.ReplyKey.Material)
		return c, err
	}
	return nil, fmt.Errorf("the world has no member at %s", channelID)
}

// sign makes the agreement, with the code from the handset.
func (f *field) sign(ctx context.Context, plane *control.ClientWithResponses, card control.Elements) error {
	body := map[string]any{"member_no": f.client.MemberNo, "sign_no": "sign-1", "payer_ref": payer, "elements": card}
	if err := f.post(ctx, "/v1/signings", body, nil); err != nil {
		return err
	}
	inbox, err := plane.ReadInboxWithResponse(ctx, f.world.WorldId, &control.ReadInboxParams{WaitMs: new(5000)})
	if err != nil {
		return err
	}
	if inbox.JSON200 == nil || len(inbox.JSON200.Messages) == 0 || inbox.JSON200.Messages[0].Code == nil {
		return fmt.Errorf("no code came: %s", inbox.Body)
	}
	code := map[string]any{"member_no": f.client.MemberNo, "code": *inbox.JSON200.Messages[0].Code}
	var signed channel.Signing
	if err := f.post(ctx, "/v1/signings/sign-1/confirm", code, &signed); err != nil {
		return err
	}
	if signed.Agreement == nil {
		return fmt.Errorf("the signing ended %s", signed.Status)
	}
	f.agreement = signed.Agreement.AgreementNo
	return nil
}

// post sends a signed body and reads the answer into to, if there is one.
func (f *field) post(ctx context.Context, path string, body map[string]any, to any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	got, err := f.client.Do(ctx, wire.Message{Method: http.MethodPost, Path: path, Body: text})
	switch {
	case err != nil:
		return err
	case !got.Good():
		return fmt.Errorf("%s: %d %s %w", path, got.Status, got.Body, got.Err)
	case to != nil:
		return json.Unmarshal(got.Body, to)
	}
	return nil
}

// charge is the body of one order.
func (f *field) charge(orderNo, orderTime, expiresAt string) string {
	return `{"member_no":"` + f.client.MemberNo + `","order_no":"` + orderNo + `","order_time":"` + orderTime + `","payer_ref":"` + payer +
		`","amount":1,"currency":"CNY","agreement_no":"` + f.agreement + `","expires_at":"` + expiresAt + `"}`
}

// request is a signed charge as it goes over the connection.
func (f *field) request(orderNo, orderTime, expiresAt string) ([]byte, error) {
	body := f.charge(orderNo, orderTime, expiresAt)
	p, err := f.client.Prepare(wire.Message{Method: http.MethodPost, Path: "/v1/charges", Body: []byte(body)})
	if err != nil {
		return nil, err
	}
	text := "POST " + f.prefix + "/v1/charges HTTP/1.1\r\nHost: simulator\r\nContent-Type: application/json\r\nContent-Length: " +
		strconv.Itoa(len(body)) + "\r\n" + wire.Header + ": " + p.Signature + "\r\n\r\n" + body
	return []byte(text), nil
}

// orders signs charges beforehand, so that the clients cost the same in every measurement.
func (f *field) orders(first, n int, now time.Time) ([][]byte, error) {
	orderTime, expiresAt := now.UTC().Format(time.RFC3339), now.UTC().Add(time.Hour).Format(time.RFC3339)
	requests := make([][]byte, n)
	for i := range requests {
		text, err := f.request(fmt.Sprintf("ord_%09d", first+i), orderTime, expiresAt)
		if err != nil {
			return nil, err
		}
		requests[i] = text
	}
	return requests, nil
}

// hostOf is the address of a base URL.
func hostOf(base string) string { return strings.TrimPrefix(base, "http://") }

// drain reads the body of an answer to its end and closes it.
func drain(response *http.Response) {
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
}
