package controlapi

import (
	"net/http"

	"countersign/contract/control"
	"countersign/simulator/fault"
)

// ListFaultKinds tells what can go wrong on purpose, from the catalogue itself.
func (s *Server) ListFaultKinds(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		list := control.FaultKindList{Kinds: []control.FaultKind{}}
		for _, d := range fault.All().Descriptions() {
			list.Kinds = append(list.Kinds, kindOf(&d))
		}
		return list, nil
	})
}

// kindOf is the schema FaultKind.
func kindOf(d *fault.Description) control.FaultKind {
	kind := control.FaultKind{
		Effect: control.FaultEffect(d.Name), About: d.About, OnSocket: d.OnSocket, Parameters: append([]string{}, d.Parameters...),
		Rows: append([]string{}, d.Rows...), Points: []control.FaultPoint{}, Operations: []control.Operation{},
	}
	for _, point := range d.Points {
		kind.Points = append(kind.Points, control.FaultPoint(point))
	}
	for _, op := range d.Operations {
		kind.Operations = append(kind.Operations, operationOf(op))
	}
	if d.Example.Fault != "" {
		example := requestOf(&d.Example)
		kind.Example = &example
	}
	return kind
}
