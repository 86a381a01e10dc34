package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"
)

// console is where a command reads and writes.
type console struct {
	in       io.Reader
	out, err io.Writer
	json     bool // --json
	reveal   bool // --reveal, of call
}

// Run carries out one command line and gives the exit code. Ending ctx stops servers cleanly, with exit code 0.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &console{in: stdin, out: stdout, err: stderr}
	root := newRoot(c)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		// A flag before it may have kept --json from being read.
		c.json = c.json || slices.Contains(args, "--json") || slices.Contains(args, "--json=true")
		return c.report(err)
	}
	return exitOK
}

// newRoot is the command tree.
func newRoot(c *console) *cobra.Command {
	root := &cobra.Command{
		Use:   "countersign",
		Short: "Simulated payment channels, an orchestrator beside them, and the contract of both as features",
		Long: "Countersign runs simulated banks and payment channels that behave like the real ones, a small orchestrator\n" +
			"that signs, routes and never debits twice, and features that state the contract of both.\n\n" +
			"Start with `countersign up`; it prints a walk to paste.",
		SilenceUsage: true, SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return settle(cmd) },
	}
	root.PersistentFlags().BoolVar(&c.json, "json", false, "answer in JSON")
	root.PersistentFlags().String("config", "", "settings file (YAML): flag names and their values")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(err.Error(), "see `"+cmd.CommandPath()+" --help`")
	})
	root.AddCommand(
		newUp(c), newSimulator(c), newOrchestrator(c), newReady(c), newCall(c),
		newWalk(c), newVerify(c), newBench(c), newBenchBare(c), newVersion(c))
	root.AddCommand(ordersOnly(
		newWorld(c), newFault(c), newClock(c), newInbox(c), newJournal(c), newDeliveries(c), newRedeliver(c), newCheck(c),
		newVerdicts(c), newBreaks(c), newTruth(c), newStory(c))...)
	giveExamples(root)
	return root
}

// group makes a command that only has commands below it, and says so to who names none of them.
func group(cmd *cobra.Command) *cobra.Command {
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usage(fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath()), "see `"+cmd.CommandPath()+" --help`")
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	return cmd
}
