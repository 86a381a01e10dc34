package controlapi

import (
	"net/http"

	"countersign/contract/control"
	"countersign/internal/money"
	"countersign/simulator"
)

// effects pair the words of the contract with the names of the catalogue.
var effects = []struct {
	effect control.FaultEffect
	fault  string
}{
	{control.Decline, "decline_with_reason"},
	{control.Maintenance, "maintenance"},
	{control.WithholdReply, "reply_withheld"},
	{control.Hang, "hang"},
	{control.Slow, "slow"},
	{control.NotificationDrop, "notification_dropped"},
	{control.NotificationDuplicate, "notification_duplicated"},
	{control.NotificationLate, "notification_late"},
}

// AddFault puts a rule in force.
func (s *Server) AddFault(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusCreated, func() (any, error) {
		wanted, err := read[control.FaultRequest](r)
		if err != nil {
			return nil, err
		}
		rule, err := ruleOf(&wanted)
		if err != nil {
			return nil, err
		}
		out, err := s.config.Engine.Do(r.Context(), world, simulator.Input{Command: simulator.AddFault{Rule: rule}})
		if err != nil {
			return nil, err
		}
		if out.Problem != nil {
			return nil, faultProblem(out.Problem)
		}
		return control.Fault{FaultId: out.FaultID, Rule: wanted}, nil
	})
}

// ListFaults lists the rules.
func (s *Server) ListFaults(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		list := control.FaultList{Faults: []control.Fault{}}
		err := s.config.Engine.Read(world, func(w *simulator.World) {
			for _, f := range w.Faults() {
				list.Faults = append(list.Faults, control.Fault{FaultId: f.ID, Rule: requestOf(&f.FaultRule), Hits: f.Struck})
			}
		})
		return list, err
	})
}

// ClearFaults takes all rules away.
func (s *Server) ClearFaults(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusNoContent, func() (any, error) {
		return nil, s.do(r.Context(), world, simulator.RemoveFault{})
	})
}

// RemoveFault takes one rule away.
func (s *Server) RemoveFault(w http.ResponseWriter, r *http.Request, world control.WorldID, faultID control.ID) {
	s.answer(w, r, http.StatusNoContent, func() (any, error) {
		return nil, s.do(r.Context(), world, simulator.RemoveFault{ID: faultID})
	})
}

// ruleOf turns the contract's request into a rule.
func ruleOf(f *control.FaultRequest) (simulator.FaultRule, error) {
	rule := simulator.FaultRule{
		Fault: faultName(f.Effect), Operation: simulator.Operation(value(f.Operation)), Point: simulator.Point(value(f.Point)),
		Times: value(f.Times), ExpiresAt: value(f.ExpiresAt), Reason: simulator.Reason(value(f.Reason)), Copies: value(f.Copies),
		When: simulator.When{ChannelID: value(f.ChannelId), Nth: value(f.Nth), Permille: value(f.Permille)},
	}
	if m := f.Match; m != nil {
		rule.When.OrderNo, rule.When.CardLast4, rule.When.MemberNo = value(m.Number), value(m.CardLast4), value(m.MemberNo)
		rule.When.Amount = money.Fen(value(m.Amount))
		if m.Amount != nil && *m.Amount == 0 {
			return rule, unprocessable("/match/amount", "no charge has an amount of 0, so the rule could have no effect", "")
		}
	}
	rule.DelayMS = int64(value(f.DelayMs))
	return rule, nil
}

// requestOf turns a rule back into the contract's request.
func requestOf(rule *simulator.FaultRule) control.FaultRequest {
	f := control.FaultRequest{
		Reason: given(string(rule.Reason)), Copies: given(rule.Copies), Times: given(rule.Times), ChannelId: given(rule.When.ChannelID),
		Nth: given(rule.When.Nth), Permille: given(rule.When.Permille), DelayMs: given(int(rule.DelayMS)),
		Point: given(control.FaultPoint(rule.Point)),
	}
	for _, pair := range effects {
		if pair.fault == rule.Fault {
			f.Effect = pair.effect
		}
	}
	if rule.Operation != simulator.AnyOperation {
		f.Operation = given(control.Operation(rule.Operation))
	}
	if !rule.ExpiresAt.IsZero() {
		at := rule.ExpiresAt.UTC()
		f.ExpiresAt = &at
	}
	match := control.FaultMatch{
		Number: given(rule.When.OrderNo), CardLast4: given(rule.When.CardLast4), MemberNo: given(rule.When.MemberNo),
		Amount: given(int64(rule.When.Amount)),
	}
	if match != (control.FaultMatch{}) {
		f.Match = &match
	}
	return f
}

// faultName is the catalogue's name of an effect.
func faultName(effect control.FaultEffect) string {
	for _, pair := range effects {
		if pair.effect == effect {
			return pair.fault
		}
	}
	return string(effect)
}

// faultProblem names the member as the contract spells it.
func faultProblem(p *simulator.Problem) error {
	named := *p
	switch p.Field {
	case "fault":
		named.Field = "effect"
	case "when.channel_id":
		named.Field = "channel_id"
	case "when.nth", "when.every", "when":
		named.Field = "nth"
	case "when.permille":
		named.Field = "permille"
	case "when.order_no":
		named.Field = "match.number"
	case "when.card_last4":
		named.Field = "match.card_last4"
	case "when.amount":
		named.Field = "match.amount"
	case "when.member_no":
		named.Field = "match.member_no"
	}
	return hint(ruleProblem(&named), "a rule that could have no effect is refused; see docs for the faults and where each can strike")
}

// value is what an optional member holds, the zero value when it is absent.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// given is an optional member, absent for the zero value.
func given[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
