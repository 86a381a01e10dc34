package app

import (
	"countersign/simulator/httpapi"
	"countersign/simulator/selfcheck"
)

// watch holds what the simulator sends against its contract, where that is wanted.
func (a *App) watch(side *simulatorSide, notifier *httpapi.Notifier) {
	if !a.config.Simulator.SelfCheck {
		return
	}
	side.check = selfcheck.New(a.log)
	notifier.Observe(side.check)
}

// observer is the self-check as the doors know it; nil when it is off.
func (s *simulatorSide) observer() httpapi.Observer {
	if s.check == nil {
		return nil
	}
	return s.check
}

// LeftContract is nil unless the self-check found that the simulator broke its own contract without a fault having asked
// for it. It also answers after Close.
func (a *App) LeftContract() error {
	if a.simulator == nil || a.simulator.check == nil {
		return nil
	}
	return a.simulator.check.Err()
}
