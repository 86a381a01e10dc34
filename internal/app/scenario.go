package app

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"

	"countersign/contract/control"
	"countersign/simulator"
	"countersign/simulator/controlapi"
	"countersign/simulator/scenario"
)

// readScenario reads the scenario file and lets it say what the flags left open: the demo world's seed and kind of clock.
func (a *App) readScenario() error {
	path := a.config.Simulator.Scenario
	if path == "" {
		return nil
	}
	if a.config.Simulator.Protocol == "" {
		return &ConfigError{What: "a scenario is for a simulator", Next: "start one in this program, or leave --scenario out"}
	}
	read, err := scenario.Open(path)
	if err != nil {
		return scenarioError(err)
	}
	a.scenario = read
	wanted := &read.Request
	if wanted.Seed != nil && a.config.Seed == 0 {
		a.config.Seed, a.drawnFromScenario = uint64(*wanted.Seed), true
	}
	c := wanted.Clock
	if c == nil {
		return nil
	}
	virtual := c.Mode == control.ClockVirtual
	if !virtual && c.Start != nil {
		return scenarioError(read.Place(&simulator.Problem{Field: "clock.start", Detail: "a real clock has no start"}))
	}
	if virtual && a.config.Orchestrator.Platform != "" && !a.config.Orchestrator.TestClock {
		return &ConfigError{
			What: "the scenario wants a virtual clock, and the orchestrator would not follow it", Next: "give --test-clock, or take clock out of the file",
		}
	}
	a.config.Simulator.Virtual = a.config.Simulator.Virtual || virtual
	return nil
}

// scenarioError is an error about the file in the words of the configuration.
func scenarioError(err error) error {
	var wrong *scenario.Error
	if !errors.As(err, &wrong) {
		return err
	}
	place, next := *wrong, wrong.Next
	if next == "" {
		next = "see WorldRequest in contract/control.yaml"
	}
	place.Next = ""
	return &ConfigError{What: place.Error(), Next: next}
}

// worldDefaults are what requests for new worlds leave out; nil without a scenario.
func (a *App) worldDefaults() *control.WorldRequest {
	if a.scenario == nil {
		return nil
	}
	return &a.scenario.Request
}

// demoField is what the demo world starts with.
func (a *App) demoField(whole simulator.Universe) (simulator.Universe, error) {
	if a.scenario == nil {
		return whole, nil
	}
	made, err := controlapi.Field(whole, &a.scenario.Request)
	if err != nil {
		return made, scenarioError(a.scenario.Place(err))
	}
	return made, nil
}

// furnish puts into a new demo world what the scenario wants in it.
func (a *App) furnish(ctx context.Context, side *simulatorSide) error {
	if a.scenario == nil {
		return nil
	}
	wanted := a.scenario.Request
	if a.config.Orchestrator.Platform != "" && wanted.Temper != nil {
		rates := control.OddityRates{keyRotation: 0}
		if wanted.Oddities != nil {
			maps.Copy(rates, *wanted.Oddities)
		}
		wanted.Oddities = &rates
	}
	if err := controlapi.Furnish(ctx, side.engine, DemoWorld, &wanted); err != nil {
		return scenarioError(a.scenario.Place(err))
	}
	return nil
}

// Files of a durable world: while a scenario is put into it the log has another name, so that a start that was cut off
// or refused leaves no half of one behind.
const makingSuffix = ".making"

// makingPath is where the log of a new world is begun.
func (a *App) makingPath(path string) (string, error) {
	if a.scenario == nil {
		return path, nil
	}
	making := path + makingSuffix
	if err := os.Remove(making); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", dataDirError(err)
	}
	return making, nil
}

// finishMaking gives the log of a world that is whole its name, for good.
func finishMaking(making, path string) error {
	if making == path {
		return nil
	}
	if err := os.Rename(making, path); err != nil {
		return dataDirError(err)
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return dataDirError(err)
	}
	defer func() { _ = folder.Close() }()
	if err := folder.Sync(); err != nil {
		return dataDirError(err)
	}
	return nil
}
