package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/contract/platform"
	"countersign/steps/wire"
)

const rePlatformOperation = `(the next|every) (charge|signing application|signing confirmation|signing query|query|closing)`

// platformFaultSteps are about what goes wrong between the platform and a channel.
func platformFaultSteps() []Step {
	return []Step{
		{reLetter + ` will (withhold its reply to|never receive|hang at|hang before) ` + rePlatformOperation, channelFails},
		{reLetter + ` will take ` + reNumber + ` seconds to answer the next charge`, channelIsSlow},
		{reLetter + ` will deliver its next notification ` + reNumber + ` times over`, channelRepeats},
		{reLetter + ` will deliver no notification`, channelTellsNothing},
		{reLetter + ` will decline the next charge because of ` + reWord, channelDeclines},
		{reLetter + ` works again`, worksAgain},
		{reLetter + ` tells the platform after all that the order was debited`, lateNotification},
		{`somebody without ` + reLetter + `'s key tells the platform that the order was debited`, forgedNotification},
		{`the fault at ` + reLetter + ` has struck`, faultAtStruck},
		{`the notification is refused`, notificationRefused},
		{`the notification is taken`, notificationTaken},
	}
}

// faultOperations are the operations of a channel that a scenario of the platform spoils.
var faultOperations = map[string]control.Operation{
	"charge": control.OperationCharge, "signing application": control.OperationSigningApply,
	"signing confirmation": control.OperationSigningConfirm, "signing query": control.OperationSigningQuery, "query": control.OperationChargeQuery, "closing": control.OperationChargeClose,
}

// faultAt puts a rule in force at one channel, once or for good.
func (w *World) faultAt(ctx context.Context, letter string, every bool, rule control.FaultRequest) error {
	c, err := platformNote(w).named(letter)
	if err != nil {
		return err
	}
	rule.ChannelId = &c.sim.ChannelId
	if every {
		endless := 1_000_000
		rule.Times = &endless
	}
	_, err = w.AddFault(ctx, rule)
	return err
}

func channelFails(ctx context.Context, letter, words, which, operation string) error {
	o := faultOperations[operation]
	rule := control.FaultRequest{Operation: &o, Effect: control.WithholdReply, Point: new(control.FaultPointCommitted)}
	switch words {
	case "never receive":
		rule.Point = new(control.FaultPointReceived)
	case "hang at":
		rule.Effect = control.Hang
	case "hang before":
		rule.Effect, rule.Point = control.Hang, new(control.FaultPointReceived)
	}
	return From(ctx).faultAt(ctx, letter, which == "every", rule)
}

func channelIsSlow(ctx context.Context, letter string, seconds int) error {
	o, ms := control.OperationCharge, seconds*1000
	return From(ctx).faultAt(ctx, letter, false, control.FaultRequest{Operation: &o, Effect: control.Slow, DelayMs: &ms})
}

func channelRepeats(ctx context.Context, letter string, times int) error {
	extra := times - 1
	return From(ctx).faultAt(ctx, letter, false, control.FaultRequest{Effect: control.NotificationDuplicate, Copies: &extra})
}

// channelTellsNothing leaves the query as the only way to learn of an outcome.
func channelTellsNothing(ctx context.Context, letter string) error {
	return From(ctx).faultAt(ctx, letter, true, control.FaultRequest{Effect: control.NotificationDrop})
}

// channelDeclines is the bank's own no, told by the channel as it is.
func channelDeclines(ctx context.Context, letter, reason string) error {
	o, once := control.OperationCharge, 1
	return From(ctx).faultAt(ctx, letter, false, control.FaultRequest{Operation: &o, Effect: control.Decline, Reason: &reason, Times: &once})
}

// worksAgain takes all rules away; the scenario has made no others.
func worksAgain(ctx context.Context, _ string) error {
	w := From(ctx)
	r, err := w.suite.control.ClearFaultsWithResponse(ctx, w.Sim.WorldId)
	return Done(r, err)
}

// lastAttempt is the payment's latest attempt, as operators see it.
func (w *World) lastAttempt(ctx context.Context) (*platform.StoryAttempt, error) {
	story, err := w.story(ctx)
	if err != nil {
		return nil, err
	}
	all := attemptsOf(story)
	if len(all) == 0 {
		return nil, errors.New("the story tells of no attempt")
	}
	return &all[len(all)-1], nil
}

