package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"countersign/contract/channel"
	"countersign/steps/wire"
)

// notificationSteps are about what a channel tells a member unasked.
func notificationSteps() []Step {
	return []Step{
		{`the member wants to be notified`, wantNotifications},
		{`the member wants to be notified, but acknowledges nothing`, wantSilently},
		{`the member begins to acknowledge`, beginAcknowledging},
		{reNumber + ` notifications? ha(?:s|ve) arrived`, notificationCount},
		{`a notification of ` + reEvent + ` has arrived`, notificationArrived},
		{`the notification is signed and names the order`, notificationNames},
		{`the notification names the agreement as (terminated|cancelled_at_bank|expired)`, notificationEnds},
		{`all notifications are about one event, each signed anew`, oneEvent},
	}
}

const (
	reEvent      = `([a-z]+\.[a-z]+)`
	memberOfMail = "member"
)

func wantNotifications(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	c.notifyURL = w.MailAddress(memberOfMail)
	return nil
}

func wantSilently(ctx context.Context) error {
	From(ctx).SilenceMail(memberOfMail, true)
	return wantNotifications(ctx)
}

func beginAcknowledging(ctx context.Context) error {
	From(ctx).SilenceMail(memberOfMail, false)
	return nil
}

// notified is a verified notification.
type notified struct {
	protected wire.Protected
	event     channel.Notification
}

// notifications verifies all that arrived. The window is not judged: time may have moved on since.
func notifications(ctx context.Context) ([]notified, error) {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return nil, err
	}
	if _, err := w.settle(ctx, func() bool { return !w.suite.hasClock() }); err != nil {
		return nil, err
	}
	var all []notified
	for i, letter := range w.Mail(memberOfMail) {
		p, err := wire.Verify(c.client.Reply, letter.Header.Get(wire.Header), letter.Body)
		if err == nil {
			err = wire.CheckNotification(p, c.client.MemberNo, letter.Method, letter.Target, noTime)
		}
		if err != nil {
			return nil, fmt.Errorf("notification %d: %w", i+1, err)
		}
		n := notified{protected: p}
		if err := json.Unmarshal(letter.Body, &n.event); err != nil {
			return nil, fmt.Errorf("notification %d cannot be read: %w", i+1, err)
		}
		if n.event.MemberNo != c.client.MemberNo || n.event.EventId == "" {
			return nil, fmt.Errorf("notification %d names member %s and event %q", i+1, n.event.MemberNo, n.event.EventId)
		}
		all = append(all, n)
	}
	return all, nil
}

func notificationCount(ctx context.Context, n int) error {
	all, err := notifications(ctx)
	if err == nil && len(all) != n {
		return fmt.Errorf("%d notifications have arrived, not %d", len(all), n)
	}
	return err
}

func notificationArrived(ctx context.Context, event string) error {
	all, err := notifications(ctx)
	if err != nil {
		return err
	}
	for _, n := range all {
		if string(n.event.Type) == event {
			return nil
		}
	}
	return fmt.Errorf("none of %d notifications is about %s", len(all), event)
}

func notificationNames(ctx context.Context) error {
	w := From(ctx)
	all, err := notifications(ctx)
	if err != nil {
		return err
	}
	for _, n := range all {
		if n.event.Charge != nil && n.event.Charge.OrderNo == w.channel.orderNo && n.event.Charge.OrderTime.Equal(w.channel.orderTime) {
			return nil
		}
	}
	return errors.New("no notification names the order")
}

func notificationEnds(ctx context.Context, status string) error {
	w := From(ctx)
	all, err := notifications(ctx)
	if err != nil {
		return err
	}
	for _, n := range all {
		if a := n.event.Agreement; a != nil && a.AgreementNo == w.channel.agreementNo && string(a.Status) == status && a.EndedAt != nil {
			return nil
		}
	}
	return fmt.Errorf("no notification names agreement %s as %s", w.channel.agreementNo, status)
}

func oneEvent(ctx context.Context) error {
	all, err := notifications(ctx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, n := range all {
		if n.event.EventId != all[0].event.EventId {
			return errors.New("the notifications are about different events")
		}
		if seen[n.protected.JTI] {
			return errors.New("two notifications carry one jti")
		}
		seen[n.protected.JTI] = true
	}
	if len(all) < 2 {
		return fmt.Errorf("%d notifications are too few to compare", len(all))
	}
	return nil
}
