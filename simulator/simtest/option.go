package simtest

import (
	"io/fs"
	"time"

	"countersign/contract/control"
	"countersign/simulator/scenario"
)

// Option changes how a world is made.
type Option func(*settings)

// settings are what the options change.
type settings struct {
	request   control.WorldRequest
	merchants []control.MemberRequest
	cards     []control.CardRequest
	faults    []Rule
	fixtures  fs.FS
	token     string
	scenario  *scenario.Scenario // the last one taken; nil without
	broken    error              // what an option met; ends the test
	protocol  string
}

// Seed fixes what the world's chance is drawn from: codes, numbers, struck faults. The
// same seed and the same calls give the same world, byte for byte. Without it one is
// drawn, and a failing test prints it.
func Seed(seed int64) Option { return func(s *settings) { s.request.Seed = &seed } }

// VirtualClock lets the world's time stand at an instant until Clock moves it. This is
// the default, at the present instant: a program under test signs with its own clock,
// and five minutes off is too far.
func VirtualClock(start time.Time) Option {
	return func(s *settings) {
		s.request.Clock = &control.ClockRequest{Mode: control.ClockVirtual, Start: &start}
	}
}

// RealClock lets the world live by the machine's clock; Clock then refuses to move.
func RealClock() Option {
	return func(s *settings) { s.request.Clock = &control.ClockRequest{Mode: control.ClockReal} }
}

// Channels leaves all channels but these out.
func Channels(ids ...string) Option {
	return func(s *settings) { s.request.Channels = &ids }
}

// Merchant adds a merchant at every channel, besides the one called demo. Events of its
// orders that name no URL of their own go to notifyURL; "" is nowhere.
func Merchant(name, notifyURL string) Option {
	return func(s *settings) {
		m := control.MemberRequest{Merchant: name}
		if notifyURL != "" {
			m.NotifyUrl = &notifyURL
		}
		s.merchants = append(s.merchants, m)
	}
}

// Issued adds a card besides those of the fixtures.
func Issued(card control.CardRequest) Option {
	return func(s *settings) { s.cards = append(s.cards, card) }
}

// WithFaults puts rules in force before anything happens; see Faults for how to make one.
func WithFaults(rules ...Rule) Option {
	return func(s *settings) { s.faults = append(s.faults, rules...) }
}

// Temper makes the world as unfriendly as that: friendly, realistic or hostile.
func Temper(t control.Temper) Option { return func(s *settings) { s.request.Temper = &t } }

// Request changes anything else of what the control plane is asked for.
func Request(change func(*control.WorldRequest)) Option {
	return func(s *settings) { change(&s.request) }
}

// Scenario makes the world as a file says (YAML or JSON, the shape of WorldRequest in
// contract/control.yaml): the same file that `countersign simulator --scenario` takes.
// What the file leaves out stays as the options before it have it; options after it
// win.
func Scenario(path string) Option {
	return func(s *settings) { s.take(scenario.Open(path)) }
}

// ScenarioIn is Scenario for a file of a folder, such as an embedded one.
func ScenarioIn(files fs.FS, name string) Option {
	return func(s *settings) { s.take(scenario.Load(files, name)) }
}

// take puts a scenario over the request.
func (s *settings) take(read *scenario.Scenario, err error) {
	if err != nil {
		s.broken = err
		return
	}
	read.Over(&s.request)
	s.scenario = read
}

// Fixtures takes banks, channels and people from files of one's own, with the names of
// those in the folder fixtures. Such a world has a simulator to itself. It has no
// meaning for Remote.
func Fixtures(files fs.FS) Option { return func(s *settings) { s.fixtures = files } }

// Token opens the control plane of Remote where it is guarded.
func Token(token string) Option { return func(s *settings) { s.token = token } }

// ProtocolURL is the channels' port of Remote, where the control plane does not know it.
func ProtocolURL(url string) Option { return func(s *settings) { s.protocol = url } }
