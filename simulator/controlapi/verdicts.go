package controlapi

import (
	"net/http"
	"slices"

	"countersign/contract/control"
	"countersign/internal/mask"
	"countersign/simulator"
)

// ReadVerdicts shows what the tested client did that the contract forbids.
func (s *Server) ReadVerdicts(w http.ResponseWriter, r *http.Request, world control.WorldID, params control.ReadVerdictsParams) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		now, err := s.config.Engine.Now(world)
		if err != nil {
			return nil, err
		}
		made := control.VerdictList{Verdicts: []control.Verdict{}}
		var found []simulator.Verdict
		err = s.config.Engine.Read(world, func(w *simulator.World) {
			for _, v := range w.Verdicts(now) {
				if (params.Number == nil || *params.Number == v.Number) && (params.MemberNo == nil || *params.MemberNo == v.MemberNo) {
					withBodies(w, &v)
					found = append(found, v)
				}
			}
			made.Omitted = given(w.OmittedVerdicts())
		})
		for i := range found {
			made.Verdicts = append(made.Verdicts, verdictOf(&found[i]))
		}
		return made, err
	})
}

// withBodies puts the rows that the journal still keeps in the place of what the
// verdict remembers of them.
func withBodies(w *simulator.World, v *simulator.Verdict) {
	remembered := v.Evidence
	v.Evidence = slices.Clone(remembered)
	for i := range v.Evidence {
		w.VisitJournal(v.Evidence[i].Seq-1, func(kept *simulator.JournalRow) bool {
			if kept.Seq == v.Evidence[i].Seq {
				v.Evidence[i] = *kept
			}
			return false
		})
	}
}

// verdictOf is the schema Verdict.
func verdictOf(v *simulator.Verdict) control.Verdict {
	made := control.Verdict{
		Verdict: string(v.Name), Clause: v.Clause, Level: control.VerdictLevel(v.Level), Text: mask.Number(v.Text), At: v.At.UTC(),
		ChannelId: given(v.ChannelID), MemberNo: given(v.MemberNo), Number: given(mask.Number(v.Number)), Rows: []int64{},
	}
	evidence := make([]control.JournalRow, 0, len(v.Evidence))
	for i := range v.Evidence {
		made.Rows = append(made.Rows, v.Evidence[i].Seq)
		evidence = append(evidence, rowOf(&v.Evidence[i]))
	}
	made.Evidence = &evidence
	return made
}
