package universe_test

import (
	"testing"

	"countersign/fixtures"
	"countersign/internal/universe"
)

func TestTheTemplatesAreTheFixtures(t *testing.T) {
	t.Parallel()
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	templates, err := universe.Compile(set)
	if err != nil {
		t.Fatal(err)
	}
	demo, ok := templates.Template("demo")
	if !ok || len(demo.Universe().Channels) != len(set.Channels) || len(demo.Universe().Accounts) < len(set.People) {
		t.Errorf("demo: %d channels, %d accounts", len(demo.Universe().Channels), len(demo.Universe().Accounts))
	}
	empty, ok := templates.Template("empty")
	if !ok || len(empty.Universe().Channels) != len(set.Channels) || len(empty.Universe().Accounts) != 0 {
		t.Errorf("empty: %d channels, %d accounts", len(empty.Universe().Channels), len(empty.Universe().Accounts))
	}
	if _, ok := templates.Template("other"); ok {
		t.Error("there is no template other")
	}
}
