package controlapi

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/simulator"
)

func TestTheClockIsReadAndSet(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	if got := p.want(200, "GET", path+"/clock", ""); got.json["now"] != "2018-06-06T11:30:00Z" || got.json["virtual"] != true || got.json["busy"] != 0.0 {
		t.Errorf("%s", got.body)
	}
	if got := p.want(200, "POST", path+"/clock", `{"to":"2018-06-06T12:30:00Z"}`); got.json["now"] != "2018-06-06T12:30:00Z" || got.json["fired"] == nil {
		t.Errorf("%s", got.body)
	}
	p.want(200, "POST", path+"/clock", `{"next":true}`)
	if got := p.want(422, "POST", path+"/clock", `{"to":"2018-06-06T12:29:59Z"}`); got.json["field"] != "/to" || got.json["hint"] == nil {
		t.Errorf("%s", got.body)
	}
	p.want(422, "POST", path+"/clock", `{}`)
	p.want(422, "POST", path+"/clock", `{"next":true,"to":"2018-06-06T13:30:00Z"}`)
	p.want(400, "POST", path+"/clock", `{"to":"tomorrow"}`)
	p.want(400, "POST", path+"/clock", "")
	p.want(201, "POST", "/v1/worlds", `{"world_id":"real"}`)
	p.want(422, "POST", "/v1/worlds/real/clock", `{"next":true}`)
}

func TestFaultRulesComeAndGo(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for _, rule := range []string{
		`{"effect":"decline","operation":"charge","reason":"insufficient_balance","match":{"card_last4":"1016","amount":5}}`,
		`{"effect":"maintenance","channel_id":"bridge-pay","times":1}`,
		`{"effect":"withhold_reply","operation":"charge","point":"committed","nth":2}`,
		`{"effect":"hang","operation":"charge_query","permille":100}`,
		`{"effect":"slow","operation":"charge","delay_ms":3000,"expires_at":"2018-06-07T00:00:00Z"}`,
		`{"effect":"notification_drop"}`, `{"effect":"notification_duplicate","copies":2}`, `{"effect":"notification_late","delay_ms":1000}`,
		`{"effect":"slow","operation":"charge","delay_ms":500}`, `{"effect":"slow","operation":"charge","delay_ms":86400000}`,
	} {
		got := p.want(201, "POST", path+"/faults", rule)
		id, _ := got.json["fault_id"].(string)
		list := p.want(200, "GET", path+"/faults", "")
		faults, _ := list.json["faults"].([]any)
		if len(faults) != 1 {
			t.Fatalf("%s", list.body)
		}
		held, _ := faults[0].(map[string]any)["rule"].(map[string]any)
		var wanted map[string]any
		_ = json.Unmarshal([]byte(rule), &wanted)
		for name, value := range wanted {
			if fmt.Sprint(held[name]) != fmt.Sprint(value) {
				t.Errorf("%s: %s is held as %v", rule, name, held[name])
			}
		}
		p.want(204, "DELETE", path+"/faults/"+id, "")
		p.want(404, "DELETE", path+"/faults/"+id, "")
	}
	p.want(201, "POST", path+"/faults", `{"effect":"notification_drop"}`)
	p.want(204, "DELETE", path+"/faults", "")
	if list := p.want(200, "GET", path+"/faults", ""); list.body != `{"faults":[]}` {
		t.Errorf("%s", list.body)
	}
}

func TestARuleThatCouldHaveNoEffectIsRefused(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for rule, field := range map[string]string{
		`{"effect":"decline","operation":"charge"}`:                      "/reason",
		`{"effect":"decline","operation":"limits","reason":"card_lost"}`: "/operation",
		`{"effect":"hang","channel_id":"nobody"}`:                        "/channel_id",
		`{"effect":"hang","match":{"member_no":"M000000"}}`:              "/match/member_no",
		`{"effect":"slow","operation":"charge"}`:                         "/delay_ms",
		`{"effect":"hang","delay_ms":1000}`:                              "/delay_ms",
		`{"effect":"hang","point":"texting"}`:                            "/point",
		`{"effect":"hang","operation":"limits","match":{"amount":5}}`:    "/match/amount",
		`{"effect":"hang","nth":1,"permille":5}`:                         "/nth",
		`{"effect":"hang","expires_at":"2018-06-06T11:29:00Z"}`:          "/expires_at",
	} {
		if got := p.want(422, "POST", path+"/faults", rule); got.json["field"] != field || got.json["hint"] == nil {
			t.Errorf("%s: %s", rule, got.body)
		}
	}
	if got := p.want(422, "POST", path+"/faults", `{"effect":"slow","operation":"charge"}`); !strings.Contains(got.body, "milliseconds") {
		t.Errorf("the unit of delay_ms is not told: %s", got.body)
	}
	p.want(400, "POST", path+"/faults", `{"effect":"slow","operation":"charge","delay_ms":2592000001}`)
	p.want(400, "POST", path+"/faults", `{"effect":"explode"}`)
	p.want(400, "POST", path+"/faults", `{"effect":"hang","point":"replying"}`)
	p.want(400, "POST", path+"/faults", `{"effect":"hang","unknown":1}`)
}

