package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"countersign/features"
	"countersign/internal/bench"
	"countersign/steps"
	"countersign/steps/runner"
	"countersign/steps/target"
)

// newBench measures the figures of the bars.
func newBench(c *console) *cobra.Command {
	o := bench.Options{}
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure the figures of this machine, each beside a limit of the same run",
		Long: "Measure speed, start, memory and the cost of the feature suite. A rate is held against what a bare program does in the\n" +
			"same run on the same machine; what has no such limit is held against its bar. It takes about a minute and sends to the loopback only.\n\n" +
			"With --json every figure is a line: name, value, unit, limit, ratio, bar, holds. Exit code 1 when a bar does not hold.",
		Args: wantArgs(0, 0, "flags only"),
		RunE: func(cmd *cobra.Command, _ []string) error { return c.bench(cmd.Context(), o) },
	}
	cmd.Flags().StringSliceVar(&o.Only, "only", nil, "only these figures: "+strings.Join(bench.Names(suiteFigures()), ", "))
	cmd.Flags().IntVar(&o.Orders, "orders", 0, "distinct charges of the memory figures; 0: 200000, as the bar says")
	return cmd
}

// newBenchBare is the hidden command that limits are measured with.
func newBenchBare(c *console) *cobra.Command {
	return &cobra.Command{
		Use: "bench-bare echo|sign", Hidden: true, Args: wantArgs(1, 1, "echo or sign"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return bench.ServeBare(cmd.Context(), args[0], c.in, c.out)
		},
	}
}

// bench measures and shows each figure as soon as it is there.
func (c *console) bench(ctx context.Context, o bench.Options) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	o.Program, o.More = program, suiteFigures()
	o.Progress = func(name string) { sayf(c.err, "measuring %s ...\n", name) }
	var missed []string
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	if !c.json {
		sayf(table, "FIGURE\tVALUE\tLIMIT\tRATIO\tBAR\t\n")
	}
	err = bench.Run(ctx, o, func(f bench.Figure) {
		if !f.Holds {
			missed = append(missed, f.Name)
		}
		if c.json {
			_ = json.NewEncoder(c.out).Encode(f)
			return
		}
		sayf(table, "%s\n", figureLine(&f))
	})
	if !c.json {
		_ = table.Flush()
	}
	switch {
	case err != nil:
		return usage(err.Error(), "see `countersign bench --help`")
	case len(missed) > 0:
		return refused("bars that do not hold here: "+strings.Join(missed, ", "), "measure on an idle machine, or look at what changed")
	}
	return nil
}

// figureLine is a figure as a row for people.
func figureLine(f *bench.Figure) string {
	bar, sign := "-", "at most"
	if f.Better == bench.Higher {
		sign = "at least"
	}
	if f.Bar > 0 {
		bar = fmt.Sprintf("%s %.3g", sign, f.Bar)
	}
	verdict := ""
	if !f.Holds {
		verdict = "missed"
	}
	return fmt.Sprintf("%s\t%.4g %s\t%.4g %s (%s)\t%.3f\t%s\t%s", f.Name, f.Value, f.Unit, f.Limit, f.Unit, f.LimitIs, f.Ratio, bar, verdict)
}

// The bars of the feature suite (design 5).
const (
	suiteBar = 3.0 // seconds
	costBar  = 3.0 // times the same scenarios with empty steps
)

// suiteFigures are the figures of the feature suite.
func suiteFigures() []bench.Measurement {
	return []bench.Measurement{{Names: []string{"suite", "scenario-cost"}, Measure: measureSuite}}
}

// measureSuite runs all features in this process, then those of the channel, then the same with steps that do nothing.
func measureSuite(ctx context.Context, _ *bench.Options) ([]bench.Figure, error) {
	collectSeldom() // as verify does
	under, err := target.InProcess(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = under.Close() }()
	suite, err := steps.NewSuite(under)
	if err != nil {
		return nil, err
	}
	defer func() { _ = suite.Close() }()
	run := func(o runner.Options) (time.Duration, error) {
		o.Features, o.Root, o.Abilities, o.Seed = features.Files, features.Root, under.Abilities(), 1
		o.Target, o.Version = under.Name(), thisVersion().Version
		begun := time.Now()
		result, err := runner.Run(ctx, o)
		if err == nil && result.Totals.Fail > 0 {
			err = fmt.Errorf("%d scenarios failed", result.Totals.Fail)
		}
		return time.Since(begun), err
	}
	whole, err := run(runner.Options{Steps: suite.Initialize})
	if err != nil {
		return nil, err
	}
	channels := runner.Filter{Paths: []string{"channel"}}
	full, err := run(runner.Options{Steps: suite.Initialize, Filter: channels})
	if err != nil {
		return nil, err
	}
	empty, err := run(runner.Options{Steps: steps.InitializeEmpty, Filter: channels})
	if err != nil {
		return nil, err
	}
	return []bench.Figure{
		bench.Figure{Name: "suite", Value: whole.Seconds(), Unit: "s", Better: bench.Lower}.Against(suiteBar, bench.OfBar, 1),
		bench.Figure{Name: "scenario-cost", Value: full.Seconds(), Unit: "s", Better: bench.Lower}.
			Against(empty.Seconds(), "the same scenarios with empty steps", costBar),
	}, nil
}
