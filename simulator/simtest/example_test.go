package simtest_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"countersign/contract/control"
	"countersign/simulator/simtest"
)

// The first debit of a new customer: sign the card with the code that the bank texts,
// then charge by the agreement.
func Example_firstDebit() {
	example(func(t testing.TB) {
		w := simtest.New(t)
		m := w.Member("bridge-pay")

		agreement, err := m.Sign(w.CardOf("ICBC"))
		if err != nil {
			t.Fatal(err)
		}
		charge, err := m.Charge(simtest.Order{Fen: 66_00, AgreementNo: agreement})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(charge.Status, w.Debited(charge.OrderNo), "fen")
	})
	// Output: succeeded 6600 fen
}

// The answer is lost after the bank has debited: the one thing to do is to ask.
func Example_lostReply() {
	example(func(t testing.TB) {
		w := simtest.New(t, simtest.VirtualClock(start))
		m := w.Member("bridge-pay")
		agreement, _ := m.Sign(w.CardOf("ICBC"))

		w.Faults.Add(simtest.LostReply(control.OperationCharge).Times(1))
		_, err := m.Charge(simtest.Order{Number: "ord_1000001", Fen: 66_00, AgreementNo: agreement})
		fmt.Println("no answer:", errors.Is(err, simtest.ErrNoAnswer))

		charge, err := m.Query("ord_1000001", start)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(charge.Status, w.Debited("ord_1000001"), "fen")
	})
	// Output:
	// no answer: true
	// succeeded 6600 fen
}

// A code lives for minutes; the test does not wait for them.
func Example_virtualTime() {
	example(func(t testing.TB) {
		w := simtest.New(t, simtest.VirtualClock(start))

		w.Clock.Advance(10 * time.Minute)
		fmt.Println(w.Clock.Now().Format(time.RFC3339))
	})
	// Output: 2018-06-06T11:40:00Z
}

// A channel notifies again on its schedule until somebody acknowledges.
func Example_notification() {
	example(func(t testing.TB) {
		w := simtest.New(t)
		m := w.Member("bridge-pay")
		agreement, _ := m.Sign(w.CardOf("ICBC"))
		mail := m.Receive()
		mail.Silence(true)
		if _, err := m.Charge(simtest.Order{Fen: 66_00, AgreementNo: agreement}); err != nil {
			t.Fatal(err)
		}
		w.Clock.Settle()

		mail.Silence(false)
		w.Clock.Advance(time.Hour)
		for _, n := range mail.Got() {
			fmt.Println(n.Type, n.Signature == nil)
		}
	})
	// Output:
	// charge.succeeded true
	// charge.succeeded true
}

// example runs a body as a test would: in a test of one's own t is there already.
func example(body func(t testing.TB)) { simtest.Once(body) }
