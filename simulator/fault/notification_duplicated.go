package fault

import "countersign/simulator"

// notificationDuplicated sends a notification several times at once, each copy
// signed afresh with the same event id (N-4). A client must acknowledge all and
// act once. Ask for it with {"fault":"notification_duplicated","copies":2}: so
// many besides the first; one when left out.
func notificationDuplicated() entry {
	return entry{
		Description: Description{
			Name:       "notification_duplicated",
			About:      "A notification is sent several times at once, with one event id.",
			Points:     []simulator.Point{simulator.PointNotifying},
			Operations: []simulator.Operation{simulator.OpNotification},
			Parameters: []string{paramCopies},
		},
		kind: duplicated{},
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			const most = 100
			if rule.Copies == 0 {
				rule.Copies = 1
			}
			if rule.Copies < 1 || rule.Copies > most {
				return rule, wrong(paramCopies, "must be 1 to 100")
			}
			return rule, nil
		},
	}
}

// duplicated is the kind.
type duplicated struct{}

// Apply adds copies.
func (duplicated) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Copies += rule.Copies
}
