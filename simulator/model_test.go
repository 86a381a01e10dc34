package simulator_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"countersign/internal/cardholder"
	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// Each kind of channel is held against the reference under random operations and virtual time; in half of
// the stories requests and answers get lost. -rapid.checks asks for more than the usual 100 stories each; a
// failure prints the shortest story that shows it.
func TestEveryKindOfChannelDoesWhatItsReferenceDoes(t *testing.T) {
	t.Parallel()
	for kind, rules := range modelled {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) {
				d := newDuel(rt, rules, rapid.Bool().Draw(rt, "lossy"))
				rt.Repeat(d.moves())
				d.replays()
			})
		})
	}
}

func TestTheReferenceKnowsEveryKind(t *testing.T) {
	t.Parallel()
	for _, p := range sample.Channels() {
		if rules, known := modelled[p.Kind]; !known || rules.channel != p.ChannelID {
			t.Errorf("%s has no reference", p.Kind)
		}
	}
}

// duel plays world and reference against each other.
type duel struct {
	*rapid.T
	lossy     bool
	r         *reference
	w         *simulator.World
	seed      uint64
	inputs    []simulator.Input
	orders    []simulator.ApplyCharge // as first asked for, tombstones too
	signings  []string
	refunds   []string
	texts     []string // of all codes
	serial    int
	lost      int
	agreement []string
}

func newDuel(t *rapid.T, rules modelRules, lossy bool) *duel {
	d := &duel{T: t, lossy: lossy, r: newReference(rules, sample.Start), seed: rapid.Uint64Max(1<<20).Draw(t, "seed")}
	d.w = freshWorld(d.seed)
	player := sample.NewPlayer(d.w, nil)
	d.inputs = player.Inputs
	return d
}

// people are the cards of the reference.
func people(card string) cardholder.FourElements {
	return map[string]cardholder.FourElements{"one": sample.Person(1), "two": sample.Person(2), "three": sample.CMBPerson(3)}[card]
}

// person draws a card, and whether the name is somebody else's.
func (d *duel) person() (string, bool, cardholder.FourElements) {
	card := rapid.SampledFrom([]string{"one", "two", "three"}).Draw(d.T, "card")
	mismatch := rapid.IntRange(0, 7).Draw(d.T, "mismatch") == 7
	e := people(card)
	if mismatch {
		e.Name = sample.Person(9).Name
	}
	return card, mismatch, e
}

// number draws one used before or a new one.
func (d *duel) number(prefix string, used []string) string {
	if len(used) > 0 && rapid.Bool().Draw(d.T, "known") {
		return rapid.SampledFrom(used).Draw(d.T, "number")
	}
	d.serial++
	return fmt.Sprint(prefix, d.serial)
}

// step steps the world and remembers the input.
func (d *duel) step(c simulator.Command, member bool) simulator.Outcome {
	in := simulator.Input{Now: d.r.now, Command: c}
	if member {
		d.serial++
		in.Request = simulator.Request{
			ChannelID: d.r.channel, MemberNo: memberOf(d.r.channel), JTI: fmt.Sprint("jti-", d.serial), Signature: "valid",
		}
	}
	d.inputs = append(d.inputs, in)
	return d.w.Step(in)
}

// meet carries a command out on both sides and wants the same answer. With losses, the
// request or the answer may be lost: a lost request changes nothing, a lost answer all.
func (d *duel) meet(c simulator.Command, expect func() told) {
	d.Helper()
	before := d.w.LastCursor()
	fate := "heard"
	if d.lossy {
		fate = rapid.SampledFrom([]string{"heard", "heard", "request lost", "answer lost"}).Draw(d.T, "fate")
		d.lose(fate, c.Operation())
	}
	out := d.step(c, true)
	if fate == "request lost" {
		if d.lost++; !out.Reply.Withheld {
			d.Fatalf("%T: the request was to be lost, answered was %+v", c, out)
		}
		d.spent()
		return
	}
	want := expect()
	d.hearTexts(before)
	got := tellOf(out)
	d.learn(&got)
	if want.alive == fresh {
		want.alive = got.alive
	}
	d.Logf("%s %s (%s): %+v", d.r.now.Format(time.DateTime), describe(c), fate, want)
	if fate == "answer lost" && want.problem == "" {
		if d.lost++; !out.Reply.Withheld {
			d.Fatalf("%T: the answer was to be lost", c)
		}
	}
	if got != want {
		d.Fatalf("%s: the channel says %+v, the reference %+v", describe(c), got, want)
	}
	d.spent()
}

// lose adds the rule of a fate for one operation.
func (d *duel) lose(fate string, operation simulator.Operation) {
	point := map[string]simulator.Point{"request lost": simulator.PointReceived, "answer lost": simulator.PointCommitted}[fate]
	if point == "" {
		return
	}
	rule := simulator.FaultRule{Fault: "withhold_reply", Operation: operation, Point: point, Times: 1}
	if out := d.step(simulator.AddFault{Rule: rule}, false); out.Problem != nil {
		d.Fatal(out.Problem)
	}
}

// spent takes away rules that found nothing to strike.
func (d *duel) spent() {
	if len(d.w.Faults()) > 0 {
		d.step(simulator.RemoveFault{}, false)
	}
}

