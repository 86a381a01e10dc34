// Package selfcheck holds what the simulator sends against its own contract: every
// answer and every notification, as it really went out, with its signature. What
// differs is a break; one that a fault rule asked for is declared, any other is a bug
// of the simulator and fails the run (design 5).
//
// It works behind the answers, on a bounded queue, and only where it was switched on:
// validating by the document costs more than the request itself. It verifies with code
// of its own, so that a mistake in the signer cannot hide in a shared function.
package selfcheck
