// Package engine runs the rules of package orchestrator and carries out their effects.
//
// A use case is a loop: one transaction { load rows, step, save rows and events }, then the effects outside
// of any transaction (a call to a channel, a message), each result fed back as an input in a transaction
// of its own, until nothing immediate is left. Work goes on when the client goes away. Whatever was under
// way when a process died is found again by its due time, and asked about, never sent again.
//
// It may be imported by the adapters beside it and by the wiring; it imports its root and routing only.
package engine
