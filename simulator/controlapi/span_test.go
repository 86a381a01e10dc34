package controlapi

import "testing"

func TestNoWorldStandsWhereNoClockCan(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	outside := []string{
		"9999-12-31T23:59:59Z", "9999-12-31T23:59:59-08:00", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2200-01-01T00:00:00Z",
		"1969-12-31T23:59:59Z", "2199-12-31T23:59:59-00:01", "0000-01-01T00:00:00+23:00",
	}
	for _, at := range outside {
		for _, row := range []struct{ path, body, field string }{
			{"/v1/worlds", `{"world_id":"w2","clock":{"mode":"virtual","start":"` + at + `"}}`, "/clock/start"},
			{"/v1/worlds", `{"world_id":"w2","faults":[{"effect":"hang","expires_at":"` + at + `"}]}`, "/faults/0/expires_at"},
			{path + "/fork", `{"world_id":"w2","clock":{"mode":"virtual","start":"` + at + `"}}`, "/clock/start"},
			{path + "/faults", `{"effect":"hang","expires_at":"` + at + `"}`, "/expires_at"},
			{path + "/clock", `{"to":"` + at + `"}`, "/to"},
		} {
			if got := p.want(422, "POST", row.path, row.body); got.json["field"] != row.field || got.json["hint"] == nil {
				t.Errorf("%s: %s", row.body, got.body)
			}
		}
		p.want(404, "GET", "/v1/worlds/w2", "")
	}
	if list := p.want(200, "GET", "/v1/worlds", ""); len(list.json["worlds"].([]any)) != 1 {
		t.Errorf("worlds: %s", list.body)
	}
}

func TestAClockStopsAtItsEnd(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	p.want(201, "POST", "/v1/worlds", `{"world_id":"end","clock":{"mode":"virtual","start":"2199-12-31T23:59:58Z"}}`)
	path := "/v1/worlds/end"
	if got := p.want(422, "POST", path+"/clock", `{"by_ms":1001}`); got.json["field"] != "/by_ms" || got.json["hint"] == nil {
		t.Errorf("by: %s", got.body)
	}
	if got := p.want(200, "GET", path+"/clock", ""); got.json["now"] != "2199-12-31T23:59:58Z" {
		t.Errorf("a refused move moved: %s", got.body)
	}
	p.want(200, "POST", path+"/clock", `{"by_ms":1000}`)
	p.want(200, "GET", path, "")
	p.want(200, "GET", path+"/due", "")
	p.want(200, "GET", "/v1/worlds", "")
	p.want(201, "POST", path+"/snapshots", `{}`)
}
