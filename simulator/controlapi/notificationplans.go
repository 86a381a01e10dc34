package controlapi

import (
	"context"
	"net/http"
	"strings"

	"countersign/contract/control"
	"countersign/internal/money"
	"countersign/simulator"
)

// AddNotificationPlan puts a plan in force.
func (s *Server) AddNotificationPlan(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusCreated, func() (any, error) {
		wanted, err := read[control.NotificationPlan](r)
		if err != nil {
			return nil, err
		}
		id, err := s.addPlan(r.Context(), world, &wanted)
		if err != nil {
			return nil, err
		}
		return control.NotificationPlanState{PlanId: id, Plan: wanted}, nil
	})
}

// addPlan puts a plan in force and gives its id.
func (s *Server) addPlan(ctx context.Context, world string, wanted *control.NotificationPlan) (string, error) {
	plan, err := planOf(wanted)
	if err != nil {
		return "", err
	}
	out, err := s.config.Engine.Do(ctx, world, simulator.Input{Command: simulator.AddNotificationPlan{Plan: plan}})
	if err == nil && out.Problem != nil {
		err = planProblem(out.Problem)
	}
	return out.PlanID, err
}

// ListNotificationPlans lists the plans, those used up too.
func (s *Server) ListNotificationPlans(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		list := control.NotificationPlanList{Plans: []control.NotificationPlanState{}}
		err := s.config.Engine.Read(world, func(w *simulator.World) {
			for _, p := range w.NotificationPlans() {
				list.Plans = append(list.Plans, control.NotificationPlanState{PlanId: p.ID, Plan: showPlan(&p.NotificationPlan), Used: p.Used})
			}
		})
		return list, err
	})
}

// RemoveNotificationPlan takes a plan away.
func (s *Server) RemoveNotificationPlan(w http.ResponseWriter, r *http.Request, world control.WorldID, planID control.ID) {
	s.answer(w, r, http.StatusNoContent, func() (any, error) {
		return nil, s.do(r.Context(), world, simulator.RemoveNotificationPlan{ID: planID})
	})
}

// planOf turns the contract's plan into the rules'.
func planOf(p *control.NotificationPlan) (simulator.NotificationPlan, error) {
	plan := simulator.NotificationPlan{Times: value(p.Times), ThenSchedule: value(p.ThenSchedule)}
	if p.Order != nil && *p.Order != control.OrderUsual {
		plan.Order = simulator.NoticeOrder(*p.Order)
	}
	plan.Match.ChannelID = value(p.ChannelId)
	if m := p.Match; m != nil {
		plan.Match = simulator.When{
			ChannelID: plan.Match.ChannelID, MemberNo: value(m.MemberNo), Merchant: value(m.Merchant), OrderNo: value(m.Number),
			CardLast4: value(m.CardLast4), Bank: value(m.Bank), Amount: money.Fen(value(m.Amount)), AmountFrom: money.Fen(value(m.AmountFrom)),
			AmountTo: money.Fen(value(m.AmountTo)), EventType: simulator.EventType(value(m.EventType)), YoungerMS: value(m.YoungerThanMs),
		}
		if m.Amount != nil && *m.Amount == 0 || m.AmountTo != nil && *m.AmountTo == 0 {
			return plan, unprocessable("/match/amount", "no event has an amount of 0, so the plan could never match", "")
		}
	}
	for i := range p.Sendings {
		s := &p.Sendings[i]
		plan.Sendings = append(plan.Sendings, simulator.PlannedSending{
			AfterMS: value(s.AfterMs), Copies: value(s.Copies), Variant: variantOf(s.Variant), IgnoreAck: value(s.IgnoreAck),
		})
	}
	return plan, nil
}

// showPlan turns a plan back into the contract's.
func showPlan(p *simulator.NotificationPlan) control.NotificationPlan {
	plan := control.NotificationPlan{
		ChannelId: given(p.Match.ChannelID), Times: given(p.Times), ThenSchedule: given(p.ThenSchedule),
		Order: given(control.NotificationPlanOrder(p.Order)), Sendings: make([]control.PlannedSending, 0, len(p.Sendings)),
	}
	match := control.FaultMatch{
		Number: given(p.Match.OrderNo), CardLast4: given(p.Match.CardLast4), MemberNo: given(p.Match.MemberNo),
		Merchant: given(p.Match.Merchant), Bank: given(p.Match.Bank), Amount: given(int64(p.Match.Amount)),
		AmountFrom: given(int64(p.Match.AmountFrom)), AmountTo: given(int64(p.Match.AmountTo)),
		EventType: given(control.EventType(p.Match.EventType)),
	}
	if match != (control.FaultMatch{}) {
		plan.Match = &match
	}
	for _, s := range p.Sendings {
		plan.Sendings = append(plan.Sendings, control.PlannedSending{
			AfterMs: given(s.AfterMS), Copies: given(s.Copies), IgnoreAck: given(s.IgnoreAck), Variant: given(control.NotificationVariant(s.Variant)),
		})
	}
	return plan
}

// planProblem names the member as the contract spells it.
func planProblem(p *simulator.Problem) error {
	named := *p
	switch {
	case p.Field == "when.channel_id":
		named.Field = "channel_id"
	case p.Field == "when.order_no":
		named.Field = "match.number"
	case strings.HasPrefix(p.Field, "when."):
		named.Field = "match." + strings.TrimPrefix(p.Field, "when.")
	}
	if p.Hint != "" {
		return ruleProblem(&named)
	}
	return hint(ruleProblem(&named), "a plan that could never be carried out is refused; GET the world and its faults to see what it has")
}

// variantOf is a variant as the rules have it.
func variantOf(v *control.NotificationVariant) simulator.NoticeVariant {
	if v == nil || *v == control.VariantPlain {
		return simulator.VariantPlain
	}
	return simulator.NoticeVariant(*v)
}

// showVariant is a variant as the contract has it.
func showVariant(v simulator.NoticeVariant) control.NotificationVariant {
	if v == simulator.VariantPlain {
		return control.VariantPlain
	}
	return control.NotificationVariant(v)
}

// variantIn is the variant of a notification's journal row; other rows have none.
func variantIn(row *simulator.JournalRow) *control.NotificationVariant {
	if row.Operation != simulator.OpNotification {
		return nil
	}
	variant := showVariant(row.Variant)
	return &variant
}
