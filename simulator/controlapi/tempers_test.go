package controlapi

import (
	"slices"
	"strings"
	"testing"
)

// temperRules lists the ids of the rules that the temper of a world has in force, and
// of those of people.
func temperRules(p *plane, path string) (temper, people []string) {
	for _, f := range p.want(200, "GET", path+"/faults", "").json["faults"].([]any) {
		rule := f.(map[string]any)
		if rule["source"] == "temper" {
			temper = append(temper, rule["fault_id"].(string))
			continue
		}
		if len(temper) > 0 {
			p.t.Error("a rule of people stands behind one of the temper")
		}
		people = append(people, rule["fault_id"].(string))
	}
	return temper, people
}

func TestAWorldHasTheTemperItWasMadeWith(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	made := p.want(201, "POST", "/v1/worlds", `{"world_id":"t1","temper":"realistic","oddities":{"sms_lost":0,"busy_done":7},"magic_values":false}`)
	for _, part := range []string{`"temper":"realistic"`, `"sms_lost":0`, `"busy_done":7`, `"magic_values":false`, `"per_number":3`} {
		if !strings.Contains(made.body, part) {
			t.Errorf("%s is not in %s", part, made.body)
		}
	}
	temper, people := temperRules(p, "/v1/worlds/t1")
	if len(people) != 0 || !slices.Contains(temper, "temper_reply_withheld_charge") || slices.Contains(temper, "temper_sms_lost") {
		t.Errorf("%v %v", temper, people)
	}
	if rows := p.want(200, "GET", "/v1/worlds", ""); !strings.Contains(rows.body, `"temper":"realistic"`) {
		t.Errorf("%s", rows.body)
	}
	friendly := p.want(201, "POST", "/v1/worlds", `{"world_id":"t2"}`)
	if !strings.Contains(friendly.body, `"temper":"friendly"`) || !strings.Contains(friendly.body, `"magic_values":true`) || strings.Contains(friendly.body, "fault_budget") {
		t.Errorf("%s", friendly.body)
	}
}

func TestATemperOutlivesResetForkRestoreAndTheClearingOfFaults(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	p.want(201, "POST", path+"/faults", `{"effect":"hang"}`)
	p.want(200, "PATCH", path, `{"temper":"hostile"}`)
	p.want(201, "POST", path+"/faults", `{"effect":"hang","nth":2}`)
	all, people := temperRules(p, path)
	if len(all) < 15 || len(people) != 2 {
		t.Fatalf("%v %v", all, people)
	}
	one := path + "/faults/" + all[0]
	p.want(200, "PATCH", one, `{"enabled":false}`)
	if refused := p.want(422, "DELETE", one, ""); !strings.Contains(refused.body, "temper") {
		t.Errorf("%s", refused.body)
	}
	p.want(204, "DELETE", path+"/faults", "")
	if left, people := temperRules(p, path); !slices.Equal(left, all) || len(people) != 0 {
		t.Errorf("after clearing: %v %v", left, people)
	}
	snapshot := p.want(201, "POST", path+"/snapshots", `{}`).json["snapshot_id"].(string)
	if fork := p.want(201, "POST", path+"/fork", `{"world_id":"w2"}`); fork.json["temper"] != "hostile" {
		t.Errorf("%s", fork.body)
	}
	if forked, _ := temperRules(p, "/v1/worlds/w2"); !slices.Equal(forked, all) {
		t.Errorf("fork: %v", forked)
	}
	p.want(200, "PATCH", path, `{"temper":"friendly"}`)
	if left, _ := temperRules(p, path); len(left) != 0 {
		t.Errorf("friendly: %v", left)
	}
	p.want(200, "POST", path+"/snapshots/"+snapshot+"/restore", "")
	if got := p.want(200, "GET", one, ""); got.json["enabled"] != false {
		t.Errorf("restored: %s", got.body)
	}
	if reset := p.want(200, "POST", path+"/reset", ""); reset.json["temper"] != "hostile" {
		t.Errorf("%s", reset.body)
	}
	if left, _ := temperRules(p, path); !slices.Equal(left, all) {
		t.Errorf("after a reset: %v", left)
	}
}

func TestUnknownOdditiesAreRefusedAndNothingIsHalfDone(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for _, change := range []struct{ body, field string }{
		{`{"temper":"hostile","oddities":{"sms_lots":5},"fault_budget":{"per_world":1}}`, "/oddities/sms_lots"},
		{`{"oddities":{"6222020000000001016":5}}`, "/oddities/?"},
	} {
		got := p.want(422, "PATCH", path, change.body)
		if got.json["field"] != change.field || !strings.Contains(got.json["hint"].(string), "sms_lost") {
			t.Errorf("%s", got.body)
		}
		if strings.Contains(got.body, "6222020000000001016") {
			t.Error("the name comes back")
		}
	}
	for _, bad := range []string{`{"temper":"angry"}`, `{"oddities":{"sms_lost":1001}}`, `{"oddities":{"sms_lost":-1}}`} {
		p.want(400, "PATCH", path, bad)
	}
	if got := p.want(200, "GET", path, ""); got.json["temper"] != "friendly" || strings.Contains(got.body, "fault_budget") {
		t.Errorf("%s", got.body)
	}
	p.want(422, "POST", "/v1/worlds", `{"world_id":"w9","oddities":{"sms_lots":5}}`)
	p.want(404, "GET", "/v1/worlds/w9", "")
}

func TestABudgetOfTheWorldTakesThePlaceOfTheTempers(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	if got := p.want(200, "PATCH", path, `{"temper":"hostile"}`); !strings.Contains(got.body, `"per_number":5`) {
		t.Errorf("%s", got.body)
	}
	if got := p.want(200, "PATCH", path, `{"fault_budget":{}}`); strings.Contains(got.body, "fault_budget") {
		t.Errorf("%s", got.body)
	}
	if got := p.want(200, "PATCH", path, `{"fault_budget":{"per_number":9}}`); !strings.Contains(got.body, `"per_number":9`) {
		t.Errorf("%s", got.body)
	}
}

func TestTheTablesAreListed(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	tempers := p.want(200, "GET", "/v1/tempers", "")
	for _, part := range []string{`"reply_withheld"`, `"friendly":0`, `"COUNTERSIGN_ODDITY_SMS_LOST"`} {
		if !strings.Contains(tempers.body, part) {
			t.Errorf("%s is not listed", part)
		}
	}
	magic := p.want(200, "GET", "/v1/magic-values", "")
	for _, part := range []string{`"88801"`, `"magic_88801"`, `"8801"`, `"999991"`, `"magic_code_expired"`} {
		if !strings.Contains(magic.body, part) {
			t.Errorf("%s is not listed", part)
		}
	}
}
