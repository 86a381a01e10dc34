package simulator

import (
	"strconv"
)

// Bounds of plans.
const (
	mostPlans    = 1000
	mostSendings = 100
	mostCopies   = 10000
	// mostCopiesTogether bounds the copies of all sendings of one plan.
	mostCopiesTogether = 20000
	longestAfter       = 30 * 24 * 3600 * 1000 // milliseconds
)

// NoticeOrder is when the first sending of a plan goes out.
type NoticeOrder string

// The orders. Usual: after its pause. Before answer: before the answer of the call
// that caused the event (N-2). After next: after the next notification of the member
// went out (N-5).
const (
	OrderUsual        NoticeOrder = ""
	OrderBeforeAnswer NoticeOrder = "before_answer"
	OrderAfterNext    NoticeOrder = "after_next"
)

// PlannedSending is one sending of a plan.
type PlannedSending struct {
	// AfterMS is the pause since the delivery before it was answered, or since the
	// event, in milliseconds.
	AfterMS int64         `json:"after_ms,omitempty"`
	Copies  int           `json:"copies,omitempty"` // at once; 0 and 1: one
	Variant NoticeVariant `json:"variant,omitempty"`
	// IgnoreAck: the acknowledgement is lost, the plan goes on.
	IgnoreAck bool `json:"ignore_ack,omitempty"`
}

// NotificationPlan says sending by sending how the notifications of the next
// events that match go out. Counters of Match (nth, every, permille) are not used.
type NotificationPlan struct {
	Match    When             `json:"match,omitzero"`
	Times    int              `json:"times,omitempty"` // how many events; 0: one
	Order    NoticeOrder      `json:"order,omitempty"`
	Sendings []PlannedSending `json:"sendings,omitempty"` // none: nothing is ever sent
	// ThenSchedule: when none is left and nothing was acknowledged, the schedule of
	// the profile begins.
	ThenSchedule bool `json:"then_schedule,omitempty"`
}

// PlanView is a plan in force and how many events it has had.
type PlanView struct {
	NotificationPlan

	ID   string `json:"id"`
	Used int    `json:"used,omitempty"`
}

// spent reports whether the plan has had all its events.
func (p *PlanView) spent() bool { return p.Used >= max(p.Times, 1) }

// AddNotificationPlan puts a plan in force.
type AddNotificationPlan struct {
	Plan NotificationPlan `json:"plan"`
}

// RemoveNotificationPlan takes a plan away; deliveries it began go on.
type RemoveNotificationPlan struct {
	ID string `json:"id"`
}

// Operation names the command.
func (AddNotificationPlan) Operation() Operation { return OpControl }

// Operation names the command.
func (RemoveNotificationPlan) Operation() Operation { return OpControl }

// addPlan checks a plan and puts it in force.
func (w *World) addPlan(plan NotificationPlan) Outcome {
	if len(w.notices.plans) >= mostPlans {
		return Outcome{Problem: &Problem{
			Code: ProblemInvalidRequest, Detail: "a world holds 1000 plans at most", Hint: "remove plans that are used up, or fork the world",
		}}
	}
	if problem := w.checkPlan(&plan); problem != nil {
		return Outcome{Problem: problem}
	}
	w.made.Plans++
	view := &PlanView{NotificationPlan: plan, ID: "npl_" + strconv.FormatInt(w.made.Plans, 10)}
	w.notices.plans = append(w.notices.plans, view)
	return Outcome{PlanID: view.ID}
}

// removePlan takes a plan away.
func (w *World) removePlan(id string) Outcome {
	for i, p := range w.notices.plans {
		if p.ID == id {
			w.notices.plans = append(w.notices.plans[:i:i], w.notices.plans[i+1:]...)
			return Outcome{}
		}
	}
	return Outcome{Problem: refuse(ProblemNotFound, "no such notification plan")}
}

// NotificationPlans lists the plans, in the order they were added.
func (w *World) NotificationPlans() []PlanView {
	views := make([]PlanView, 0, len(w.notices.plans))
	for _, p := range w.notices.plans {
		views = append(views, *p)
	}
	return views
}

// planFor finds the first plan that is for an event and counts the event.
func (w *World) planFor(n *notice) *PlanView {
	if len(w.notices.plans) == 0 {
		return nil
	}
	at := w.noticeMoment(n)
	for _, p := range w.notices.plans {
		if p.spent() || !p.Match.selects(at) || p.Order == OrderBeforeAnswer && w.call == 0 || !w.canFollow(p, &n.event) {
			continue
		}
		p.Used++
		return p
	}
	return nil
}

// canFollow reports whether the event can go out in all the variants of a plan.
func (w *World) canFollow(p *PlanView, e *Event) bool {
	for i := range p.Sendings {
		if w.cannotVary(p.Sendings[i].Variant, e) != "" {
			return false
		}
	}
	return true
}
