package controlapi

import (
	"strings"
	"testing"
)

func TestNoTextOfAStrangerHoldsACard(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for _, card := range []string{"4111111111111111", "6222021234567890128", "5555-5555-5555-4444", "378282246310005", "４１１１１１１１１１１１１１１１"} {
		for _, row := range []struct{ method, path, body, field string }{
			{"POST", "/v1/worlds", `{"world_id":"w-` + card + `"}`, "/world_id"},
			{"POST", "/v1/worlds", `{"members":[{"merchant":"m","name_zh":"` + card + `"}]}`, "/members/0/name_zh"},
			{"POST", path + "/fork", `{"world_id":"` + card + `"}`, "/world_id"},
			{"POST", path + "/snapshots", `{"snapshot_id":"` + card + `"}`, "/snapshot_id"},
			{"POST", path + "/members", `{"merchant":"` + card + `"}`, "/merchant"},
			{"POST", path + "/members", `{"merchant":"x","notify_url":"http://127.0.0.1/` + card + `"}`, "/notify_url"},
			{"POST", path + "/faults", `{"effect":"hang","match":{"number":"` + card + `"}}`, "/match/number"},
			{"POST", path + "/faults", `{"effect":"hang","match":{"merchant":"` + card + `"}}`, "/match/merchant"},
			{"POST", path + "/notification-plans", `{"match":{"number":"` + card + `"},"sendings":[]}`, "/match/number"},
		} {
			got := p.call(row.method, row.path, row.body)
			if strings.Contains(got.body, card) || got.status/100 != 4 {
				t.Errorf("%s %s: %d %s", row.path, row.body, got.status, got.body)
			}
			if got.status == 422 && (got.json["field"] != row.field || got.json["code"] != codeNotTestData || got.json["hint"] == nil) {
				t.Errorf("%s: %s", row.body, got.body)
			}
		}
	}
	if got := p.call("POST", "/v1/worlds/import?world_id=4111111111111111", `{}`); got.status != 422 || got.json["field"] != "world_id" {
		t.Errorf("import: %s", got.body)
	}
}

func TestNumbersThatAreNoCardsAreTaken(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for _, number := range []string{"20260101120000123", "1530374400000000", payerCard, "evt_36000000000008", "4111111111111112", "4111110000001115"} {
		p.want(201, "POST", path+"/faults", `{"effect":"hang","match":{"number":"`+number+`"}}`)
	}
	p.want(201, "POST", "/v1/worlds", `{"world_id":"w-4111111111111111","allow_cards":["4111111111111111"]}`)
}

func TestAWorldHasNoNameThatARouteTakes(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for _, at := range []string{"/v1/worlds", path + "/fork"} {
		if got := p.want(422, "POST", at, `{"world_id":"import"}`); got.json["field"] != "/world_id" || got.json["hint"] == nil {
			t.Errorf("%s: %s", at, got.body)
		}
	}
	file := p.want(200, "GET", path+"/file", "")
	p.want(422, "POST", "/v1/worlds/import?world_id=import", file.body)
}
