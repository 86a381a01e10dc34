// Package steps is the vocabulary of the features: what "the member applies for a signing" does.
//
// Each scenario has a [World] of its own, which holds a simulated universe and what the scenario did in
// it so far. The world travels in the step's context; there are no package variables that change. Steps
// are kept by domain word, a file each, as lists of [Step]: an expression and a function. Several
// expressions may share a function, as the Chinese ones do with the English ones.
//
// # How to add a step
//
// Add a line to the list of its domain word. The function takes a context.Context and what the
// expression captures, and gives an error. Get the world with [From]. Send what may be held up by a
// fault through [World.Await], which moves time on until the answer is there; never sleep.
//
// Steps named "the member ..." play a platform's part at a simulated channel by themselves and need no
// platform. Steps about payments, cards at the platform and notices talk to the platform under test.
package steps
