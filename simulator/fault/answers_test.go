package fault_test

import (
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/fault"
)

func TestFaultsOfAnswersWriteTheirOwnMembersOnly(t *testing.T) {
	t.Parallel()
	answer := func(f simulator.AnswerFault) simulator.Disposition { return simulator.Disposition{Answer: f} }
	for name, row := range map[string]struct {
		rule simulator.FaultRule
		want simulator.Disposition
	}{
		"gateway":   {simulator.FaultRule{Fault: "gateway_error", Status: 504}, answer(simulator.AnswerFault{Message: simulator.MessageGatewayError, Status: 504})},
		"redirect":  {simulator.FaultRule{Fault: "redirect"}, answer(simulator.AnswerFault{Message: simulator.MessageRedirect, Status: 307})},
		"busy":      {simulator.FaultRule{Fault: "system_busy"}, answer(simulator.AnswerFault{Message: simulator.MessageBusy})},
		"unknown":   {simulator.FaultRule{Fault: "unknown_code"}, answer(simulator.AnswerFault{Message: simulator.MessageUnknownCode})},
		"duplicate": {simulator.FaultRule{Fault: "duplicate_order"}, answer(simulator.AnswerFault{Message: simulator.MessageDuplicate})},
		"limit": {simulator.FaultRule{Fault: "rate_limit", DelayMS: 1500}, answer(simulator.AnswerFault{
			Message: simulator.MessageRateLimit, Status: 429, RetryAfter: 1500 * time.Millisecond,
		})},
		"not found": {simulator.FaultRule{Fault: "not_found"}, answer(simulator.AnswerFault{Message: simulator.MessageNotFound})},
		"stale":     {simulator.FaultRule{Fault: "stale_answer"}, answer(simulator.AnswerFault{Message: simulator.MessageProcessing})},
		"lost":      {simulator.FaultRule{Fault: "stale_answer", Answer: simulator.AnswerNotFound}, answer(simulator.AnswerFault{Message: simulator.MessageNotFound})},
		"crossed":   {simulator.FaultRule{Fault: "crossed_answer"}, answer(simulator.AnswerFault{Message: simulator.MessageCrossed})},
		"extra":     {simulator.FaultRule{Fault: "extra_fields"}, answer(simulator.AnswerFault{ExtraFields: true})},
		"order":     {simulator.FaultRule{Fault: "field_order"}, answer(simulator.AnswerFault{FieldOrder: true})},
		"open":      {simulator.FaultRule{Fault: "open_enum"}, answer(simulator.AnswerFault{OpenEnum: true})},
		"garbled":   {simulator.FaultRule{Fault: "garbled_body"}, answer(simulator.AnswerFault{Body: simulator.BodyGarbled})},
		"charset":   {simulator.FaultRule{Fault: "wrong_charset"}, answer(simulator.AnswerFault{Body: simulator.BodyOtherCharset})},
		"unsigned":  {simulator.FaultRule{Fault: "signature_missing"}, answer(simulator.AnswerFault{Signature: simulator.SignatureMissing})},
		"key":       {simulator.FaultRule{Fault: "signature_wrong_key"}, answer(simulator.AnswerFault{Signature: simulator.SignatureWrongKey})},
		"algorithm": {simulator.FaultRule{Fault: "signature_wrong_algorithm"}, answer(simulator.AnswerFault{Signature: simulator.SignatureWrongAlgorithm})},
		"skew":      {simulator.FaultRule{Fault: "clock_skew", SkewMS: -400000}, answer(simulator.AnswerFault{Skew: -400 * time.Second})},
		"told skew": {simulator.FaultRule{Fault: "clock_skew", Operation: simulator.OpNotification, SkewMS: 6000}, simulator.Disposition{
			Notice: simulator.NoticeFault{Skew: 6 * time.Second},
		}},
		"twice": {simulator.FaultRule{Fault: "duplicate_request"}, simulator.Disposition{Twice: true}},
	} {
		if got := applied(t, row.rule); got != row.want {
			t.Errorf("%s: got %+v, want %+v", name, got, row.want)
		}
	}
}

