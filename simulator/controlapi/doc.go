// Package controlapi is the control plane of the simulator, on a port of its own:
// worlds, time, faults, handsets, journal and truth (contract/control.yaml). The
// platform under test never needs it and never sees it.
//
// All data behind it is invented, and the package keeps it so: a card number that
// is not a test number, or an ID number that could be somebody's, is refused before
// anything is written down. It imports the rules, the engine, the faults, the
// contract and the kernel.
package controlapi
