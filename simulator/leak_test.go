package simulator_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails the package when its tests leave goroutines behind: the rules start none.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
