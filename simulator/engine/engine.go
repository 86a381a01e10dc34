package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"countersign/internal/clock"
	"countersign/internal/ids"
	"countersign/simulator"
	"countersign/simulator/fault"
)

// Errors of the engine.
var (
	// ErrWorldNotFound means: no world of that id, or it was deleted meanwhile.
	ErrWorldNotFound = errors.New("no such world")
	// ErrWorldExists means: a world of that id is there already.
	ErrWorldExists = errors.New("a world of that id exists")
	// ErrRealClock means: the world's clock is the machine's and cannot be set.
	ErrRealClock = errors.New("the world runs on the real clock")
	// ErrNotDurable means: an input could not be written to the world's log. The
	// world refuses everything from then on, since memory and log may differ.
	ErrNotDurable = errors.New("the world's log cannot be written")
	// ErrClosed means: the engine was closed.
	ErrClosed = errors.New("engine is closed")
)

// Notifier is the port that sends a notification once; the transport implements it.
type Notifier interface {
	// Deliver sends and waits for the acknowledgement. It must end with the context.
	Deliver(ctx context.Context, s Copy) Receipt
	// Body is what a notification says on the wire, for the journal.
	Body(event simulator.Event) []byte
}

// Copy is one copy of a notification on its way out. Said and signed differ only
// where a variant has them differ.
type Copy struct {
	WorldID string
	Member  simulator.Member // whom it is addressed to
	Signer  simulator.Member // whose keys sign; of the variants only foreign_key has another's
	Now     time.Time        // for the signature: the world's clock, or that of the delivery replayed
	JTI     string           // for the signature; empty: a fresh one
	URL     string
	Attempt int
	Copy    int // from 1; above 1 for duplicates
	Event   simulator.Event
	Variant simulator.NoticeVariant
	Signed  simulator.Event // what the signature is over
	Row     int64           // of the journal, 0: a copy of a burst has none
	At      time.Time       // by the world's clock
	// FaultIDs are the rules that have it go out otherwise than the contract says.
	FaultIDs []string
}

// Receipt is how one copy of a delivery ended: the HTTP status, 0 without an answer, whether the
// answer acknowledged the event, and the answer's body for the journal.
type Receipt struct {
	Status       int
	Acknowledged bool
	Answer       []byte
	// Refused is where the URL leads if the notifier does not send there; empty: it
	// has tried.
	Refused string
}

// Recorder is the port of a durable world: each input, in order, before its answer.
type Recorder interface {
	// Append takes an input in the order of steps; it must not block for the disk.
	// The function it returns waits until the input is durable.
	Append(in simulator.Input) (wait func() error, err error)
}

// Options are the ports and defaults of an engine; the zero value works.
type Options struct {
	Clock    clock.Clock              // of worlds on real time; default the machine's
	IDs      ids.Source               // names of worlds; default random
	Entropy  io.Reader                // keys and seeds; default crypto/rand
	Faults   simulator.FaultCatalogue // default all faults
	Notifier Notifier                 // default: nobody answers
	Logger   *slog.Logger             // default: silent
	// Drain bounds, in real time, how long a step of a virtual clock waits for the
	// work it set off. Default two seconds.
	Drain time.Duration
	// DeliveryTimeout bounds, in real time, one delivery of a notification. Default
	// ten seconds.
	DeliveryTimeout time.Duration
}

// Engine runs worlds. It is safe for concurrent use.
type Engine struct {
	opts   Options
	ctx    context.Context //nolint:containedctx // the life of background deliveries, ended by Close
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu      sync.RWMutex
	worlds  map[string]*runner
	members map[string]*runner // by member_no, over all worlds
	closed  bool

	snapshotBytes atomic.Int64 // of all worlds
	tally         tally
}

// New starts an engine. Close it.
func New(opts Options) *Engine {
	if opts.Clock == nil {
		opts.Clock = clock.System{}
	}
	if opts.IDs == nil {
		opts.IDs = ids.Random{}
	}
	if opts.Entropy == nil {
		opts.Entropy = rand.Reader
	}
	if opts.Faults == nil {
		opts.Faults = fault.All()
	}
	if opts.Notifier == nil {
		opts.Notifier = nobody{}
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Drain == 0 {
		opts.Drain = 2 * time.Second
	}
	if opts.DeliveryTimeout == 0 {
		opts.DeliveryTimeout = 10 * time.Second
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Engine{
		opts: opts, ctx: ctx, cancel: cancel, worlds: map[string]*runner{}, members: map[string]*runner{},
	}
}

// SetNotifier puts the transport in after both were made. Call it before the
// first world is created.
func (e *Engine) SetNotifier(n Notifier) { e.opts.Notifier = n }

// Close lets go of all held requests, stops deliveries and timers and waits for
// them. Worlds are not deleted: their logs stay as they are.
func (e *Engine) Close() {
	e.shut()
	e.cancel()
	for _, r := range e.runners() {
		r.stop()
	}
	e.work.Wait()
}

// shut lets no new work and no new world in.
func (e *Engine) shut() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
}

// runners are the worlds of this moment. Whoever goes through them does not hold the
// engine's lock: one world that is busy must not make all others wait.
func (e *Engine) runners() []*runner {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return slices.Collect(maps.Values(e.worlds))
}

// find finds a world's runner.
func (e *Engine) find(worldID string) (*runner, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	r := e.worlds[worldID]
	if r == nil {
		return nil, ErrWorldNotFound
	}
	return r, nil
}

// nobody is the Notifier of an engine without a transport.
type nobody struct{}

// Deliver reaches nobody.
func (nobody) Deliver(context.Context, Copy) Receipt { return Receipt{} }

// Body is nothing.
func (nobody) Body(simulator.Event) []byte { return nil }
