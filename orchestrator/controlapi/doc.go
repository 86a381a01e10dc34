// Package controlapi is the platform's control port: the test clocks of merchants (contract/platform.yaml, tag
// test-clock). It exists under --test-clock only, on a listener of its own, and asks for the operator token. In
// production time comes from the machine, and this package is not mounted.
package controlapi
