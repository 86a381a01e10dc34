package simtest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/simulator/simtest"
	"countersign/steps/wire"
)

// applied begins a signing for a card whose registered mobile ends in the given digits,
// and asks for a second SMS when the gap is over.
func applied(t *testing.T, last4 string) (*simtest.World, *simtest.Member) {
	t.Helper()
	w := simtest.New(t, simtest.VirtualClock(start), simtest.Seed(7))
	m := w.Member(bridge)
	mobile := "1380000" + last4
	card := w.ChangeCard(w.CardOf("ICBC"), control.CardChange{Mobile: &mobile})
	e := card.Elements
	send(t, m, "/v1/signings", `{"member_no":"`+m.MemberNo+`","sign_no":"sgn_magic1","payer_ref":"p1","elements":{"name":"`+e.Name+
		`","id_type":"`+string(e.IdType)+`","id_number":"`+e.IdNumber+`","card_number":"`+e.CardNumber+`","mobile":"`+mobile+`"}}`)
	return w, m
}

// send posts a signed body that has to be answered well.
func send(t *testing.T, m *simtest.Member, path, body string) *wire.Exchange {
	t.Helper()
	x, err := m.Wire().Do(t.Context(), wire.Message{Method: "POST", Path: path, Body: []byte(body)})
	if err != nil || x.Err != nil || !x.Good() {
		t.Fatalf("%s: %v %+v", path, err, x)
	}
	return x
}

func TestEveryMagicMobileIsSeenFromOutside(t *testing.T) {
	t.Parallel()
	wanted := map[string]string{ // when the SMS of the signing arrive, in seconds; a second one is asked for after 60
		"8801": "60", "8802": "60 120", "8803": "0 0 60 60", "8804": "60 60", "8805": "", "8806": "0 60",
	}
	for _, v := range magicList(t) {
		if v.Kind != control.MagicMobile {
			continue
		}
		want, known := wanted[v.Value]
		if !known {
			t.Errorf("%s (%s) is not looked at", v.Value, v.Outcome)
			continue
		}
		delete(wanted, v.Value)
		t.Run(v.Value, func(t *testing.T) {
			t.Parallel()
			w, m := applied(t, v.Value)
			w.Clock.Advance(time.Minute)
			send(t, m, "/v1/signings/sgn_magic1/resend", `{"member_no":"`+m.MemberNo+`"}`)
			w.Clock.Advance(5 * time.Minute)
			var arrived []string
			for _, message := range w.Inbox.List(simtest.Mail{Reference: "sgn_magic1"}) {
				arrived = append(arrived, decimalSeconds(message.At.Sub(start)))
				if v.Value == "8806" && !strings.HasPrefix(*message.Code, "0") {
					t.Errorf("code begins with %.1s", *message.Code)
				}
			}
			if got := strings.Join(arrived, " "); got != want {
				t.Errorf("%s: arrived after %q s, want %q", v.Outcome, got, want)
			}
		})
	}
	if len(wanted) > 0 {
		t.Errorf("not in the list: %v", wanted)
	}
}

func TestMagicCodesAreJudgedByWhatTheySay(t *testing.T) {
	t.Parallel()
	w, m := applied(t, "0001")
	confirm := func(code string) channel.Signing {
		x := send(t, m, "/v1/signings/sgn_magic1/confirm", `{"member_no":"`+m.MemberNo+`","code":"`+code+`"}`)
		return decoded[channel.Signing](t, x.Body)
	}
	before := *decoded[channel.Signing](t, send(t, m, "/v1/signings/sgn_magic1/confirm", `{"member_no":"`+m.MemberNo+`","code":"000000"}`).Body).TriesLeft
	if s := confirm("999991"); s.Reason == nil || *s.Reason != "code_expired" || *s.TriesLeft != before {
		t.Errorf("expired: %+v", s)
	}
	if s := confirm("999992"); s.Reason == nil || *s.Reason != "code_exhausted" || s.Status != "locked" {
		t.Errorf("exhausted: %+v", s)
	}
	for _, id := range []string{"magic_code_expired", "magic_code_exhausted"} {
		if !slices.ContainsFunc(w.Journal(control.ReadJournalParams{}), func(row control.JournalRow) bool {
			return row.Faults != nil && slices.Contains(*row.Faults, id)
		}) {
			t.Errorf("no journal row names %s", id)
		}
	}
}
