package httpapi

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"countersign/simulator"
)

// limits is a call that changes nothing, at the world's instant.
func (f *field) limits(channel string, after time.Duration) call {
	c := f.at(channel, "GET", "/v1/limits?member_no="+f.members[channel].MemberNo, "")
	c.claims["iat"] = start.Add(after).Unix()
	return c
}

// rotate rotates a member's keys and takes the new ones for the channel's answers.
func (f *field) rotate(channel string, overlap time.Duration) {
	f.t.Helper()
	m, err := f.engine.RotateKeys(f.t.Context(), f.world, f.members[channel].MemberNo, overlap)
	if err != nil {
		f.t.Fatal(err)
	}
	f.members[channel] = m
}

func TestTheOldKeyIsTakenUntilTheOverlapIsOver(t *testing.T) {
	t.Parallel()
	for _, channel := range []string{"bridge-pay", "lotus-pay"} {
		t.Run(channel, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			old := f.limits(channel, 0)
			if got := f.send(old); got.status != http.StatusOK {
				t.Fatalf("before: %d", got.status)
			}
			f.rotate(channel, time.Minute)
			m := f.members[channel]
			for name, c := range map[string]call{"old": old, "new": f.limits(channel, 0)} {
				if got := f.send(c); got.status != http.StatusOK || got.protected["kid"] != m.MemberNo+"-reply-2" {
					t.Errorf("%s key: %d, answered under %v", name, got.status, got.protected["kid"])
				}
			}
			mixed := old
			mixed.claims = map[string]any{"aud": channel, "alg": m.Keys.Alg, "kid": m.Keys.Request.KID}
			if got := f.send(mixed); got.status != http.StatusUnauthorized {
				t.Errorf("the old key under the new kid: %d", got.status)
			}
			if _, err := f.engine.SetClock(t.Context(), f.world, start.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			got := f.send(old)
			finding, _ := got.json["signature"].(map[string]any)
			if got.status != http.StatusUnauthorized || finding["wrong"] != "kid" || !strings.Contains(got.body, "rotated out") {
				t.Errorf("after the overlap: %d %s", got.status, got.body)
			}
			if got := f.send(f.limits(channel, time.Minute)); got.status != http.StatusOK {
				t.Errorf("the new key: %d", got.status)
			}
		})
	}
}

func TestWithoutOverlapTheOldKeyEndsAtOnce(t *testing.T) {
	t.Parallel()
	f := newField(t)
	old := f.limits("bridge-pay", 0)
	f.rotate("bridge-pay", 0)
	if got := f.send(old); got.status != http.StatusUnauthorized || got.header.Get(signatureHeader) != "" {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestAFaultRotatesKeysBetweenTwoAnswers(t *testing.T) {
	t.Parallel()
	f := newField(t)
	f.fault(simulator.FaultRule{Fault: "key_rotate", When: simulator.When{Every: 2}})
	old := f.limits("bridge-pay", 0)
	no := f.members["bridge-pay"].MemberNo
	for i := range 2 {
		if got := f.send(old); got.status != http.StatusOK || got.protected["kid"] != no+"-reply-1" {
			t.Fatalf("answer %d: %d under %v", i, got.status, got.protected["kid"])
		}
	}
	_ = f.engine.Read(f.world, func(w *simulator.World) { f.members["bridge-pay"], _ = w.Member(no) })
	if got := f.send(old); got.status != http.StatusOK || got.protected["kid"] != no+"-reply-2" {
		t.Errorf("the third: %d under %v", got.status, got.protected["kid"])
	}
}

func TestTheBankTakesTheCodeAndTheChannelClosesWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	f := newField(t)
	f.fault(simulator.FaultRule{Fault: "code_unrecorded"})
	m, no := f.members["bridge-pay"].MemberNo, number("sgn")
	f.send(f.at("bridge-pay", "POST", "/v1/signings", `{"member_no":"`+m+`","sign_no":"`+no+`","payer_ref":"payer-1","elements":`+elements()+`}`))
	confirm := `{"member_no":"` + m + `","code":"` + f.code() + `"}`
	if got, err := f.try(f.at("bridge-pay", "POST", "/v1/signings/"+no+"/confirm", confirm)); err == nil {
		t.Fatalf("an answer came: %d %s", got.status, got.body)
	}
	if got := f.send(f.at("bridge-pay", "GET", "/v1/signings/"+no+"?member_no="+m, "")); got.json["status"] != "code_sent" {
		t.Errorf("query: %s", got.body)
	}
	if got := f.send(f.at("bridge-pay", "POST", "/v1/signings/"+no+"/confirm", confirm)); got.json["status"] != "signed" {
		t.Errorf("again: %s", got.body)
	}
}