// hearTexts holds the SMS that came against the one the reference expects.
func (d *duel) hearTexts(after int64) {
	d.Helper()
	came := d.w.Messages(simulator.MessageFilter{After: after, WithCode: true})
	expected := 0
	if d.r.pending != nil {
		expected = 1
	}
	if len(came) != expected {
		d.Fatalf("%d codes were texted, not %d", len(came), expected)
	}
	for _, m := range came {
		about, sender, previous := "signing", d.r.sender, d.r.pending.lastText
		if len(d.orders) > 0 && slices.ContainsFunc(d.orders, func(c simulator.ApplyCharge) bool { return c.OrderNo == m.Ref }) {
			about, sender = "payment", "third_party"
		}
		if string(m.About) != about || string(m.Sender) != sender {
			d.Fatalf("the SMS about %s comes from %s, wanted is %s from %s", m.About, m.Sender, about, sender)
		}
		if same := d.r.again == "same" && previous != ""; same && m.Code != previous {
			d.Fatal("the same code was to be sent again")
		}
		d.r.texted(m.Code)
		d.texts = append(d.texts, m.Code)
	}
}

// learn tells the reference the number of an agreement that was made.
func (d *duel) learn(got *told) {
	if d.r.agreements[fresh] == nil {
		return
	}
	made := ""
	for _, g := range d.w.Agreements() {
		if g.ChannelID == d.r.channel && !slices.Contains(d.agreement, g.AgreementNo) {
			made = g.AgreementNo
		}
	}
	if made == "" {
		d.Fatalf("an agreement was to be made: %+v", *got)
	}
	d.agreement = append(d.agreement, made)
	d.r.numbered(made)
	if got.alive != made {
		d.Fatalf("the answer names agreement %q, made was %s", got.alive, made)
	}
}

// tellOf is an outcome in short.
func tellOf(out simulator.Outcome) told {
	switch {
	case out.Problem != nil:
		return told{problem: string(out.Problem.Code)}
	case out.Signing != nil:
		t := told{status: string(out.Signing.Status), reason: string(out.Signing.Reason), tries: out.Signing.TriesLeft}
		if out.Signing.Agreement != nil {
			t.alive = out.Signing.Agreement.AgreementNo
		}
		return t
	case out.Charge != nil:
		return told{status: string(out.Charge.Status), reason: string(out.Charge.Reason), tries: out.Charge.TriesLeft}
	case out.Refund != nil:
		return told{status: string(out.Refund.Status), reason: string(out.Refund.Reason)}
	case out.Check != nil:
		return told{status: string(out.Check.Result), reason: string(out.Check.Reason)}
	case out.Agreement != nil:
		return told{status: string(out.Agreement.Status)}
	}
	return told{problem: "no answer"}
}

// describe names a command and its number, for the story of a failure.
func describe(c simulator.Command) string {
	name := strings.TrimPrefix(fmt.Sprintf("%T", c), "simulator.")
	switch c := c.(type) {
	case simulator.ApplyCharge:
		return fmt.Sprint(name, " ", c.OrderNo, " of ", c.Amount)
	case simulator.ApplySigning:
		return name + " " + c.SignNo
	case simulator.ConfirmSigning:
		return name + " " + c.SignNo
	case simulator.ApplyRefund:
		return fmt.Sprint(name, " ", c.RefundNo, " of ", c.Amount)
	}
	return name
}

// agrees holds books and agreements of both sides against each other.
func (d *duel) agrees(*rapid.T) {
	for card, want := range d.r.cards {
		for _, a := range d.w.Accounts() {
			if a.MaskedCard == people(card).CardNumber.Masked() && a.Balance != want.balance {
				d.Fatalf("card %s holds %s, the reference says %s", card, a.Balance, want.balance)
			}
		}
	}
	for _, g := range d.w.Agreements() {
		if want := d.r.agreements[g.AgreementNo]; g.ChannelID == d.r.channel && (want == nil || want.status != string(g.Status)) {
			d.Fatalf("agreement %s is %s, the reference says %+v", g.AgreementNo, g.Status, want)
		}
	}
	var debited, refunded money.Fen
	debits := 0
	for _, row := range d.w.Ledger() {
		if row.Kind == simulator.LedgerRefund {
			refunded += row.Amount
			continue
		}
		debited += row.Amount
		debits++
	}
	if wantDebited, wantRefunded, n := d.r.sums(); debited != wantDebited || refunded != wantRefunded || debits != n {
		d.Fatalf("the ledger: %d debits of %s, refunds %s; the reference: %d of %s, %s", debits, debited, refunded, n, wantDebited, wantRefunded)
	}
}

// throughFile puts a saved and loaded copy in the place of the world. That nothing changed shows in all
// that comes after it, and in the export at the end: the replay never went through a file.
func (d *duel) throughFile(*rapid.T) {
	d.step(simulator.Tick{}, false)
	copied, err := simulator.Load(d.w.Save(), d.w.Template(), fault.All())
	if err != nil {
		d.Fatal(err)
	}
	d.w = copied
}

// replays carries all inputs out once more in a fresh world, which must end the same to the byte.
func (d *duel) replays() {
	again := freshWorld(d.seed)
	for _, in := range d.inputs {
		again.Step(in)
	}
	one, err1 := json.Marshal(d.w.Export())
	two, err2 := json.Marshal(again.Export())
	if err := errors.Join(err1, err2); err != nil {
		d.Fatal(err)
	}
	if !bytes.Equal(one, two) {
		d.Fatalf("the same inputs end otherwise:\n%s", firstDifference(spread(one), spread(two)))
	}
}

// spread gives every member of a JSON text a line of its own.
func spread(text []byte) []byte { return bytes.ReplaceAll(text, []byte(`,"`), []byte(",\n\"")) }
