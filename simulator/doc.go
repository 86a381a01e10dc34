// Package simulator holds the rules of a simulated world of banks and payment
// channels: what is signed, debited, refused, texted and notified. It is pure:
// World.Step takes an input that carries its own instant and gives an outcome;
// no time, chance stream, net or goroutine is used inside, and every draw is a
// hash of seed, entity and event. The same seed and the same inputs therefore
// always lead to the same world.
//
// Package engine runs worlds, package httpapi speaks the native wire, package
// fault supplies the faults. Everything a request may ask for is a Command;
// everything it may be answered is in an Outcome, where "was the message
// accepted" (Problem) and "what happened to the order" (the results) are never
// merged. The package refuses to know transports, files and other people's
// wires, and imports nothing of ours but the kernel.
package simulator
