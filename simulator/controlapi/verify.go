package controlapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"countersign/contract/control"
	"countersign/simulator"
)

// VerifyRecord says whether something happened as often as it should, at once or
// by the end of a while. It ends early when the client goes away, and with a 404
// when the world is deleted.
func (s *Server) VerifyRecord(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		asked, err := read[control.VerifyRequest](r)
		if err != nil {
			return nil, err
		}
		criteria := criteriaOf(asked.Match)
		if err := fitSubject(asked.Subject, criteria); err != nil {
			return nil, err
		}
		b, wrong := boundsOf(asked.Count)
		if wrong != "" {
			return nil, unprocessable(wrong, "the count contradicts itself or says nothing",
				"give exactly, or at_least, at_most or both with at_least not above at_most; exactly 0 is never")
		}
		found, held, err := s.await(r.Context(), world, &asked, criteria, b)
		if err != nil {
			return nil, err
		}
		return found.result(string(asked.Subject), b, held, shown), nil
	})
}

// fitSubject refuses members that the subject does not have: nothing could meet
// them.
func fitSubject(subject control.VerifyRequestSubject, criteria []criterion) error {
	has := membersOf(subject)
	for _, c := range criteria {
		if !slices.Contains(has, c.name) {
			return unprocessable("/match/"+c.name, "this subject has no such member", string(subject)+" is matched by "+strings.Join(has, ", "))
		}
	}
	return nil
}

// await searches until the count is settled.
func (s *Server) await(ctx context.Context, world string, asked *control.VerifyRequest, criteria []criterion, b bounds) (*search, bool, error) {
	var last *search
	settled, held := false, false
	look := func(w *simulator.World, over bool) bool {
		last = &search{criteria: criteria}
		last.visit(w, asked.Subject, value(asked.After))
		settled, held = b.judge(last.found, last.dropped, over)
		return settled
	}
	if within := time.Duration(value(asked.WithinMs)) * time.Millisecond; within > 0 {
		ctx, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		err := s.config.Engine.Watch(ctx, world, func(w *simulator.World) bool { return look(w, false) })
		if err != nil || settled {
			return last, held, err
		}
	}
	err := s.config.Engine.Read(world, func(w *simulator.World) { look(w, true) })
	return last, held, err
}
