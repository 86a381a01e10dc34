package simulator_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// lost charges a sum so many times with new numbers and says which were not answered.
func (s *stage) lost(sums ...money.Fen) []bool {
	s.t.Helper()
	var lost []bool
	for _, sum := range sums {
		lost = append(lost, s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), sum)).Reply.Withheld)
	}
	return lost
}

func TestARuleSelectsByPredicateAndCounters(t *testing.T) {
	t.Parallel()
	member := memberOf(sample.WithholdingRaw)
	person := sample.Person(1)
	for name, row := range map[string]struct {
		rule simulator.FaultRule
		want []bool // for charges of 100, 200, 300, 400
	}{
		"all":            {simulator.FaultRule{}, []bool{true, true, true, true}},
		"the second":     {simulator.FaultRule{When: simulator.When{Nth: 2}}, []bool{false, true, false, false}},
		"each second":    {simulator.FaultRule{When: simulator.When{Every: 2}}, []bool{false, true, false, true}},
		"two":            {simulator.FaultRule{Times: 2}, []bool{true, true, false, false}},
		"one sum":        {simulator.FaultRule{When: simulator.When{Amount: 300}}, []bool{false, false, true, false}},
		"a range":        {simulator.FaultRule{When: simulator.When{AmountFrom: 200, AmountTo: 300}}, []bool{false, true, true, false}},
		"from a sum":     {simulator.FaultRule{When: simulator.When{AmountFrom: 300}}, []bool{false, false, true, true}},
		"up to a sum":    {simulator.FaultRule{When: simulator.When{AmountTo: 200}}, []bool{true, true, false, false}},
		"the member":     {simulator.FaultRule{When: simulator.When{MemberNo: member}}, []bool{true, true, true, true}},
		"the channel":    {simulator.FaultRule{When: simulator.When{ChannelID: sample.WithholdingRaw}}, []bool{true, true, true, true}},
		"another":        {simulator.FaultRule{When: simulator.When{ChannelID: sample.BankDirect}}, []bool{false, false, false, false}},
		"the card":       {simulator.FaultRule{When: simulator.When{CardLast4: person.CardNumber.Last4()}}, []bool{true, true, true, true}},
		"another card":   {simulator.FaultRule{When: simulator.When{CardLast4: "0000"}}, []bool{false, false, false, false}},
		"always":         {simulator.FaultRule{When: simulator.When{Permille: 1000}}, []bool{true, true, true, true}},
		"once a number":  {simulator.FaultRule{PerNumber: 1}, []bool{true, true, true, true}},
		"switched off":   {simulator.FaultRule{Off: true}, []bool{false, false, false, false}},
		"another number": {simulator.FaultRule{When: simulator.When{OrderNo: "ord_none"}}, []bool{false, false, false, false}},
	} {
		row.rule.Fault, row.rule.Operation = "withhold_reply", simulator.OpCharge
		if got := struck(t, row.rule).lost(100, 200, 300, 400); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestTheBankOfACardSelects(t *testing.T) {
	t.Parallel()
	for _, bank := range setStage(t).w.Template().Universe().Banks {
		s := setStage(t)
		out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.AddFault{Rule: simulator.FaultRule{
			Fault: "withhold_reply", Operation: simulator.OpCharge, When: simulator.When{Bank: bank.Code, ChannelID: sample.WithholdingRaw},
		}}})
		if out.Problem != nil {
			continue // the channel does not reach it
		}
		charged := s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 100))
		if charged.Reply.Withheld != (charged.Charge.Bank == bank.Code) {
			t.Errorf("%s: a charge at %s: %v", bank.Code, charged.Charge.Bank, charged.Reply.Withheld)
		}
	}
}

func TestANumberHasABudgetOfItsOwn(t *testing.T) {
	t.Parallel()
	s := struck(t, simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge, PerNumber: 2})
	for range 2 {
		c := s.rawCharge(sample.Person(1), 100)
		for try, want := range []bool{true, true, false} {
			if got := s.do(sample.WithholdingRaw, c).Reply.Withheld; got != want {
				t.Errorf("try %d: withheld %v", try, got)
			}
		}
	}
}

func TestTheBudgetOfTheWorldBoundsAllRules(t *testing.T) {
	t.Parallel()
	bound := func(n int) *int { return &n }
	rule := simulator.AddFault{Rule: simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge}}
	for name, row := range map[string]struct {
		budget simulator.FaultBudget
		want   []bool
	}{
		"none":         {simulator.FaultBudget{PerWorld: bound(0)}, []bool{false, false, false}},
		"two":          {simulator.FaultBudget{PerWorld: bound(2)}, []bool{true, true, false}},
		"no bound":     {simulator.FaultBudget{}, []bool{true, true, true}},
		"each number":  {simulator.FaultBudget{PerNumber: bound(1)}, []bool{true, true, true}},
		"no number":    {simulator.FaultBudget{PerNumber: bound(0)}, []bool{false, false, false}},
		"both of them": {simulator.FaultBudget{PerWorld: bound(1), PerNumber: bound(5)}, []bool{true, false, false}},
	} {
		s := setStage(t)
		s.control(simulator.ChangeSettings{Budget: &row.budget})
		s.control(rule)
		if got := s.lost(1, 2, 3); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %v", name, got)
		}
	}
	s := setStage(t)
	s.control(simulator.ChangeSettings{Budget: &simulator.FaultBudget{PerNumber: bound(1)}})
	s.control(rule)
	s.control(rule) // two rules, one strike for each number
	c := s.rawCharge(sample.Person(1), 1)
	for try, want := range []bool{true, false} {
		if got := s.do(sample.WithholdingRaw, c).Reply.Withheld; got != want {
			t.Errorf("try %d: %v", try, got)
		}
	}
	if out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.ChangeSettings{Budget: &simulator.FaultBudget{PerWorld: bound(-1)}}}); out.Problem == nil || out.Problem.Field != "fault_budget.per_world" {
		t.Errorf("%+v", out.Problem)
	}
}

