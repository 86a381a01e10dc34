package controlapi

import (
	"net/http"

	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/simulator"
)

// ChangeBank changes how fast a bank settles and texts, in this world.
func (s *Server) ChangeBank(w http.ResponseWriter, r *http.Request, world control.WorldID, bank string) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		wanted, err := read[control.BankChange](r)
		if err != nil {
			return nil, err
		}
		if _, err := s.bank(world, bank); err != nil {
			return nil, err
		}
		err = s.do(r.Context(), world, simulator.ChangeBank{
			Bank: bank, SettleAfterSeconds: wanted.SettleAfterSeconds, SMSDelaySeconds: wanted.SmsDelaySeconds,
		})
		if err != nil {
			return nil, err
		}
		return s.bank(world, bank)
	})
}

// bank shows one bank.
func (s *Server) bank(world, code string) (*control.Bank, error) {
	var found simulator.Bank
	known := false
	if err := s.config.Engine.Read(world, func(w *simulator.World) { found, known = w.Bank(code) }); err != nil {
		return nil, err
	}
	if !known {
		p := httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "no such bank in this world")
		return nil, hint(p, "a channel's profile lists the banks that it reaches")
	}
	return &control.Bank{
		Bank: found.Code, NameZh: found.NameZH, NameEn: found.NameEN,
		SettleAfterSeconds: found.SettleAfterSeconds, SmsDelaySeconds: found.SMSDelaySeconds,
	}, nil
}
