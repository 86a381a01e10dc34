package cli

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// newFault groups the commands about faults.
func newFault(c *console) *cobra.Command {
	cmd := group(&cobra.Command{
		Use: "fault", Short: "Make things go wrong on purpose",
		Long: "Make things go wrong on purpose. `fault kinds` lists what can; `fault kinds EFFECT` tells all about one.",
	})
	at := whereFlags(cmd)
	cmd.AddCommand(
		newFaultKinds(c, at), newFaultAdd(c, at), newFaultList(c, at), newFaultShow(c, at), newFaultSwitch(c, at, "off", false),
		newFaultSwitch(c, at, "on", true), newFaultRemove(c, at), newFaultClear(c, at), newFaultPlan(c, at), newMagic(c, at), newTempers(c, at))
	return cmd
}

// newFaultList lists the rules.
func newFaultList(c *console, at *where) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the faults in force", Args: wantArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			all, err := read[control.FaultList](cmd.Context(), found.control(), found.path("faults"))
			if err != nil {
				return err
			}
			rows := make([][]string, 0, len(all.value.Faults))
			for i := range all.value.Faults {
				f := &all.value.Faults[i]
				rows = append(rows, []string{
					f.FaultId, ruleWords(&f.Rule), stateOfFault(f), "matched " + strconv.Itoa(f.Matched) + ", struck " + strconv.Itoa(f.Hits),
				})
			}
			return c.table(all.raw, []string{"fault", "rule", "state", "so far"}, rows, "no faults are in force: add one with `countersign fault add`")
		},
	}
}

// newFaultShow shows one rule and what it has done.
func newFaultShow(c *console, at *where) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: "show FAULT_ID", Short: "Show one fault and what it has done so far", Args: wantArgs(1, 1, "FAULT_ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			f, err := read[control.Fault](cmd.Context(), found.control(), found.path("faults", args[0]))
			if err != nil {
				return err
			}
			return c.show(f.raw, faultLine(&f.value)+"\n"+rulePretty(&f.value.Rule))
		},
	}, faultNames)
}

// newFaultSwitch switches a rule off or on again.
func newFaultSwitch(c *console, at *where, word string, enabled bool) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: word + " FAULT_ID", Short: "Switch a fault " + word + "; its counters stay", Args: wantArgs(1, 1, "FAULT_ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			f, err := ask[control.Fault](cmd.Context(), found.control(), http.MethodPatch, found.path("faults", args[0]), control.FaultSwitch{Enabled: enabled})
			if err != nil {
				return err
			}
			return c.show(f.raw, faultLine(&f.value))
		},
	}, faultNames)
}

// newFaultRemove takes one rule away.
func newFaultRemove(c *console, at *where) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: "remove FAULT_ID", Short: "Take a fault away; calls it holds are let go", Args: wantArgs(1, 1, "FAULT_ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			return c.remove(cmd.Context(), found, found.path("faults", args[0]), args[0], "fault "+args[0]+" is gone")
		},
	}, faultNames)
}

// newFaultClear takes all rules away, or one.
func newFaultClear(c *console, at *where) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: "clear [FAULT_ID]", Short: "Take all faults away, or one", Args: wantArgs(0, 1, "[FAULT_ID]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			path, name, what := found.path("faults"), "all", "no faults are in force"
			if len(args) == 1 {
				path, name, what = found.path("faults", args[0]), args[0], "fault "+args[0]+" is gone"
			}
			return c.remove(cmd.Context(), found, path, name, what)
		},
	}, faultNames)
}

// stateOfFault says whether a rule can strike still.
func stateOfFault(f *control.Fault) string {
	state := "on"
	switch {
	case !f.Enabled:
		state = "off"
	case f.Spent:
		state = "spent"
	}
	if value(f.Source) == control.SourceTemper {
		state += " (temper)"
	}
	return state
}

// faultLine says a rule in one line.
func faultLine(f *control.Fault) string {
	return "fault " + f.FaultId + " is " + stateOfFault(f) + ": " + ruleWords(&f.Rule) + "; matched " + strconv.Itoa(f.Matched) + ", struck " + strconv.Itoa(f.Hits)
}

// rulePretty is a rule as `fault add --json-rule` takes it.
func rulePretty(rule *control.FaultRequest) string {
	text, err := json.MarshalIndent(rule, "", "  ")
	if err != nil {
		return string(rule.Effect)
	}
	return string(text)
}
