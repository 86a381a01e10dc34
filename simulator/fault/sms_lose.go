package fault

import "countersign/simulator"

// smsLose lets an SMS never arrive (B3). The channel believes that it was sent; the
// journal has a row that says lost, with this fault. A client must let the payer
// ask again as soon as the gap is over. Ask for it with
// {"effect":"sms_lose","operation":"signing_apply","times":1}.
func smsLose() entry {
	return entry{
		Description: textFault("sms_lose", "The SMS never arrives; the journal shows it as lost."),
		kind:        texting(func(_ simulator.FaultRule, _ simulator.Moment, to *simulator.TextFault) { to.Lose = true }),
	}
}
