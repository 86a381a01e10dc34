package simtest_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"countersign/contract/control"
	"countersign/simulator/simtest"
)

// pay stands for the service in the README's test: it charges and asks when no answer comes.
func pay(m *simtest.Member, card control.Card, order string, fen int64) {
	agreement, err := m.Sign(card)
	if err != nil {
		return
	}
	if _, err = m.Charge(simtest.Order{Number: order, Fen: fen, AgreementNo: agreement}); errors.Is(err, simtest.ErrNoAnswer) {
		_, _ = m.Query(order, time.Now())
	}
}

func TestALostAnswerDebitsOnce(t *testing.T) {
	w := simtest.New(t)
	w.Faults.Add(simtest.LostReply(control.OperationCharge).Times(1))
	pay(w.Member("bridge-pay"), w.CardOf("ICBC"), "ord_0001", 66_00)
	if w.Debited("ord_0001") != 66_00 {
		t.Error(w.Diagram("ord_0001"))
	}
}

// Ensure the README's test is the one above, to the letter.
func TestTheREADMEShowsATestThatIsRun(t *testing.T) {
	t.Parallel()
	own, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(own), "\nfunc TestALostAnswerDebitsOnce")
	body, _, _ := strings.Cut(rest, "\n}\n")
	if body == "" || !strings.Contains(string(readme), "```go\nfunc TestALostAnswerDebitsOnce"+body+"\n}\n```") {
		t.Error("the README's test under \"Make it go wrong\" is not the one in readme_test.go")
	}
}
