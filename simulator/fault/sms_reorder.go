package fault

import (
	"time"

	"countersign/simulator"
)

// smsReorder lets an SMS be overtaken (B3): it arrives only after the next message to
// that handset, or after delay_ms (a minute unless said otherwise) when none comes.
// So the code that is read last need not be the newest. A client must tell the
// payer which SMS counts, and take a superseded code for a wrong one. Ask for it with
// {"effect":"sms_reorder","operation":"signing_apply","times":1}.
func smsReorder() entry {
	return entry{
		Description: textFault("sms_reorder", "The SMS arrives only after the next one to that handset, or after delay_ms when none comes.", paramDelay),
		kind: texting(func(rule simulator.FaultRule, _ simulator.Moment, to *simulator.TextFault) {
			to.Overtaken = max(to.Overtaken, time.Duration(rule.DelayMS)*time.Millisecond)
		}),
		complete: usualDelay(time.Minute),
	}
}
