package controlapi

import (
	"strings"
	"testing"

	"countersign/simulator"
)

// toldMember makes a member whose notifications reach nobody.
func (p *plane) toldMember(path, world string) string {
	p.t.Helper()
	p.want(201, "POST", path+"/members", `{"merchant":"told","notify_url":"http://127.0.0.1:1/n"}`)
	var memberNo string
	_ = p.engine.Read(world, func(w *simulator.World) {
		for _, m := range w.Members() {
			if m.Merchant == "told" && m.ChannelID == "bridge-pay" {
				memberNo = m.MemberNo
			}
		}
	})
	return memberNo
}

func TestANotificationPlanIsFollowedLoggedAndSentAgainByHand(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("plans")
	memberNo := p.toldMember(path, "plans")
	agreement := p.sign("plans", memberNo)
	made := p.want(201, "POST", path+"/notification-plans",
		`{"match":{"number":"ord_0001","event_type":"charge.succeeded"},"sendings":[{"after_ms":1000,"variant":"wrong_key"},{"after_ms":1000,"copies":2}]}`)
	id, _ := made.json["plan_id"].(string)
	p.charge("plans", memberNo, "ord_0001", agreement)
	p.want(200, "POST", path+"/clock", `{"to":"2018-06-06T12:30:00Z"}`)
	listed := p.want(200, "GET", path+"/notification-plans", "")
	if !strings.Contains(listed.body, `"used":1`) || !strings.Contains(listed.body, `"after_ms":1000,"variant":"wrong_key"`) {
		t.Errorf("plans: %s", listed.body)
	}
	log := p.want(200, "GET", path+"/deliveries?number=ord_0001", "")
	rows, _ := log.json["deliveries"].([]any)
	if len(rows) != 2 {
		t.Fatalf("log: %s", log.body)
	}
	first, _ := rows[0].(map[string]any)
	second, _ := rows[1].(map[string]any)
	cause, _ := first["cause"].(float64)
	if first["variant"] != "wrong_key" || first["plan_id"] != id || first["outcome"] != "not_acknowledged" || cause == 0 ||
		second["variant"] != "plain" || second["copies"] != 2.0 || len(second["rows"].([]any)) != 2 {
		t.Errorf("log: %s", log.body)
	}
	event, _ := first["event_id"].(string)
	p.want(202, "POST", path+"/events/"+event+"/redeliver", `{"variant":"unsigned","copies":3}`)
	p.want(202, "POST", path+"/events/"+event+"/redeliver", "")
	p.want(400, "POST", path+"/events/"+event+"/redeliver", `{"copies":10001}`)
	p.want(404, "POST", path+"/events/evt_none/redeliver", `{}`)
	p.want(200, "POST", path+"/clock", `{"to":"2018-06-06T12:31:00Z"}`)
	more := p.want(200, "GET", path+"/deliveries?limit=1&after=4&event_id="+event, "")
	if !strings.Contains(more.body, `"variant":"unsigned"`) || more.json["cursor"] != 5.0 {
		t.Errorf("log: %s", more.body)
	}
	journal := p.want(200, "GET", path+"/journal?operation=notification", "")
	if !strings.Contains(journal.body, `"variant":"wrong_key"`) || strings.Count(journal.body, `"variant":"unsigned"`) != 3 {
		t.Errorf("journal: %s", journal.body)
	}
	p.want(204, "DELETE", path+"/notification-plans/"+id, "")
	p.want(404, "DELETE", path+"/notification-plans/"+id, "")
}

func TestAPlanThatCouldNeverMatchIsRefusedWithItsField(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("bad-plans")
	for body, field := range map[string]string{
		`{"sendings":[{"variant":"replay"}]}`:                                                            "/sendings/0/variant",
		`{"sendings":[],"order":"before_answer"}`:                                                        "/order",
		`{"sendings":[],"channel_id":"none"}`:                                                            "/channel_id",
		`{"sendings":[],"match":{"younger_than_ms":60000}}`:                                              "/match/younger_than_ms",
		`{"sendings":[],"match":{"member_no":"M-none"}}`:                                                 "/match/member_no",
		`{"sendings":[],"match":{"amount":1,"event_type":"signing.signed"}}`:                             "/match/event_type",
		`{"sendings":[{"variant":"contradict"}],"match":{"event_type":"agreement.ended"}}`:               "/sendings/0/variant",
		`{"sendings":[{"variant":"wrong_amount"}],"match":{"event_type":"signing.signed"}}`:              "/sendings/0/variant",
		`{"sendings":[{"after_ms":5}],"order":"before_answer","match":{"event_type":"charge.declined"}}`: "/sendings/0/after_ms",
	} {
		got := p.want(422, "POST", path+"/notification-plans", body)
		if got.json["field"] != field || got.json["hint"] == nil {
			t.Errorf("%s: %s", body, got.body)
		}
	}
	if got := p.want(200, "GET", path+"/notification-plans", ""); got.body != `{"plans":[]}`+"\n" && got.body != `{"plans":[]}` {
		t.Errorf("in force: %s", got.body)
	}
}
