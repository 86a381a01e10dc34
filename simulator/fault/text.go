package fault

import "countersign/simulator"

// texted are the operations that text somebody: a code, a debit notice (as part of
// the charge), and whatever the platform sends through the gateways. A rule about
// the gateways has to name them (sms and wechat on the wire).
func texted() []simulator.Operation {
	return append(coded(), simulator.OpSendSMS, simulator.OpSendWeChat)
}

// coded are the operations that text a code.
func coded() []simulator.Operation {
	return []simulator.Operation{
		simulator.OpSigningApply, simulator.OpSigningResend, simulator.OpCharge, simulator.OpChargeResend,
	}
}

// textFault describes a fault of messages on their way.
func textFault(name, about string, parameters ...string) Description {
	return Description{
		Name: name, About: about, Points: []simulator.Point{simulator.PointTexting}, Operations: texted(),
		Parameters: parameters, Rows: []string{"B3"},
		Example: simulator.FaultRule{Fault: name, Operation: simulator.OpSigningApply, Times: 1},
	}
}

// texting is a kind that changes how a message travels.
type texting func(simulator.FaultRule, simulator.Moment, *simulator.TextFault)

// Apply changes it.
func (change texting) Apply(rule simulator.FaultRule, at simulator.Moment, to *simulator.Disposition) {
	change(rule, at, &to.Text)
}
