package cli

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// newVerdicts judges the tested client.
func newVerdicts(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "verdicts", Short: "What the tested client did that the contract forbids, each with its clause and its evidence",
		Args: wantArgs(0, 0, "no arguments"),
	}
	at := whereFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		found, err := at.find()
		if err != nil {
			return err
		}
		query, p := url.Values{}, pick(cmd)
		for flag, member := range map[string]string{"number": "number", "member": "member_no"} {
			if text := word[string](p, flag); text != nil {
				query.Set(member, *text)
			}
		}
		all, err := read[control.VerdictList](cmd.Context(), found.control(), withQuery(found.path("verdicts"), query))
		if err != nil {
			return err
		}
		if err := c.showVerdicts(all, value(p.flag("verbose"))); err != nil {
			return err
		}
		return failIf(cmd, len(all.value.Verdicts))
	}
	cmd.Flags().String("number", "", "only about this order, signing, check or refund number")
	cmd.Flags().String("member", "", "only on this member_no")
	cmd.Flags().BoolP("verbose", "v", false, "print the rows that prove it too")
	cmd.Flags().Bool("fail", false, "end with 1 if there is any")
	complete(cmd, "member", memberNames)
	return cmd
}

// failIf ends with 1 when there is something and --fail was given.
func failIf(cmd *cobra.Command, found int) error {
	if fail, _ := cmd.Flags().GetBool("fail"); fail && found > 0 {
		return exit(exitRefused)
	}
	return nil
}

// showVerdicts prints verdicts, with their evidence if it is asked for.
func (c *console) showVerdicts(all told[control.VerdictList], evidence bool) error {
	if !evidence || c.json {
		rows := make([][]string, 0, len(all.value.Verdicts))
		for i := range all.value.Verdicts {
			v := &all.value.Verdicts[i]
			rows = append(rows, []string{v.Clause, string(v.Level), v.Verdict, value(v.ChannelId), value(v.Number), cursors(v.Rows), v.Text})
		}
		return c.table(all.raw, []string{"clause", "level", "verdict", "channel", "number", "rows", "what was done"}, rows, "no verdicts: nothing that the contract forbids was seen")
	}
	for i := range all.value.Verdicts {
		v := &all.value.Verdicts[i]
		say(c.out, v.Clause+" ("+string(v.Level)+") "+v.Verdict+": "+v.Text)
		rows := value(v.Evidence)
		for j := range rows {
			say(c.out, "  "+rowText(&rows[j], false))
		}
	}
	return nil
}

// cursors writes the cursors of journal rows.
func cursors(rows []int64) string {
	text := make([]string, 0, len(rows))
	for _, row := range rows {
		text = append(text, strconv.FormatInt(row, 10))
	}
	return strings.Join(text, " ")
}

// newBreaks lists where the simulator left its own contract.
func newBreaks(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "breaks", Short: "Where the simulator itself left its contract, and which declared fault did it", Args: wantArgs(0, 0, "no arguments"),
	}
	at := whereFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		found, err := at.find()
		if err != nil {
			return err
		}
		query := url.Values{}
		if value(pick(cmd).flag("undeclared")) {
			query.Set("undeclared", "true")
		}
		pageFlags(cmd, query)
		all, err := read[control.BreakList](cmd.Context(), found.control(), withQuery(found.path("breaks"), query))
		if err != nil {
			return err
		}
		rows := make([][]string, 0, len(all.value.Breaks))
		for i := range all.value.Breaks {
			b := &all.value.Breaks[i]
			rows = append(rows, []string{strconv.FormatInt(b.Row, 10), value(b.ChannelId), string(value(b.Operation)), value(b.Field), strings.Join(value(b.FaultIds), " "), b.What})
		}
		none := "no breaks in " + strconv.FormatInt(all.value.Checked, 10) + " answers and notifications"
		if all.value.Checked == 0 {
			none = "nothing was checked: the self-check is off, or nothing was answered yet"
		}
		if err := c.table(all.raw, []string{"row", "channel", "operation", "field", "faults", "what"}, rows, none); err != nil {
			return err
		}
		if value(all.value.Truncated) {
			c.tellMore(strconv.FormatInt(value(all.value.Cursor), 10))
		}
		return failIf(cmd, len(all.value.Breaks))
	}
	givePageFlags(cmd, "10000")
	cmd.Flags().Bool("undeclared", false, "only those that no fault declares: bugs")
	cmd.Flags().Bool("fail", false, "end with 1 if there is any")
	return cmd
}
