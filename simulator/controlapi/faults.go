package controlapi

import (
	"context"
	"net/http"

	"countersign/contract/control"
	"countersign/simulator"
)

// AddFault puts a rule in force.
func (s *Server) AddFault(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusCreated, func() (any, error) {
		wanted, err := read[control.FaultRequest](r)
		if err != nil {
			return nil, err
		}
		id, err := s.addFault(r.Context(), world, &wanted)
		if err != nil {
			return nil, err
		}
		return s.fault(world, id)
	})
}

// addFault puts a rule in force and gives its id.
func (s *Server) addFault(ctx context.Context, world string, wanted *control.FaultRequest) (string, error) {
	rule, err := ruleOf(wanted)
	if err != nil {
		return "", err
	}
	out, err := s.config.Engine.Do(ctx, world, simulator.Input{Command: simulator.AddFault{Rule: rule}})
	if err == nil && out.Problem != nil {
		err = faultProblem(out.Problem)
	}
	return out.FaultID, err
}

// ListFaults lists the rules.
func (s *Server) ListFaults(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		list := control.FaultList{Faults: []control.Fault{}}
		err := s.config.Engine.Read(world, func(w *simulator.World) {
			for _, f := range w.Faults() {
				list.Faults = append(list.Faults, faultOf(&f))
			}
		})
		return list, err
	})
}

// DescribeFault shows one rule.
func (s *Server) DescribeFault(w http.ResponseWriter, r *http.Request, world control.WorldID, faultID control.ID) {
	s.answer(w, r, http.StatusOK, func() (any, error) { return s.fault(world, faultID) })
}

// SwitchFault turns a rule off, or on again; its counters stay.
func (s *Server) SwitchFault(w http.ResponseWriter, r *http.Request, world control.WorldID, faultID control.ID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		wanted, err := read[control.FaultSwitch](r)
		if err != nil {
			return nil, err
		}
		if err := s.do(r.Context(), world, simulator.SwitchFault{ID: faultID, Off: !wanted.Enabled}); err != nil {
			return nil, err
		}
		return s.fault(world, faultID)
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

// fault is one rule with what it has done.
func (s *Server) fault(world, faultID string) (*control.Fault, error) {
	var made control.Fault
	known := false
	err := s.config.Engine.Read(world, func(w *simulator.World) {
		var view simulator.FaultView
		if view, known = w.Fault(faultID); known {
			made = faultOf(&view)
		}
	})
	if err != nil {
		return nil, err
	}
	if !known {
		return nil, ruleProblem(&simulator.Problem{Code: simulator.ProblemNotFound, Detail: "no such fault rule"})
	}
	return &made, nil
}

// faultOf is the schema Fault.
func faultOf(f *simulator.FaultView) control.Fault {
	source := control.SourceRule
	if f.Source == simulator.SourceTemper {
		source = control.SourceTemper
	}
	return control.Fault{
		FaultId: f.ID, Rule: requestOf(&f.FaultRule), Enabled: !f.Off, Matched: f.Matched, Hits: f.Struck, Spent: f.Spent, Source: &source,
	}
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
