package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"countersign/contract/control"
	"countersign/internal/money"
)

// controlFaultSteps are about the rules themselves: what they narrow to, how often they strike and what of it shows.
func controlFaultSteps() []Step {
	return []Step{
		{`charges fail with ` + reWord, faultOf(control.FaultRequest{})},
		{`charges fail with ` + reWord + `, once in the world`, faultOf(control.FaultRequest{Times: new(1)})},
		{`charges fail with ` + reWord + `, once for each number`, faultOf(control.FaultRequest{TimesPerNumber: new(1)})},
		{`charges fail with ` + reWord + ` for 1 minute`, faultForAMinute},
		{`charges fail with ` + reWord + ` of ` + reYuan, faultOfAmount},
		{`only charge ` + reNumber + ` fails with ` + reWord, faultOfNth},
		{`only charges of ` + reYuan + ` fail with ` + reWord, faultAtAmount},
		{`SMS suffer ` + reWord, smsFault},
		{`SMS suffer ` + reWord + ` by ` + reNumber + ` minutes`, smsFaultBy},
		{`the statement suffers ` + reWord, fileFault},
		{`the fault is switched (on|off)`, switchFault},
		{`the fault is taken away`, removeFault},
		{`the fault has struck ` + reNumber + ` times?`, faultStruckTimes},
		{`the fault is spent`, faultSpent},
		{`a rule for ` + reWord + ` at ` + reWord + ` is asked for`, askForRule},
		{`a rule that may strike 0 times is asked for`, askForNothing},
		{`a rule of a megabyte is asked for`, askForGiant},
		{`the world has no faults`, noFaults},
		{`the member charges ` + reYuan + `, whatever comes back`, chargeWhatever},
		{`what came back is (an unsigned|a signed) ` + reNumber, cameBack},
		{`what came back is a 200 (that is no JSON|with a forged signature)`, cameBackSpoilt},
		{`what came back is nothing whole`, cameBackBroken},
		{`the journal says that the fault struck the charge`, journalNamesFault},
	}
}

// addRule puts a rule in force that narrows to nothing by itself, unlike [World.AddFault].
func addRule(ctx context.Context, rule control.FaultRequest) error {
	w, s := note(ctx)
	r, err := w.suite.control.AddFaultWithResponse(ctx, w.Sim.WorldId, rule)
	s.rule, err = Created[control.Fault](r, err)
	if err != nil {
		return fmt.Errorf("add a fault: %w", err)
	}
	return nil
}

// addChargeRule narrows a rule to charges at the scenario's channel.
func addChargeRule(ctx context.Context, effect string, rule control.FaultRequest) error {
	c, err := From(ctx).at()
	if err != nil {
		return err
	}
	operation, id := control.OperationCharge, c.profile.ChannelId
	rule.Effect, rule.Operation, rule.ChannelId = control.FaultEffect(effect), &operation, &id
	if rule.Effect == control.Decline {
		rule.Reason = new("insufficient_balance")
	}
	return addRule(ctx, rule)
}

func faultOf(rule control.FaultRequest) func(context.Context, string) error {
	return func(ctx context.Context, effect string) error { return addChargeRule(ctx, effect, rule) }
}

func faultForAMinute(ctx context.Context, effect string) error {
	end := From(ctx).Now().Add(time.Minute)
	return addChargeRule(ctx, effect, control.FaultRequest{ExpiresAt: &end})
}

// fen reads an amount of a step.
func fen(amount string) (int64, error) {
	f, err := money.Parse(amount)
	return int64(f), err
}

func faultOfAmount(ctx context.Context, effect, amount string) error {
	f, err := fen(amount)
	if err != nil {
		return err
	}
	return addChargeRule(ctx, effect, control.FaultRequest{Amount: &f})
}

func faultOfNth(ctx context.Context, nth int, effect string) error {
	return addChargeRule(ctx, effect, control.FaultRequest{Nth: &nth})
}

func faultAtAmount(ctx context.Context, amount, effect string) error {
	f, err := fen(amount)
	if err != nil {
		return err
	}
	return addChargeRule(ctx, effect, control.FaultRequest{Match: &control.FaultMatch{Amount: &f}})
}

func smsFault(ctx context.Context, effect string) error {
	return addRule(ctx, control.FaultRequest{Effect: control.FaultEffect(effect)})
}

