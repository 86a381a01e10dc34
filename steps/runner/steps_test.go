package runner

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cucumber/godog"
)

// Steps the tests speak. Expressions are compiled once, as doc.go asks.
var (
	holds     = regexp.MustCompile(`^it holds$`)
	holdsZh   = regexp.MustCompile(`^它成立$`)
	fails     = regexp.MustCompile(`^it does not hold$`)
	panics    = regexp.MustCompile(`^it panics$`)
	pends     = regexp.MustCompile(`^it is pending$`)
	twiceA    = regexp.MustCompile(`^it is .*ambiguous$`)
	twiceB    = regexp.MustCompile(`^it is (?:very )?ambiguous$`)
	skips     = regexp.MustCompile(`^nobody can press the button$`)
	bareSkip  = regexp.MustCompile(`^it skips without a word$`)
	reviews   = regexp.MustCompile(`^a person has to look$`)
	broken    = regexp.MustCompile(`^the network is down$`)
	attaches  = regexp.MustCompile(`^it shows "([^"]*)"$`)
	badArg    = regexp.MustCompile(`^it counts to (.*)$`)
	says      = regexp.MustCompile(`^it says (\S+)$`)
	withTable = regexp.MustCompile(`^the table$`)
	withDoc   = regexp.MustCompile(`^the text$`)
	waits     = regexp.MustCompile(`^it waits for the end$`)
)

func vocabulary(sc *godog.ScenarioContext) {
	pass := func() error { return nil }
	sc.Step(holds, pass)
	sc.Step(holdsZh, pass)
	sc.Step(fails, func() error { return errors.New("expected declined\ngot signed") })
	sc.Step(panics, func() error { panic("boom") })
	sc.Step(pends, func() error { return godog.ErrPending })
	sc.Step(twiceA, pass)
	sc.Step(twiceB, pass)
	sc.Step(skips, func() error { return Skip(SkipNeedsHuman, "no one at the phone") })
	sc.Step(bareSkip, func() error { return godog.ErrSkip })
	sc.Step(reviews, func() error { return Review("is this wording fit for a payer?") })
	sc.Step(broken, func() error { return CouldNotJudge(errors.New("connection refused")) })
	sc.Step(attaches, func(ctx context.Context, text string) context.Context {
		Attach(ctx, "note", "text/plain; charset=utf-8", text)
		return godog.Attach(ctx, godog.Attachment{FileName: "raw", MediaType: "application/octet-stream", Body: []byte{0, 1, 2}})
	})
	sc.Step(badArg, func(int) error { return nil })
	sc.Step(says, func(string) error { return nil })
	sc.Step(withTable, func(*godog.Table) error { return nil })
	sc.Step(withDoc, func(*godog.DocString) error { return nil })
	sc.Step(waits, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
}

// files makes a file system of features out of path, text, path, text.
func files(pathsAndTexts ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(pathsAndTexts); i += 2 {
		fsys[pathsAndTexts[i]] = &fstest.MapFile{Data: []byte(pathsAndTexts[i+1])}
	}
	return fsys
}

// options are those of a small run over one feature, a.feature.
func options(text string) Options {
	return Options{Features: files("a.feature", text), Steps: vocabulary, Seed: 7, Concurrency: 2, Mask: plain}
}

func mustRun(t *testing.T, o Options) *Result {
	t.Helper()
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatalf("run: %v", err)
	}
	if err := r.Totals.Check(); err != nil {
		t.Fatal(err)
	}
	return r
}

// outcomes is the result as "name=status" in report order.
func outcomes(r *Result) string {
	var list []string
	for _, s := range r.Scenarios {
		list = append(list, s.Name+"="+string(s.Status))
	}
	return strings.Join(list, " ")
}

// ticking is a clock that moves one millisecond each time it is read.
func ticking() func() time.Time {
	var mu sync.Mutex
	now := time.Date(2018, 6, 30, 1, 2, 3, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Millisecond)
		return now
	}
}

// watcher remembers the order in which scenarios began.
type watcher struct{ started, finished []string }

func (w *watcher) Began(int, int64)    {}
func (w *watcher) Started(s Scenario)  { w.started = append(w.started, s.Name) }
func (w *watcher) Finished(s Scenario) { w.finished = append(w.finished, s.Name) }

// plain is a mask that hides nothing, where a test looks at texts.
func plain(s string) string { return s }
