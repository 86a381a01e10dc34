package httpapi

import (
	"context"
	"log/slog"
	"time"

	"countersign/internal/mask"
)

// done is the end of every exchange, also of one that ends without an answer: it is
// measured and, at debug level, told in one line.
func (s *Server) done(v *visit, begun time.Time) {
	took := time.Since(begun)
	s.metrics.latencies[operationIndex(v.op.op)].add(took)
	if s.trace != nil {
		s.trace.exchange(v, begun, took)
	}
	if s.log.Enabled(context.Background(), slog.LevelDebug) {
		s.tell(v, took)
	}
}

// tell writes the line of an exchange: ids, words of fixed lists and numbers, nothing
// that somebody wrote. A number that could be a card's is masked.
func (s *Server) tell(v *visit, took time.Duration) {
	faults := make([]string, 0, len(v.struck))
	for _, strike := range v.struck {
		faults = append(faults, strike.Fault)
	}
	s.log.Debug("exchange", "world", mask.Number(v.worldID), "channel", channelShown(v), "operation", string(v.op.op), "number", v.numberShown(),
		"member", mask.Number(v.member.MemberNo), "status", v.status, "signature", v.verdict, "row", v.row, "faults", faults,
		"microseconds", took.Microseconds())
}

// channelShown is the channel where it is a known one; what else stands in a path was
// written by a stranger.
func channelShown(v *visit) string {
	if v.member.ChannelID == v.channel {
		return v.channel
	}
	return ""
}
