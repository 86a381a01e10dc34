// Package wire speaks the channel's contract from outside: it signs with go-jose, sends what is well
// formed and what is not, and judges the signatures that come back.
//
// It serves the feature steps and the command `call`. It shares no code with the simulator's signatures
// nor with the platform's, so that a mistake in one shows up in the others; golden vectors in
// fixtures/wire hold all three together.
package wire