func TestTheInboxWaitsFiltersAndGoesOn(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	var waiting sync.WaitGroup
	waiting.Go(func() {
		got := p.call("GET", path+"/inbox?to="+payerMobile+"&about=signing&sender=bank&medium=sms&wait_ms=10000", "")
		if !strings.Contains(got.body, `"code":`) || !strings.Contains(got.body, `"brand":"工商银行"`) {
			t.Errorf("%s", got.body)
		}
	})
	memberNo := p.member(path, "bridge-pay")
	agreementNo := p.sign("w1", memberNo)
	waiting.Wait()
	p.charge("w1", memberNo, "ord_0001", agreementNo)
	all := p.want(200, "GET", path+"/inbox", "")
	if messages, _ := all.json["messages"].([]any); len(messages) != 2 {
		t.Fatalf("%s", all.body)
	}
	after := p.want(200, "GET", path+"/inbox?after=1", "")
	if messages, _ := after.json["messages"].([]any); len(messages) != 1 || after.json["cursor"] != 2.0 {
		t.Errorf("%s", after.body)
	}
	if one := p.want(200, "GET", path+"/inbox?limit=1", ""); one.json["cursor"] != 1.0 {
		t.Errorf("%s", one.body)
	}
	begun := time.Now()
	if none := p.want(200, "GET", path+"/inbox?after=2&wait_ms=50", ""); none.json["cursor"] != 2.0 || time.Since(begun) < 50*time.Millisecond {
		t.Errorf("%s", none.body)
	}
	for _, query := range []string{"?medium=wechat", "?sender=platform", "?to=wx-nobody", "?reference=ord_none"} {
		if got := p.want(200, "GET", path+"/inbox"+query, ""); !strings.Contains(got.body, `"messages":[]`) {
			t.Errorf("%s: %s", query, got.body)
		}
	}
	for _, query := range []string{"?wait_ms=60001", "?limit=0", "?after=-1", "?about=weather", "?limit=a", "?limit=1&limit=2"} {
		p.want(400, "GET", path+"/inbox"+query, "")
	}
}

func TestJournalTruthAndStoryTellWhatHappened(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	memberNo := p.member(path, "bridge-pay")
	agreementNo := p.sign("w1", memberNo)
	p.want(201, "POST", path+"/faults", `{"effect":"withhold_reply","operation":"charge","times":1}`)
	if out := p.charge("w1", memberNo, "ord_0001", agreementNo); !out.Reply.Withheld {
		t.Fatal("the reply was not withheld")
	}
	p.charge("w1", memberNo, "ord_0001", agreementNo)
	truth := p.want(200, "GET", path+"/truth", "")
	if ledger, _ := truth.json["ledger"].([]any); len(ledger) != 1 || !strings.Contains(truth.body, `"card_last4":"1016"`) || strings.Contains(truth.body, payerCard) {
		t.Errorf("%s", truth.body)
	}
	journal := p.want(200, "GET", path+"/journal?operation=charge&number=ord_0001&channel_id=bridge-pay", "")
	if rows, _ := journal.json["rows"].([]any); len(rows) != 2 || !strings.Contains(journal.body, `"faults":["flt_1"]`) || !strings.Contains(journal.body, `"status":0`) {
		t.Errorf("%s", journal.body)
	}
	if one := p.want(200, "GET", path+"/journal?limit=1", ""); one.json["cursor"] != 1.0 {
		t.Errorf("%s", one.body)
	}
	var story struct {
		Steps []struct {
			From, To, What, Outcome string
			Lost                    bool
		}
	}
	text := p.want(200, "GET", path+"/story/ord_0001", "")
	if err := json.Unmarshal([]byte(text.body), &story); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, s := range story.Steps {
		lines = append(lines, fmt.Sprintf("%s>%s %s %v", s.From, s.To, s.What, s.Lost))
	}
	want := "platform>bridge-pay signing apply false|ICBC>handset SMS about signing false|platform>bridge-pay signing confirm false|" +
		"platform>bridge-pay charge false|bridge-pay>ICBC debit 12.34 CNY, card ending 1016 false|ICBC>handset SMS about debit notice false|" +
		"bridge-pay>platform answer to charge true|platform>bridge-pay charge false"
	if strings.Join(lines, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(lines, "|"), want)
	}
	signed := p.want(200, "GET", path+"/story/sgn_0001", "")
	if !strings.Contains(signed.body, `"what":"SMS about signing"`) || strings.Index(signed.body, "signing apply") > strings.Index(signed.body, "SMS about signing") {
		t.Errorf("%s", signed.body)
	}
	p.want(404, "GET", path+"/story/ord_none", "")
}

