package controlapi

import (
	"net/http"
	"time"

	"countersign/contract/control"
)

// usualOverlap is how many seconds an old request key is taken unless said otherwise.
const usualOverlap = 300

// RotateKeys gives a member new keys (K1).
func (s *Server) RotateKeys(w http.ResponseWriter, r *http.Request, world control.WorldID, memberNo string) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		wanted, err := read[control.RotateRequest](r)
		if err != nil {
			return nil, err
		}
		overlap := usualOverlap
		if wanted.OverlapSeconds != nil {
			overlap = *wanted.OverlapSeconds
		}
		m, err := s.config.Engine.RotateKeys(r.Context(), world, memberNo, time.Duration(overlap)*time.Second)
		if err != nil {
			return nil, err
		}
		return memberOf(&m), nil
	})
}
