package controlapi

import (
	"strings"
	"testing"

	"countersign/simulator"
)

func TestAnUnknownMemberOrParameterIsNamed(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for _, row := range []struct{ method, path, body, field string }{
		{"POST", "/v1/worlds", `{"xx":1}`, "/xx"},
		{"POST", "/v1/worlds", `{"clock":{"mode":"virtual","Begin":1}}`, "/clock/Begin"},
		{"POST", path + "/faults", `{"effect":"hang","match":{"zz":1}}`, "/match/zz"},
		{"POST", "/v1/worlds", `{"6222021234567890128":1}`, "/?"},
		{"GET", path + "/inbox?zzz=1", "", "zzz"},
		{"GET", path + "/journal?limit=1&member=M1", "", "member"},
		{"GET", "/v1/worlds?x=", "", "x"},
		{"DELETE", path + "/faults?all=1", "", "all"},
	} {
		if got := p.want(400, row.method, row.path, row.body); got.json["field"] != row.field || got.json["code"] != "invalid_request" {
			t.Errorf("%s %s %s: %s", row.method, row.path, row.body, got.body)
		}
	}
	p.want(200, "GET", path+"/journal?limit=1&operation=charge", "")
}

func TestARefusedMethodTellsTheAllowedOnes(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for target, allow := range map[string]string{
		"/v1/worlds": "GET, POST", path + "/faults": "DELETE, GET, POST", path + "/truth": "GET", "/livez": "GET, HEAD",
	} {
		if got := p.want(405, "PUT", target, ""); got.header.Get("Allow") != allow || got.json["code"] != "method_not_allowed" {
			t.Errorf("%s: Allow %q: %s", target, got.header.Get("Allow"), got.body)
		}
	}
}

func TestAPathIsTakenAsItIsWritten(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for _, target := range []string{
		"//v1/worlds", "/v1/worlds/../worlds", "/v1//worlds", "/v1/worlds/", "/v1%2fworlds", path + "%2Ftruth", "/./v1/worlds",
	} {
		if got := p.want(404, "GET", target, ""); got.json["code"] != "not_found" || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s", target, got.body)
		}
	}
}

func TestNothingThatCouldBeACardIsKeptInATextOfTheControlPlane(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for _, row := range []struct{ path, body, field string }{
		{"/v1/worlds", `{"world_id":"w-` + realCard + `"}`, "/world_id"},
		{path + "/faults", `{"effect":"hang","match":{"number":"` + realCard + `"}}`, "/match/number"},
		{path + "/members", `{"merchant":"other","name_zh":"小贷\n【银行】"}`, "/name_zh"},
	} {
		if got := p.want(422, "POST", row.path, row.body); got.json["field"] != row.field || strings.Contains(got.body, realCard) {
			t.Errorf("%s: %s", row.body, got.body)
		}
	}
	p.want(201, "POST", path+"/faults", `{"effect":"hang","match":{"number":"`+payerCard+`"}}`)
	if list := p.want(200, "GET", "/v1/worlds", ""); strings.Contains(list.body, realCard) {
		t.Errorf("%s", list.body)
	}
}

func TestTheColumnsOfTheJournalShowNoCard(t *testing.T) {
	t.Parallel()
	const likeACard, member = "6222021234567890128", "M51074012348197"
	row := rowOf(&simulator.JournalRow{Ref: likeACard, MemberNo: member, Operation: simulator.OpElementCheck})
	if *row.Number != "622202*********0128" || *row.MemberNo != member {
		t.Errorf("number %s, member_no %s", *row.Number, *row.MemberNo)
	}
}
