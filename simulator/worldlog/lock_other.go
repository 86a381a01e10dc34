//go:build !unix

package worldlog

import "os"

// lockFile does nothing where the system has no advisory locks in the standard
// library: there, two processes on one log are the user's to avoid.
func lockFile(*os.File) error { return nil }
