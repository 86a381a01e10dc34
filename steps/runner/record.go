package runner

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/cucumber/godog"
)

// execution collects what the recorders of all scenarios report.
type execution struct {
	options Options

	mu       sync.Mutex
	byWhere  map[string]*Planned
	finished map[string]Scenario
	begun    map[string]*recorder
	problems []string
	levels   map[string]Level

	observing sync.Mutex
}

func newExecution(o Options, scenarios []*Planned) *execution {
	x := &execution{options: o, byWhere: map[string]*Planned{}, finished: map[string]Scenario{}, begun: map[string]*recorder{}, levels: levels(o.Clauses)}
	for _, p := range scenarios {
		x.byWhere[p.where()] = p
	}
	return x
}

// initialize is what godog calls for every scenario. Our hooks stand around
// those of the steps: the first sees the beginning, the last the whole error.
func (x *execution) initialize(sc *godog.ScenarioContext) {
	r := &recorder{run: x, position: map[string]int{}}
	sc.Before(r.begin)
	sc.StepContext().Before(r.stepBegin)
	func() {
		defer func() {
			if v := recover(); v != nil {
				r.broken = &panicError{value: v, stack: string(debug.Stack())}
			}
		}()
		x.options.Steps(sc)
	}()
	sc.StepContext().After(r.stepEnd)
	sc.After(r.end)
}

func (x *execution) begin(r *recorder, where string) *Planned {
	x.mu.Lock()
	defer x.mu.Unlock()
	p := x.byWhere[where]
	if p == nil || x.begun[where] != nil {
		x.problems = append(x.problems, where+": begun, but not planned or begun before")
		return nil
	}
	x.begun[where] = r
	return p
}

func (x *execution) finish(where string, s Scenario) {
	x.mu.Lock()
	x.finished[where] = s
	x.mu.Unlock()
	x.observing.Lock()
	defer x.observing.Unlock()
	x.options.Observer.Finished(s)
}

func (x *execution) started(s Scenario) {
	x.observing.Lock()
	defer x.observing.Unlock()
	x.options.Observer.Started(s)
}

// recorder follows one scenario from its first hook to its last step. godog
// calls it from one goroutine; only attachments may come from others.
type recorder struct {
	run     *execution
	planned *Planned
	broken  error // the initializer panicked
	cancel  context.CancelFunc
	ctx     context.Context //nolint:containedctx // asked for the cause of its end

	started, stepStarted time.Time
	position             map[string]int // step id to index
	seen                 int            // steps that have ended
	over                 bool           // After hooks have run
	lastErr              string
	taken                int // godog attachments of this step already collected

	mu       sync.Mutex
	scenario Scenario
	current  int // index of the running step, len(Steps) between and after
}

func (r *recorder) begin(ctx context.Context, pickle *godog.Scenario) (context.Context, error) {
	r.started = r.run.options.Now()
	r.planned = r.run.begin(r, pickle.Uri)
	if r.planned == nil {
		return ctx, CouldNotJudge(errors.New("scenario was not planned"))
	}
	r.scenario = r.planned.Scenario
	r.scenario.Steps = append([]Step(nil), r.planned.Steps...)
	differs := len(pickle.Steps) != len(r.planned.pickle.Steps) || pickle.Name != r.planned.pickle.Name
	for i, step := range pickle.Steps {
		r.position[step.Id] = i
		differs = differs || step.Text != r.planned.pickle.Steps[i].Text
	}
	if r.run.options.ScenarioTimeout > 0 {
		ctx, r.cancel = context.WithTimeoutCause(ctx, r.run.options.ScenarioTimeout, errTimeLimit)
	}
	ctx = context.WithValue(ctx, recorderKey{}, r)
	r.ctx = ctx
	r.run.started(r.planned.Scenario)
	switch {
	case r.broken != nil:
		return ctx, CouldNotJudge(r.broken)
	case differs:
		return ctx, CouldNotJudge(errors.New("godog compiled the scenario differently"))
	case ctx.Err() != nil:
		return ctx, CouldNotJudge(context.Cause(ctx))
	}
	return ctx, nil
}

func (r *recorder) stepBegin(ctx context.Context, step *godog.Step) (context.Context, error) {
	r.stepStarted = r.run.options.Now()
	if i, ok := r.position[step.Id]; ok {
		r.setCurrent(i)
	}
	return ctx, nil
}

func (r *recorder) stepEnd(ctx context.Context, step *godog.Step, status godog.StepResultStatus, err error) (context.Context, error) {
	i, ok := r.position[step.Id]
	if !ok || r.planned == nil {
		return ctx, nil // a step within a step; the outer one is recorded
	}
	r.seen++
	out := r.outcome(status, err)
	if goroutineEnds() {
		out = outcome{status: StepError, message: "the step ended its goroutine (runtime.Goexit, FailNow of a testing.T)"}
	}
	r.mu.Lock()
	s := &r.scenario.Steps[i]
	s.Status, s.Message, s.reason = out.status, r.run.options.Mask(out.message), out.reason
	if !r.stepStarted.IsZero() {
		s.DurationUS = r.run.options.Now().Sub(r.stepStarted).Microseconds()
	}
	r.mu.Unlock()
	r.lastErr = errorText(err)
	r.setCurrent(i)
	r.taken = 0 // godog clears its list between steps
	r.collect(ctx)
	if r.over && r.seen == len(r.planned.Steps) {
		r.close()
	}
	return ctx, nil
}

// goroutineEnds tells whether the hook is called on the way out of Goexit. To
// godog that looks like a step that returned without an error.
func goroutineEnds() bool {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if f.Function == "runtime.Goexit" {
			return true
		}
		if !more {
			return false
		}
	}
}

// end is the last After hook. godog runs it at the last step or at the one
// that did not hold, whose followers it still walks through afterwards.
func (r *recorder) end(ctx context.Context, _ *godog.Scenario, err error) (context.Context, error) {
	if r.planned == nil {
		return ctx, nil
	}
	r.over = true
	if err != nil && err.Error() != r.lastErr {
		out := r.outcome(godog.StepFailed, err)
		r.mu.Lock()
		r.scenario.Steps = append(r.scenario.Steps, Step{
			Keyword: "After", Text: "hook", Hook: true, Line: r.scenario.Line,
			Status: out.status, Message: r.run.options.Mask(out.message), reason: out.reason,
		})
		r.mu.Unlock()
	}
	r.collect(ctx)
	if r.seen == len(r.planned.Steps) {
		r.close()
	}
	return ctx, nil
}

func (r *recorder) outcome(status godog.StepResultStatus, err error) outcome {
	out := classify(status, err)
	if err != nil && r.ctx != nil && r.ctx.Err() != nil && out.status == StepFail {
		cause := context.Cause(r.ctx)
		return outcome{status: StepError, message: cause.Error() + ": " + out.message}
	}
	return out
}
