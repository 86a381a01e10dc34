package app

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"countersign/simulator"
	"countersign/simulator/scenario"
)

// Addresses are the base URLs of what runs, without a trailing slash; empty: not there.
type Addresses struct {
	Protocol        string
	Control         string
	Platform        string
	PlatformControl string
	Console         string
}

// App is a running program: some of simulator, orchestrator and page. Close it.
type App struct {
	config    Config
	log       *slog.Logger
	transport *http.Transport
	servers   []*server
	serving   sync.WaitGroup
	failed    chan error
	stop      []func() // in the order of making; carried out backwards
	once      sync.Once

	simulator *simulatorSide
	platform  *platformSide
	demoWorld *worldFacts
	scenario  *scenario.Scenario // nil: none
	// drawnFromScenario is true when the seed is the file's: such a one is for a new world only.
	drawnFromScenario bool
	addresses         Addresses

	compileOnce func() (*simulator.Template, error)
}

// Start starts what the config says and returns when all of it is ready. After an error nothing runs.
func Start(ctx context.Context, config Config) (*App, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	a := &App{config: config, log: config.logger(), transport: config.Network.transport(), failed: make(chan error, 1)}
	a.compileOnce = sync.OnceValues(a.compile)
	if err := a.readScenario(); err != nil {
		return nil, err
	}
	a.atEnd(a.transport.CloseIdleConnections)
	if err := a.start(ctx); err != nil {
		_ = a.Close()
		return nil, err
	}
	return a, nil
}

// start opens all ports first, so that a taken one is found before anything is touched, then builds side by side.
func (a *App) start(ctx context.Context) error {
	ports, err := a.open()
	if err != nil {
		return err
	}
	if ports.protocol != nil {
		if a.simulator, err = a.startSimulator(ctx, ports); err != nil {
			return fmt.Errorf("simulator: %w", err)
		}
	}
	if ports.platform != nil {
		if a.platform, err = a.startPlatform(ctx, ports); err != nil {
			return fmt.Errorf("orchestrator: %w", err)
		}
	}
	if ports.console != nil {
		if err := a.startConsole(ports); err != nil {
			return fmt.Errorf("page: %w", err)
		}
	}
	return nil
}

// Addresses tells where everything is.
func (a *App) Addresses() Addresses { return a.addresses }

// Transport carries requests to every address of the app; in memory it is the only way there.
func (a *App) Transport() *http.Transport { return a.transport }

// Failed tells when a port stopped serving by itself.
func (a *App) Failed() <-chan error { return a.failed }

// atEnd adds something that Close does; the last added is done first.
func (a *App) atEnd(stop func()) { a.stop = append(a.stop, stop) }

// Close ends everything: new work is refused, held requests are let go, work in hand is finished as far as it can be
// within a few seconds. What is in the stores stays. Closing twice is no error.
func (a *App) Close() error {
	a.once.Do(func() {
		for _, stop := range slices.Backward(a.stop) {
			stop()
		}
		a.serving.Wait()
	})
	return nil
}

// Kill is to the orchestrator what the end of its process would be: from now on its store takes nothing more, so that
// nothing in hand is finished and no lease given back, and its ports are shut in the middle of requests. A simulator is
// left alone: what it has answered is in its log. Close then lets the goroutines end.
func (a *App) Kill() {
	if a.platform != nil {
		_ = a.platform.store.Close()
	}
	for _, s := range a.servers {
		_ = s.http.Close()
	}
}

// serve begins to serve a port.
func (a *App) serve(s *server) {
	a.servers = append(a.servers, s)
	a.serving.Go(func() {
		if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			select {
			case a.failed <- fmt.Errorf("%s: %w", s.name, err):
			default:
			}
		}
	})
	a.atEnd(func() { a.shutdown(s) })
}

// shutdown lets requests end, for a while.
func (a *App) shutdown(s *server) {
	const patience = time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		a.log.Info("requests were cut off at the end", "port", s.name)
		_ = s.http.Close()
	}
}

// quietLog swallows what net/http says about broken connections: faults break them on purpose, all day.
func quietLog() *log.Logger { return log.New(nowhere{}, "", 0) }

// nowhere is a writer that forgets.
type nowhere struct{}

// Write forgets.
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
