package controlapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAForkHasTheStateAndNumbersOfItsOwn(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	p.want(200, "PATCH", path+"/cards/"+payerCard, `{"balance":42}`)
	fork := p.want(201, "POST", path+"/fork", `{"world_id":"w2","ttl_seconds":600}`)
	if fork.json["parent"] != "w1" || fork.json["expires_at"] == nil || !strings.Contains(fork.body, `"balance":42`) {
		t.Errorf("%s", fork.body)
	}
	if p.member("/v1/worlds/w2", "bridge-pay") == p.member(path, "bridge-pay") {
		t.Error("both have one number")
	}
	p.want(201, "POST", path+"/fork", "")
	if got := p.want(409, "POST", path+"/fork", `{"world_id":"w2"}`); got.json["field"] != "/world_id" {
		t.Errorf("%s", got.body)
	}
	p.want(404, "POST", path+"/fork", `{"snapshot_id":"none"}`)
	if got := p.want(422, "POST", path+"/fork", `{"clock":{"mode":"virtual","start":"1999-01-01T00:00:00Z"}}`); got.json["field"] != "/clock/start" {
		t.Errorf("%s", got.body)
	}
	p.want(404, "POST", "/v1/worlds/none/fork", "")
}

func TestASnapshotIsTakenListedRestoredForkedAndForgotten(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	taken := p.want(201, "POST", path+"/snapshots", `{"snapshot_id":"fresh"}`)
	if taken.json["snapshot_id"] != "fresh" || taken.json["bytes"].(float64) < 100 {
		t.Errorf("%s", taken.body)
	}
	p.want(409, "POST", path+"/snapshots", `{"snapshot_id":"fresh"}`)
	p.want(200, "PATCH", path+"/cards/"+payerCard, `{"balance":1}`)
	p.want(200, "POST", path+"/clock", `{"to":"2018-06-06T13:30:00Z"}`)
	back := p.want(200, "POST", path+"/snapshots/fresh/restore", "")
	if !strings.Contains(back.body, `"balance":500000`) || !strings.Contains(back.body, `"now":"2018-06-06T11:30:00Z"`) {
		t.Errorf("%s", back.body)
	}
	p.want(201, "POST", path+"/fork", `{"snapshot_id":"fresh"}`)
	if list := p.want(200, "GET", path+"/snapshots", ""); !strings.Contains(list.body, `"fresh"`) {
		t.Errorf("%s", list.body)
	}
	p.want(204, "DELETE", path+"/snapshots/fresh", "")
	p.want(404, "DELETE", path+"/snapshots/fresh", "")
	p.want(404, "POST", path+"/snapshots/fresh/restore", "")
}

func TestAFileIsExportedAndImported(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	p.want(200, "PATCH", path+"/cards/"+payerCard, `{"balance":42}`)
	file := p.want(200, "GET", path+"/file", "")
	made := p.want(201, "POST", "/v1/worlds/import?world_id=w2&ttl_seconds=60", file.body)
	if made.json["world_id"] != "w2" || made.json["expires_at"] == nil || !strings.Contains(made.body, `"balance":42`) {
		t.Errorf("%s", made.body)
	}
	p.want(204, "DELETE", path, "")
	p.want(201, "POST", "/v1/worlds/import", file.body)
	p.want(409, "POST", "/v1/worlds/import", file.body)
}

