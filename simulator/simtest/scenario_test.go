package simtest_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"countersign/contract/control"
	"countersign/simulator/simtest"
)

// examples are the scenario files that people start from.
const examples = "../../fixtures/scenarios"

func TestEveryExampleScenarioMakesAWorld(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(examples, "*.yaml"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%v %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			one := simtest.New(t, simtest.Scenario(file))
			other := simtest.New(t, simtest.ScenarioIn(os.DirFS(examples), filepath.Base(file)))
			if one.About.Seed != other.About.Seed || !one.About.Clock.Virtual {
				t.Errorf("%+v", one.About)
			}
		})
	}
}

func TestTheLostReplyScenarioLosesTheReplyAndTellsLate(t *testing.T) {
	t.Parallel()
	w := simtest.New(t, simtest.Scenario(filepath.Join(examples, "lost-reply.yaml")))
	m := w.Member("bridge-pay")
	mail := m.Receive()
	agreement, err := m.Sign(w.Card(0))
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(2 * time.Second)
	before := len(mail.Got())
	order := simtest.Order{Number: "ord_2000001", AgreementNo: agreement, Fen: 66_00}
	if _, err := m.Charge(order); !errors.Is(err, simtest.ErrNoAnswer) {
		t.Errorf("the reply came: %v", err)
	}
	if got := w.Debited(order.Number); got != 66_00 {
		t.Errorf("debited %d", got)
	}
	w.Clock.Advance(59 * time.Minute)
	if got := len(mail.Got()); got != before {
		t.Errorf("told %d times within the hour", got-before)
	}
	w.Clock.Advance(2 * time.Minute)
	if got := len(mail.Got()); got != before+1 {
		t.Errorf("told %d times after the hour", got-before)
	}
}

func TestOptionsAfterAScenarioWin(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"s.yaml": {Data: []byte("seed: 5\ntemper: hostile\nmembers:\n  - merchant: second\n")}}
	w := simtest.New(t, simtest.Temper(control.Realistic), simtest.ScenarioIn(files, "s.yaml"), simtest.Seed(6))
	if w.About.Seed != 6 || w.About.Temper != control.Hostile || len(w.About.Members) != 2*len(w.About.Channels) {
		t.Errorf("seed %d, %s, %d members", w.About.Seed, w.About.Temper, len(w.About.Members))
	}
}
