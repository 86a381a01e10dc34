package controlapi

import (
	"net/http"

	"countersign/contract/control"
	"countersign/simulator"
	"countersign/simulator/fault"
)

// ListTempers tells how unfriendly a world can be, from the catalogue itself.
func (s *Server) ListTempers(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		list := control.TemperList{Oddities: []control.Oddity{}}
		for _, o := range fault.All().Oddities() {
			row := control.Oddity{
				Name: o.Name, About: o.About, Rules: requestsOf(o.Rules), Variable: fault.OddityVariable(o.Name),
			}
			row.Rates.Friendly = o.Rate(simulator.TemperFriendly)
			row.Rates.Realistic = o.Rate(simulator.TemperRealistic)
			row.Rates.Hostile = o.Rate(simulator.TemperHostile)
			list.Oddities = append(list.Oddities, row)
		}
		return list, nil
	})
}

// ListMagicValues tells which values choose an outcome.
func (s *Server) ListMagicValues(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		list := control.MagicValueList{Values: []control.MagicValue{}}
		for _, v := range fault.All().Magic().Values() {
			list.Values = append(list.Values, control.MagicValue{
				Kind: control.MagicValueKind(v.Kind), Value: v.Value, Outcome: v.Outcome, RuleId: v.ID(), Rules: requestsOf(v.Rules),
			})
		}
		return list, nil
	})
}

// requestsOf are rules as one would ask for them.
func requestsOf(rules []simulator.FaultRule) []control.FaultRequest {
	requests := make([]control.FaultRequest, 0, len(rules))
	for i := range rules {
		requests = append(requests, requestOf(&rules[i]))
	}
	return requests
}
