package features_test

import (
	"os"
	"runtime/debug"
	"testing"
	"time"

	"countersign/features"
	"countersign/internal/mask"
	"countersign/steps"
	"countersign/steps/runner"
	"countersign/steps/target"
	"countersign/steps/target/container"
)

// floor is the least number of scenarios a whole run may have: files that get lost must not look like
// success. Raise it when scenarios come.
const floor = 640

// TestFeatures is the only runner of the features in tests: all scenarios, in random order, in parallel,
// each in a world of its own. COUNTERSIGN_TARGET names another target than the one in this process; one
// that was named and cannot be had is a failure.
func TestFeatures(t *testing.T) {
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(400) // as the command verify does: the process lives for seconds
	}
	clauses, err := steps.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	under, filter := open(t)
	suite, err := steps.NewSuite(under)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = suite.Close() })
	options := runner.Options{
		Features: features.Files, Root: features.Root, Steps: suite.Initialize,
		Abilities: under.Abilities(), Clauses: clauses, Filter: filter,
		ScenarioTimeout: time.Minute, Target: under.Name(), Mask: mask.Text,
	}
	result := runner.RunTest(t, options)
	if checked, ok := under.(target.SelfChecked); ok {
		if err := checked.LeftContract(); err != nil {
			t.Error(err)
		}
	}
	if all := result.Totals.Selected + result.Totals.Deselected; all < floor {
		t.Errorf("%d scenarios are fewer than the floor of %d", all, floor)
	}
}

// open finds the target that the environment asks for. Containers run the smoke scenarios only.
func open(t *testing.T) (target.Target, runner.Filter) {
	t.Helper()
	switch name := os.Getenv(target.EnvTarget); name {
	case "", "inprocess":
		under, err := target.InProcess(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = under.Close() })
		return under, runner.Filter{}
	case "remote":
		config, err := target.RemoteFromEnv(nil)
		if err != nil {
			t.Fatal(err)
		}
		under, err := target.Remote(config)
		if err != nil {
			t.Fatal(err)
		}
		return under, runner.Filter{}
	case "container":
		return container.Start(t), runner.Filter{Tags: []string{"smoke"}}
	default:
		t.Fatalf("%s=%s: known are inprocess, remote and container", target.EnvTarget, name)
		return nil, runner.Filter{}
	}
}
