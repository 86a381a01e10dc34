package controlapi

import (
	"fmt"
	"testing"

	"countersign/simulator"
)

func TestWorldsComeInPages(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	for i := range 4 {
		p.want(201, "POST", "/v1/worlds", fmt.Sprintf(`{"world_id":"page%d","template":"empty"}`, i))
	}
	whole := p.want(200, "GET", "/v1/worlds", "")
	all := len(whole.json["worlds"].([]any))
	if whole.json["truncated"] != nil || whole.json["cursor"] != nil {
		t.Errorf("a small list has pages: %s", whole.body)
	}
	seen, after := map[string]bool{}, ""
	for pages := 0; ; pages++ {
		page := p.want(200, "GET", "/v1/worlds?limit=2"+after, "")
		rows := page.json["worlds"].([]any)
		for _, row := range rows {
			id := row.(map[string]any)["world_id"].(string)
			if seen[id] || len(rows) > 2 {
				t.Fatalf("%s again, or too many: %s", id, page.body)
			}
			seen[id] = true
		}
		if page.json["truncated"] == nil {
			break
		}
		after = "&after=" + page.json["cursor"].(string)
		p.want(204, "DELETE", "/v1/worlds/"+rows[len(rows)-1].(map[string]any)["world_id"].(string), "") // the cursor holds
		if pages > all {
			t.Fatal("no end")
		}
	}
	if len(seen) != all {
		t.Errorf("%d of %d worlds", len(seen), all)
	}
	for _, wrong := range []string{"after=x", "limit=0", "limit=1001", "after=99999999999999999999.a"} {
		if got := p.call("GET", "/v1/worlds?"+wrong, ""); got.status != 400 && got.status != 422 || got.json["field"] == nil {
			t.Errorf("%s: %d %s", wrong, got.status, got.body)
		}
	}
}

func TestMerchantsOfAWorldAreBounded(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	world := "/v1/worlds/crowd"
	p.want(201, "POST", "/v1/worlds", `{"world_id":"crowd"}`)
	for i := range 1001 {
		got := p.call("POST", world+"/members", fmt.Sprintf(`{"merchant":"m%d"}`, i))
		if got.status == 201 {
			continue
		}
		about := p.want(200, "GET", world, "")
		members, channels := len(about.json["members"].([]any)), len(about.json["channels"].([]any))
		if got.status != 422 || got.json["field"] != "/merchant" || got.json["hint"] == nil || members > 1000 || members+channels <= 1000 || members%channels != 0 {
			t.Errorf("%d %s with %d members at %d channels", got.status, got.body, members, channels)
		}
		return
	}
	t.Error("no bound")
}

func TestWhatIsNotThereHasAHint(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	p.want(201, "POST", "/v1/worlds", `{"world_id":"w1"}`)
	for _, row := range []struct{ path, body, field string }{
		{"/v1/worlds/w1/events/evt_none/redeliver", `{}`, "/event_id"},
		{"/v1/worlds/w1/members/M00000000000000/rotate-keys", `{}`, "/member_no"},
		{"/v1/worlds/import", `{"format":"countersign-world/1","world_id":"w2","digest":"x","state":{}}`, "/universe"},
	} {
		got := p.call("POST", row.path, row.body)
		if got.status != 404 && got.status != 422 || got.json["field"] != row.field || got.json["hint"] == nil {
			t.Errorf("%s: %d %s", row.path, got.status, got.body)
		}
	}
}

// broke is a self-check that has found five breaks, the odd ones declared.
type broke struct{}

// Breaks implements SelfCheck.
func (broke) Breaks(string) ([]simulator.Break, int64) {
	var found []simulator.Break
	for i := range 5 {
		b := simulator.Break{Serial: int64(10 + i), What: "is wrong"}
		if i%2 == 1 {
			b.FaultIDs = []string{"flt_1"}
		}
		found = append(found, b)
	}
	return found, 9
}

// Forget implements SelfCheck.
func (broke) Forget(string) {}

func TestBreaksComeInPages(t *testing.T) {
	t.Parallel()
	p := newPlane(t, func(c *Config) { c.SelfCheck = broke{} })
	p.want(201, "POST", "/v1/worlds", `{"world_id":"w1"}`)
	for query, want := range map[string]struct {
		rows   int
		cursor any
	}{
		"": {5, nil}, "?limit=5": {5, nil}, "?limit=2": {2, 11.0}, "?limit=2&after=11": {2, 13.0}, "?limit=2&after=13": {1, nil},
		"?undeclared=true&limit=2": {2, 12.0}, "?undeclared=true&limit=2&after=12": {1, nil}, "?after=14": {0, nil},
	} {
		got := p.want(200, "GET", "/v1/worlds/w1/breaks"+query, "")
		if len(got.json["breaks"].([]any)) != want.rows || got.json["cursor"] != want.cursor || (got.json["truncated"] != nil) != (want.cursor != nil) {
			t.Errorf("%s: %s", query, got.body)
		}
	}
}
