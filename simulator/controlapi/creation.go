package controlapi

import (
	"context"
	"errors"

	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/simulator"
)

// furnish gives a new world what the request wants in it besides its template, by
// the code of the single operations. The field of a problem is the place in the
// request.
func (s *Server) furnish(ctx context.Context, world string, wanted *control.WorldRequest) error {
	for i, m := range value(wanted.Members) {
		if _, err := s.addMember(ctx, world, &m); err != nil {
			return within("/members", i, err)
		}
	}
	for i, c := range value(wanted.Cards) {
		if _, err := s.issueCard(ctx, world, &c); err != nil {
			return within("/cards", i, err)
		}
	}
	for i, f := range value(wanted.Faults) {
		if _, err := s.addFault(ctx, world, &f); err != nil {
			return within("/faults", i, err)
		}
	}
	for i, p := range value(wanted.NotificationPlans) {
		if _, err := s.addPlan(ctx, world, &p); err != nil {
			return within("/notification_plans", i, err)
		}
	}
	return s.changeSettings(ctx, world, &control.WorldChange{
		Temper: wanted.Temper, Oddities: wanted.Oddities, MagicValues: wanted.MagicValues, FaultBudget: wanted.FaultBudget,
	})
}

// within puts the place of an item in front of the field of its problem.
func within(list string, index int, err error) error {
	var problem *httpjson.Problem
	var rule *simulator.Problem
	switch {
	case errors.As(err, &problem):
	case errors.As(err, &rule):
		problem = ruleProblem(rule)
	default:
		return err
	}
	placed := *problem
	placed.Field = list + "/" + decimal(index) + problem.Field
	return &placed
}