func TestOfTwoMessagesTheRuleAddedFirstSpeaks(t *testing.T) {
	t.Parallel()
	var d simulator.Disposition
	for _, name := range []string{"system_busy", "rate_limit", "gateway_error"} {
		kind, _ := fault.All().Kind(name)
		kind.Apply(complete(t, simulator.FaultRule{Fault: name}), simulator.Moment{}, &d)
	}
	if d.Answer != (simulator.AnswerFault{Message: simulator.MessageBusy}) {
		t.Errorf("got %+v", d.Answer)
	}
}

func TestParametersOfFaultsOfAnswersAreHeldToTheirBounds(t *testing.T) {
	t.Parallel()
	refused(t, map[string]simulator.FaultRule{
		"a gateway's 404":    {Fault: "gateway_error", Status: 404},
		"a redirect of 200":  {Fault: "redirect", Status: 200},
		"a limit of 500":     {Fault: "rate_limit", Status: 500},
		"a garbled 500":      {Fault: "garbled_body", Status: 500},
		"busy with a status": {Fault: "system_busy", Status: 503},
	}, "status")
	refused(t, map[string]simulator.FaultRule{
		"the future": {Fault: "stale_answer", Answer: simulator.AnswerSucceeded}, "a signing in processing": {Fault: "stale_answer", Operation: simulator.OpSigningQuery},
		"an answer to hang": {Fault: "hang", Answer: simulator.AnswerNotFound},
	}, "answer")
	refused(t, map[string]simulator.FaultRule{
		"none": {Fault: "clock_skew"}, "not seen": {Fault: "clock_skew", SkewMS: 999}, "two days": {Fault: "clock_skew", SkewMS: 172_800_000},
	}, "skew_ms")
	refused(t, map[string]simulator.FaultRule{"jitter of hang": {Fault: "hang", JitterMS: 5}, "negative": {Fault: "slow", DelayMS: 5, JitterMS: -1}}, "jitter_ms")
	refused(t, map[string]simulator.FaultRule{"amount of hang": {Fault: "hang", Amount: 5}}, "amount")
}

func TestJitterIsDrawnByTheSeedForEachStrike(t *testing.T) {
	t.Parallel()
	kind, _ := fault.All().Kind("slow")
	rule := complete(t, simulator.FaultRule{ID: "flt_1", Fault: "slow", DelayMS: 1000, JitterMS: 5000})
	draw := func(seed uint64, strike int) time.Duration {
		var d simulator.Disposition
		kind.Apply(rule, simulator.Moment{Seed: seed, Strike: strike}, &d)
		if d.Slow < time.Second || d.Slow > 6*time.Second {
			t.Errorf("%s", d.Slow)
		}
		return d.Slow
	}
	seen := map[time.Duration]bool{}
	for strike := range 20 {
		seen[draw(7, strike)] = true
		if first, second := draw(7, strike), draw(7, strike); first != second {
			t.Error("the same seed and strike draw differently")
		}
	}
	if len(seen) < 10 || draw(7, 1) == draw(8, 1) {
		t.Errorf("%d different delays of 20", len(seen))
	}
}

func TestAnOpenWordAndAStaleAnswerAskForTheRightState(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ processing, succeeded bool }{"open_enum": {true, false}, "stale_answer": {false, true}} {
		kind, _ := fault.All().Kind(name)
		selective, is := kind.(simulator.SelectiveKind)
		if !is {
			t.Fatalf("%s takes every moment", name)
		}
		rule := complete(t, simulator.FaultRule{Fault: name})
		if selective.Selects(rule, simulator.Moment{Status: "processing"}) != row.processing || selective.Selects(rule, simulator.Moment{Status: "succeeded"}) != row.succeeded {
			t.Errorf("%s", name)
		}
	}
}
