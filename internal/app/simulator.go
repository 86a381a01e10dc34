package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"countersign/internal/clock"
	"countersign/internal/otlp"
	"countersign/internal/universe"
	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/fault"
	"countersign/simulator/httpapi"
	"countersign/simulator/messagingapi"
	"countersign/simulator/selfcheck"
	"countersign/simulator/worldlog"
)

// worldFile is the log of the durable demo world, in its part of the data folder.
const worldFile = "demo.log"

// simulatorSide is the simulator with what belongs to it.
type simulatorSide struct {
	engine *engine.Engine
	check  *selfcheck.Checker // nil: off
	trace  *httpapi.Tracer    // nil: off
	spans  *otlp.Exporter     // nil: off
	// demo makes the demo world where that was put off; nil when it is there, or not wanted.
	demo func() error
}

// startSimulator builds the worlds' engine, the demo world if it is wanted, and serves both ports.
func (a *App) startSimulator(ctx context.Context, opened *ports) (*simulatorSide, error) {
	metrics := &httpapi.Metrics{}
	notifier := httpapi.NewNotifier(a.outward(), metrics)
	side := &simulatorSide{engine: engine.New(engine.Options{Logger: a.log, Notifier: notifier})}
	a.watch(side, notifier)
	if err := a.traceTo(side, notifier); err != nil {
		return nil, err
	}
	a.simulator = side
	switch {
	case a.config.Demo && a.putsDemoOff():
		if a.config.Seed == 0 {
			a.config.Seed = drawSeed() // now, so that it can be told before the world is made
		}
		side.demo = sync.OnceValue(func() error {
			defer leaveSetup()
			return a.openDemoWorld(context.WithoutCancel(ctx), side)
		})
	case a.config.Demo:
		if err := a.openDemoWorld(ctx, side); err != nil {
			return nil, fmt.Errorf("demo world: %w", err)
		}
	}
	protocol := httpapi.New(httpapi.Config{
		Engine: side.engine, Messaging: messagingapi.New(side.engine, a.log), Metrics: metrics, Log: a.log, Observer: side.observer(), Trace: side.trace,
	})
	a.serve(newServer("simulator", opened.protocol, side.demoFirst(protocol, a.log)))
	a.serve(newServer("simulator control", opened.control, side.demoFirst(a.controlHandler(side, metrics), a.log)))
	// Done before the ports are shut: held requests are let go then, and the ports have nothing to wait for.
	a.atEnd(side.engine.Close)
	return side, nil
}

// putsDemoOff reports whether the demo world can wait for the first request: a simulator by itself, in memory, with the
// fixtures inside, is ready without having parsed anything.
func (a *App) putsDemoOff() bool {
	return a.config.Orchestrator.Platform == "" && a.config.DataDir == "" && a.config.Fixtures == nil && a.scenario == nil
}

// demoFirst has the demo world made before the first request that may ask for it.
func (s *simulatorSide) demoFirst(next http.Handler, log *slog.Logger) http.Handler {
	if s.demo == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/livez" && r.URL.Path != "/readyz" {
			if err := s.demo(); err != nil {
				log.Error("demo world cannot be made", "error", err)
			}
		}
		next.ServeHTTP(w, r)
	})
}

// openDemoWorld makes the demo world, or takes it up where its log ends, and gives it the temper that is wanted.
func (a *App) openDemoWorld(ctx context.Context, side *simulatorSide) error {
	if err := a.findDemoWorld(ctx, side); err != nil {
		return err
	}
	return a.takeTemper(ctx, side)
}

// findDemoWorld makes the demo world, or takes it up where its log ends.
func (a *App) findDemoWorld(ctx context.Context, side *simulatorSide) error {
	if a.config.DataDir == "" {
		return a.createDemoInMemory(ctx, side)
	}
	folder, err := openPart(a.config.DataDir, worldPart)
	if err != nil {
		return err
	}
	a.atEnd(func() { _ = folder.close() })
	if path := folder.file(worldFile); worldlog.Exists(path) {
		return a.reopenDemoWorld(ctx, side, path)
	}
	// An empty file is what a start leaves behind that was cut off before anything happened in the world.
	path := folder.file(worldFile)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return dataDirError(err)
	}
	return a.createDemoWorld(ctx, side, path)
}

// createDemoInMemory makes a demo world that ends with the process.
func (a *App) createDemoInMemory(ctx context.Context, side *simulatorSide) error {
	template, err := a.template()
	if err != nil {
		return err
	}
	if a.scenario != nil {
		field, err := a.demoField(template.Universe())
		if err != nil {
			return err
		}
		if template, err = simulator.Compile(field); err != nil {
			return err
		}
	}
	_, err = side.engine.CreateWorld(ctx, engine.NewWorld{
		ID: DemoWorld, Name: DemoWorld, Seed: a.config.Seed, Virtual: a.config.Simulator.Virtual, Template: template, Start: a.demoStart(),
	})
	if err != nil {
		return err
	}
	if err := a.addDemoMembers(ctx, side); err != nil {
		return err
	}
	return a.furnish(ctx, side)
}

