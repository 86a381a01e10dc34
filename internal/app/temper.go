package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"countersign/simulator"
	"countersign/simulator/fault"
)

// TemperConfig is how unfriendly the demo world is by itself. The zero value leaves it as it is: friendly, when it is new.
type TemperConfig struct {
	Temper string // friendly, realistic or hostile
	// Oddities override the rates of the temper, in permille by name; they replace all overrides the world had.
	Oddities map[string]int
}

// given reports whether anything is wanted.
func (c *TemperConfig) given() bool { return c.Temper != "" || len(c.Oddities) > 0 }

// check refuses a temper, an oddity or a rate that there is not.
func (c *TemperConfig) check() error {
	tempers := []simulator.Temper{"", simulator.TemperFriendly, simulator.TemperRealistic, simulator.TemperHostile}
	if !slices.Contains(tempers, simulator.Temper(c.Temper)) {
		return &ConfigError{What: fmt.Sprintf("temper %q is none", c.Temper), Next: "give friendly, realistic or hostile"}
	}
	var known []string
	for _, o := range fault.All().Oddities() {
		known = append(known, o.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Oddities)) {
		const always = 1000
		switch rate := c.Oddities[name]; {
		case !slices.Contains(known, name):
			return &ConfigError{What: fmt.Sprintf("there is no oddity %q", name), Next: "name one of " + strings.Join(known, ", ")}
		case rate < 0 || rate > always:
			return &ConfigError{What: fmt.Sprintf("rate %d of oddity %s is none", rate, name), Next: "give 0 to 1000, in permille"}
		}
	}
	return nil
}

// keyRotation is the oddity that the orchestrator beside the simulator is spared unless it is asked for by name: its
// operator would have to give it the new keys by hand, and no payment would end until then.
const keyRotation = "key_rotation"

// takeTemper gives the demo world the temper that is configured.
func (a *App) takeTemper(ctx context.Context, side *simulatorSide) error {
	wanted := &a.config.Simulator.Temper
	if !wanted.given() {
		return nil
	}
	rates := simulator.OddityRates(maps.Clone(wanted.Oddities))
	if _, said := rates[keyRotation]; !said && a.config.Orchestrator.Platform != "" {
		if rates == nil {
			rates = simulator.OddityRates{}
		}
		rates[keyRotation] = 0
	}
	change := simulator.ChangeSettings{Temper: simulator.Temper(wanted.Temper)}
	if len(rates) > 0 {
		change.Oddities = &rates
	}
	out, err := side.engine.Do(ctx, DemoWorld, simulator.Input{Command: change})
	if err == nil && out.Problem != nil {
		err = out.Problem
	}
	if err != nil {
		return fmt.Errorf("temper of the demo world: %w", err)
	}
	return nil
}
