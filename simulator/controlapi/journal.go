package controlapi

import (
	"net/http"

	"countersign/contract/control"
	"countersign/internal/mask"
	"countersign/simulator"
)

// ReadJournal shows every exchange, bodies masked.
func (s *Server) ReadJournal(w http.ResponseWriter, r *http.Request, world control.WorldID, params control.ReadJournalParams) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		var rows []simulator.JournalRow
		if err := s.config.Engine.Read(world, func(w *simulator.World) { rows = w.Journal(value(params.After), 0) }); err != nil {
			return nil, err
		}
		limit := usualRows
		if params.Limit != nil {
			limit = *params.Limit
		}
		after := value(params.After)
		made := control.Journal{Rows: []control.JournalRow{}, Cursor: after}
		if len(rows) > 0 && rows[0].Seq > after+1 {
			made.Dropped = given(rows[0].Seq - after - 1)
		}
		for i := range rows {
			if len(made.Rows) == limit {
				break
			}
			made.Cursor = rows[i].Seq
			if wanted(&rows[i], &params) {
				made.Rows = append(made.Rows, rowOf(&rows[i]))
			}
		}
		return made, nil
	})
}

// wanted reports whether a row is of those asked for.
func wanted(row *simulator.JournalRow, params *control.ReadJournalParams) bool {
	return (params.ChannelId == nil || *params.ChannelId == row.ChannelID) &&
		(params.Operation == nil || *params.Operation == operationOf(row.Operation)) &&
		(params.Number == nil || *params.Number == row.Ref)
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
	direction := control.Out
	if row.From == fromPlatform {
		direction = control.In
	}
	status := row.AnswerStatus()
	made := control.JournalRow{
		Cursor: row.Seq, At: row.At.UTC(), ChannelId: given(row.ChannelID), MemberNo: given(mask.Number(row.MemberNo)),
		Operation: operationOf(row.Operation), Direction: &direction, Method: given(row.Method), Target: given(mask.Text(row.Target)),
		Number: given(mask.Number(row.Ref)), Request: given(string(row.RequestBody())), Status: &status, Response: given(string(row.AnswerBody())),
		Signature: row.Signature, Committed: row.Committed, Cause: given(causeOf(row)),
	}
	if row.Signature == "valid" {
		made.Signature = "ok"
	}
	if len(row.Faults) > 0 {
		ids := make([]string, 0, len(row.Faults))
		for _, f := range row.Faults {
			ids = append(ids, f.RuleID)
		}
		made.Faults = &ids
	}
	return made
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
