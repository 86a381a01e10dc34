package app

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"countersign/internal/console"
	"countersign/simulator"
)

// journal is the newest rows that the view chooses, newest first. The control plane lists from a cursor on: where the
// newest begin is found in the world, so that older bodies are not masked again at every look.
func (p pageSource) journal(ctx context.Context, view console.View, s *console.Snapshot) error {
	var first []int64
	err := p.app.simulator.engine.Read(view.World, func(w *simulator.World) {
		w.VisitJournal(0, func(row *simulator.JournalRow) bool {
			if chosen(row, view) {
				first = append(first, row.Seq)
			}
			return true
		})
	})
	s.Journal = &console.Journal{Rows: []console.Row{}, Cut: len(first) > latestRows}
	if err != nil || len(first) == 0 {
		return err
	}
	query := url.Values{"limit": {strconv.Itoa(latestRows)}}
	query.Set("after", strconv.FormatInt(first[max(len(first)-latestRows, 0)]-1, 10))
	for name, value := range map[string]string{"channel_id": view.ChannelID, "operation": view.Operation, "number": view.Number} {
		if value != "" {
			query.Set(name, value)
		}
	}
	err = p.read(ctx, view.World, "journal?"+query.Encode(), s.Journal)
	if _, refused := errors.AsType[*statusError](err); refused {
		return nil // a filter that nothing can match
	}
	slices.Reverse(s.Journal.Rows)
	return err
}

// chosen reports whether a row is of those that a view chooses.
func chosen(row *simulator.JournalRow, view console.View) bool {
	return (view.ChannelID == "" || view.ChannelID == row.ChannelID) && (view.Number == "" || view.Number == row.Ref) &&
		(view.Operation == "" || view.Operation == spelt(row.Operation))
}

// spelt is an operation as the contract of the control plane spells it.
func spelt(op simulator.Operation) string {
	switch op {
	case simulator.OpSendSMS:
		return "sms"
	case simulator.OpSendWeChat:
		return "wechat"
	case simulator.OpRefused, simulator.OpControl, simulator.OpTick:
		return "unknown"
	}
	return string(op)
}
