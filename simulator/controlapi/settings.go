package controlapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/simulator"
	"countersign/simulator/fault"
)

// ChangeWorld changes what holds for the whole world; what is absent stays.
func (s *Server) ChangeWorld(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		wanted, err := read[control.WorldChange](r)
		if err != nil {
			return nil, err
		}
		if err := s.changeSettings(r.Context(), world, &wanted); err != nil {
			return nil, err
		}
		if wanted.TtlSeconds != nil {
			if err := s.config.Engine.SetTTL(world, time.Duration(*wanted.TtlSeconds)*time.Second); err != nil {
				return nil, err
			}
		}
		return s.describe(world)
	})
}

// changeSettings changes the settings that the request gives, all or none.
func (s *Server) changeSettings(ctx context.Context, world string, wanted *control.WorldChange) error {
	change := simulator.ChangeSettings{Temper: simulator.Temper(value(wanted.Temper))}
	if wanted.Oddities != nil {
		rates := simulator.OddityRates(*wanted.Oddities)
		change.Oddities = &rates
	}
	if wanted.MagicValues != nil {
		off := !*wanted.MagicValues
		change.MagicOff = &off
	}
	if b := wanted.FaultBudget; b != nil {
		change.Budget = &simulator.FaultBudget{PerWorld: b.PerWorld, PerNumber: b.PerNumber}
	}
	if change == (simulator.ChangeSettings{}) {
		return nil
	}
	return oddityProblem(s.do(ctx, world, change))
}

// oddityProblem adds the names that there are to a problem about a name that there is
// not. A name that does not look like one of ours is not repeated.
func oddityProblem(err error) error {
	var rule *simulator.Problem
	var problem *httpjson.Problem
	switch {
	case errors.As(err, &problem):
	case errors.As(err, &rule):
		problem = ruleProblem(rule)
	default:
		return err
	}
	name, about := strings.CutPrefix(problem.Field, "/oddities/")
	if !about {
		return err
	}
	placed := *problem
	placed.Field = "/oddities/" + plainName(name)
	var names []string
	for _, o := range fault.All().Oddities() {
		names = append(names, o.Name)
	}
	return hint(&placed, "one of "+strings.Join(names, ", "))
}

// settingsOf writes the settings of a world into its description.
func settingsOf(w *simulator.World, to *control.World) {
	settings := w.Settings()
	to.Temper, to.MagicValues = control.Temper(w.Temper()), w.MagicValues()
	if len(settings.Oddities) > 0 {
		rates := control.OddityRates(settings.Oddities)
		to.Oddities = &rates
	}
	if b := w.Budget(); b.PerWorld != nil || b.PerNumber != nil {
		to.FaultBudget = &control.FaultBudget{PerWorld: b.PerWorld, PerNumber: b.PerNumber}
	}
}
