package fault

import "countersign/simulator"

// smsLate lets an SMS arrive late (B3), by delay_ms and up to jitter_ms more: after the
// payer asked again, after the code ran out. The channel says of it what it always
// says; lifetime and resend gap count from when it was sent. A client must not
// count on a code being there, and must say which SMS counts. Ask for it with
// {"effect":"sms_late","delay_ms":15000,"jitter_ms":5000}.
func smsLate() entry {
	d := textFault("sms_late", "The SMS arrives delay_ms late, and up to jitter_ms more by the seed.", paramDelay, paramJitter)
	d.Example = simulator.FaultRule{Fault: "sms_late", DelayMS: 15_000, JitterMS: 5_000}
	return entry{
		Description: d,
		kind: texting(func(rule simulator.FaultRule, at simulator.Moment, to *simulator.TextFault) {
			to.Late = max(to.Late, delayAt(rule, at))
		}),
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			if rule.DelayMS == 0 && rule.JitterMS > 0 {
				return rule, nil // somewhere between at once and that
			}
			return needsDelay(rule)
		},
	}
}
