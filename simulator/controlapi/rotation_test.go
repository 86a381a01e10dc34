package controlapi

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestKeysAreRotatedAndHandedOut(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("wld_keys")
	no := p.member(path, "bridge-pay")
	got := p.want(200, "POST", path+"/members/"+no+"/rotate-keys", `{"overlap_seconds":60}`)
	request, _ := got.json["request_key"].(map[string]any)
	if request["kid"] != no+"-request-2" || request["material"] == "" {
		t.Errorf("%s", got.body)
	}
	got = p.want(200, "POST", path+"/members/"+no+"/rotate-keys", "")
	if !strings.Contains(got.body, no+"-reply-3") {
		t.Errorf("%s", got.body)
	}
	if shown := p.want(200, "GET", path, ""); !strings.Contains(shown.body, no+"-request-3") {
		t.Errorf("the world shows other keys: %s", shown.body)
	}
	p.want(404, "POST", path+"/members/M00000000000009/rotate-keys", "")
	p.want(404, "POST", "/v1/worlds/wld_none/members/"+no+"/rotate-keys", "")
	for _, body := range []string{`{"overlap_seconds":-1}`, `{"overlap_seconds":2592001}`, `{"overlap":5}`} {
		if got := p.call("POST", path+"/members/"+no+"/rotate-keys", body); got.status != 400 && got.status != 422 {
			t.Errorf("%s: %d", body, got.status)
		}
	}
}

func TestABankIsSlowedAndSpedUp(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("wld_bank")
	got := p.want(200, "PATCH", path+"/banks/ICBC", `{"settle_after_seconds":30}`)
	if got.json["settle_after_seconds"] != float64(30) || got.json["sms_delay_seconds"] != float64(0) || got.json["name_en"] != "ICBC" {
		t.Errorf("%s", got.body)
	}
	got = p.want(200, "PATCH", path+"/banks/ICBC", `{"sms_delay_seconds":5}`)
	if got.json["settle_after_seconds"] != float64(30) || got.json["sms_delay_seconds"] != float64(5) {
		t.Errorf("%s", got.body)
	}
	p.want(404, "PATCH", path+"/banks/ABC", `{}`)
	for _, body := range []string{`{"settle_after_seconds":-1}`, `{"sms_delay_seconds":86401}`, `{"pace":1}`} {
		if got := p.call("PATCH", path+"/banks/ICBC", body); got.status != 400 && got.status != 422 {
			t.Errorf("%s: %d", body, got.status)
		}
	}
}

func TestAReversalStandsInTheTruth(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("wld_reversal")
	no := p.member(path, "bridge-pay")
	agreement := p.sign("wld_reversal", no)
	p.want(201, "POST", path+"/faults", `{"effect":"bank_reverses","delay_ms":60000,"times":1}`)
	p.charge("wld_reversal", no, "ord_0001", agreement)
	p.want(200, "POST", path+"/clock", `{"by_ms":60000}`)
	var truth struct {
		Ledger []struct {
			Kind   string `json:"kind"`
			Amount int64  `json:"amount"`
		} `json:"ledger"`
		Charges []struct {
			Status string `json:"status"`
		} `json:"charges"`
	}
	if err := json.Unmarshal([]byte(p.want(200, "GET", path+"/truth", "").body), &truth); err != nil {
		t.Fatal(err)
	}
	if len(truth.Ledger) != 2 || truth.Ledger[0].Kind != "debit" || truth.Ledger[1].Kind != "reversal" || truth.Ledger[1].Amount != 1234 {
		t.Errorf("ledger %+v", truth.Ledger)
	}
	if len(truth.Charges) != 1 || truth.Charges[0].Status != "processing" {
		t.Errorf("charges %+v", truth.Charges)
	}
	if story := p.want(200, "GET", path+"/story/ord_0001", ""); !strings.Contains(story.body, "revers") {
		t.Errorf("the story is silent about it: %s", story.body)
	}
}

func TestFaultsOfBanksTextsAndKeysAreTakenFromTheWire(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("wld_effects")
	for _, body := range []string{
		`{"effect":"bank_silent"}`, `{"effect":"bank_reverses"}`, `{"effect":"late_debit","reason":"limit_daily","delay_ms":5}`,
		`{"effect":"partial_debit","amount":100}`, `{"effect":"agreement_revoked","times":1}`, `{"effect":"code_unrecorded"}`,
		`{"effect":"code_leading_zero"}`, `{"effect":"sms_late","delay_ms":10,"jitter_ms":5}`, `{"effect":"sms_lose","operation":"sms"}`,
		`{"effect":"sms_duplicate","copies":2}`, `{"effect":"sms_reorder","delay_ms":1000}`, `{"effect":"key_rotate","every":500,"delay_ms":1000}`,
	} {
		if got := p.call("POST", path+"/faults", body); got.status != 201 {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
	for field, body := range map[string]string{
		"/amount": `{"effect":"partial_debit"}`, "/delay_ms": `{"effect":"sms_late"}`, "/copies": `{"effect":"sms_duplicate","copies":50}`,
		"/reason": `{"effect":"late_debit","reason":"risk_held"}`, "/operation": `{"effect":"sms_lose","operation":"refund"}`,
	} {
		if got := p.call("POST", path+"/faults", body); got.status != 422 || got.json["field"] != field {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
}
