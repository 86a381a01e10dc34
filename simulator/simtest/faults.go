package simtest

import (
	"time"

	"countersign/contract/control"
)

// Rule is a fault: what goes wrong, where, when and how often. Make one with LostReply,
// Slow, Decline and their like, or with Fault for any effect of the catalogue, then
// narrow it: LostReply(control.OperationCharge).Times(1).AtChannel("bridge-pay").
type Rule struct {
	// Request is the rule as the wire has it, for what no method narrows.
	Request control.FaultRequest
}

// Fault is a rule with any effect of the catalogue (GET /v1/fault-kinds).
func Fault(effect control.FaultEffect) Rule {
	return Rule{Request: control.FaultRequest{Effect: effect}}
}

// LostReply carries the operation out and closes the connection without an answer: the
// caller cannot know whether it was done.
func LostReply(on control.Operation) Rule { return Fault(control.WithholdReply).On(on) }

// Slow answers later by the world's clock: the call is held until Clock is moved on.
func Slow(on control.Operation, by time.Duration) Rule {
	return Fault(control.Slow).On(on).Late(by)
}

// Hang never answers; the connection stays open until the caller gives up.
func Hang(on control.Operation) Rule { return Fault(control.Hang).On(on) }

// Decline makes the bank say no to charges, for a neutral reason such as
// insufficient_balance.
func Decline(reason string) Rule {
	r := Fault(control.Decline).On(control.OperationCharge)
	r.Request.Reason = &reason
	return r
}

// Maintenance makes the channel answer that it is closed for a while: a final answer,
// nothing was done.
func Maintenance(on control.Operation) Rule { return Fault(control.Maintenance).On(on) }

// LostNotification drops notifications.
func LostNotification() Rule { return Fault(control.NotificationDrop) }

// LateNotification holds notifications back.
func LateNotification(by time.Duration) Rule { return Fault(control.NotificationLate).Late(by) }

// TwiceNotified sends so many more copies of each notification.
func TwiceNotified(copies int) Rule {
	r := Fault(control.NotificationDuplicate)
	r.Request.Copies = &copies
	return r
}

// On narrows the rule to one operation.
func (r Rule) On(operation control.Operation) Rule { r.Request.Operation = &operation; return r }

// AtChannel narrows the rule to one channel.
func (r Rule) AtChannel(id string) Rule { r.Request.ChannelId = &id; return r }

// Late says how late, for faults that delay.
func (r Rule) Late(by time.Duration) Rule {
	ms := int(by.Milliseconds())
	r.Request.DelayMs = &ms
	return r
}

// Times is how often the rule may strike; without it, without end.
func (r Rule) Times(n int) Rule { r.Request.Times = &n; return r }

// Nth lets the rule strike the nth matching call only.
func (r Rule) Nth(n int) Rule { r.Request.Nth = &n; return r }

// Chance lets the rule strike so many of a thousand matching calls, by the world's seed.
func (r Rule) Chance(permille int) Rule { r.Request.Permille = &permille; return r }

// Where narrows the rule by number, card, amount, member, bank or event.
func (r Rule) Where(m control.FaultMatch) Rule { r.Request.Match = &m; return r }

// Faults are what goes wrong in a world on purpose.
type Faults struct{ w *World }

// Add puts a rule in force and gives its id. A rule that could have no effect is
// refused, which ends the test with the reason.
func (f *Faults) Add(rule Rule) string {
	f.w.t.Helper()
	r, err := f.w.api.AddFaultWithResponse(f.w.t.Context(), f.w.ID(), rule.Request)
	return answer[control.Fault](f.w.t, "add fault", r, err).FaultId
}

// List shows all rules and how often each has struck.
func (f *Faults) List() []control.Fault {
	f.w.t.Helper()
	r, err := f.w.api.ListFaultsWithResponse(f.w.t.Context(), f.w.ID())
	return answer[control.FaultList](f.w.t, "list faults", r, err).Faults
}

// Struck is how often a rule has struck.
func (f *Faults) Struck(id string) int {
	f.w.t.Helper()
	for _, fault := range f.List() {
		if fault.FaultId == id {
			return fault.Hits
		}
	}
	f.w.t.Fatalf("simtest: no fault %s", id)
	return 0
}

// Remove takes a rule away; calls it holds are let go.
func (f *Faults) Remove(id string) {
	f.w.t.Helper()
	r, err := f.w.api.RemoveFaultWithResponse(f.w.t.Context(), f.w.ID(), id)
	done(f.w.t, "remove fault", r, err)
}

// Clear takes all rules away.
func (f *Faults) Clear() {
	f.w.t.Helper()
	r, err := f.w.api.ClearFaultsWithResponse(f.w.t.Context(), f.w.ID())
	done(f.w.t, "clear faults", r, err)
}