func TestAHostileFileIsRefusedByNameAndLeavesNothingBehind(t *testing.T) {
	p := newPlane(t)
	path := p.world("w1")
	p.want(200, "PATCH", path+"/cards/"+payerCard, `{"balance":42}`)
	good := p.want(200, "GET", path+"/file", "").body
	spoilt := func(spoil func(map[string]any)) string {
		var f map[string]any
		if err := json.Unmarshal([]byte(good), &f); err != nil {
			t.Fatal(err)
		}
		spoil(f)
		universe, _ := json.Marshal(f["universe"])
		state, _ := json.Marshal(f["state"])
		digest, err := digestOf(&worldFile{Universe: universe, State: state})
		if err != nil {
			t.Fatal(err)
		}
		f["digest"] = digest
		text, _ := json.Marshal(f)
		return string(text)
	}
	half := func(name string, key string, value any) func(map[string]any) {
		return func(f map[string]any) { f[name].(map[string]any)[key] = value }
	}
	for name, row := range map[string]struct{ body, field string }{
		"not JSON":       {"{", ""},
		"another format": {strings.Replace(good, "world/1", "world/9", 1), "/format"},
		"changed":        {strings.Replace(good, `"balance":42`, `"balance":43`, 1), "/digest"},
		"unknown member": {spoilt(half("state", "surprise", 1)), "/state"},
		"real card":      {spoilt(half("universe", "accounts", []any{map[string]any{"holder": map[string]any{"card_number": realCard}}})), "/universe/accounts/0/holder"},
		"no channels":    {spoilt(half("state", "channels", []any{})), "/state/channels"},
		"deep":           {`{"format":"countersign-world/1","state":` + strings.Repeat("[", 100_000), ""},
		"empty":          {`{}`, "/format"},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.call("POST", "/v1/worlds/import?world_id=w9", row.body)
			field, _ := got.json["field"].(string)
			if got.status/100 != 4 || row.field != "" && field != row.field || strings.Contains(got.body, realCard) {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
	long := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/v1/worlds/import", strings.NewReader("{}"))
	long.ContentLength = longestFile + 1
	answer := httptest.NewRecorder()
	if p.server.Config.Handler.ServeHTTP(answer, long); answer.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
	p.want(400, "POST", "/v1/worlds/import?world_id=UPPER", good)
	if n := len(p.engine.Worlds()); n != 1 {
		t.Errorf("%d worlds", n)
	}
}

func TestAWorldIsFurnishedAllOrNothing(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	card := `{"elements":{"name":"周明","id_type":"resident_id","id_number":"` + payerID + `","card_number":"` + otherCard + `","mobile":"` + payerMobile + `"},"balance":7}`
	made := p.want(201, "POST", "/v1/worlds", `{"world_id":"w1","clock":{"mode":"virtual"},"ttl_seconds":3600,
		"members":[{"merchant":"acme","name_zh":"晨星"}],"cards":[`+card+`],"faults":[{"effect":"withhold_reply"}],
		"notification_plans":[{"sendings":[]}],"fault_budget":{"per_world":3}}`)
	for _, part := range []string{`"acme"`, `"balance":7`, `"per_world":3`, `"expires_at"`, `"created_at"`, `"temper":"friendly"`} {
		if !strings.Contains(made.body, part) {
			t.Errorf("%s is missing in %s", part, made.body)
		}
	}
	if got := p.want(200, "GET", "/v1/worlds/w1/faults", ""); !strings.Contains(got.body, "withhold_reply") {
		t.Errorf("%s", got.body)
	}
	for body, field := range map[string]string{
		`{"faults":[{"effect":"withhold_reply"},{"effect":"withhold_reply","channel_id":"nowhere"}]}`: "/faults/1/channel_id",
		`{"members":[{"merchant":"demo"}]}`:                                 "/members/0/merchant",
		`{"cards":[` + strings.Replace(card, otherCard, realCard, 1) + `]}`: "/cards/0/elements/card_number",
	} {
		got := p.call("POST", "/v1/worlds", body)
		if got.status/100 != 4 || got.json["field"] != field {
			t.Errorf("%s: %d %s", field, got.status, got.body)
		}
	}
	if n := len(p.engine.Worlds()); n != 1 {
		t.Errorf("%d worlds", n)
	}
}

func TestTimeToLiveIsChanged(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	if got := p.want(200, "PATCH", path, `{"ttl_seconds":90}`); got.json["expires_at"] == nil {
		t.Errorf("%s", got.body)
	}
	if got := p.want(200, "PATCH", path, `{"ttl_seconds":0}`); got.json["expires_at"] != nil {
		t.Errorf("%s", got.body)
	}
	p.want(400, "PATCH", path, `{"ttl_seconds":-1}`)
	empty := p.want(201, "POST", "/v1/worlds", `{"template":"empty"}`)
	if list, _ := empty.json["channels"].([]any); len(list) != 0 {
		t.Errorf("%s", empty.body)
	}
}
