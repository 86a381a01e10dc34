package routing

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"
	"time"

	"countersign/orchestrator"
)

// digest names all inputs of a decision, so that "same inputs, same decision" can be checked later. The
// candidates come sorted by channel id.
func digest(req Request, sorted []Candidate) string {
	h := sha256.New()
	excluded := slices.Sorted(slices.Values(req.Excluded))
	write(h, "request", req.Policy, req.PayerPresent, int64(req.Amount), req.Bank, req.CardType, at(req.Now),
		strings.Join(excluded, ","))
	for _, c := range sorted {
		write(h, "channel", c.Config.ChannelID, c.Config.State, c.Config.Priority, int64(c.Config.Fee.Fixed),
			c.Config.Fee.BasisPoints, c.Config.Version, c.Health.State(req.Now), c.Health.SuccessPermille(),
			int64(c.UsedToday), c.CountToday, int64(c.UsedMonth))
	}
	for _, line := range historyLines(req) {
		write(h, line)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// historyLines writes the card's past in an order of its own.
func historyLines(req Request) []string {
	lines := make([]string, 0, len(req.Agreements)+len(req.Standings))
	for _, a := range req.Agreements {
		lines = append(lines, fmt.Sprint("agreement|", a.ID, "|", a.ChannelID, "|", a.State, "|", at(a.SignedAt), "|", at(a.ExpiresAt)))
	}
	for _, s := range req.Standings {
		lines = append(lines, standingLine(s))
	}
	slices.Sort(lines)
	return lines
}

func standingLine(s orchestrator.Standing) string {
	return fmt.Sprint("standing|", s.ChannelID, "|", s.CheckNo, "|", at(s.CodePassedAt), "|", at(s.DebitedAt), "|", s.Raw)
}

// write adds one line of fields to the hash.
func write(h hash.Hash, fields ...any) {
	for _, f := range fields {
		_, _ = fmt.Fprintf(h, "%v|", f)
	}
	_, _ = h.Write([]byte{'\n'})
}

// at writes an instant the same way wherever it came from.
func at(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
