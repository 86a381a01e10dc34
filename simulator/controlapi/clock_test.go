package controlapi

import (
	"context"
	"testing"
	"time"

	"countersign/simulator"
)

func TestTheClockTakesExactlyOneGoal(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for body, field := range map[string]string{
		`{}`:                      "/to",
		`{"next":false}`:          "/to",
		`{"drain_ms":100}`:        "/to",
		`{"by_ms":1,"next":true}`: "/next",
		`{"to":"2018-06-06T12:30:00Z","by_ms":1}`:   "/by_ms",
		`{"to":"2018-06-06T12:30:00Z","next":true}`: "/next",
		`{"to":"2018-06-06T11:29:59Z"}`:             "/to",
	} {
		if got := p.want(422, "POST", path+"/clock", body); got.json["field"] != field || got.json["hint"] == nil {
			t.Errorf("%s: field %v, hint %v", body, got.json["field"], got.json["hint"])
		}
	}
	for _, body := range []string{`{"by_ms":0}`, `{"by_ms":-1}`, `{"next":true,"drain_ms":60001}`, `{"by_ms":"1"}`} {
		p.want(400, "POST", path+"/clock", body)
	}
	if got := p.want(200, "GET", path+"/clock", ""); got.json["now"] != "2018-06-06T11:30:00Z" || got.json["settled"] != true {
		t.Errorf("refusals moved the clock: %s", got.body)
	}
	got := p.want(200, "POST", path+"/clock", `{"by_ms":90500}`)
	if got.json["now"] != "2018-06-06T11:31:30.5Z" || got.json["settled"] != true {
		t.Errorf("by: %s", got.body)
	}
}

func TestWhatIsDueIsListedAndHappens(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	if got := p.want(200, "GET", path+"/due", ""); len(got.json["due"].([]any)) != 0 {
		t.Errorf("new world: %s", got.body)
	}
	for i := range 3 {
		at := start.Add(time.Duration(3-i) * time.Minute)
		p.holdUntil("w1", at)
	}
	got := p.want(200, "GET", path+"/due?limit=2", "")
	due := got.json["due"].([]any)
	if len(due) != 2 || due[0].(map[string]any)["at"] != "2018-06-06T11:31:00Z" || due[0].(map[string]any)["kind"] != "held_call" {
		t.Errorf("due: %s", got.body)
	}
	got = p.want(200, "POST", path+"/clock", `{"next":true,"drain_ms":0}`)
	happened := got.json["happened"].([]any)
	if len(happened) != 1 || happened[0].(map[string]any)["kind"] != "held_call" || got.json["now"] != "2018-06-06T11:31:00Z" {
		t.Errorf("next: %s", got.body)
	}
	p.want(200, "POST", path+"/clock", `{"by_ms":600000}`)
	p.want(400, "GET", path+"/due?limit=0", "")
	p.want(404, "GET", "/v1/worlds/other/due", "")
}

// holdUntil begins a call that a fault holds until an instant, and waits until it is held.
func (p *plane) holdUntil(world string, at time.Time) {
	p.t.Helper()
	view, err := p.engine.Clock(world)
	if err != nil {
		p.t.Fatal(err)
	}
	wanted := view.Parked + 1
	out, err := p.engine.Do(context.Background(), world, simulator.Input{Command: simulator.AddFault{Rule: simulator.FaultRule{
		Fault: "slow", Operation: simulator.OpLimits, DelayMS: at.Sub(view.Now).Milliseconds(), Times: 1,
	}}})
	if err != nil || out.Problem != nil {
		p.t.Fatal(err, out.Problem)
	}
	member := p.member("/v1/worlds/"+world, "bridge-pay")
	go func() {
		_, _ = p.engine.Do(context.Background(), world, simulator.Input{
			Command: simulator.QueryLimits{}, Request: simulator.Request{ChannelID: "bridge-pay", MemberNo: member, Method: "GET", Target: "/", Signature: "valid"},
		})
	}()
	for view.Parked < wanted {
		if view, err = p.engine.Clock(world); err != nil {
			p.t.Fatal(err)
		}
	}
}
