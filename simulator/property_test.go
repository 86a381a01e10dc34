package simulator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// freshWorld is a sample world.
func freshWorld(seed uint64) *simulator.World {
	return simulator.NewWorld("wld_play", seed, sample.Start, sample.Template(), fault.All())
}

// accountsTotal is what all accounts hold.
func accountsTotal(w *simulator.World) money.Fen {
	var total money.Fen
	for _, a := range w.Accounts() {
		total += a.Balance
	}
	return total
}

// checkMoney holds the invariants about money and agreements against a world.
func checkMoney(w *simulator.World, atStart money.Fen) error {
	moved := money.Fen(0)
	debits, refunds, reversed := map[string]money.Fen{}, map[string]money.Fen{}, map[string]bool{}
	for _, row := range w.Ledger() {
		key := row.MemberNo + "/" + row.OrderNo
		if row.Kind == simulator.LedgerRefund {
			moved -= row.Amount
			refunds[key] += row.Amount
			if refunds[key] > debits[key] {
				return fmt.Errorf("order %s: %d refunded of %d", key, refunds[key], debits[key])
			}
			continue
		}
		if row.Kind == simulator.LedgerReversal {
			moved -= row.Amount
			if reversed[key] || refunds[key] > 0 || debits[key] != row.Amount {
				return fmt.Errorf("order %s: a reversal of %d, debited %d", key, row.Amount, debits[key])
			}
			reversed[key] = true
			continue
		}
		if _, twice := debits[key]; twice {
			return fmt.Errorf("order %s was debited twice", key)
		}
		moved += row.Amount
		debits[key] = row.Amount
	}
	if got := accountsTotal(w) + moved; got != atStart {
		return fmt.Errorf("accounts and movements make %d, were %d", got, atStart)
	}
	for _, c := range w.Charges("") {
		key := c.MemberNo + "/" + c.OrderNo
		debit, debited := debits[key]
		unreported := debited && c.Status == simulator.ChargeProcessing
		if reversed[key] && !unreported || debited && debit != c.Amount || debited != (c.Status == simulator.ChargeSucceeded || unreported) {
			return fmt.Errorf("order %s is %s with a debit of %d", c.OrderNo, c.Status, debit)
		}
	}
	live := map[string]bool{}
	for _, g := range w.Agreements() {
		key := g.MemberNo + "/" + g.PayerRef + "/" + g.MaskedCard
		if g.Status == simulator.AgreementActive && live[key] {
			return fmt.Errorf("%s has two live agreements", key)
		}
		live[key] = live[key] || g.Status == simulator.AgreementActive
	}
	return nil
}

func TestMoneyIsNeitherMadeNorLostWhateverHappens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := freshWorld(rapid.Uint64().Draw(rt, "seed"))
		atStart := accountsTotal(w)
		player := sample.NewPlayer(w, func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "choice") })
		for range 80 {
			player.Play(1)
			if err := checkMoney(w, atStart); err != nil {
				rt.Fatal(err)
			}
		}
	})
}

// export writes a world as JSON.
func export(t testing.TB, w *simulator.World) []byte {
	t.Helper()
	text, err := json.Marshal(w.Export())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheSameInputsMakeTheSameWorldToTheByte(t *testing.T) {
	t.Parallel()
	moved := false
	for run := range uint64(200) {
		chosen := rand.New(rand.NewPCG(run, 1))
		one := freshWorld(run)
		player := sample.NewPlayer(one, chosen.IntN)
		player.Play(150)
		two := freshWorld(run)
		for _, in := range player.Inputs {
			two.Step(in)
		}
		if !bytes.Equal(export(t, one), export(t, two)) {
			t.Fatalf("run %d: the exports differ", run)
		}
		moved = moved || len(one.Ledger()) > 5
	}
	if !moved {
		t.Error("the runs moved no money: they prove nothing")
	}
}

func TestAnotherSeedDrawsOtherCodes(t *testing.T) {
	t.Parallel()
	code := func(seed uint64) string {
		w := freshWorld(seed)
		s := &stage{t: t, w: w, now: sample.Start}
		s.control(simulator.AddMember{Member: simulator.Member{MemberNo: memberOf(sample.AgreementBank), ChannelID: sample.AgreementBank}})
		s.do(sample.AgreementBank, apply("sgn_1"))
		return s.code(simulator.AboutSigning)
	}
	if one, again, two := code(1), code(1), code(2); one != again || one == two {
		t.Errorf("codes %s, %s, %s", one, again, two)
	}
}

func TestTheExportMasksPeople(t *testing.T) {
	t.Parallel()
	w := freshWorld(3)
	sample.NewPlayer(w, rand.New(rand.NewPCG(3, 3)).IntN).Play(300)
	text := export(t, w)
	for _, who := range []int{1, 2} {
		p := sample.Person(who)
		for name, secret := range map[string]string{
			"card": p.CardNumber.Reveal(), "ID number": p.IDNumber.Reveal(), "mobile": p.Mobile.Reveal(), "name": p.Name.Reveal(),
		} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("the %s of person %d is in the export", name, who)
			}
		}
	}
}

func BenchmarkStepCharge(b *testing.B) {
	w := freshWorld(1)
	s := &stage{t: b, w: w, now: sample.Start}
	s.control(simulator.AddMember{Member: simulator.Member{MemberNo: memberOf(sample.AgreementBank), ChannelID: sample.AgreementBank}})
	no := s.sign(sample.AgreementBank, "payer-3", sample.CMBPerson(3))
	s.control(simulator.ChangeAccount{CardNumber: sample.CMBPerson(3).CardNumber, Balance: new(money.Max)})
	c := s.newCharge(no, "payer-3", 1)
	request := simulator.Request{ChannelID: sample.AgreementBank, MemberNo: memberOf(sample.AgreementBank)}
	numbers := make([]string, b.N)
	for i := range numbers {
		numbers[i] = fmt.Sprintf("ord_%010d", i)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		c.OrderNo, request.JTI = numbers[i], numbers[i]
		if out := w.Step(simulator.Input{Now: s.now, Command: c, Request: request}); out.Charge.Status != simulator.ChargeSucceeded {
			b.Fatalf("%+v", out.Charge)
		}
	}
}

func BenchmarkNewWorld(b *testing.B) {
	template := sample.Template()
	b.ReportAllocs()
	for range b.N {
		simulator.NewWorld("wld_bench", 1, sample.Start, template, nil)
	}
}
