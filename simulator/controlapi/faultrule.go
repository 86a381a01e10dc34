package controlapi

import (
	"countersign/contract/control"
	"countersign/internal/money"
	"countersign/simulator"
)

// ruleOf turns the contract's request into a rule.
func ruleOf(f *control.FaultRequest) (simulator.FaultRule, error) {
	rule := simulator.FaultRule{
		Fault: string(f.Effect), Operation: ruleOperation(value(f.Operation)), Point: simulator.Point(value(f.Point)),
		Times: value(f.Times), PerNumber: value(f.TimesPerNumber), ExpiresAt: value(f.ExpiresAt),
		Reason: simulator.Reason(value(f.Reason)), DelayMS: int64(value(f.DelayMs)), JitterMS: int64(value(f.JitterMs)),
		SkewMS: int64(value(f.SkewMs)), Copies: value(f.Copies), Status: value(f.Status), Amount: money.Fen(value(f.Amount)),
		Answer: simulator.FaultAnswer(value(f.Answer)),
		When:   simulator.When{ChannelID: value(f.ChannelId), Nth: value(f.Nth), Every: value(f.Every), Permille: value(f.Permille)},
	}
	if m := f.Match; m != nil {
		rule.When.OrderNo, rule.When.CardLast4, rule.When.MemberNo = value(m.Number), value(m.CardLast4), value(m.MemberNo)
		rule.When.Merchant, rule.When.Bank, rule.When.EventType = value(m.Merchant), value(m.Bank), simulator.EventType(value(m.EventType))
		rule.When.YoungerMS = value(m.YoungerThanMs)
		rule.When.Amount, rule.When.AmountFrom, rule.When.AmountTo = money.Fen(value(m.Amount)), money.Fen(value(m.AmountFrom)), money.Fen(value(m.AmountTo))
	}
	if problem := simulator.CheckInstant("expires_at", rule.ExpiresAt); problem != nil && f.ExpiresAt != nil {
		return rule, problem
	}
	return rule, checkGiven(f)
}

// checkGiven refuses what the rules could not tell from a member left out.
func checkGiven(f *control.FaultRequest) error {
	const nothing = "0 selects nothing, so the rule could have no effect"
	for _, number := range []struct {
		field string
		value *int64
	}{
		{"/match/amount", matched(f, func(m *control.FaultMatch) *control.Fen { return m.Amount })},
		{"/match/amount_from", matched(f, func(m *control.FaultMatch) *control.Fen { return m.AmountFrom })},
		{"/match/amount_to", matched(f, func(m *control.FaultMatch) *control.Fen { return m.AmountTo })},
		{"/amount", f.Amount},
	} {
		if number.value != nil && *number.value == 0 {
			return unprocessable(number.field, nothing, "leave it out, or give an amount in fen")
		}
	}
	if f.SkewMs != nil && *f.SkewMs == 0 {
		return unprocessable("/skew_ms", "a clock that is 0 ms wrong could have no effect", "give milliseconds ahead, or behind as a negative number")
	}
	return nil
}

// matched is a member of the selection, nil without one.
func matched(f *control.FaultRequest, of func(*control.FaultMatch) *control.Fen) *control.Fen {
	if f.Match == nil {
		return nil
	}
	return of(f.Match)
}

// ruleOperation spells an operation as the rules do.
func ruleOperation(op control.Operation) simulator.Operation {
	switch op {
	case control.OperationSms:
		return simulator.OpSendSMS
	case control.OperationWechat:
		return simulator.OpSendWeChat
	default:
		return simulator.Operation(op)
	}
}

// requestOf turns a rule back into the contract's request.
func requestOf(rule *simulator.FaultRule) control.FaultRequest {
	when := &rule.When
	f := control.FaultRequest{
		Effect: control.FaultEffect(rule.Fault), Point: given(control.FaultPoint(rule.Point)), ChannelId: given(when.ChannelID),
		Nth: given(when.Nth), Every: given(when.Every), Permille: given(when.Permille), Times: given(rule.Times), TimesPerNumber: given(rule.PerNumber),
		Reason: given(string(rule.Reason)), DelayMs: given(int(rule.DelayMS)), JitterMs: given(int(rule.JitterMS)), SkewMs: given(int(rule.SkewMS)),
		Copies: given(rule.Copies), Status: given(rule.Status), Amount: given(int64(rule.Amount)), Answer: given(control.FaultRequestAnswer(rule.Answer)),
	}
	if rule.Operation != simulator.AnyOperation && rule.Operation != "" {
		f.Operation = given(operationOf(rule.Operation))
	}
	if !rule.ExpiresAt.IsZero() {
		at := rule.ExpiresAt.UTC()
		f.ExpiresAt = &at
	}
	match := control.FaultMatch{
		Number: given(when.OrderNo), CardLast4: given(when.CardLast4), MemberNo: given(when.MemberNo), Merchant: given(when.Merchant),
		Bank: given(when.Bank), EventType: given(control.EventType(when.EventType)), YoungerThanMs: given(when.YoungerMS),
		Amount: given(int64(when.Amount)), AmountFrom: given(int64(when.AmountFrom)), AmountTo: given(int64(when.AmountTo)),
	}
	if match != (control.FaultMatch{}) {
		f.Match = &match
	}
	return f
}

// faultMember is how the contract spells a member that the rules name otherwise.
func faultMember(field string) string {
	switch field {
	case "fault":
		return "effect"
	case "when":
		return "nth"
	case "when.channel_id":
		return "channel_id"
	case "when.nth":
		return "nth"
	case "when.every":
		return "every"
	case "when.permille":
		return "permille"
	case "per_number":
		return "times_per_number"
	case "when.order_no":
		return "match.number"
	}
	const selection = "when."
	if len(field) > len(selection) && field[:len(selection)] == selection {
		return "match." + field[len(selection):]
	}
	return field
}

// faultProblem names the member as the contract spells it.
func faultProblem(p *simulator.Problem) error {
	named := *p
	named.Field = faultMember(p.Field)
	if p.Hint != "" {
		return ruleProblem(&named)
	}
	return hint(ruleProblem(&named), "a rule that could have no effect is refused; GET /v1/fault-kinds tells what each fault does, where, and with which parameters")
}