func smsFaultBy(ctx context.Context, effect string, minutes int) error {
	ms := int((time.Duration(minutes) * time.Minute).Milliseconds())
	return addRule(ctx, control.FaultRequest{Effect: control.FaultEffect(effect), DelayMs: &ms})
}

func fileFault(ctx context.Context, effect string) error {
	operation := control.OperationStatement
	return addRule(ctx, control.FaultRequest{Effect: control.FaultEffect(effect), Operation: &operation})
}

func switchFault(ctx context.Context, to string) error {
	w, s := note(ctx)
	return Done(w.suite.control.SwitchFaultWithResponse(ctx, w.Sim.WorldId, s.rule.FaultId, control.FaultSwitch{Enabled: to == "on"}))
}

func removeFault(ctx context.Context) error {
	w, s := note(ctx)
	return Done(w.suite.control.RemoveFaultWithResponse(ctx, w.Sim.WorldId, s.rule.FaultId))
}

// readFault reads how the scenario's rule stands.
func readFault(ctx context.Context) (*control.Fault, error) {
	w, s := note(ctx)
	r, err := w.suite.control.DescribeFaultWithResponse(ctx, w.Sim.WorldId, s.rule.FaultId)
	return Fetched[control.Fault](r, err)
}

func faultStruckTimes(ctx context.Context, n int) error {
	f, err := readFault(ctx)
	if err == nil && f.Hits != n {
		return fmt.Errorf("it has struck %d times, not %d", f.Hits, n)
	}
	return err
}

func faultSpent(ctx context.Context) error {
	f, err := readFault(ctx)
	if err == nil && !f.Spent {
		return errors.New("it is still in force")
	}
	return err
}

// askRule asks for a rule that may be refused.
func askRule(ctx context.Context, rule control.FaultRequest) error {
	w, s := note(ctx)
	return s.ask(w.suite.control.AddFaultWithResponse(ctx, w.Sim.WorldId, rule))
}

func askForRule(ctx context.Context, effect, operation string) error {
	o := control.Operation(operation)
	return askRule(ctx, control.FaultRequest{Effect: control.FaultEffect(effect), Operation: &o})
}

func askForNothing(ctx context.Context) error {
	return askRule(ctx, control.FaultRequest{Effect: control.Hang, Times: new(0)})
}

func askForGiant(ctx context.Context) error {
	giant := strings.Repeat("x", 1<<20)
	return askRule(ctx, control.FaultRequest{Effect: control.Hang, Reason: &giant})
}

func noFaults(ctx context.Context) error {
	all, err := From(ctx).faults(ctx)
	if err == nil && len(all) > 0 {
		return fmt.Errorf("it has %d", len(all))
	}
	return err
}

// chargeWhatever charges and takes any answer, one that is not signed too.
func chargeWhatever(ctx context.Context, amount string) error {
	w := From(ctx)
	before := w.heard.exchange
	err := w.charge(ctx, amount, nil)
	if w.heard.exchange == before {
		return fmt.Errorf("nothing was sent: %w", err)
	}
	return nil
}

func cameBack(ctx context.Context, how string, status int) error {
	x := From(ctx).heard.exchange
	switch signed := x.Err == nil && x.Signature == nil; {
	case x.Err != nil:
		return fmt.Errorf("nothing whole came back: %w", x.Err)
	case x.Status != status:
		return fmt.Errorf("a %d came back", x.Status)
	case signed != (how == "a signed"):
		return fmt.Errorf("it was to be %s %d, and its signature holds: %t", how, status, signed)
	}
	return nil
}

func cameBackSpoilt(ctx context.Context, how string) error {
	x := From(ctx).heard.exchange
	sound := json.Valid(x.Body)
	if how == "with a forged signature" {
		sound = x.Signature == nil
	}
	switch {
	case x.Err != nil:
		return fmt.Errorf("nothing whole came back: %w", x.Err)
	case x.Status != http.StatusOK:
		return fmt.Errorf("a %d came back", x.Status)
	case sound:
		return errors.New("it is sound")
	}
	return nil
}

func cameBackBroken(ctx context.Context) error {
	if x := From(ctx).heard.exchange; x.Err == nil {
		return fmt.Errorf("a whole %d came back", x.Status)
	}
	return nil
}

func journalNamesFault(ctx context.Context) error {
	w, s := note(ctx)
	rows, err := w.journal(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Faults != nil && slices.Contains(*row.Faults, s.rule.FaultId) && word(row.Number) == w.channel.orderNo {
			return nil
		}
	}
	return errors.New("no row of the charge names it")
}
