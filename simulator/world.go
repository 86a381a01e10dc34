package simulator

import "time"

// World is a whole universe in motion: banks, channels, members, handsets, faults
// and what happened so far. It is not safe for concurrent use: package engine
// keeps a lock for each. Nothing in it reads a clock or a chance stream.
type World struct {
	id       string
	seed     uint64
	template *Template
	now      time.Time

	channels   map[string]*channel
	banks      map[string]*Bank    // changed ones; others are the template's
	accounts   map[string]*account // touched ones; others are the template's
	members    map[string]*member
	agreements map[string]*agreement
	made       counters

	inbox   inbox
	ledger  []ledgerRow
	late    []lateLine // movements that a fault moved into the next day's file
	journal journal
	due     dueTable
	notices noticeBook
	jtis    jtiMemory
	sent    sentBook

	overtaken int // messages that wait for the next one to their handset

	standings map[standing]*standing // those that orders share
	settings  Settings
	rules     faultBook
	magic     *MagicTable // nil: none
	verdicts  verdictBook
	effects   []Effect
	strikes   []FaultStrike // of the step under way
	struck    []FaultStrike // of the step under way, in whatever row they stand
	inMoment  Moment        // of the step under way
	call      int64         // journal row of the call under way in the step
	early     string        // event whose notification goes out before its answer
}

// counters number what the world makes.
type counters struct {
	Agreements int64 `json:"agreements"`
	Events     int64 `json:"events"`
	Faults     int64 `json:"faults"`
	Plans      int64 `json:"plans,omitempty"`    // of notifications
	Detained   int64 `json:"detained,omitempty"` // messages of gateways that did not arrive at once
}

// channel is a channel of this world: its profile and its switches.
type channel struct {
	profile     *Profile
	windows     []window
	maintenance bool
	retired     bool
}

// NewWorld starts a world at an instant. The template is shared, never changed;
// faults may be nil, then every rule is refused.
func NewWorld(id string, seed uint64, start time.Time, template *Template, faults FaultCatalogue) *World {
	w := &World{
		id: id, seed: seed, template: template, now: start.Round(0).UTC(),
		channels:  make(map[string]*channel, len(template.channels)),
		standings: map[standing]*standing{},
		accounts:  map[string]*account{}, members: map[string]*member{}, agreements: map[string]*agreement{},
		rules: faultBook{catalogue: faults}, magic: magicOf(faults),
	}
	for channelID, profile := range template.channels {
		w.channels[channelID] = &channel{profile: profile, windows: template.windows[channelID]}
	}
	return w
}

// ID is the world's identifier.
func (w *World) ID() string { return w.id }

// Seed is what all chance in the world is drawn from.
func (w *World) Seed() uint64 { return w.seed }

// Now is the instant of the last step.
func (w *World) Now() time.Time { return w.now }

// Template is what the world started with.
func (w *World) Template() *Template { return w.template }

// open reports whether the channel takes new work at the instant.
func (c *channel) open(at time.Time) bool {
	if c.maintenance {
		return false
	}
	for _, w := range c.windows {
		if w.covers(at) {
			return false
		}
	}
	return true
}

// bank finds a bank, with changes made in this world.
func (w *World) bank(code string) *Bank {
	if b := w.banks[code]; b != nil {
		return b
	}
	return w.template.banks[code]
}

// tell adds an effect for the engine.
func (w *World) tell(e Effect) { w.effects = append(w.effects, e) }
