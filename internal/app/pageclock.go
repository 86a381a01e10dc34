package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"countersign/internal/console"
	"countersign/internal/httpjson"
	"countersign/internal/jointclock"
)

// clockFace is a clock as both sides answer it.
type clockFace struct {
	Now       time.Time  `json:"now"`
	Virtual   bool       `json:"virtual"`
	NextDue   *time.Time `json:"next_due,omitempty"`
	Activity  int64      `json:"activity"`
	Busy      int        `json:"busy"`
	Parked    int        `json:"parked"`
	OpenCalls int        `json:"open_calls"`
	Fired     []string   `json:"fired,omitempty"`
}

// joint reports whether the clock of a merchant moves with a world's.
func (p pageSource) joint(world string) bool {
	return world == DemoWorld && p.app.addresses.PlatformControl != ""
}

// clock is the time of a world, and what is due there.
func (p pageSource) clock(ctx context.Context, world string, s *console.Snapshot) error {
	var at clockFace
	if err := p.read(ctx, world, "clock", &at); err != nil {
		return err
	}
	s.Clock = &console.Clock{Now: at.Now, Virtual: at.Virtual, Next: at.NextDue}
	if at.Virtual && p.joint(world) {
		both, err := p.clocks(nil).Read(ctx)
		if err != nil {
			return err
		}
		s.Clock.Next = both.Next
	}
	var list struct {
		Due json.RawMessage `json:"due"`
	}
	err := p.read(ctx, world, "due?limit="+listedDue, &list)
	s.Clock.Due = list.Due
	return err
}

// Step moves a clock; that of the demo world together with its merchant's, from due time to due time, as the command
// `clock` does.
func (p pageSource) Step(ctx context.Context, move console.Move) (console.Reply, error) {
	if !p.joint(move.World) {
		asked := move
		asked.World = ""
		body, err := json.Marshal(asked)
		if err != nil {
			return console.Reply{}, err
		}
		return p.Control(ctx, console.Call{Method: http.MethodPost, Path: "/v1/worlds/" + url.PathEscape(move.World) + "/clock", Body: body})
	}
	fired := []string{}
	clocks := p.clocks(func(what []string) { fired = append(fired, what...) })
	if err := p.moveJointly(ctx, clocks, move); err != nil {
		return refusedStep(err)
	}
	var at clockFace
	if err := p.read(ctx, move.World, "clock", &at); err != nil {
		return console.Reply{}, err
	}
	at.Fired = fired
	body, err := json.Marshal(at)
	return console.Reply{Status: http.StatusOK, Body: body}, err
}

// moveJointly makes one move of both clocks.
func (p pageSource) moveJointly(ctx context.Context, clocks *jointclock.Clocks, move console.Move) error {
	const longest = 3650 * 24 * time.Hour
	switch {
	case move.Next:
		due, err := clocks.Next(ctx)
		if err == nil && !due {
			err = httpjson.InvalidField("/next", "nothing_due", "nothing is due on either side")
		}
		return err
	case move.To != nil:
		now, err := p.app.simulator.engine.Now(move.World)
		if err != nil {
			return err
		}
		if move.To.Before(now) || move.To.Sub(now) > longest {
			return httpjson.InvalidField("/to", "out_of_range", "a later instant is wanted, within ten years: clocks never go back")
		}
		return clocks.Until(ctx, *move.To, jointclock.Never)
	case move.ByMs > 0 && move.ByMs <= longest.Milliseconds():
		return clocks.Pass(ctx, time.Duration(move.ByMs)*time.Millisecond)
	}
	return httpjson.InvalidField("/by_ms", "out_of_range", "milliseconds are wanted, at least 1, within ten years")
}

// refusedStep is the answer to a move that was not made, or did not end.
func refusedStep(err error) (console.Reply, error) {
	var problem *httpjson.Problem
	switch {
	case errors.As(err, &problem):
	case errors.Is(err, jointclock.ErrUnsettled), errors.Is(err, jointclock.ErrEndless):
		problem = httpjson.NewProblem(http.StatusConflict, "unsettled", err.Error())
	default:
		return console.Reply{}, err
	}
	body, err := json.Marshal(problem)
	return console.Reply{Status: problem.Status, Body: body}, err
}

// clocks are those of the demo world and of its merchant; begun hears what each move sets off.
func (p pageSource) clocks(begun func([]string)) *jointclock.Clocks {
	const stride = 150 * time.Second // half the window of a signature (design 3.1)
	a := p.app
	sides := []jointclock.Side{
		pageClock{a, "orchestrator", a.addresses.PlatformControl + "/v1/merchants/" + DemoMerchant + "/clock", a.platform.tokens.Operator},
		pageClock{a, "simulator", a.addresses.Control + "/v1/worlds/" + DemoWorld + "/clock", a.config.Simulator.ControlToken},
	}
	return &jointclock.Clocks{
		Sides: func() []jointclock.Side { return sides }, Strangers: true, Stride: stride, Begun: begun,
	}
}

// pageClock is one of the two clocks, behind its control port.
type pageClock struct {
	app       *App
	name, url string
	token     Secret
}

// Read implements jointclock.Side.
func (c pageClock) Read(ctx context.Context) (jointclock.Reading, error) {
	var at clockFace
	err := c.app.read(ctx, c.url, c.token, &at)
	return jointclock.Reading{
		Name: c.name, Now: at.Now, Next: at.NextDue, Activity: at.Activity, Busy: at.Busy, Open: at.OpenCalls, Parked: at.Parked,
	}, err
}

// Set implements jointclock.Side.
func (c pageClock) Set(ctx context.Context, to time.Time) ([]string, error) {
	body, err := json.Marshal(map[string]time.Time{"to": to})
	if err != nil {
		return nil, err
	}
	status, answer, err := c.app.exchange(ctx, http.MethodPost, c.url, c.token, body)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, &statusError{url: c.url, status: status}
	}
	var at clockFace
	return at.Fired, json.Unmarshal(answer, &at)
}
