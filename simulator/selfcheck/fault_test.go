package selfcheck_test

import (
	"testing"

	"countersign/contract/control"
	"countersign/simulator/simtest"
)

// answerBreakers are the faults of answers that leave the contract, and a status of
// HTTP where one is wanted.
var answerBreakers = []control.FaultEffect{
	control.WithholdReply, "gateway_error", "unknown_code", "crossed_answer", "garbled_body", "wrong_charset", "signature_missing",
	"signature_wrong_key", "signature_wrong_algorithm", "clock_skew", "redirect", "reset", "half_close", "truncate", "endless_body", "gzip_bomb",
}

func TestEveryFaultThatBreaksAnAnswerIsReportedAsDeclared(t *testing.T) {
	t.Parallel()
	for _, effect := range answerBreakers {
		t.Run(string(effect), func(t *testing.T) {
			t.Parallel()
			w := simtest.New(t)
			member := w.Member(w.ChannelIDs()[0])
			rule := simtest.Fault(effect).On(control.OperationCharge)
			if effect == "clock_skew" {
				skew := -400_000
				rule.Request.SkewMs = &skew
			}
			id := w.Faults.Add(rule)
			agreement, err := member.Sign(w.Card(0))
			if err != nil {
				t.Fatal(err)
			}
			_, _ = member.Charge(simtest.Order{Fen: 100, AgreementNo: agreement}) // what comes of it is the fault's
			declaredBy(t, w, id, control.OperationCharge)
		})
	}
}

// declaredBy fails unless the world has breaks of an operation, all by one rule.
func declaredBy(t *testing.T, w *simtest.World, id string, operation control.Operation) {
	t.Helper()
	r, err := w.Control().ListBreaksWithResponse(t.Context(), w.ID(), &control.ListBreaksParams{})
	if err != nil || r.JSON200 == nil || r.JSON200.Checked == 0 || len(r.JSON200.Breaks) == 0 {
		t.Fatalf("no breaks: %v %+v", err, r)
	}
	for _, b := range r.JSON200.Breaks {
		if b.FaultIds == nil || len(*b.FaultIds) != 1 || (*b.FaultIds)[0] != id || b.Row == 0 || *b.Operation != operation {
			t.Errorf("%+v is not declared by %s", b, id)
		}
	}
	undeclared := true
	r, err = w.Control().ListBreaksWithResponse(t.Context(), w.ID(), &control.ListBreaksParams{Undeclared: &undeclared})
	if err != nil || r.JSON200 == nil || len(r.JSON200.Breaks) != 0 {
		t.Errorf("undeclared: %v %+v", err, r)
	}
}

// noticeBreakers are the faults of notifications that leave the contract.
var noticeBreakers = []control.FaultEffect{
	"notification_wrong_key", "notification_wrong_algorithm", "notification_unsigned", "notification_altered",
}

func TestEveryFaultThatBreaksANotificationIsReportedAsDeclared(t *testing.T) {
	t.Parallel()
	for _, effect := range noticeBreakers {
		t.Run(string(effect), func(t *testing.T) {
			t.Parallel()
			w := simtest.New(t)
			member := w.Member(w.ChannelIDs()[0])
			agreement, err := member.Sign(w.Card(0))
			if err != nil {
				t.Fatal(err)
			}
			member.Receive()
			id := w.Faults.Add(simtest.Fault(effect))
			if _, err := member.Charge(simtest.Order{Fen: 100, AgreementNo: agreement}); err != nil {
				t.Fatal(err)
			}
			w.Clock.Next()
			w.Clock.Settle()
			declaredBy(t, w, id, control.OperationNotification)
		})
	}
}
