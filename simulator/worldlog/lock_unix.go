//go:build unix

package worldlog

import (
	"fmt"
	"os"
	"syscall"
)

// lockFile keeps a second process from writing the same log. The system gives the
// lock back when the process ends, however it ends.
func lockFile(f *os.File) error {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("%w: %w", ErrInUse, err)
	}
	return nil
}
