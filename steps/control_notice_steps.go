package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"countersign/contract/control"
)

// controlNoticeSteps are about plans for notifications and the log of deliveries.
func controlNoticeSteps() []Step {
	return []Step{
		{`the next debit is notified as ` + reWord + `, then ` + reNumber + ` seconds later as ` + reWord, planTwo},
		{`the next debit is never notified`, planNone},
		{`a plan to notify signings as ` + reWord + ` is asked for`, askForPlan},
		{`the log shows deliveries ([a-z_, ]+)`, logShows},
		{reNumber + ` letters? ha(?:s|ve) come to the member`, lettersCame},
		{`the notification is sent once more`, sendOnceMore},
	}
}

// planFor asks for a plan for events of a type.
func planFor(ctx context.Context, event control.EventType, sendings []control.PlannedSending) error {
	w, s := note(ctx)
	return s.ask(w.suite.control.AddNotificationPlanWithResponse(ctx, w.Sim.WorldId, control.NotificationPlan{
		Match: &control.FaultMatch{EventType: &event}, Sendings: sendings,
	}))
}

// planned is planFor as something given.
func planned(ctx context.Context, sendings []control.PlannedSending) error {
	if err := planFor(ctx, control.ChargeSucceeded, sendings); err != nil {
		return err
	}
	if _, s := note(ctx); s.refused != nil {
		return fmt.Errorf("the plan is refused: %s", word(s.refused.Detail))
	}
	return nil
}

func planTwo(ctx context.Context, first string, seconds int, second string) error {
	one, two := control.NotificationVariant(first), control.NotificationVariant(second)
	after := int64(seconds) * 1000
	return planned(ctx, []control.PlannedSending{{Variant: &one, IgnoreAck: new(true)}, {Variant: &two, AfterMs: &after}})
}

func planNone(ctx context.Context) error { return planned(ctx, []control.PlannedSending{}) }

func askForPlan(ctx context.Context, variant string) error {
	v := control.NotificationVariant(variant)
	return planFor(ctx, control.SigningSigned, []control.PlannedSending{{Variant: &v}})
}

// deliveries reads the log of the scenario's order.
func deliveries(ctx context.Context) ([]control.Delivery, error) {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return nil, err
	}
	r, err := w.suite.control.ListDeliveriesWithResponse(ctx, w.Sim.WorldId, &control.ListDeliveriesParams{Number: &c.orderNo})
	list, err := Fetched[control.DeliveryList](r, err)
	if err != nil {
		return nil, fmt.Errorf("the log of deliveries: %w", err)
	}
	return list.Deliveries, nil
}

func logShows(ctx context.Context, variants string) error {
	log, err := deliveries(ctx)
	if err != nil {
		return err
	}
	var shown []string
	for _, d := range log {
		shown = append(shown, string(d.Variant))
	}
	if got := strings.Join(shown, ", "); got != variants {
		return fmt.Errorf("the log shows %q", got)
	}
	return nil
}

// lettersCame counts what came, forged ones too.
func lettersCame(ctx context.Context, n int) error {
	w := From(ctx)
	if _, err := w.settle(ctx, never); err != nil {
		return err
	}
	if got := len(w.Mail(memberOfMail)); got != n {
		return fmt.Errorf("%d have come, not %d", got, n)
	}
	return nil
}

func sendOnceMore(ctx context.Context) error {
	log, err := deliveries(ctx)
	if err != nil {
		return err
	}
	if len(log) == 0 {
		return errors.New("nothing was sent yet")
	}
	w := From(ctx)
	return Done(w.suite.control.RedeliverWithResponse(ctx, w.Sim.WorldId, log[0].EventId, control.RedeliverRequest{}))
}
