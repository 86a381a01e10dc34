package simulator

import "time"

// Break is a message by which a channel of a world left the contract: an answer or
// a notification that contract/channel.yaml does not allow, as the self-check found
// it. It quotes nothing of the message.
type Break struct {
	Serial    int64     // from 1, over all worlds of a simulator, in the order they were found
	At        time.Time // by the world's clock
	WorldID   string    // empty: the message was of no world
	Row       int64     // of the journal, 0: none
	ChannelID string
	Operation Operation
	// Field points to the member that is wrong (RFC 6901), or names the header; empty:
	// the message as a whole.
	Field string
	What  string // in words
	// FaultIDs are the rules that declared it; empty: nobody did, it is a bug.
	FaultIDs []string
}

// Declared reports whether a fault was asked to break the contract here.
func (b *Break) Declared() bool { return len(b.FaultIDs) > 0 }
