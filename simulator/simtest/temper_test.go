package simtest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/simulator/simtest"
	"countersign/steps/wire"
)

// decimalSeconds is a length of time in whole seconds.
func decimalSeconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// decoded reads a body.
func decoded[T any](t *testing.T, body []byte) T {
	t.Helper()
	var made T
	if err := json.Unmarshal(body, &made); err != nil {
		t.Fatal(err)
	}
	return made
}

// tempers is what the control plane says of oddities.
func tempers(t *testing.T) []control.Oddity {
	t.Helper()
	r, err := simtest.New(t).Control().ListTempersWithResponse(t.Context())
	if err != nil || r.JSON200 == nil {
		t.Fatal(err)
	}
	return r.JSON200.Oddities
}

// oddity tries one oddity from outside: what a client sees of it.
type oddity func(t *testing.T, w *simtest.World, m *simtest.Member, agreement string) string

// theOddities is what is seen of each, at a rate of 1000.
func theOddities() map[string]struct {
	look oddity
	want string
} {
	type row = struct {
		look oddity
		want string
	}
	return map[string]row{
		"reply_withheld":          {chargeOnce, "no answer; debited 5"},
		"reply_late":              {chargeLate, "not within 60 s; succeeded"},
		"query_not_found":         {queryYoung, "order_not_found; succeeded"},
		"busy_done":               {chargeOnce, "system_busy; debited 5"},
		"busy_undone":             {chargeOnce, "system_busy; debited 0"},
		"notification_early":      {noticed, "1 notices, first before the answer"},
		"notification_duplicated": {noticed, "2 notices"},
		"notification_reordered":  {noticed, "1 notices, after a minute"},
		"notification_lost":       {noticed, "0 notices"},
		"extra_fields":            {shape, "extra"},
		"field_order":             {shape, "other order"},
		"open_enum":               {openWord, "open"},
		"sms_late":                {texts, "late"},
		"sms_lost":                {texts, "0 texts"},
		"sms_twice":               {texts, "2 texts"},
		"leading_zero":            {texts, "1 texts, code begins with 0"},
		"key_rotation":            {rotated, "another key"},
	}
}

func TestEveryOddityIsSeenFromOutside(t *testing.T) {
	t.Parallel()
	looks := theOddities()
	for _, o := range tempers(t) {
		look, known := looks[o.Name]
		delete(looks, o.Name)
		if !known {
			t.Errorf("%s is not looked at", o.Name)
			continue
		}
		t.Run(o.Name, func(t *testing.T) {
			t.Parallel()
			w, m, agreement := signed(t, simtest.Seed(5))
			setOddity(t, w, o.Name)
			if got := look.look(t, w, m, agreement); got != look.want {
				t.Errorf("%s: saw %q, want %q", o.About, got, look.want)
			}
		})
	}
	if len(looks) > 0 {
		t.Errorf("not in the list: %v", looks)
	}
}

// setOddity has one oddity always happen from now on.
func setOddity(t *testing.T, w *simtest.World, name string) {
	t.Helper()
	always := control.OddityRates{name: 1000}
	r, err := w.Control().ChangeWorldWithResponse(t.Context(), w.ID(), control.WorldChange{Oddities: &always})
	if err != nil || r.JSON200 == nil || (*r.JSON200.Oddities)[name] != 1000 {
		t.Fatalf("%v %s", err, r.Body)
	}
}

func chargeOnce(_ *testing.T, w *simtest.World, m *simtest.Member, agreement string) string {
	answer := said(m.Charge(simtest.Order{Number: "ord_odd001", Fen: 5, AgreementNo: agreement}))
	return answer + "; debited " + strconv.FormatInt(w.Debited("ord_odd001"), 10)
}

func chargeLate(_ *testing.T, w *simtest.World, m *simtest.Member, agreement string) string {
	answered := make(chan string, 1)
	go func() { answered <- said(m.Charge(simtest.Order{Fen: 5, AgreementNo: agreement})) }()
	heldOr(w, func() bool { return len(answered) > 0 })
	w.Clock.Advance(59 * time.Second)
	select {
	case early := <-answered:
		return early
	default:
	}
	w.Clock.Advance(32 * time.Second)
	return "not within 60 s; " + <-answered
}

// heldOr returns when the world holds a call, or when there is no need to wait for that.
func heldOr(w *simtest.World, done func() bool) {
	for !done() && w.Clock.State().Parked == 0 { //nolint:revive // each look is an exchange with the control plane
	}
}

func queryYoung(t *testing.T, w *simtest.World, m *simtest.Member, agreement string) string {
	if _, err := m.Charge(simtest.Order{Number: "ord_odd001", Fen: 5, AgreementNo: agreement}); err != nil {
		t.Fatal(err)
	}
	young := said(m.Query("ord_odd001", start))
	w.Clock.Advance(10 * time.Second)
	return young + "; " + said(m.Query("ord_odd001", start))
}

func noticed(t *testing.T, w *simtest.World, m *simtest.Member, agreement string) string {
	mail := m.Receive()
	if _, err := m.Charge(simtest.Order{Fen: 5, AgreementNo: agreement}); err != nil {
		t.Fatal(err)
	}
	early := len(mail.Got()) > 0
	w.Clock.Settle()
	before := len(mail.Got())
	w.Clock.Advance(2 * time.Minute)
	text := strconv.Itoa(len(mail.Got())) + " notices"
	rules := w.Faults.List()[0].Rule.Effect
	switch {
	case early && rules == control.NotificationEarly:
		text += ", first before the answer"
	case before == 0 && len(mail.Got()) > 0:
		text += ", after a minute"
	}
	return text
}

