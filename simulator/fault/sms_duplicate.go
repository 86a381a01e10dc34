package fault

import "countersign/simulator"

// mostTextCopies is how many copies of one SMS a rule may ask for.
const mostTextCopies = 20

// smsDuplicate lets an SMS arrive again (B3): the same text and the same code, once more
// or as often as copies says. A client must take a code for the newest one by its
// sequence, not by the number of messages. Ask for it with {"effect":"sms_duplicate","copies":1}.
func smsDuplicate() entry {
	return entry{
		Description: textFault("sms_duplicate", "The SMS arrives so many times more, once unless copies says otherwise.", paramCopies),
		kind: texting(func(rule simulator.FaultRule, _ simulator.Moment, to *simulator.TextFault) {
			to.Copies += rule.Copies
		}),
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			if rule.Copies == 0 {
				rule.Copies = 1
			}
			if rule.Copies < 1 || rule.Copies > mostTextCopies {
				return rule, wrong(paramCopies, "must be 1 to 20 of one message")
			}
			return rule, nil
		},
	}
}
