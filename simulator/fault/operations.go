package fault

import (
	"slices"

	"countersign/simulator"
)

// answering are the operations that are answered over HTTP: those of the channels
// and of the messaging gateways.
func answering() []simulator.Operation {
	return append(simulator.ChannelOperations(), simulator.GatewayOperations()...)
}

// standsForAny reports whether a rule without an operation means this one too. The
// gateways have to be named, unless the fault meets nothing else: who says "any
// reply" means the channels'.
func standsForAny(op simulator.Operation, all []simulator.Operation) bool {
	gateways := simulator.GatewayOperations()
	if !slices.Contains(gateways, op) {
		return true
	}
	return !slices.ContainsFunc(all, func(other simulator.Operation) bool { return !slices.Contains(gateways, other) })
}

// checkPlace refuses a channel, member or merchant where only the gateways are met:
// they belong to the world, and a message does not say for whom it is sent.
func checkPlace(rule *simulator.FaultRule, ops []simulator.Operation) *simulator.Problem {
	gateways := simulator.GatewayOperations()
	if slices.ContainsFunc(ops, func(op simulator.Operation) bool { return !slices.Contains(gateways, op) }) {
		return nil
	}
	switch {
	case rule.When.ChannelID != "":
		return wrong("when.channel_id", "the messaging gateways are no channel's")
	case rule.When.MemberNo != "":
		return wrong("when.member_no", "the messaging gateways know no member")
	case rule.When.Merchant != "":
		return wrong("when.merchant", "the messaging gateways know no merchant")
	}
	return nil
}
