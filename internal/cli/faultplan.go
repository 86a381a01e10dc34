package cli

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// newFaultPlan groups the commands about notification plans.
func newFaultPlan(c *console, at *where) *cobra.Command {
	cmd := group(&cobra.Command{
		Use: "plan", Short: "Say delivery by delivery how the next notifications go out",
		Long: "Say delivery by delivery how the next notifications go out: late, several times, in another order, in another variant.\n" +
			"A plan is YAML or JSON of the schema NotificationPlan, as\n\n  times: 1\n  sendings:\n    - {after_ms: 5000, variant: wrong_key}\n    - {copies: 2}",
	})
	cmd.AddCommand(newPlanAdd(c, at), newPlanList(c, at), newPlanRemove(c, at))
	return cmd
}

// newPlanAdd adds a plan from a file.
func newPlanAdd(c *console, at *where) *cobra.Command {
	return &cobra.Command{
		Use: "add FILE", Short: "Add a plan from a file of YAML or JSON, or from standard input with -", Args: wantArgs(1, 1, "FILE, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			plan, err := readForm[control.NotificationPlan](c, args[0], "a notification plan")
			if err != nil {
				return err
			}
			if plan.Sendings == nil {
				return usage(args[0]+" has no sendings", "write `sendings: []` for a plan that never sends anything")
			}
			made, err := ask[control.NotificationPlanState](cmd.Context(), found.control(), http.MethodPost, found.path("notification-plans"), plan)
			if err != nil {
				return err
			}
			return c.show(made.raw, "plan "+made.value.PlanId+" is in force: "+planWords(&made.value.Plan))
		},
	}
}

// newPlanList lists the plans.
func newPlanList(c *console, at *where) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the notification plans", Args: wantArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			all, err := read[control.NotificationPlanList](cmd.Context(), found.control(), found.path("notification-plans"))
			if err != nil {
				return err
			}
			rows := make([][]string, 0, len(all.value.Plans))
			for i := range all.value.Plans {
				p := &all.value.Plans[i]
				rows = append(rows, []string{p.PlanId, strconv.Itoa(p.Used) + " of " + strconv.Itoa(max(value(p.Plan.Times), 1)), planWords(&p.Plan)})
			}
			return c.table(all.raw, []string{"plan", "used", "sendings"}, rows, "no notification plans are in force")
		},
	}
}

// newPlanRemove takes a plan away.
func newPlanRemove(c *console, at *where) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: "remove PLAN_ID", Short: "Take a notification plan away; deliveries it began go on", Args: wantArgs(1, 1, "PLAN_ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			return c.remove(cmd.Context(), found, found.path("notification-plans", args[0]), args[0], "plan "+args[0]+" is gone")
		},
	}, planNames)
}

// planWords says a plan in one line.
func planWords(p *control.NotificationPlan) string {
	var text []string
	for _, s := range p.Sendings {
		one := (time.Duration(value(s.AfterMs)) * time.Millisecond).String() + " " + string(value(s.Variant))
		if value(s.Variant) == "" {
			one += "plain"
		}
		if n := value(s.Copies); n > 1 {
			one += " ×" + strconv.Itoa(n)
		}
		if value(s.IgnoreAck) {
			one += " unacknowledged"
		}
		text = append(text, one)
	}
	if len(text) == 0 {
		text = []string{"nothing is sent"}
	}
	if order := value(p.Order); order != "" && order != control.OrderUsual {
		text = append(text, string(order))
	}
	if value(p.ThenSchedule) {
		text = append(text, "then the schedule")
	}
	return strings.Join(text, ", ")
}
