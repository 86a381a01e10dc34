package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/features"
	"countersign/internal/mask"
	"countersign/steps"
	"countersign/steps/runner"
	"countersign/steps/target"
)

// verifyFlags are the flags of the command.
type verifyFlags struct {
	out, target string
	seed        int64
	concurrency int
	verbose     bool
	filter      runner.Filter
	needs       []string
}

// newVerify runs the features and says what was proven.
func newVerify(c *console) *cobra.Command {
	f := &verifyFlags{}
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Run all features and say what was proven and what was not",
		Long: "Run the features against simulators and orchestrator in this process, or against a remote target described by\n" +
			"COUNTERSIGN_PROTOCOL_URL and its like. The report ends with what was proven, what was not, totals and the seed.\n\n" +
			"Exit codes: 0 proven, 1 contract broken, 2 could not judge, 3 needs review.\n\n" +
			"Filters: a flag given more than once lets through what fits any of its values; different flags must all fit.\n" +
			"A pattern that fits no scenario ends with exit code 2, since a slip of the finger must not look like success.",
		Args: wantArgs(0, 0, "flags only"),
		RunE: func(cmd *cobra.Command, _ []string) error { return c.verify(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.out, "out", "", "folder for result.json and junit.xml, made if need be")
	flags.StringVar(&f.target, "target", "inprocess", "inprocess or remote")
	flags.Int64Var(&f.seed, "seed", 0, "order of the scenarios; 0 draws one")
	flags.IntVar(&f.concurrency, "concurrency", 0, "scenarios under way at a time; 0: as many as processors, at least 4")
	flags.BoolVar(&f.verbose, "verbose", false, "a line for every scenario")
	flags.StringSliceVar(&f.filter.Scenarios, "scenario", nil, "only scenarios whose id begins so; result.json gives the ids")
	flags.StringSliceVar(&f.filter.Clauses, "clause", nil, "only scenarios of this clause of contract/clauses.yaml; * and ? as in file names")
	flags.StringSliceVar(&f.filter.Tags, "tag", nil, "only scenarios with this tag, as T10 (with or without @); ~tag leaves the tagged ones out")
	flags.StringArrayVar(&f.filter.Names, "name", nil, "only scenarios whose name fits this regular expression")
	flags.StringSliceVar(&f.filter.Paths, "path", nil, "only this feature file or folder, as channel or platform/landing.feature")
	flags.StringSliceVar(&f.needs, "needs", nil, "abilities the target must have: clock, faults, socket, inbox, ledger")
	return cmd
}

// verify runs, reports and ends with the verdict's exit code.
func (c *console) verify(ctx context.Context, f *verifyFlags) error {
	clauses, err := steps.Catalogue()
	if err != nil {
		return usage("the clause catalogue cannot be read: "+err.Error(), "build the program anew")
	}
	if err := f.writable(); err != nil {
		return err
	}
	collectSeldom()
	under, err := f.open(ctx)
	if err != nil {
		return usage(err.Error(), "see `countersign verify --help`")
	}
	defer func() { _ = under.Close() }()
	suite, err := steps.NewSuite(under)
	if err != nil {
		return usage("the target cannot be used: "+err.Error(), "check its addresses")
	}
	defer func() { _ = suite.Close() }()
	progress := runner.NewProgress(c.err, f.verbose)
	// What keeps a run from being judged is in the result too, and is reported from there.
	result, runErr := runner.Run(ctx, f.options(suite, under, clauses, progress))
	progress.Close()
	if runErr != nil && !errors.Is(runErr, runner.ErrConfig) {
		result.AddProblem(runErr.Error())
	}
	if left := leftContract(under); left != nil {
		result.AddProblem(left.Error())
	}
	if f.out != "" {
		if err := runner.Save(f.out, result, nil); err != nil {
			result.AddProblem(err.Error())
		}
	}
	return c.conclude(result, f.out)
}

// leftContract tells whether the simulator of the target broke its own contract: then what was proven with it is worth
// nothing. A target that does not check itself has nothing to say.
func leftContract(under target.Target) error {
	if checked, ok := under.(target.SelfChecked); ok {
		return checked.LeftContract()
	}
	return nil
}

// collectSeldom trades memory for speed in a process that lives for seconds: a run leaves some hundred megabytes of garbage and
// little that lives. Whoever sets GOGC knows better.
func collectSeldom() {
	const percent = 400
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(percent)
	}
}

// options say what to run.
func (f *verifyFlags) options(suite *steps.Suite, under target.Target, clauses []runner.Clause, progress *runner.Progress) runner.Options {
	options := runner.Options{
		Features: features.Files, Root: features.Root, Steps: suite.Initialize, Abilities: under.Abilities(),
		Clauses: clauses, Filter: f.filter, Seed: f.seed, Concurrency: f.concurrency, ScenarioTimeout: time.Minute,
		Target: under.Name(), Version: thisVersion().Version, Command: "countersign " + strings.Join(os.Args[1:], " "),
		Mask: mask.Text, Observer: progress,
	}
	for _, need := range f.needs {
		options.Required = append(options.Required, runner.Ability(need))
	}
	return options
}

// writable looks, before anything is run, whether the reports can be written.
func (f *verifyFlags) writable() error {
	if f.out == "" {
		return nil
	}
	err := os.MkdirAll(f.out, 0o755) //nolint:gosec // reports hold invented people only, and the rest of a build reads them
	if err == nil {
		var probe *os.File
		if probe, err = os.CreateTemp(f.out, ".part-*"); err == nil {
			err = errors.Join(probe.Close(), os.Remove(probe.Name()))
		}
	}
	if err != nil {
		return usage("the reports cannot be written: "+reason(err), "choose a folder you can write with --out")
	}
	return nil
}

// open finds the target.
func (f *verifyFlags) open(ctx context.Context) (target.Target, error) {
	switch f.target {
	case "inprocess":
		return target.InProcess(ctx)
	case "remote":
		config, err := target.RemoteFromEnv(nil)
		if err != nil {
			return nil, err
		}
		return target.Remote(config)
	}
	return nil, fmt.Errorf("there is no target %q", f.target)
}

// conclude reports a result and ends with its exit code.
func (c *console) conclude(result *runner.Result, out string) error {
	report := runner.WriteConsole
	if c.json {
		report = runner.WriteJSON
	}
	if !c.json && out != "" {
		sayf(c.out, "reports: %s/result.json and %s/junit.xml\n", out, out)
	}
	if err := report(c.out, result); err != nil {
		return usage("the report cannot be written: "+err.Error(), "check standard output")
	}
	if code := result.ExitCode(); code != exitOK {
		return exit(code)
	}
	return nil
}
