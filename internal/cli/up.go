package cli

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"countersign/internal/app"
)

// newUp starts everything.
func newUp(c *console) *cobra.Command {
	f := &serveFlags{}
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start simulators, orchestrator and page, and print a walk to paste",
		Long: "Start simulated banks and channels, the orchestrator and the page in this process, with a demo world and a demo\n" +
			"merchant. The data folder outlives the process: kill it in mid-payment, start it again, and the payment ends right.",
		Args: wantArgs(0, 0, "flags only"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.data == "" {
				return usage("--data is empty", "name a folder, or leave --data out to use "+defaultData)
			}
			return c.stay(cmd.Context(), f, func(at *instance) error {
				if c.json {
					return c.show(at, "")
				}
				printWalk(c.out, at)
				return nil
			})
		},
	}
	f.common(cmd, defaultData, "data folder: the bank's world and the orchestrator's store, mode 0700")
	f.simulator(cmd)
	f.orchestrator(cmd)
	cmd.Flags().StringVar(&f.console, "console-addr", app.DefaultConsole, "address of the page; empty: no page")
	return cmd
}

// newSimulator starts the simulated channels alone.
func newSimulator(c *console) *cobra.Command {
	f := &serveFlags{}
	cmd := &cobra.Command{
		Use: "simulator", Short: "Start the simulated banks and channels alone",
		Args: wantArgs(0, 0, "flags only"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.stay(cmd.Context(), f, func(at *instance) error {
				seed := ""
				if at.Seed != 0 {
					seed = fmt.Sprintf("  seed %d", at.Seed)
				}
				return c.show(at, "channels "+at.Simulator+"  control "+at.Control+seed)
			})
		},
	}
	f.common(cmd, "", "data folder of the demo world; empty: in memory")
	f.simulator(cmd)
	cmd.Flags().BoolVar(&f.testClock, "test-clock", false, "the demo world's time stands until it is moved")
	return cmd
}

// newOrchestrator starts the orchestrator alone.
func newOrchestrator(c *console) *cobra.Command {
	f := &serveFlags{}
	cmd := &cobra.Command{
		Use: "orchestrator", Short: "Start the orchestrator alone",
		Args: wantArgs(0, 0, "flags only"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.stay(cmd.Context(), f, func(at *instance) error { return c.show(at, "platform "+at.Platform) })
		},
	}
	f.common(cmd, "", "data folder of the store; empty: in memory")
	f.orchestrator(cmd)
	cmd.Flags().StringVar(&f.demoFrom, "demo-from", "", "control port of a simulator whose demo world the demo merchant is set up for")
	cmd.Flags().DurationVar(&f.demoWait, "demo-wait", 30*time.Second, "how long that simulator may take to come up")
	cmd.Flags().StringVar(&f.controlToken, "control-token", "", "bearer token of that control port")
	cmd.Flags().StringVar(&f.simulatorURL, "simulator-url", "", "how the channels are reached, where the control port does not tell")
	return cmd
}

// describe tells what runs and how to get in.
func describe(running *app.App, data string) (*instance, error) {
	demo, err := running.Demo()
	if err != nil {
		return nil, err
	}
	addresses := running.Addresses()
	return &instance{
		Ready: true, PID: os.Getpid(), Version: thisVersion().Version, Data: data,
		Simulator: demo.Simulator, Control: demo.Control, Platform: addresses.Platform,
		PlatformControl: addresses.PlatformControl, Console: addresses.Console,
		World: demo.World, Merchant: demo.Merchant, MerchantName: demo.MerchantName, Seed: demo.Seed, ControlToken: demo.ControlToken.Reveal(),
		OperatorToken: demo.OperatorToken.Reveal(), MerchantToken: demo.MerchantToken.Reveal(),
		DemoCard: demoCard{CardID: demo.CardID, PersonID: demo.PersonID, Bank: demo.Bank, MaskedCard: demo.MaskedCard},
		Channels: demo.Channels,
	}, nil
}
