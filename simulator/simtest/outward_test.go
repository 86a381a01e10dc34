package simtest_test

import (
	"testing"

	"countersign/contract/control"
	"countersign/simulator/simtest"
)

// TestRefusedNotifyURLStandsInTheJournal names, for the order and for the merchant, an
// address where a cloud keeps its secrets (reliability 6-4).
func TestRefusedNotifyURLStandsInTheJournal(t *testing.T) {
	t.Parallel()
	w := simtest.New(t, simtest.VirtualClock(start), simtest.Merchant("shop", "http://[fd00:ec2::254]/"))
	m := w.MemberOf("shop", "bridge-pay")
	m.NotifyURL = "http://169.254.169.254/latest/meta-data"
	agreement, err := m.Sign(w.CardOf("ICBC"))
	if err != nil {
		t.Fatal(err)
	}
	m.NotifyURL = ""
	if _, err := m.Charge(simtest.Order{Fen: 66_00, AgreementNo: agreement}); err != nil {
		t.Fatal(err)
	}
	w.Clock.Settle()
	rows := w.Journal(control.ReadJournalParams{})
	got := map[string]int{}
	for _, row := range rows {
		if row.Operation == control.OperationNotification {
			got[*row.Cause]++
		}
	}
	for _, want := range []string{
		"signing.signed: refused: notify_url leads to a link-local address",
		"charge.succeeded: refused: notify_url leads to a metadata service",
	} {
		if got[want] == 0 {
			t.Errorf("no row says %q: %v", want, got)
		}
	}
}
