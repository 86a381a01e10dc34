package fault_test

import (
	"slices"
	"testing"

	"countersign/simulator"
)

func TestStatementWrongDigestLiesAboutTheDigestOnly(t *testing.T) {
	t.Parallel()
	got := applied(t, simulator.FaultRule{Fault: "statement_wrong_digest"})
	if got != (simulator.Disposition{File: simulator.FileFault{WrongDigest: true}}) {
		t.Errorf("got %+v", got)
	}
	if done := complete(t, simulator.FaultRule{Fault: "statement_wrong_digest"}); done.Point != simulator.PointStatement ||
		!slices.Equal(done.Operations, []simulator.Operation{simulator.OpStatement, simulator.OpAgreementFile}) {
		t.Errorf("completed to %+v", done)
	}
}
