package controlapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"countersign/contract/control"
	"countersign/simulator"
	"countersign/simulator/fault"
)

func TestARuleIsShownSwitchedAndTakenAway(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	memberNo := p.member(path, "bridge-pay")
	agreementNo := p.sign("w1", memberNo)
	made := p.want(201, "POST", path+"/faults", `{"effect":"withhold_reply","operation":"charge"}`)
	if made.json["enabled"] != true || made.json["matched"] != 0.0 || made.json["hits"] != 0.0 || made.json["spent"] != false || made.json["source"] != "rule" {
		t.Errorf("%s", made.body)
	}
	one := path + "/faults/" + made.json["fault_id"].(string)
	charge := func(orderNo string) bool { return p.charge("w1", memberNo, orderNo, agreementNo).Reply.Withheld }
	if !charge("ord_0001") {
		t.Error("the rule did not strike")
	}
	if off := p.want(200, "PATCH", one, `{"enabled":false}`); off.json["enabled"] != false || off.json["hits"] != 1.0 {
		t.Errorf("%s", off.body)
	}
	if charge("ord_0002") {
		t.Error("a rule that is off struck")
	}
	p.want(200, "PATCH", one, `{"enabled":true}`)
	if !charge("ord_0003") {
		t.Error("the rule did not strike again")
	}
	if got := p.want(200, "GET", one, ""); got.json["hits"] != 2.0 || got.json["matched"] != 2.0 {
		t.Errorf("%s", got.body)
	}
	p.want(400, "PATCH", one, `{}`)
	p.want(204, "DELETE", one, "")
	for _, method := range []string{"GET", "DELETE"} {
		p.want(404, method, one, "")
	}
	p.want(404, "PATCH", one, `{"enabled":true}`)
	p.want(404, "GET", "/v1/worlds/nowhere/faults/flt_1", "")
}

func TestEveryMemberOfARuleComesBackAsItWent(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	memberNo := p.member(path, "bridge-pay")
	for _, rule := range []string{
		`{"effect":"slow","operation":"charge","point":"received","channel_id":"bridge-pay","delay_ms":5,"jitter_ms":7,"every":3,"times":4,"times_per_number":2,"expires_at":"2018-06-07T00:00:00Z"}`,
		`{"effect":"gateway_error","point":"received","operation":"charge","status":503,"permille":5,"match":{"amount_from":1,"amount_to":9,"bank":"ICBC"}}`,
		`{"effect":"clock_skew","point":"committed","skew_ms":-5000,"match":{"number":"ord_1","card_last4":"1016","member_no":"` + memberNo + `","merchant":"demo"}}`,
		`{"effect":"stale_answer","point":"committed","operation":"charge_query","answer":"not_found","nth":2}`,
		`{"effect":"notification_drop","point":"notifying","match":{"event_type":"charge.succeeded","amount":5}}`,
	} {
		var wanted, held any
		made := p.want(201, "POST", path+"/faults", rule)
		_ = json.Unmarshal([]byte(rule), &wanted)
		held = made.json["rule"]
		if fmt.Sprint(wanted) != fmt.Sprint(held) {
			t.Errorf("went %v\ncame %v", wanted, held)
		}
	}
}

func TestAnyRuleWithoutEffectIsRefusedByTheNameOfItsMember(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for rule, field := range map[string]string{
		`{"effect":"hang","match":{"amount_from":9,"amount_to":1}}`:                                               "/match/amount_from",
		`{"effect":"hang","match":{"amount":0}}`:                                                                  "/match/amount",
		`{"effect":"hang","match":{"amount_to":0}}`:                                                               "/match/amount_to",
		`{"effect":"hang","match":{"bank":"CMB"}}`:                                                                "/match/bank",
		`{"effect":"hang","match":{"merchant":"nobody"}}`:                                                         "/match/merchant",
		`{"effect":"hang","match":{"event_type":"charge.declined"}}`:                                              "/match/event_type",
		`{"effect":"hang","match":{"number":"` + realCard + `"}}`:                                                 "/match/number",
		`{"effect":"hang","every":2,"nth":3}`:                                                                     "/nth",
		`{"effect":"hang","nth":3,"times":2}`:                                                                     "/times",
		`{"effect":"hang","operation":"limits","times_per_number":1}`:                                             "/times_per_number",
		`{"effect":"hang","operation":"charge_confirm"}`:                                                          "/operation",
		`{"effect":"hang","status":500}`:                                                                          "/status",
		`{"effect":"gateway_error","status":404}`:                                                                 "/status",
		`{"effect":"clock_skew","skew_ms":0}`:                                                                     "/skew_ms",
		`{"effect":"stale_answer","answer":"declined"}`:                                                           "/answer",
		`{"effect":"stale_answer","operation":"signing_query"}`:                                                   "/answer",
		`{"effect":"not_found","operation":"charge"}`:                                                             "/operation",
		`{"effect":"garbled_body","point":"received"}`:                                                            "/point",
		`{"effect":"hang","jitter_ms":5}`:                                                                         "/jitter_ms",
		`{"effect":"hang","channel_id":"lotus-pay","match":{"member_no":"` + p.member(path, "bridge-pay") + `"}}`: "/match/member_no",
	} {
		got := p.want(422, "POST", path+"/faults", rule)
		if got.json["field"] != field || got.json["hint"] == nil || strings.Contains(got.body, realCard) {
			t.Errorf("%s: %s", rule, got.body)
		}
	}
	if list := p.want(200, "GET", path+"/faults", ""); list.body != `{"faults":[]}` {
		t.Errorf("%s", list.body)
	}
}