// demoStart is the instant that the scenario has the demo world's clock stand at; zero: the present one.
func (a *App) demoStart() time.Time {
	if a.scenario == nil || a.scenario.Request.Clock == nil || a.scenario.Request.Clock.Start == nil {
		return time.Time{}
	}
	return a.scenario.Request.Clock.Start.UTC()
}

// createDemoWorld starts the log of a new durable world.
func (a *App) createDemoWorld(ctx context.Context, side *simulatorSide, path string) error {
	set, err := a.config.fixtures()
	if err != nil {
		return err
	}
	u, err := universe.Of(set)
	if err != nil {
		return err
	}
	if u, err = a.demoField(u); err != nil {
		return err
	}
	making, err := a.makingPath(path)
	if err != nil {
		return err
	}
	header := worldlog.Header{
		ID: DemoWorld, Name: DemoWorld, Seed: a.config.Seed, Virtual: a.config.Simulator.Virtual,
		Start: (clock.System{}).Now().UTC().Truncate(time.Second), Universe: u,
	}
	if start := a.demoStart(); !start.IsZero() {
		header.Start = start
	}
	if header.Seed == 0 {
		header.Seed = drawSeed()
	}
	log, world, err := worldlog.Create(making, header, fault.All())
	if err != nil {
		return dataDirError(err)
	}
	if err := a.adopt(ctx, side, world, header, log); err != nil {
		return err
	}
	if err := a.addDemoMembers(ctx, side); err != nil {
		return err
	}
	if err := a.furnish(ctx, side); err != nil {
		return err
	}
	return finishMaking(making, path)
}

// reopenDemoWorld replays the log: nothing that was ever answered is lost.
func (a *App) reopenDemoWorld(ctx context.Context, side *simulatorSide, path string) error {
	log, replayed, err := worldlog.Open(path, fault.All())
	if err != nil {
		return dataDirError(err)
	}
	if a.scenario != nil {
		a.log.Warn("the demo world is there already: the scenario holds for new worlds only")
	}
	if a.config.Seed != 0 && !a.drawnFromScenario && a.config.Seed != replayed.Header.Seed {
		_ = log.Close()
		return &ConfigError{
			What: fmt.Sprintf("the world in the data folder has seed %d, not %d", replayed.Header.Seed, a.config.Seed),
			Next: "leave --seed out, or choose another folder with --data",
		}
	}
	if a.config.Simulator.Virtual != replayed.Header.Virtual {
		_ = log.Close()
		return &ConfigError{
			What: "the world in the data folder lives by another kind of clock (--test-clock)", Next: "choose another folder with --data",
		}
	}
	if err := a.adopt(ctx, side, replayed.World, replayed.Header, log); err != nil {
		return err
	}
	return a.addDemoMembers(ctx, side)
}

// adopt gives a durable world to the engine.
func (a *App) adopt(ctx context.Context, side *simulatorSide, world *simulator.World, header worldlog.Header, log *worldlog.Log) error {
	a.atEnd(func() {
		if err := log.Close(); err != nil {
			a.log.Error("world log could not be closed", "error", err)
		}
	})
	_, err := side.engine.AdoptWorld(ctx, world, engine.NewWorld{
		ID: header.ID, Name: header.Name, Virtual: header.Virtual, Recorder: log,
	})
	return err
}

// addDemoMembers makes the demo merchant a member of every channel where it is none yet.
func (a *App) addDemoMembers(ctx context.Context, side *simulatorSide) error {
	var missing []string
	err := side.engine.Read(DemoWorld, func(w *simulator.World) {
		at := map[string]bool{}
		for _, member := range w.Members() {
			at[member.ChannelID] = true
		}
		for _, channel := range w.Channels() {
			if id := channel.Profile.ChannelID; !at[id] {
				missing = append(missing, id)
			}
		}
	})
	for _, channelID := range missing {
		if err == nil {
			_, err = side.engine.AddMember(ctx, DemoWorld, engine.NewMember{
				ChannelID: channelID, Merchant: DemoMerchant, MerchantName: demoMerchantName,
			})
		}
	}
	return err
}

// describe tells of the demo world without asking the control plane. The seed is that of one that is still to be made.
func (s *simulatorSide) describe(demo *Demo, seed int64) error {
	if s.demo != nil {
		demo.World, demo.Seed = DemoWorld, seed
		return nil
	}
	info, err := s.engine.World(DemoWorld)
	if err != nil {
		return err
	}
	demo.World, demo.Seed = info.ID, int64(info.Seed) // seeds are below 2^53
	return s.engine.Read(DemoWorld, func(w *simulator.World) {
		for _, channel := range w.Channels() {
			demo.Channels = append(demo.Channels, channel.Profile.ChannelID)
		}
	})
}

// template compiles the fixtures; worlds share it.
func (a *App) template() (*simulator.Template, error) { return a.compileOnce() }

// compile is the work behind template.
func (a *App) compile() (*simulator.Template, error) {
	set, err := a.config.fixtures()
	if err != nil {
		return nil, err
	}
	u, err := universe.Of(set)
	if err != nil {
		return nil, err
	}
	return simulator.Compile(u)
}
