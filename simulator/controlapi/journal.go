package controlapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"countersign/contract/control"
	"countersign/internal/mask"
	"countersign/simulator"
)

// ReadJournal shows exchanges, bodies masked, and waits for a first one when asked.
// Whoever has had an answer finds its row complete: the door writes it down before
// it sends.
func (s *Server) ReadJournal(w http.ResponseWriter, r *http.Request, world control.WorldID, params control.ReadJournalParams) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		ctx, cancel := context.WithTimeout(r.Context(), time.Duration(value(params.WaitMs))*time.Millisecond)
		defer cancel()
		limit := usualRows
		if params.Limit != nil {
			limit = *params.Limit
		}
		made := page{cursor: value(params.After)}
		err := s.config.Engine.Watch(ctx, world, func(w *simulator.World) bool {
			return made.read(w, &params, limit)
		})
		if err != nil {
			return nil, err
		}
		return made.journal(), nil
	})
}

// page is a part of the journal that was asked for.
type page struct {
	rows    []simulator.JournalRow
	cursor  int64
	dropped int64
}

// read goes on from the cursor and takes in what is wanted; it reports whether
// there is something. What a filter asks for is settled when a row is written, so
// that rows passed need not be looked at again.
func (p *page) read(w *simulator.World, params *control.ReadJournalParams, limit int) bool {
	p.dropped += max(w.OldestRow()-p.cursor-1, 0)
	w.VisitJournal(p.cursor, func(row *simulator.JournalRow) bool {
		if len(p.rows) == limit {
			return false
		}
		p.cursor = row.Seq
		if wanted(row, params) {
			p.rows = append(p.rows, *row)
		}
		return true
	})
	return len(p.rows) > 0
}

// journal is the schema Journal. Bodies are masked here, when the world's lock is
// free again.
func (p *page) journal() control.Journal {
	made := control.Journal{Rows: []control.JournalRow{}, Cursor: p.cursor}
	if p.dropped > 0 {
		made.Dropped = given(p.dropped)
	}
	for i := range p.rows {
		made.Rows = append(made.Rows, rowOf(&p.rows[i]))
	}
	return made
}

// wanted reports whether a row is of those asked for.
func wanted(row *simulator.JournalRow, params *control.ReadJournalParams) bool {
	return (params.ChannelId == nil || *params.ChannelId == row.ChannelID) &&
		(params.MemberNo == nil || *params.MemberNo == row.MemberNo) &&
		(params.Operation == nil || *params.Operation == operationOf(row.Operation)) &&
		(params.Number == nil || *params.Number == row.Ref) &&
		(params.Direction == nil || *params.Direction == directionOf(row)) &&
		(params.Committed == nil || *params.Committed == row.Committed) &&
		(params.FaultId == nil || struckBy(row, *params.FaultId))
}

// struckBy reports whether a fault rule took effect in a row.
func struckBy(row *simulator.JournalRow, ruleID string) bool {
	return slices.ContainsFunc(row.Faults, func(f simulator.FaultStrike) bool { return f.RuleID == ruleID })
}

// directionOf says whether the platform called in.
func directionOf(row *simulator.JournalRow) control.Direction {
	if row.From == fromPlatform {
		return control.DirectionIn
	}
	return control.DirectionOut
}

// operationOf spells an operation as the contract does. A message refused at the
// door never became an operation.
func operationOf(op simulator.Operation) control.Operation {
	switch op {
	case simulator.OpSendSMS:
		return control.OperationSms
	case simulator.OpSendWeChat:
		return control.OperationWechat
	case simulator.OpRefused, simulator.OpControl, simulator.OpTick:
		return control.OperationUnknown
	default:
		return control.Operation(op)
	}
}

// fromPlatform is the party of a journal row that calls in.
const fromPlatform = "platform"

// rowOf is the schema JournalRow.
func rowOf(row *simulator.JournalRow) control.JournalRow {
	direction := directionOf(row)
	status := row.AnswerStatus()
	made := control.JournalRow{
		Cursor: row.Seq, At: row.At.UTC(), ChannelId: given(row.ChannelID), MemberNo: given(mask.Number(row.MemberNo)),
		Operation: operationOf(row.Operation), Direction: &direction, Method: given(row.Method), Target: given(mask.Text(row.Target)),
		Number: given(mask.Number(row.Ref)), Request: given(string(row.RequestBody())), Status: &status, Response: given(string(row.AnswerBody())),
		Signature: row.Signature, Committed: row.Committed, Variant: variantIn(row), Cause: given(causeOf(row)),
	}
	made.Signature, made.Lost, made.BodiesDropped = signatureOf(row), given(row.Lost), given(row.Bared())
	if len(row.Faults) > 0 {
		ids := make([]string, 0, len(row.Faults))
		for _, f := range row.Faults {
			ids = append(ids, f.RuleID)
		}
		made.Faults = &ids
	}
	return made
}

// signatureOf spells the verdict on a signature as the contract does.
func signatureOf(row *simulator.JournalRow) string {
	if row.Signature == "valid" {
		return "ok"
	}
	return row.Signature
}

// causeOf says why an exchange ended as it did.
func causeOf(row *simulator.JournalRow) string {
	cause := row.Result
	if row.Reason != "" {
		cause += ": " + string(row.Reason)
	}
	if row.From != fromPlatform && row.Cause != "" {
		cause = row.Cause + ": " + cause
	}
	return cause
}
