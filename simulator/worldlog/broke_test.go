package worldlog

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"countersign/simulator"
	"countersign/simulator/fault"
)

// breaking is the catalogue with a kind that panics where it strikes.
type breaking struct{ *fault.Catalogue }

// Kind gives the kind that panics for hang.
func (b breaking) Kind(name string) (simulator.FaultKind, bool) {
	if name == "hang" {
		return panics{}, true
	}
	return b.Catalogue.Kind(name)
}

type panics struct{}

func (panics) Apply(simulator.FaultRule, simulator.Moment, *simulator.Disposition) { panic("a bug") }

func TestALastInputThatBreaksTheWorldIsLeftOut(t *testing.T) {
	t.Parallel()
	inputs := played(t, 7, 40)
	good := written(t, 7, inputs)
	now := inputs[len(inputs)-1].Now
	var member simulator.Member
	w := freshWorld(t, 7)
	for _, in := range inputs {
		w.Step(in)
	}
	member = w.Members()[0]
	armed := slices.Concat(inputs, []simulator.Input{
		{Now: now, Command: simulator.AddFault{Rule: simulator.FaultRule{ID: "flt_broke", Fault: "hang", Operation: simulator.OpProfile, Point: simulator.PointReceived}}},
		{Now: now, Command: simulator.QueryProfile{}, Request: simulator.Request{ChannelID: member.ChannelID, MemberNo: member.MemberNo}},
	})
	path := filepath.Join(t.TempDir(), "demo.log")
	if err := os.WriteFile(path, written(t, 7, armed), 0o600); err != nil {
		t.Fatal(err)
	}
	log, replayed, err := Open(path, breaking{fault.All()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	if replayed.Inputs != len(armed)-1 {
		t.Errorf("%d inputs of %d", replayed.Inputs, len(armed))
	}
	left, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(left, good) || len(left) >= len(written(t, 7, armed)) {
		t.Errorf("the input is still there: %d bytes, %v", len(left), err)
	}

	behind := slices.Concat(armed, []simulator.Input{{Now: now, Command: simulator.Tick{}}})
	if _, err := Replay(bytes.NewReader(written(t, 7, behind)), breaking{fault.All()}); !errors.Is(err, ErrCorrupt) {
		t.Errorf("with more behind it: %v", err)
	}
}
