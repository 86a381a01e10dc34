// Package channelclient speaks the native channel contract (contract/channel.yaml) for the
// orchestrator: it signs a request, sends it exactly once, and says what the answer proves.
//
// The one thing it must never do is guess. An answer is evidence only when it carries a valid
// signature made for this very request and names our number; all else, however friendly it
// looks, is orchestrator.ProofNone and is queried later. "Not a byte left" is claimed only when the
// connection itself counted none.
//
// It may import the orchestrator's root, the contract and go-jose. It keeps no state but open
// connections and, for notifications, the identifiers seen lately.
package channelclient
