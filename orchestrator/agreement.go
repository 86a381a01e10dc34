package orchestrator

import "time"

// AgreementEvent is what can happen to an agreement.
type AgreementEvent string

// Events of an agreement.
const (
	AgreementRevoke    AgreementEvent = "revoke"     // the payer unbinds the card
	AgreementTerminate AgreementEvent = "terminated" // the channel says it is over, by us
	AgreementCancel    AgreementEvent = "cancelled_at_bank"
	AgreementExpire    AgreementEvent = "expired"
	AgreementForgotten AgreementEvent = "unknown_to_channel"
	AgreementAlive     AgreementEvent = "alive"
	AgreementNoAnswer  AgreementEvent = "no_answer"
)

// AgreementEvents lists all events, for tests of the whole table.
func AgreementEvents() []AgreementEvent {
	return []AgreementEvent{
		AgreementRevoke, AgreementTerminate, AgreementCancel, AgreementExpire, AgreementForgotten, AgreementAlive,
		AgreementNoAnswer,
	}
}

// agreementTable: an agreement that has ended never comes back; signing again makes a new one.
var agreementTable = table[AgreementState, AgreementEvent]{
	AgreementActive: {
		AgreementRevoke: move(AgreementRevoking), AgreementTerminate: move(AgreementTerminated),
		AgreementCancel: move(AgreementCancelledAtBank), AgreementExpire: move(AgreementExpired),
		AgreementForgotten: move(AgreementUnknownToChannel), AgreementAlive: stay[AgreementState](),
		AgreementNoAnswer: stay[AgreementState](),
	},
	AgreementRevoking: {
		AgreementRevoke: stay[AgreementState](), AgreementTerminate: move(AgreementTerminated),
		AgreementCancel: move(AgreementCancelledAtBank), AgreementExpire: move(AgreementExpired),
		AgreementForgotten: move(AgreementTerminated), AgreementAlive: stay[AgreementState](),
		AgreementNoAnswer: stay[AgreementState](),
	},
	AgreementTerminated:       dead(),
	AgreementCancelledAtBank:  dead(),
	AgreementExpired:          dead(),
	AgreementUnknownToChannel: dead(),
}

// dead is the row of an ended agreement: nothing changes, whatever is said. "Alive" against an end is a
// contradiction for people to look at.
func dead() map[AgreementEvent]cell[AgreementState] {
	row := map[AgreementEvent]cell[AgreementState]{AgreementAlive: clash[AgreementState]()}
	for _, e := range []AgreementEvent{
		AgreementRevoke, AgreementTerminate, AgreementCancel, AgreementExpire, AgreementForgotten, AgreementNoAnswer,
	} {
		row[e] = stay[AgreementState]()
	}
	return row
}

// AgreementInput is one event with what came along.
type AgreementInput struct {
	Event      AgreementEvent
	Actor      Actor
	At         time.Time
	Cause      string
	EvidenceID string
	Reference  string
	Owner      string
	LeaseUntil time.Time // zero = no call follows
	Draw       uint64
}

// Step applies one event.
func (a Agreement) Step(in AgreementInput) (Agreement, Event, error) {
	c, err := agreementTable.look("agreement", a.State, in.Event)
	if err != nil {
		return a, Event{}, err
	}
	old := a.State
	a.State = c.next(old)
	a.Lease, a.DueAt = a.Lease.Free(), time.Time{}
	switch {
	case !in.LeaseUntil.IsZero():
		a.Lease, a.DueAt = a.Lease.Take(in.Owner, in.LeaseUntil), in.LeaseUntil
	case a.State == AgreementRevoking:
		a.DueAt = in.At.Add(SigningDelay(a.Queries, in.Draw))
	}
	if a.State != AgreementActive && a.State != AgreementRevoking && a.EndedAt.IsZero() {
		a.EndedAt = in.At
	}
	if in.EvidenceID != "" && a.State != old {
		a.EvidenceID = in.EvidenceID
	}
	event := Event{
		MerchantID: a.MerchantID, Reference: in.Reference, Subject: "agreement", SubjectID: a.ID, ChannelID: a.ChannelID,
		Actor: in.Actor, Name: string(in.Event), Old: string(old), New: string(a.State), Cause: in.Cause,
		EvidenceID: in.EvidenceID, Fence: a.Lease.Fence, At: in.At,
	}
	if c.conflict {
		event.Cause = cause("conflict", event.Cause)
	}
	return a, event, nil
}

// EventOfEnd is the event that leads to an end.
func EventOfEnd(end AgreementState) AgreementEvent {
	switch end {
	case AgreementCancelledAtBank:
		return AgreementCancel
	case AgreementExpired:
		return AgreementExpire
	case AgreementTerminated:
		return AgreementTerminate
	default:
		return AgreementForgotten
	}
}
