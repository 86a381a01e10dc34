package controlapi

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"countersign/simulator/messagingapi"
)

func TestAWorldIsMadeDescribedResetAndDeleted(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	got := p.want(200, "GET", path, "")
	if got.json["protocol_path"] != "/w/w1" || got.json["durable"] != false || got.json["seed"] != 7.0 {
		t.Errorf("%s", got.body)
	}
	for name, n := range map[string]int{"channels": 2, "members": 2, "people": 1} {
		if list, _ := got.json[name].([]any); len(list) != n {
			t.Errorf("%d %s", len(list), name)
		}
	}
	gateway, _ := got.json["messaging"].(map[string]any)
	if gateway["token"] != messagingapi.Token("w1", 7) || gateway["base_path"] != "/w/w1/messaging" {
		t.Errorf("gateway %v", gateway)
	}
	if again := p.want(409, "POST", "/v1/worlds", `{"world_id":"w1"}`); again.json["field"] != "/world_id" || again.json["hint"] == nil {
		t.Errorf("%s", again.body)
	}
	p.want(200, "PATCH", path+"/cards/"+payerCard, `{"balance":1}`)
	if reset := p.want(200, "POST", path+"/reset", ""); !strings.Contains(reset.body, `"balance":500000`) || p.member(path, "bridge-pay") == "" {
		t.Errorf("%s", reset.body)
	}
	if list := p.want(200, "GET", "/v1/worlds", ""); !strings.Contains(list.body, `"world_id":"w1"`) {
		t.Errorf("%s", list.body)
	}
	p.want(204, "DELETE", path, "")
	for _, row := range [][2]string{{"GET", ""}, {"DELETE", ""}, {"POST", "/reset"}, {"GET", "/clock"}, {"GET", "/faults"}, {"GET", "/inbox"}, {"GET", "/journal"}, {"GET", "/truth"}, {"GET", "/export"}, {"GET", "/story/ord_0001"}} {
		if got := p.want(404, row[0], path+row[1], ""); got.json["code"] != "unknown_world" {
			t.Errorf("%s %s: %s", row[0], row[1], got.body)
		}
	}
}

func TestAWorldMayBeNarrowedAndMayListCards(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	got := p.want(201, "POST", "/v1/worlds", `{"world_id":"w1","channels":["lotus-pay"],"allow_cards":["`+realCard+`"]}`)
	if channels, _ := got.json["channels"].([]any); len(channels) != 1 || !strings.Contains(got.body, `"allow_cards":["`+realCard+`"]`) {
		t.Errorf("%s", got.body)
	}
	p.want(201, "POST", "/v1/worlds/w1/cards", card(realCard, payerID))
	if got := p.want(422, "POST", "/v1/worlds", `{"channels":["nobody"]}`); got.json["field"] != "/channels/0" {
		t.Errorf("%s", got.body)
	}
	p.want(422, "POST", "/v1/worlds", `{"clock":{"mode":"real","start":"2018-06-06T11:30:00Z"}}`)
	if got := p.want(201, "POST", "/v1/worlds", `{"template":"empty"}`); !strings.Contains(got.body, `"members":[]`) || !strings.Contains(got.body, `"people":[]`) {
		t.Errorf("%s", got.body)
	}
}

func TestAMerchantHasAMemberAtEveryChannelAndItsHalfOfTheKeys(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	got := p.want(201, "POST", path+"/members", `{"merchant":"shop-1","name_zh":"小店","notify_url":"http://127.0.0.1:1/n"}`)
	members, _ := got.json["members"].([]any)
	if len(members) != 2 {
		t.Fatalf("%s", got.body)
	}
	for _, m := range members {
		row, _ := m.(map[string]any)
		key, _ := row["request_key"].(map[string]any)
		material, _ := key["material"].(string)
		raw, err := base64.StdEncoding.DecodeString(material)
		if err != nil || len(raw) != 32 || row["merchant"] != "shop-1" || key["kid"] == "" {
			t.Errorf("%v", row)
		}
	}
	if again := p.want(409, "POST", path+"/members", `{"merchant":"shop-1"}`); again.json["field"] != "/merchant" {
		t.Errorf("%s", again.body)
	}
	p.want(400, "POST", path+"/members", `{"merchant":"Shop 1"}`)
	p.want(404, "POST", "/v1/worlds/none/members", `{"merchant":"shop-1"}`)
}

// card is a card request.
func card(number, id string) string {
	return fmt.Sprintf(`{"elements":{"name":"林悦","id_type":"resident_id","id_number":%q,"card_number":%q,"mobile":"13900000002"},"balance":1000}`, id, number)
}

func TestOnlyInventedCardsAndPeopleAreTaken(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	got := p.want(201, "POST", path+"/cards", card(otherCard, payerID))
	if got.json["bank"] != "ICBC" || got.json["balance"] != 1000.0 || got.json["state"] != "normal" {
		t.Errorf("%s", got.body)
	}
	for name, row := range map[string]struct{ method, path, body, field string }{
		"real card":          {"POST", "/cards", card(realCard, payerID), "/elements/card_number"},
		"unknown BIN":        {"POST", "/cards", card("9999990000000001016", payerID), "/elements/card_number"},
		"real ID":            {"POST", "/cards", card(otherCard, realID), "/elements/id_number"},
		"bad checksum":       {"POST", "/cards", card(otherCard, "990000198804120136"), "/elements/id_number"},
		"passport":           {"POST", "/cards", strings.Replace(card(otherCard, payerID), "resident_id", "passport", 1), "/elements/id_type"},
		"real card in patch": {"PATCH", "/cards/" + realCard, `{"balance":1}`, "card_number"},
		"real card cancels":  {"POST", "/cards/" + realCard + "/cancel-agreements", `{}`, "card_number"},
		"real card forgets":  {"POST", "/channels/bridge-pay/forget-agreement", `{"card_number":"` + realCard + `"}`, "/card_number"},
	} {
		got := p.want(422, row.method, path+row.path, row.body)
		if got.json["field"] != row.field {
			t.Errorf("%s: %s", name, got.body)
		}
		for _, canary := range []string{realCard, realID, realCard[6:], "13900000002"} {
			if strings.Contains(got.body, canary) {
				t.Errorf("%s: the problem echoes %s", name, canary)
			}
		}
	}
	if export := p.want(200, "GET", path+"/export", ""); strings.Contains(export.body, realCard[6:]) || strings.Contains(export.body, realID) {
		t.Error("the export holds what was refused")
	}
	if people := p.want(200, "GET", path, ""); !strings.Contains(people.body, otherCard) {
		t.Error("the issued card is not among the people")
	}
}

func TestACardChangesAtItsBank(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	got := p.want(200, "PATCH", path+"/cards/"+payerCard, `{"balance":42,"state":"lost","mobile":"13900000009","debit_notice":false}`)
	if got.json["balance"] != 42.0 || got.json["state"] != "lost" || got.json["debit_notice"] != false || !strings.Contains(got.body, `"mobile":"13900000009"`) {
		t.Errorf("%s", got.body)
	}
	p.want(404, "PATCH", path+"/cards/6222020000000009999", `{"balance":42}`)
	p.want(400, "PATCH", path+"/cards/"+payerCard, `{"balance":-1}`)
	p.want(400, "PATCH", path+"/cards/12", `{"balance":1}`)
}