// forgedNotification is well formed and about the true order; only the key is another one.
func forgedNotification(ctx context.Context, letter string) error {
	return From(ctx).tellDebited(ctx, letter, wire.Key.Other)
}

// lateNotification is the channel's own: it breaks its word, and says that it has debited what it had refused or closed. Only
// where both sides hold the same secret can a scenario sign for the channel.
func lateNotification(ctx context.Context, letter string) error {
	w := From(ctx)
	c, err := platformNote(w).named(letter)
	if err != nil {
		return err
	}
	if member, _ := w.member(c.sim.ChannelId); member.ReplyKey.Alg != control.HS256 {
		return fmt.Errorf("nobody but channel %s can sign with its key", letter)
	}
	return w.tellDebited(ctx, letter, func(k wire.Key) wire.Key { return k })
}

// tellDebited notifies the platform of a debit for its last order, signed with what with makes of the channel's key.
func (w *World) tellDebited(ctx context.Context, letter string, with func(wire.Key) wire.Key) error {
	s := platformNote(w)
	c, err := s.named(letter)
	if err != nil {
		return err
	}
	a, err := w.lastAttempt(ctx)
	if err != nil {
		return err
	}
	member, _ := w.member(c.sim.ChannelId)
	now, ref, currency := w.Now().UTC(), "told-by-hand", channel.CNY
	body, err := json.Marshal(channel.Notification{
		EventId: w.NewNumber("evt"), Type: channel.NotificationTypeChargeSucceeded, MemberNo: member.MemberNo, OccurredAt: now,
		Charge: &channel.Charge{
			OrderNo: a.OrderNo, OrderTime: *a.OrderTime, Status: channel.ChargeStatusChargeSucceeded, Amount: &a.Amount,
			Currency: &currency, ChannelRef: &ref, DebitedAt: &now,
		},
	})
	if err != nil {
		return err
	}
	key, err := wire.NewKey(string(member.ReplyKey.Alg), member.ReplyKey.Kid, member.ReplyKey.Material)
	if err != nil {
		return err
	}
	return w.deliver(ctx, c, member, with(key), body)
}

func (w *World) deliver(ctx context.Context, c *platformChannel, member control.Member, key wire.Key, body []byte) error {
	r, err := w.platform.operator.GetChannelWithResponse(ctx, w.Merchant.ID, c.sim.ChannelId)
	known, err := Fetched[platform.Channel](r, err)
	if err != nil {
		return err
	}
	address, err := url.Parse(word(known.NotifyUrl))
	if err != nil || address.Host == "" {
		return fmt.Errorf("the platform tells no address for notifications: %q", word(known.NotifyUrl))
	}
	signature, err := wire.Sign(key, wire.Protected{
		Iat: w.Now().Unix(), JTI: w.NewNumber("jti"), Aud: member.MemberNo, Method: http.MethodPost, Target: address.RequestURI(),
	}, body)
	if err != nil {
		return err
	}
	sent, err := AwaitPlatform(ctx, w, func(ctx context.Context) platformSent {
		// The platform's own view of its address may be another than ours, in a container for instance.
		return w.notifyPlatform(ctx, w.platform.address+address.RequestURI(), signature, body)
	})
	if err == nil {
		err = sent.err
	}
	if err != nil {
		return err
	}
	platformNote(w).answer = sent.platformAnswer
	return nil
}

// faultAtStruck keeps a scenario from passing because nothing went wrong.
func faultAtStruck(ctx context.Context, letter string) error {
	w := From(ctx)
	c, err := platformNote(w).named(letter)
	if err != nil {
		return err
	}
	faults, err := w.faults(ctx)
	if err != nil {
		return err
	}
	for _, f := range faults {
		if word(f.Rule.ChannelId) == c.sim.ChannelId && f.Hits > 0 {
			return nil
		}
	}
	return fmt.Errorf("no fault at channel %s has struck", letter)
}

func notificationTaken(ctx context.Context) error {
	s := platformNote(From(ctx))
	if s.answer.status != http.StatusOK {
		return fmt.Errorf("the notification is answered with %d", s.answer.status)
	}
	return nil
}

func notificationRefused(ctx context.Context) error {
	s := platformNote(From(ctx))
	if s.answer.status != http.StatusUnauthorized {
		return fmt.Errorf("the notification is answered with %d", s.answer.status)
	}
	return nil
}
