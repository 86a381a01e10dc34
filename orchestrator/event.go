package orchestrator

import "time"

// Actor is who caused a change (reliability 4).
type Actor string

// Actors.
const (
	ActorUser         Actor = "user"         // a call of the merchant's API
	ActorReply        Actor = "reply"        // a channel's synchronous answer
	ActorNotification Actor = "notification" // a channel's verified notification
	ActorQuery        Actor = "query"        // the answer to a query of ours
	ActorTimer        Actor = "timer"        // something came due
	ActorOperator     Actor = "operator"
	ActorEngine       Actor = "engine" // a consequence inside the platform
)

// Event is one change of one row. Events are only ever added; Seq is given by the store and orders them.
type Event struct {
	Seq        int64
	MerchantID string
	Reference  string // id of the payment, verification or sync item (T14)
	Subject    string // "attempt", "signing", "payment", …
	SubjectID  string
	ChannelID  string
	Actor      Actor
	Name       string // event of the machine, or what was done
	Old        string
	New        string
	Cause      string // why, in words without card data
	EvidenceID string
	Fence      int64
	At         time.Time // merchant's clock
}

// Evidence is an answer or a notification as it was seen, masked.
type Evidence struct {
	ID         string
	MerchantID string
	ChannelID  string
	Operation  string // Operation, or the type of a notification
	Number     string
	Proof      Proof
	Code       string
	Detail     string
	Wire       WireTrace
	At         time.Time
}
