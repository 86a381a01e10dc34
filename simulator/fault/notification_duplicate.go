package fault

import "countersign/simulator"

// notificationDuplicate sends a notification several times at once, each copy
// signed afresh with the same event id (N-4). A client must acknowledge all and
// act once. With copies up to 10000 it is the burst of N-11, which a client must bound
// without losing what it acknowledged. Ask for it with {"effect":"notification_duplicate","copies":2}: so
// many besides the first; one when left out.
func notificationDuplicate() entry {
	return entry{
		Description: Description{
			Name:       "notification_duplicate",
			About:      "A notification is sent several times at once, with one event id.",
			Points:     []simulator.Point{simulator.PointNotifying},
			Operations: []simulator.Operation{simulator.OpNotification},
			Rows:       []string{"N-4", "N-11"},
			Example:    simulator.FaultRule{Fault: "notification_duplicate", Copies: 2},
			Parameters: []string{paramCopies},
		},
		kind: duplicated{},
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			const most = 10000
			if rule.Copies == 0 {
				rule.Copies = 1
			}
			if rule.Copies < 1 || rule.Copies > most {
				return rule, wrong(paramCopies, "must be 1 to 10000")
			}
			return rule, nil
		},
	}
}

// duplicated is the kind.
type duplicated struct{}

// Apply adds copies.
func (duplicated) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Notice.Copies += rule.Copies
}
