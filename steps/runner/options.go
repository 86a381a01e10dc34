package runner

import (
	"crypto/rand"
	"encoding/binary"
	"io/fs"
	"runtime"
	"slices"
	"time"

	"github.com/cucumber/godog"

	"countersign/internal/clock"
	"countersign/internal/mask"
)

// Ability is something a target may or may not offer beyond the contract.
type Ability string

// The abilities scenarios can ask for, as @needs-clock and so on.
const (
	AbilityClock  Ability = "clock"
	AbilityFaults Ability = "faults"
	AbilitySocket Ability = "socket"
	AbilityInbox  Ability = "inbox"
	AbilityLedger Ability = "ledger"
	// AbilityRestart: a scenario can have a platform of its own, end it abruptly and start it again.
	AbilityRestart Ability = "restart"
)

// AllAbilities lists every ability there is.
func AllAbilities() []Ability {
	return []Ability{AbilityClock, AbilityFaults, AbilitySocket, AbilityInbox, AbilityLedger, AbilityRestart}
}

func knownAbility(a Ability) bool { return slices.Contains(AllAbilities(), a) }

// Initializer registers the steps and hooks of one scenario. It is called
// anew for every scenario, so variables made in it belong to that scenario.
type Initializer func(*godog.ScenarioContext)

// Options say what to run, against what, and how.
type Options struct {
	// Features holds the *.feature files, at any depth.
	Features fs.FS
	// Root is put before paths in reports, such as "features", so that they
	// name files from the top of the repository.
	Root string
	// Steps registers the step definitions.
	Steps Initializer

	// Abilities are those the target has.
	Abilities []Ability
	// Required are abilities that were asked for: one the target lacks is an
	// error, where otherwise scenarios would be skipped.
	Required []Ability
	// Clauses is the catalogue. Empty: clauses are taken from the tags as they
	// are, all of level must.
	Clauses []Clause
	// KnownTags are plain tags allowed beside "smoke", without the @.
	KnownTags []string
	// Filter narrows the selection.
	Filter Filter

	// Seed decides the order; 0 picks one. The same seed gives the same order.
	Seed int64
	// Concurrency is the number of scenarios under way at a time; 0 means the
	// number of processors, but at least 4, because scenarios wait for answers.
	Concurrency int
	// ScenarioTimeout ends the context of a scenario; 0 means no limit.
	ScenarioTimeout time.Duration

	// Target, Version and Command describe the run in reports.
	Target, Version, Command string
	// Rerun is the command that repeats one scenario, with the placeholders
	// {id}, {seed}, {path}, {line} and {name}.
	Rerun string
	// Mask hides personal data and secrets in every text that enters a
	// result: names, steps, values, messages, evidence. Nil means mask.Text.
	Mask func(string) string
	// Observer is told what happens while it happens; may be nil.
	Observer Observer
	// Now reads the time for durations; nil means the system's clock.
	Now func() time.Time
}

// Observer follows a run. Calls never overlap.
type Observer interface {
	// Began is called once, before the first scenario.
	Began(selected int, seed int64)
	// Started is called when a scenario begins. Scenarios decided without
	// being run, such as unsupported ones, are not started.
	Started(s Scenario)
	// Finished is called when a scenario that was started has its outcome.
	Finished(s Scenario)
}

const defaultRerun = "countersign verify --scenario {id} --seed {seed}"

func (o Options) withDefaults() Options {
	if o.Seed == 0 {
		o.Seed = newSeed()
	}
	if o.Concurrency < 1 {
		o.Concurrency = max(4, runtime.NumCPU())
	}
	if o.Rerun == "" {
		o.Rerun = defaultRerun
	}
	if o.Mask == nil {
		o.Mask = mask.Text
	}
	if o.Observer == nil {
		o.Observer = nobody{}
	}
	if o.Now == nil {
		o.Now = clock.System{}.Now
	}
	return o
}

// newSeed picks a seed short enough to be typed again.
func newSeed() int64 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return int64(binary.BigEndian.Uint32(b[:])) + 1
}

type nobody struct{}

func (nobody) Began(int, int64)  {}
func (nobody) Started(Scenario)  {}
func (nobody) Finished(Scenario) {}