func TestARuleIsSwitchedOffAndOnAndKeepsItsCounters(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	id := s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge, Times: 2}}).FaultID
	s.lost(1)
	s.control(simulator.SwitchFault{ID: id, Off: true})
	if got := s.lost(1); got[0] {
		t.Error("a rule that is off struck")
	}
	s.control(simulator.SwitchFault{ID: id})
	if got := s.lost(1, 1); !slices.Equal(got, []bool{true, false}) {
		t.Errorf("got %v", got)
	}
	if view, known := s.w.Fault(id); !known || view.Struck != 2 || !view.Spent || view.Off {
		t.Errorf("%+v", view)
	}
	wantProblem(t, s.w.Step(simulator.Input{Now: s.now, Command: simulator.SwitchFault{ID: "flt_none"}}), simulator.ProblemNotFound)
}

func TestTheSameSeedAndCallsStrikeTheSame(t *testing.T) {
	t.Parallel()
	run := func() string {
		s := setStage(t)
		s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge, When: simulator.When{Permille: 400}}})
		s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "slow", Operation: simulator.OpCharge, DelayMS: 10, JitterMS: 1000, When: simulator.When{Permille: 400}}})
		var text strings.Builder
		for range 60 {
			reply := s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 1)).Reply
			fmt.Fprint(&text, reply.Withheld, reply.Hold != nil)
			if reply.Hold != nil {
				text.WriteString(reply.Hold.Until.Format(time.RFC3339Nano))
			}
		}
		export, err := json.Marshal(s.w.Export())
		if err != nil {
			t.Fatal(err)
		}
		return text.String() + string(export)
	}
	if first, second := run(), run(); first != second {
		t.Error("two runs of one seed differ")
	}
}

func TestRulesWithoutEffectInThisWorldAreRefused(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	for name, row := range map[string]struct {
		rule  simulator.FaultRule
		field string
	}{
		"a code no payment asks for": {simulator.FaultRule{Fault: "hang", Operation: simulator.OpChargeConfirm, When: simulator.When{ChannelID: sample.WithholdingRaw}}, "operation"},
		"a signing that is none":     {simulator.FaultRule{Fault: "hang", Operation: simulator.OpSigningApply, When: simulator.When{ChannelID: sample.WithholdingRaw}}, "operation"},
		"a binding that is none":     {simulator.FaultRule{Fault: "hang", Operation: simulator.OpBind, When: simulator.When{MemberNo: memberOf(sample.WithholdingRaw)}}, "operation"},
		"an event that is none": {simulator.FaultRule{Fault: "notification_drop", When: simulator.When{
			ChannelID: sample.WithholdingRaw, EventType: simulator.EventSigningSigned,
		}}, "operation"},
		"a bank that is none":       {simulator.FaultRule{Fault: "hang", When: simulator.When{Bank: "NOBANK"}}, "when.bank"},
		"a member elsewhere":        {simulator.FaultRule{Fault: "hang", When: simulator.When{ChannelID: sample.BankDirect, MemberNo: memberOf(sample.WithholdingRaw)}}, "when.member_no"},
		"a merchant that is none":   {simulator.FaultRule{Fault: "hang", When: simulator.When{Merchant: "nobody"}}, "when.merchant"},
		"a channel that is none":    {simulator.FaultRule{Fault: "hang", When: simulator.When{ChannelID: "nowhere"}}, "when.channel_id"},
		"an expiry that is past":    {simulator.FaultRule{Fault: "hang", ExpiresAt: s.now}, "expires_at"},
		"a range that is empty":     {simulator.FaultRule{Fault: "hang", When: simulator.When{AmountFrom: 2, AmountTo: 1}}, "when.amount_from"},
		"a parameter it has no use": {simulator.FaultRule{Fault: "hang", Status: 500}, "status"},
	} {
		out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.AddFault{Rule: row.rule}})
		if out.Problem == nil || out.Problem.Field != row.field || out.Problem.Detail == "" {
			t.Errorf("%s: %+v", name, out.Problem)
		}
	}
	if rules := s.w.Faults(); len(rules) != 0 {
		t.Errorf("a refused rule is in force: %+v", rules)
	}
}

func TestAChannelWithoutCloseOrNotificationsIsNoPlaceForTheirFaults(t *testing.T) {
	t.Parallel()
	universe := setStage(t).w.Template().Universe()
	universe.Channels = slices.Clone(universe.Channels)
	for i := range universe.Channels {
		universe.Channels[i].CloseOffered = false
		universe.Channels[i].Notification.ScheduleSeconds = nil
	}
	template, err := simulator.Compile(universe)
	if err != nil {
		t.Fatal(err)
	}
	w := simulator.NewWorld("bare", 1, time.Date(2018, 6, 6, 0, 0, 0, 0, time.UTC), template, fault.All())
	for _, rule := range []simulator.FaultRule{{Fault: "hang", Operation: simulator.OpChargeClose}, {Fault: "notification_drop"}} {
		out := w.Step(simulator.Input{Now: w.Now(), Command: simulator.AddFault{Rule: rule}})
		if out.Problem == nil || out.Problem.Field != "operation" {
			t.Errorf("%s: %+v", rule.Fault, out.Problem)
		}
	}
}

func TestAWorldHoldsSoManyRulesOnly(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	for range 1000 {
		s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "hang"}})
	}
	wantProblem(t, s.w.Step(simulator.Input{Now: s.now, Command: simulator.AddFault{Rule: simulator.FaultRule{Fault: "hang"}}}), simulator.ProblemInvalidRequest)
}
