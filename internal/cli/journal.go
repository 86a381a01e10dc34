package cli

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// newJournal reads every exchange of a world.
func newJournal(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "journal", Short: "Read every exchange: what came, what was answered, which fault struck; bodies masked",
		Long: "Read every exchange, oldest first: what came, whether its signature held, whether it was committed, what was answered,\n" +
			"which fault struck. --follow stays and prints what comes; with --json each row is a line of its own then.",
		Args: wantArgs(0, 0, "no arguments"),
	}
	at := whereFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		found, err := at.find()
		if err != nil {
			return err
		}
		if value(pick(cmd).flag("follow")) {
			return c.follow(cmd, found)
		}
		return c.printJournal(cmd, found)
	}
	flags := cmd.Flags()
	flags.String("channel", "", "only this channel")
	flags.String("operation", "", "only this operation, as charge")
	flags.String("number", "", "only this order, signing, check or refund number")
	flags.String("member", "", "only this member_no")
	flags.String("direction", "", "only in or out")
	flags.Bool("committed", false, "only what changed the world; --committed=false: only what did not")
	flags.String("fault", "", "only where this fault struck")
	flags.Int64("after", 0, "only rows after this cursor")
	flags.Int("limit", 0, "how many at most, to 1000; 200 if not given")
	flags.Bool("wait", false, "wait for a new row")
	flags.Duration("timeout", 30*time.Second, "how long to wait")
	flags.BoolP("follow", "f", false, "go on printing what comes")
	flags.BoolP("verbose", "v", false, "print the masked bodies too")
	for flag, find := range map[string]names{
		"channel": channelNames, "operation": operationNames, "member": memberNames, "direction": directions, "fault": faultNames,
	} {
		complete(cmd, flag, find)
	}
	return cmd
}

// journalQuery is the filter that the flags describe.
func journalQuery(cmd *cobra.Command) url.Values {
	query, p := url.Values{}, pick(cmd)
	for flag, member := range map[string]string{
		"channel": "channel_id", "operation": "operation", "number": "number", "member": "member_no", "direction": "direction", "fault": "fault_id",
	} {
		if text := word[string](p, flag); text != nil {
			query.Set(member, *text)
		}
	}
	if committed := p.flag("committed"); committed != nil {
		query.Set("committed", strconv.FormatBool(*committed))
	}
	if limit := p.number("limit"); limit != nil {
		query.Set("limit", strconv.Itoa(*limit))
	}
	return query
}

// rows reads rows after a cursor.
func (i *instance) rows(ctx context.Context, query url.Values, after int64, wait time.Duration) (told[control.Journal], error) {
	return growing[control.Journal](ctx, i, "journal", query, after, wait)
}

// journalEnd is the cursor of the newest row.
func (i *instance) journalEnd(ctx context.Context) (int64, error) {
	return newest(func(after int64) (int64, bool, error) {
		page, err := i.rows(ctx, url.Values{"limit": {"1000"}}, after, 0)
		return page.value.Cursor, len(page.value.Rows) == 0, err
	})
}

// printJournal prints what is there, or with --wait what comes next.
func (c *console) printJournal(cmd *cobra.Command, found *instance) error {
	after, wait, err := beginAt(cmd, func() (int64, error) { return found.journalEnd(cmd.Context()) })
	if err != nil {
		return err
	}
	page, err := found.rows(cmd.Context(), journalQuery(cmd), after, wait)
	if err != nil {
		return err
	}
	switch verbose := value(pick(cmd).flag("verbose")); {
	case verbose && !c.json:
		for i := range page.value.Rows {
			say(c.out, rowText(&page.value.Rows[i], true))
		}
	default:
		if err := c.journalTable(page); err != nil {
			return err
		}
	}
	if wait > 0 && len(page.value.Rows) == 0 {
		return exit(exitRefused)
	}
	return nil
}

// journalTable prints a page as columns.
func (c *console) journalTable(page told[control.Journal]) error {
	rows := make([][]string, 0, len(page.value.Rows))
	for i := range page.value.Rows {
		rows = append(rows, rowCells(&page.value.Rows[i]))
	}
	if dropped := value(page.value.Dropped); dropped > 0 && !c.json {
		sayf(c.err, "%d older rows are no longer kept\n", dropped)
	}
	return c.table(page.raw, []string{"#", "at", "way", "channel", "operation", "number", "signature", "world", "status", "faults", "cause"}, rows, "no exchanges")
}

// rowCells are the columns of a row.
func rowCells(r *control.JournalRow) []string {
	changed := "unchanged"
	if r.Committed {
		changed = "changed"
	}
	status := strconv.Itoa(value(r.Status))
	switch {
	case r.Status == nil:
		status = ""
	case value(r.Lost):
		status += " lost"
	}
	return []string{
		strconv.FormatInt(r.Cursor, 10), r.At.Local().Format(time.TimeOnly), string(value(r.Direction)), value(r.ChannelId), string(r.Operation),
		value(r.Number), r.Signature, changed, status, strings.Join(value(r.Faults), " "), value(r.Cause),
	}
}

// rowText is a row in one line, with its bodies below it if they are asked for.
func rowText(r *control.JournalRow, bodies bool) string {
	var cells []string
	for _, text := range rowCells(r) {
		if text != "" {
			cells = append(cells, cell(text))
		}
	}
	lines := []string{strings.Join(cells, "  ")}
	if !bodies {
		return lines[0]
	}
	if r.Method != nil {
		lines = append(lines, *r.Method+" "+cell(value(r.Target)))
	}
	if value(r.Request) != "" {
		lines = append(lines, "→ "+cell(*r.Request))
	}
	if value(r.Response) != "" {
		lines = append(lines, "← "+cell(*r.Response))
	}
	if value(r.BodiesDropped) {
		lines = append(lines, "the bodies are no longer kept")
	}
	return strings.Join(lines, "\n    ")
}

// follow prints rows as they come, until it is told to stop.
func (c *console) follow(cmd *cobra.Command, found *instance) error {
	ctx, query, bodies := cmd.Context(), journalQuery(cmd), value(pick(cmd).flag("verbose"))
	after, _ := cmd.Flags().GetInt64("after")
	if !cmd.Flags().Changed("after") {
		var err error
		if after, err = found.journalEnd(ctx); err != nil {
			return err
		}
	}
	for {
		page, err := found.rows(ctx, query, after, longestWait)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // told to stop, which is how following ends
		case err != nil:
			return err
		}
		for i := range page.value.Rows {
			if err := c.show(page.value.Rows[i], rowText(&page.value.Rows[i], bodies)); err != nil {
				return err
			}
		}
		after = max(after, page.value.Cursor)
	}
}
