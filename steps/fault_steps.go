package steps

import (
	"context"
	"errors"
	"fmt"

	"countersign/contract/control"
)

// faultSteps are about what goes wrong on purpose. Each fault strikes once unless its step says otherwise.
func faultSteps() []Step {
	return []Step{
		{`the channel will withhold its reply to the next ` + reOperation + ` after it has committed`, withholdAt(control.FaultPointCommitted)},
		{`the next ` + reOperation + ` will be lost before the channel commits it`, withholdAt(control.FaultPointReceived)},
		{`the channel will hang at the next ` + reOperation, faultAt(control.FaultRequest{Effect: control.Hang})},
		{`the channel will take ` + reNumber + ` seconds to answer the next ` + reOperation, slowFault},
		{`the bank will decline the next charge because of ` + reWord, declineFault},
		{`the channel will answer the next ` + reOperation + ` with maintenance`, faultAt(control.FaultRequest{Effect: control.Maintenance})},
		{`the first delivery of the next notification will be dropped`, faultHere(control.FaultRequest{Effect: control.NotificationDrop})},
		{`the next notification will be delivered ` + reNumber + ` times over`, duplicateFault},
		{`the next notification will come ` + reNumber + ` minutes late`, lateFault},
		{`the fault has struck`, faultStruck},
	}
}

const reOperation = `(charge|refund|signing application|signing confirmation|query|closing)`

var operations = map[string]control.Operation{
	"charge": control.OperationCharge, "refund": control.OperationRefund, "signing application": control.OperationSigningApply,
	"signing confirmation": control.OperationSigningConfirm, "query": control.OperationChargeQuery, "closing": control.OperationChargeClose,
}

func withholdAt(p control.FaultPoint) func(context.Context, string) error {
	return faultAt(control.FaultRequest{Effect: control.WithholdReply, Point: new(p)})
}

// AddFault puts a rule in force at the scenario's world, once if the rule has no budget.
func (w *World) AddFault(ctx context.Context, rule control.FaultRequest) (*control.Fault, error) {
	if rule.Times == nil {
		once := 1
		rule.Times = &once
	}
	r, err := w.suite.control.AddFaultWithResponse(ctx, w.Sim.WorldId, rule)
	fault, err := Created[control.Fault](r, err)
	if err != nil {
		return nil, fmt.Errorf("add a fault: %w", err)
	}
	return fault, nil
}

// faults lists the rules of the scenario's world, with how often each has struck.
func (w *World) faults(ctx context.Context) ([]control.Fault, error) {
	r, err := w.suite.control.ListFaultsWithResponse(ctx, w.Sim.WorldId)
	list, err := Fetched[control.FaultList](r, err)
	if err != nil {
		return nil, fmt.Errorf("the faults: %w", err)
	}
	return list.Faults, nil
}

// addHere adds a rule for the scenario's channel.
func addHere(ctx context.Context, rule control.FaultRequest) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	rule.ChannelId = &c.profile.ChannelId
	fault, err := w.AddFault(ctx, rule)
	if err != nil {
		return err
	}
	c.faultID = fault.FaultId
	return nil
}

func faultAt(rule control.FaultRequest) func(context.Context, string) error {
	return func(ctx context.Context, operation string) error {
		return addHere(ctx, with(rule, operation))
	}
}

func faultHere(rule control.FaultRequest) func(context.Context) error {
	return func(ctx context.Context) error { return addHere(ctx, rule) }
}

func with(rule control.FaultRequest, operation string) control.FaultRequest {
	o := operations[operation]
	rule.Operation = &o
	return rule
}

func slowFault(ctx context.Context, seconds int, operation string) error {
	ms := seconds * 1000
	return addHere(ctx, with(control.FaultRequest{Effect: control.Slow, DelayMs: &ms}, operation))
}

func declineFault(ctx context.Context, reason string) error {
	return addHere(ctx, with(control.FaultRequest{Effect: control.Decline, Reason: &reason}, "charge"))
}

func duplicateFault(ctx context.Context, deliveries int) error {
	extra := deliveries - 1
	return addHere(ctx, control.FaultRequest{Effect: control.NotificationDuplicate, Copies: &extra})
}

func lateFault(ctx context.Context, minutes int) error {
	ms := minutes * 60_000
	return addHere(ctx, control.FaultRequest{Effect: control.NotificationLate, DelayMs: &ms})
}

func faultStruck(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	faults, err := w.faults(ctx)
	if err != nil {
		return err
	}
	for _, f := range faults {
		if f.FaultId == c.faultID && f.Hits == 0 {
			return errors.New("the fault has not struck")
		}
	}
	return nil
}
