// Package wirefault is what a broken answer looks like on the socket: it takes a
// connection away from net/http and resets it, half-closes it, breaks the body off,
// lets it drip, never ends it or sends a gzip bomb (O10 and O23 of the fault model),
// as a simulator.WireFault asks. The doors of all wires use it.
//
// A connection that is kept open counts as a Line of its world: it waits on the
// world's clock, it ends with its client, its rule, its world or the engine, and
// there is a bound on how many there are. When Answer returns, nothing is left.
//
// It imports the rules and the engine.
package wirefault
