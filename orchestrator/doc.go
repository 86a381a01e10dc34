// Package orchestrator holds the rules of a payment platform: how a card is signed at a
// channel, how a payment is charged there, and what counts as proof that it was.
//
// It is pure: every machine is a table and a step(state, input) -> (state, effects). No time,
// chance, net or goroutine lives here; they come in as values, or through the ports of ports.go,
// which subfolders implement. Nothing here may import anything above the kernel.
//
// The rule behind all others: only evidence ends a charge. A timeout is a question, not an answer.
package orchestrator
