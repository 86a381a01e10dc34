package ids_test

import (
	"regexp"
	"sync"
	"testing"

	"countersign/internal/ids"
)

func TestRandomKeepsThePrefixAndNeverRepeats(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^ord_[a-z2-7]{26}$`)
	seen := map[string]bool{}
	for range 1000 {
		id := ids.Random{}.New("ord_")
		if !shape.MatchString(id) || seen[id] {
			t.Fatalf("identifier %q is misshapen or came twice", id)
		}
		seen[id] = true
	}
}

func TestSequenceRepeatsForTheSameSeed(t *testing.T) {
	t.Parallel()
	one, two := ids.NewSequence(42), ids.NewSequence(42)
	for i, want := range []string{"ord_16x000001", "agr_16x000002", "16x000003"} {
		prefix := []string{"ord_", "agr_", ""}[i]
		if a, b := one.New(prefix), two.New(prefix); a != want || b != want {
			t.Errorf("got %q and %q; want %q", a, b, want)
		}
	}
}

func TestSequencesOfDifferentSeedsNeverMeet(t *testing.T) {
	t.Parallel()
	seen := map[string]uint64{}
	for seed := range uint64(50) {
		source := ids.NewSequence(seed)
		for range 50 {
			id := source.New("a_")
			if other, taken := seen[id]; taken {
				t.Fatalf("%q came from seeds %d and %d", id, other, seed)
			}
			seen[id] = seed
		}
	}
}

func TestSequenceGrowsPastSixDigits(t *testing.T) {
	t.Parallel()
	source := ids.NewSequence(0)
	last := ""
	for range 1_000_001 {
		last = source.New("")
	}
	if last != "0x1000001" {
		t.Errorf("number 1000001 is %q", last)
	}
}

func TestSequenceGivesEachCallerItsOwn(t *testing.T) {
	t.Parallel()
	source := ids.NewSequence(1)
	var seen sync.Map
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 200 {
				if _, taken := seen.LoadOrStore(source.New("x_"), true); taken {
					t.Error("two callers got one identifier")
				}
			}
		})
	}
	group.Wait()
}
