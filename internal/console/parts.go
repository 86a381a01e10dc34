package console

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// part is a piece of the page that is sent when it has changed.
type part struct {
	name    string
	body    []byte
	version string // changes when something but the running of a real clock did
}

// partsOf takes a snapshot apart, in the order in which the page needs it.
func partsOf(s *Snapshot) ([]part, error) {
	pieces := []struct {
		name        string
		shown, held any
	}{
		{"worlds", s.Worlds, s.Worlds},
		{"world", s.World, s.World},
		{"clock", s.Clock, still(s.Clock)},
		{"faults", s.Faults, s.Faults},
		{"messages", s.Messages, s.Messages},
		{"journal", s.Journal, s.Journal},
		{"deliveries", s.Deliveries, s.Deliveries},
		{"verdicts", s.Verdicts, s.Verdicts},
		{"breaks", s.Breaks, s.Breaks},
		{"latest", s.Latest, s.Latest},
	}
	parts := make([]part, 0, len(pieces))
	for _, p := range pieces {
		body, err := json.Marshal(p.shown)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", p.name, err)
		}
		if string(body) == "null" && p.name != "world" {
			continue // not asked for, or not there
		}
		key, err := json.Marshal(p.held)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", p.name, err)
		}
		sum := sha256.Sum256(key)
		parts = append(parts, part{p.name, body, hex.EncodeToString(sum[:8])})
	}
	return parts, nil
}

// still is a clock without the instant that a real one shows: the page lets that go on by itself.
func still(c *Clock) *Clock {
	if c == nil || c.Virtual {
		return c
	}
	held := *c
	held.Now = time.Time{}
	return &held
}