func shape(t *testing.T, _ *simtest.World, m *simtest.Member, agreement string) string {
	x := send(t, m, "/v1/charges", `{"member_no":"`+m.MemberNo+`","order_no":"ord_odd001","order_time":"2018-06-06T11:30:00Z","payer_ref":"payer-1",`+
		`"amount":5,"currency":"CNY","agreement_no":"`+agreement+`","expires_at":"2018-06-06T11:31:00Z"}`)
	plain, err := json.Marshal(decoded[channel.Charge](t, x.Body))
	if err != nil {
		t.Fatal(err)
	}
	known := len(decoded[map[string]any](t, plain))
	switch {
	case x.Signature != nil:
		return "no evidence"
	case len(decoded[map[string]any](t, x.Body)) > known:
		return "extra"
	case !bytes.HasPrefix(x.Body, []byte(`{"order_no"`)):
		return "other order"
	}
	return "as always"
}

func openWord(_ *testing.T, w *simtest.World, m *simtest.Member, agreement string) string {
	w.Faults.Add(simtest.Fault(control.BankSilent))
	return said(m.Charge(simtest.Order{Fen: 5, AgreementNo: agreement}))
}

func texts(t *testing.T, w *simtest.World, m *simtest.Member, _ string) string {
	e := w.CardOf("CMB").Elements
	send(t, m, "/v1/signings", `{"member_no":"`+m.MemberNo+`","sign_no":"sgn_odd001","payer_ref":"p1","elements":{"name":"`+e.Name+
		`","id_type":"`+string(e.IdType)+`","id_number":"`+e.IdNumber+`","card_number":"`+e.CardNumber+`","mobile":"`+e.Mobile+`"}}`)
	usual := w.Clock.Now()
	w.Clock.Advance(time.Minute)
	mail := w.Inbox.List(simtest.Mail{Reference: "sgn_odd001"})
	text := strconv.Itoa(len(mail)) + " texts"
	if len(mail) == 1 && mail[0].At.After(usual) && mail[0].At.Before(usual.Add(15*time.Second)) {
		return "late"
	}
	if len(mail) == 1 && strings.HasPrefix(*mail[0].Code, "0") {
		text += ", code begins with 0"
	}
	return text
}

func rotated(_ *testing.T, w *simtest.World, m *simtest.Member, agreement string) string {
	if _, err := m.Charge(simtest.Order{Fen: 5, AgreementNo: agreement}); err != nil {
		return err.Error()
	}
	if _, err := m.Charge(simtest.Order{Fen: 5, AgreementNo: agreement}); err != nil {
		return "another key"
	}
	return "the same key"
}

// played is sixty orders in a world of a temper: what the client was told, and how often
// a rule struck. No answer is late, since time stands.
func played(t *testing.T, seed int64, temper control.Temper) (told string, strikes int) {
	t.Helper()
	w := simtest.New(t, simtest.VirtualClock(start), simtest.Seed(seed), simtest.Temper(temper),
		simtest.Request(func(r *control.WorldRequest) { r.Oddities = &control.OddityRates{"reply_late": 0, "key_rotation": 0} }))
	m := w.Member(bridge)
	var text strings.Builder
	for range 60 {
		text.WriteString(said(m.Charge(simtest.Order{Fen: 5, AgreementNo: "agr_none"})) + "\n")
	}
	for _, f := range w.Faults.List() {
		strikes += f.Hits
	}
	return text.String(), strikes
}

func TestTheSameSeedStrikesTheSame(t *testing.T) {
	t.Parallel()
	told, strikes := played(t, 11, control.Hostile)
	if strikes == 0 || !strings.Contains(told, "no answer") || !strings.Contains(told, "system_busy") {
		t.Errorf("hostile: %d strikes\n%s", strikes, told)
	}
	again, strikesAgain := played(t, 11, control.Hostile)
	if told != again || strikes != strikesAgain {
		t.Errorf("seed 11: %d strikes, then %d\n%s\n%s", strikes, strikesAgain, told, again)
	}
	if other, _ := played(t, 12, control.Hostile); other == told {
		t.Error("another seed strikes the same")
	}
	if told, strikes := played(t, 11, control.Friendly); strikes != 0 || strings.Contains(told, "no answer") {
		t.Errorf("friendly: %d strikes\n%s", strikes, told)
	}
}

func TestAGoodAnswerComesInBoundedTimeHoweverHostile(t *testing.T) {
	t.Parallel()
	w, m, agreement := signed(t)
	setOddity(t, w, "reply_withheld")
	order := simtest.Order{Number: "ord_odd001", Fen: 5, AgreementNo: agreement}
	for i := range 3 {
		if got := said(m.Charge(order)); got != "no answer" {
			t.Errorf("copy %d: %s", i+1, got)
		}
	}
	if got := said(m.Charge(order)); got != "succeeded" || w.Debited(order.Number) != 5 {
		t.Errorf("after its budget: %s", got)
	}
}

func TestEveryAnswerNamesTheSeed(t *testing.T) {
	t.Parallel()
	w := simtest.New(t, simtest.VirtualClock(start), simtest.Seed(77))
	m := w.Member(bridge)
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		x, err := m.Wire().Do(t.Context(), wire.Message{Method: method, Path: "/v1/charges/none", Body: nil})
		if err != nil || x.Header.Get("Countersign-Seed") != "77" && x.Status != http.StatusMethodNotAllowed {
			t.Errorf("%s: %v %d %v", method, err, x.Status, x.Header)
		}
	}
}
