package engine

import (
	"errors"
	"log/slog"
	"time"

	"countersign/internal/clock"
	"countersign/internal/ids"
	"countersign/orchestrator"
)

// Options are the ports and settings of an Engine. Ports without a default must be set.
type Options struct {
	Store     orchestrator.Store
	Channel   orchestrator.Channel
	Messenger orchestrator.Messenger
	Webhooks  orchestrator.Webhooks
	Vault     orchestrator.Vault
	Chance    orchestrator.Chance
	Bins      orchestrator.Bins
	IDs       ids.Source
	Clock     clock.Clock // the system's; test clocks are made per merchant

	// Gate, when set, is called before and after each port call with its crash-point name (points.go).
	// It may end the goroutine: to the engine that is a crash.
	Gate func(point string)
	Log  *slog.Logger // nil = discard

	CallTimeout   time.Duration // of a channel call; 0 = 10 s
	NotifyBaseURL string        // https://host of this platform; channels notify <base>/notify/<merchant>/<channel>
	TestClock     bool          // merchants may have test clocks
	Exclusive     bool          // no other process works on the store: every foreign lease is dead at start
}

// Engine carries out the platform's use cases. All methods are safe for concurrent use.
type Engine struct {
	opt     Options
	owner   string // names this process in leases
	meters  *meters
	clocks  *clocks
	calls   *openCalls
	memory  *elementsMemory
	running *runningKeys
	wake    chan struct{}
}

// New makes an Engine. Call Recover once before serving, and Run for merchants on the system's clock.
func New(opt Options) (*Engine, error) {
	if opt.Store == nil || opt.Channel == nil || opt.Messenger == nil || opt.Webhooks == nil || opt.Vault == nil ||
		opt.Chance == nil || opt.Bins == nil || opt.IDs == nil || opt.Clock == nil {
		return nil, errors.New("engine: a port is missing in Options")
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Gate == nil {
		opt.Gate = func(string) {}
	}
	if opt.CallTimeout == 0 {
		opt.CallTimeout = DefaultCallTimeout
	}
	e := &Engine{
		opt: opt, owner: opt.IDs.New("prc_"), meters: newMeters(), memory: newElementsMemory(),
		running: newRunningKeys(), wake: make(chan struct{}, 1),
	}
	e.calls = newOpenCalls()
	e.clocks = newClocks(opt.Clock)
	return e, nil
}