func TestEachTryOfANotificationIsARowAndAStep(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	const url = "http://127.0.0.1:1/notify?a=b"
	p.want(201, "POST", path+"/members", `{"merchant":"told","notify_url":"`+url+`"}`)
	var memberNo string
	_ = p.engine.Read("w1", func(w *simulator.World) {
		for _, m := range w.Members() {
			if m.Merchant == "told" && m.ChannelID == "bridge-pay" {
				memberNo = m.MemberNo
			}
		}
	})
	p.want(201, "POST", path+"/faults", `{"effect":"notification_drop","times":1,"match":{"number":"ord_0001"}}`)
	p.charge("w1", memberNo, "ord_0001", p.sign("w1", memberNo))
	p.want(200, "POST", path+"/clock", `{"to":"2018-06-06T12:30:00Z"}`)
	var journal struct {
		Rows []struct {
			Direction, Method, Target, Cause string
			Status                           int
			Faults                           []string
		}
	}
	text := p.want(200, "GET", path+"/journal?operation=notification&number=ord_0001", "").body
	if err := json.Unmarshal([]byte(text), &journal); err != nil || len(journal.Rows) != 2 {
		t.Fatalf("%s %v", text, err)
	}
	for i, cause := range []string{"charge.succeeded: dropped by flt_1", "charge.succeeded: not_acknowledged"} {
		row := journal.Rows[i]
		if row.Direction != "out" || row.Method != "POST" || row.Target != url || row.Status != 0 || row.Cause != cause || len(row.Faults) != 1-i {
			t.Errorf("try %d: %+v", i+1, row)
		}
	}
	story := p.want(200, "GET", path+"/story/ord_0001", "").body
	if strings.Count(story, "notification charge.succeeded") != 2 || strings.Count(story, "dropped by flt_1") != 1 {
		t.Errorf("%s", story)
	}
}

func TestTheCustomerCancelsAtTheBank(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	p.sign("w1", p.member(path, "bridge-pay"))
	cancel := path + "/cards/" + payerCard + "/cancel-agreements"
	if got := p.want(200, "POST", cancel, `{"channel_id":"lotus-pay"}`); got.body != `{"ended":0}` {
		t.Errorf("%s", got.body)
	}
	if got := p.want(200, "POST", cancel, `{}`); got.body != `{"ended":1}` {
		t.Errorf("%s", got.body)
	}
	if got := p.want(200, "POST", cancel, `{}`); got.body != `{"ended":0}` {
		t.Errorf("%s", got.body)
	}
	p.want(422, "POST", cancel, `{"channel_id":"nobody"}`)
	p.want(404, "POST", path+"/cards/6222020000000009999/cancel-agreements", `{}`)
	if truth := p.want(200, "GET", path+"/truth", ""); !strings.Contains(truth.body, `"status":"cancelled_at_bank"`) {
		t.Errorf("%s", truth.body)
	}
}

func TestAChannelLosesAnAgreement(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	memberNo := p.member(path, "bridge-pay")
	agreementNo := p.sign("w1", memberNo)
	body := `{"card_number":"` + payerCard + `"}`
	if got := p.want(200, "POST", path+"/channels/lotus-pay/forget-agreement", body); got.body != `{"ended":0}` {
		t.Errorf("%s", got.body)
	}
	if got := p.want(200, "POST", path+"/channels/bridge-pay/forget-agreement", body); got.body != `{"ended":1}` {
		t.Errorf("%s", got.body)
	}
	if out := p.charge("w1", memberNo, "ord_0001", agreementNo); out.Charge == nil || out.Charge.Reason != simulator.ReasonAgreementMissing {
		t.Errorf("%+v", out)
	}
	p.want(404, "POST", path+"/channels/nobody/forget-agreement", body)
}

