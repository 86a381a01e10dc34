package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

// faultRule is a fault as the control plane takes it.
type faultRule struct {
	Effect    string      `json:"effect"`
	Operation string      `json:"operation,omitempty"`
	ChannelID string      `json:"channel_id,omitempty"`
	Point     string      `json:"point,omitempty"`
	Reason    string      `json:"reason,omitempty"`
	DelayMS   int64       `json:"delay_ms,omitempty"`
	Copies    int         `json:"copies,omitempty"`
	Nth       int         `json:"nth,omitempty"`
	Permille  int         `json:"permille,omitempty"`
	Times     int         `json:"times,omitempty"`
	Match     *faultMatch `json:"match,omitempty"`
}

// faultMatch narrows a rule to some calls.
type faultMatch struct {
	Number    string `json:"number,omitempty"`
	CardLast4 string `json:"card_last4,omitempty"`
}

// faultView is a rule in force.
type faultView struct {
	FaultID string    `json:"fault_id"`
	Rule    faultRule `json:"rule"`
	Hits    int       `json:"hits"`
}

// newFault groups the commands about faults.
func newFault(c *console) *cobra.Command {
	cmd := group(&cobra.Command{Use: "fault", Short: "Make things go wrong on purpose"})
	data := dataFlag(cmd)
	cmd.AddCommand(newFaultAdd(c, data), newFaultList(c, data), newFaultClear(c, data))
	return cmd
}

// faults is the path of the rules of an instance's world.
func (i *instance) faults() string { return "/v1/worlds/" + i.World + "/faults" }

// newFaultAdd adds a rule.
func newFaultAdd(c *console, data *string) *cobra.Command {
	var rule faultRule
	var match faultMatch
	var delay time.Duration
	cmd := &cobra.Command{
		Use:   "add --effect EFFECT",
		Short: "Add a fault",
		Args:  wantArgs(0, 0, "flags only"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := running(*data)
			if err != nil {
				return err
			}
			if rule.Effect == "" {
				return usage("--effect is missing", "one of decline, maintenance, withhold_reply, hang, slow, notification_drop, notification_duplicate, notification_late")
			}
			rule.DelayMS = delay.Milliseconds()
			if match != (faultMatch{}) {
				rule.Match = &match
			}
			var made faultView
			if err := found.control().exchange(cmd.Context(), http.MethodPost, found.faults(), rule, &made); err != nil {
				return err
			}
			return c.show(made, fmt.Sprintf("fault %s is in force: %s", made.FaultID, made.Rule.words()))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&rule.Effect, "effect", "", "what goes wrong: decline, maintenance, withhold_reply, hang, slow, notification_drop, notification_duplicate or notification_late")
	flags.StringVar(&rule.Operation, "operation", "", "only this operation, as charge")
	flags.StringVar(&rule.ChannelID, "channel", "", "only this channel")
	flags.StringVar(&rule.Point, "point", "", "where on the way: before_receive, received, committed, replying, notifying or bank")
	flags.StringVar(&rule.Reason, "reason", "", "for decline: why")
	flags.DurationVar(&delay, "delay", 0, "for slow and notification_late: how long")
	flags.IntVar(&rule.Copies, "copies", 0, "for notification_duplicate: how many more")
	flags.IntVar(&rule.Nth, "nth", 0, "only the nth call that matches")
	flags.IntVar(&rule.Permille, "permille", 0, "so many in a thousand, by the world's seed")
	flags.IntVar(&rule.Times, "times", 0, "how often at most; 0: without end")
	flags.StringVar(&match.Number, "number", "", "only this order or signing number")
	flags.StringVar(&match.CardLast4, "card-last4", "", "only cards that end so")
	return cmd
}

// newFaultList lists the rules.
func newFaultList(c *console, data *string) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the faults in force", Args: wantArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := running(*data)
			if err != nil {
				return err
			}
			var all struct {
				Faults []faultView `json:"faults"`
			}
			if err := found.control().get(cmd.Context(), found.faults(), &all); err != nil {
				return err
			}
			if c.json {
				return c.show(all, "")
			}
			table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
			for _, f := range all.Faults {
				sayf(table, "%s\t%s\tstruck %d\n", f.FaultID, f.Rule.words(), f.Hits)
			}
			return table.Flush()
		},
	}
}

// newFaultClear takes rules away.
func newFaultClear(c *console, data *string) *cobra.Command {
	return &cobra.Command{
		Use: "clear [FAULT_ID]", Short: "Take one fault away, or all", Args: wantArgs(0, 1, "[FAULT_ID]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := running(*data)
			if err != nil {
				return err
			}
			path, what := found.faults(), "no faults are in force"
			if len(args) == 1 {
				path, what = path+"/"+args[0], "fault "+args[0]+" is gone"
			}
			if err := found.control().exchange(cmd.Context(), http.MethodDelete, path, nil, nil); err != nil {
				return err
			}
			return c.show(map[string]bool{"cleared": true}, what)
		},
	}
}

// words says a rule to people: its effect and every member that was given.
func (r faultRule) words() string {
	text, err := json.Marshal(r)
	if err != nil {
		return r.Effect
	}
	return string(text)
}
