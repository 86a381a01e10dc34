// Package engine runs simulated worlds: it gives each a clock and a lock, steps
// the pure core, and carries out what the core asks for: due times, waits on the
// inbox, requests held by faults, notifications (through the port Notifier) and a
// durable log (through the port Recorder). Nothing in it sleeps: due times are
// compared with the world's clock, real or virtual.
//
// It may import the simulator's root and package fault; transports import it.
// It knows no wire: requests come in as commands whose signature the door has
// checked, and a withheld answer goes out as a flag the door has to honour.
package engine