func TestTheKindsOfFaultsAreListedWithExamplesThatWork(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	list := p.want(200, "GET", "/v1/fault-kinds", "")
	kinds, _ := list.json["kinds"].([]any)
	if len(kinds) != len(fault.All().Descriptions()) {
		t.Fatalf("%d kinds", len(kinds))
	}
	for _, k := range kinds {
		kind, _ := k.(map[string]any)
		example, err := json.Marshal(kind["example"])
		if err != nil || kind["about"] == "" || kind["points"] == nil || kind["rows"] == nil || kind["parameters"] == nil {
			t.Errorf("%v", kind)
		}
		p.want(201, "POST", path+"/faults", string(example))
	}
}

func TestTheBudgetOfAWorldIsChangedAndShown(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	memberNo := p.member(path, "bridge-pay")
	agreementNo := p.sign("w1", memberNo)
	if got := p.want(200, "GET", path, ""); got.json["fault_budget"] != nil {
		t.Errorf("%s", got.body)
	}
	got := p.want(200, "PATCH", path, `{"fault_budget":{"per_world":1}}`)
	if budget, _ := got.json["fault_budget"].(map[string]any); budget["per_world"] != 1.0 {
		t.Errorf("%s", got.body)
	}
	p.want(201, "POST", path+"/faults", `{"effect":"withhold_reply","operation":"charge"}`)
	var lost []bool
	for i := range 3 {
		lost = append(lost, p.charge("w1", memberNo, fmt.Sprintf("ord_%04d", i), agreementNo).Reply.Withheld)
	}
	if !slices.Equal(lost, []bool{true, false, false}) {
		t.Errorf("%v", lost)
	}
	p.want(400, "PATCH", path, `{"fault_budget":{"per_world":-1}}`)
	p.want(400, "PATCH", path, `{"budget":{}}`)
	p.want(404, "PATCH", "/v1/worlds/nowhere", `{"fault_budget":{}}`)
	if got := p.want(200, "PATCH", path, `{"fault_budget":{}}`); got.json["fault_budget"] != nil {
		t.Errorf("%s", got.body)
	}
}

// FuzzFaultRule holds that no rule from outside breaks a world: what is taken comes
// back the same and can be completed again, what is refused names a member or the
// rule as a whole, and the world charges on.
func FuzzFaultRule(f *testing.F) {
	for _, d := range fault.All().Descriptions() {
		example, err := json.Marshal(requestOf(&d.Example))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(example))
	}
	f.Add(`{"effect":"hang","match":{"amount_from":9,"amount_to":1}}`)
	f.Add(`{"effect":"slow","delay_ms":-1,"jitter_ms":9223372036854775807}`)
	p := newPlane(f)
	p.world("w1")
	var template *simulator.Template
	if err := p.engine.Read("w1", func(w *simulator.World) { template = w.Template() }); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var wanted control.FaultRequest
		if json.Unmarshal([]byte(text), &wanted) != nil {
			return
		}
		rule, err := ruleOf(&wanted)
		if err != nil {
			return
		}
		w := simulator.NewWorld("fuzz", 7, start, template, fault.All())
		out := w.Step(simulator.Input{Now: start, Command: simulator.AddFault{Rule: rule}})
		if out.Problem != nil {
			if out.Problem.Field == "" || faultMember(out.Problem.Field) == "" || len(w.Faults()) != 0 {
				t.Errorf("%s: %+v", text, out.Problem)
			}
			return
		}
		view, _ := w.Fault(out.FaultID)
		back := requestOf(&view.FaultRule)
		again, err := ruleOf(&back)
		if err != nil {
			t.Fatalf("%s: shown as %+v, which is refused: %v", text, back, err)
		}
		if out := w.Step(simulator.Input{Now: start, Command: simulator.AddFault{Rule: again}}); out.Problem != nil {
			t.Errorf("%s: shown as %+v, which is refused: %v", text, back, out.Problem)
		}
		w.Step(simulator.Input{Now: start, Command: simulator.Tick{}})
	})
}