func TestAChannelIsSwitchedAndItsLimitsChange(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1") + "/channels/bridge-pay"
	for _, state := range []string{"maintenance", "open", "retired"} {
		if got := p.want(200, "PATCH", path, fmt.Sprintf(`{"state":%q}`, state)); got.json["state"] != state {
			t.Errorf("%s: %s", state, got.body)
		}
	}
	profile, err := json.Marshal(p.want(200, "PATCH", path, `{}`).json["profile"])
	if err != nil {
		t.Fatal(err)
	}
	lower := strings.Replace(string(profile), `"single":1000000`, `"single":99`, 1)
	p.want(200, "PATCH", path, `{"profile":`+lower+`}`)
	if got := p.want(200, "PATCH", path, `{"state":"open"}`); !strings.Contains(got.body, `"single":99`) {
		t.Errorf("%s", got.body)
	}
	p.want(404, "PATCH", "/v1/worlds/w1/channels/nobody", `{"state":"open"}`)
	p.want(400, "PATCH", path, `{"state":"broken"}`)
}

func TestAChannelIsGivenAnotherProfile(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1") + "/channels/bridge-pay"
	shown, err := json.Marshal(p.want(200, "PATCH", path, `{}`).json["profile"])
	if err != nil {
		t.Fatal(err)
	}
	with := func(old, text string) string {
		changed := strings.Replace(string(shown), old, text, 1)
		if changed == string(shown) {
			t.Fatalf("%s is not in %s", old, shown)
		}
		return `{"profile":` + changed + `}`
	}
	for name, row := range map[string]struct{ body, field string }{
		"another algorithm": {with(`"signature_alg":"HS256"`, `"signature_alg":"EdDSA"`), "/profile/signature_alg"},
		"another channel":   {with(`"channel_id":"bridge-pay"`, `"channel_id":"lotus-pay"`), "/profile/channel_id"},
		"a contradiction":   {with(`"charge_by":"agreement"`, `"charge_by":"elements"`), "/profile"},
		"an unknown bank":   {with(`"bank":"ICBC"`, `"bank":"NONE"`), "/profile"},
	} {
		if got := p.want(422, "PATCH", path, row.body); got.json["field"] != row.field {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	all := `{"state":"open","profile":{"agreement_channel":true,"agreement_lifetime_days":30,` +
		`"banks":[{"bank":"ICBC","card_types":["debit","credit"],"daily":3,"daily_count":4,"monthly":5,"single":2}],"binds":true,` +
		`"channel_id":"bridge-pay","charge_by":"agreement","close_offered":false,` +
		`"code":{"length":4,"lifetime_seconds":60,"resend":"same_code","resend_gap_seconds":10,"tries":3},"code_on_every_payment":true,` +
		`"expiry_honoured":false,"final_codes":["maintenance","order_closed"],"idempotent":false,"kind":"code_every_payment",` +
		`"maintenance":[{"from":"2018-06-07T00:00:00Z","to":"2018-06-07T01:00:00Z"}],"max_in_flight_seconds":9,"merchant_in_sms":true,` +
		`"name_en":"Other","name_zh":"别家","notification":{"ack":"event_id","schedule_seconds":[1,2]},"payment_code_sender":"third_party",` +
		`"platform_sms":false,"query_keys":["order_no"],"sender":"third_party","signature_alg":"HS256","sms_brand_zh":"别家付","verifier":"third_party"}}`
	var wanted struct {
		Profile map[string]any
	}
	if err := json.Unmarshal([]byte(all), &wanted); err != nil {
		t.Fatal(err)
	}
	if got := p.want(200, "PATCH", path, all); !reflect.DeepEqual(got.json["profile"], any(wanted.Profile)) || got.json["state"] != "open" {
		t.Errorf("got  %v\nwant %v", got.json["profile"], wanted.Profile)
	}
	p.want(200, "POST", "/v1/worlds/w1/clock", `{"to":"2018-06-07T00:30:00Z"}`)
	if got := p.want(200, "PATCH", path, `{}`); got.json["state"] != "maintenance" {
		t.Errorf("the announced window does not count: %v", got.json["state"])
	}
}

func TestWindowsByTheHourOutliveAnotherProfile(t *testing.T) {
	t.Parallel()
	windows := daily([]simulator.Window{{From: "23:30", To: "00:30"}, {From: "2018-06-07T00:00:00Z", To: "2018-06-07T01:00:00Z"}})
	if len(windows) != 1 || windows[0].From != "23:30" {
		t.Errorf("%v", windows)
	}
}

func TestSameSeedAndSameCallsGiveTheSameExport(t *testing.T) {
	t.Parallel()
	var exports []string
	for range 2 {
		p := newPlane(t, func(c *Config) {})
		path := p.world("w1")
		p.want(200, "PATCH", path+"/cards/"+payerCard, `{"balance":1}`)
		p.want(200, "POST", path+"/clock", `{"to":"2018-06-07T00:00:00Z"}`)
		exports = append(exports, p.want(200, "GET", path+"/export", "").body)
	}
	if exports[0] != exports[1] {
		t.Error("the exports differ")
	}
}
