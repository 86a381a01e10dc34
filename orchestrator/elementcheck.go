package orchestrator

import "time"

// CheckEvent is what can happen to an element check.
type CheckEvent string

// Events of an element check.
const (
	CheckPass     CheckEvent = "passed"
	CheckDecline  CheckEvent = "declined"
	CheckNoAnswer CheckEvent = "no_answer"
	CheckAgain    CheckEvent = "again"   // asked again under the same number
	CheckGiveUp   CheckEvent = "give_up" // not sent, or refused for good
)

// CheckEvents lists all events, for tests of the whole table.
func CheckEvents() []CheckEvent {
	return []CheckEvent{CheckPass, CheckDecline, CheckNoAnswer, CheckAgain, CheckGiveUp}
}

// checkTable: the same number with the same content answers the same, so an unknown check is asked again.
var checkTable = table[CheckState, CheckEvent]{
	CheckSending: {
		CheckPass: move(CheckPassed), CheckDecline: move(CheckDeclined), CheckNoAnswer: move(CheckUnknown),
		CheckGiveUp: move(CheckFailed),
	},
	CheckUnknown: {
		CheckPass: move(CheckPassed), CheckDecline: move(CheckDeclined), CheckNoAnswer: stay[CheckState](),
		CheckAgain: move(CheckSending), CheckGiveUp: move(CheckFailed),
	},
	CheckPassed:   {CheckPass: stay[CheckState](), CheckDecline: stay[CheckState](), CheckNoAnswer: stay[CheckState](), CheckGiveUp: stay[CheckState]()},
	CheckDeclined: {CheckPass: stay[CheckState](), CheckDecline: stay[CheckState](), CheckNoAnswer: stay[CheckState](), CheckGiveUp: stay[CheckState]()},
	CheckFailed:   {CheckPass: move(CheckPassed), CheckDecline: stay[CheckState](), CheckNoAnswer: stay[CheckState](), CheckGiveUp: stay[CheckState]()},
}

// maxCheckSends bounds how often one check is asked; after that it fails, since nothing depends on it but
// the work that waits for it.
const maxCheckSends = 6

// CheckInput is one event with what came along.
type CheckInput struct {
	Event      CheckEvent
	Actor      Actor
	At         time.Time
	Reason     string
	Cause      string
	EvidenceID string
	Owner      string
	LeaseUntil time.Time
	Draw       uint64
}

// Step applies one event.
func (c Check) Step(in CheckInput) (Check, Event, error) {
	if in.Event == CheckNoAnswer && c.Sends >= maxCheckSends {
		in.Event, in.Reason = CheckGiveUp, FailureOutcomeLost
	}
	found, err := checkTable.look("check", c.State, in.Event)
	if err != nil {
		return c, Event{}, err
	}
	old := c.State
	c.State = found.next(old)
	c.Lease, c.DueAt = c.Lease.Free(), time.Time{}
	switch c.State {
	case CheckSending:
		c.Sends++
		c.Lease, c.DueAt = c.Lease.Take(in.Owner, in.LeaseUntil), in.LeaseUntil
	case CheckUnknown:
		c.DueAt = in.At.Add(SigningDelay(c.Sends-1, in.Draw))
	default:
		if c.State != old {
			c.Reason, c.EndedAt, c.EvidenceID = in.Reason, in.At, in.EvidenceID
		}
	}
	return c, Event{
		MerchantID: c.MerchantID, Reference: c.Owner.ID, Subject: "check", SubjectID: c.ID, ChannelID: c.ChannelID,
		Actor: in.Actor, Name: string(in.Event), Old: string(old), New: string(c.State),
		Cause: cause(in.Cause, in.Reason), EvidenceID: in.EvidenceID, Fence: c.Lease.Fence, At: in.At,
	}, nil
}

// NewCheck completes a new check; its first call follows at once.
func NewCheck(c Check, owner string, until, now time.Time) (Check, Event) {
	c.State, c.CreatedAt, c.Sends = CheckSending, now, 1
	c.Lease, c.DueAt = c.Lease.Take(owner, until), until
	return c, Event{
		MerchantID: c.MerchantID, Reference: c.Owner.ID, Subject: "check", SubjectID: c.ID, ChannelID: c.ChannelID,
		Actor: ActorEngine, Name: "begin", New: string(CheckSending), Fence: c.Lease.Fence, At: now,
	}
}
