package bench

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Options say what to measure and how.
type Options struct {
	// Program is the path of the program whose processes are measured.
	Program string
	// Only names the figures wanted; empty means all.
	Only []string
	// Orders is how many distinct charges the memory figures make. Zero means 200,000, as the bar says.
	Orders int
	// More are measurements that this package cannot make itself, as those of the feature suite.
	More []Measurement
	// Progress is told what is being measured; nil for nobody.
	Progress func(name string)
}

// Measurement makes one figure, or several that come out of one piece of work.
type Measurement struct {
	Names   []string
	Measure func(ctx context.Context, o *Options) ([]Figure, error)
}

// ordersOfTheBar is how many distinct charges design 5 speaks of.
const ordersOfTheBar = 200_000

// own are the measurements of this package, the cheap ones first.
func own() []Measurement {
	return []Measurement{
		{[]string{"start"}, measureStart},
		{[]string{"rss-idle"}, measureIdle},
		{[]string{"world-create", "world-fork"}, measureWorlds},
		{[]string{"clock-set-100k"}, measureClock},
		{[]string{"waiters-1000"}, measureWaiters},
		{[]string{"charge-hs256"}, measureChargeHS256},
		{[]string{"charge-eddsa"}, measureChargeEdDSA},
		{[]string{"rss-200k", "bytes-per-order", "bytes-per-repeat"}, measureMemory},
	}
}

// Names lists every figure that can be asked for.
func Names(more []Measurement) []string {
	var names []string
	for _, m := range slices.Concat(own(), more) {
		names = append(names, m.Names...)
	}
	return names
}

// Run measures. What is measured hears of ctx; figures made before an error are given with it.
func Run(ctx context.Context, o Options, made func(Figure)) error {
	if o.Orders == 0 {
		o.Orders = ordersOfTheBar
	}
	all := Names(o.More)
	for _, name := range o.Only {
		if !slices.Contains(all, name) {
			return fmt.Errorf("there is no figure %q; there are %s", name, strings.Join(all, ", "))
		}
	}
	for _, m := range slices.Concat(own(), o.More) {
		if !o.wants(m.Names) {
			continue
		}
		if o.Progress != nil {
			o.Progress(strings.Join(m.Names, ", "))
		}
		figures, err := m.Measure(ctx, &o)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Names[0], err)
		}
		for _, f := range figures {
			if o.wants([]string{f.Name}) {
				made(f)
			}
		}
	}
	return nil
}

// wants reports whether one of the figures is asked for.
func (o *Options) wants(names []string) bool {
	return len(o.Only) == 0 || slices.ContainsFunc(names, func(name string) bool { return slices.Contains(o.Only, name) })
}

// median is the middle of some values; there must be one.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
