// Package scenario reads the scenario file: in YAML, or in JSON, what a new world has
// besides the fixtures. Its shape is that of WorldRequest in contract/control.yaml, so
// that one file serves the command line, the image and the library for Go tests
// (simtest.Scenario), and holds what a client could post.
//
// A file is refused as a whole: each error names the line and the member, never a value,
// since cards stand in it. It imports the contract, the control plane's own check and
// the kernel.
package scenario
