package cli

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// longestWait is how long the control plane waits at most.
const longestWait = time.Minute

// newInbox reads the simulated handsets: the only place where a code can be read.
func newInbox(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inbox",
		Short: "Read the SMS and WeChat messages on the simulated handsets",
		Long: "Read the SMS and WeChat messages on the simulated handsets. --wait waits for a new one, --code prints only the code,\n" +
			"--none 5s wants no new one to come for so long and ends with 1 if one does.",
		Args: wantArgs(0, 0, "no arguments"),
	}
	at := whereFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		found, err := at.find()
		if err != nil {
			return err
		}
		switch p := pick(cmd); {
		case p.given("none"):
			return c.wantNone(cmd, found)
		case value(p.flag("code")):
			return c.printCode(cmd, at, found)
		}
		return c.printInbox(cmd, found)
	}
	flags := cmd.Flags()
	flags.Bool("wait", false, "wait for a new message")
	flags.Bool("code", false, "print only the newest code not printed before")
	flags.Duration("none", 0, "want that no new message comes for so long, as 5s")
	flags.Duration("timeout", 30*time.Second, "how long to wait")
	flags.String("to", "", "only messages to this mobile or open id")
	flags.String("about", "", "only signing, payment, debit_notice, platform_code or platform_notice")
	flags.String("sender", "", "only from bank, third_party or platform")
	flags.String("medium", "", "only sms or wechat")
	flags.String("reference", "", "only about this signing number, order number or reference")
	flags.Int64("after", 0, "only messages after this cursor")
	flags.Int("limit", 0, "how many at most, to 1000; all if not given")
	for flag, find := range map[string]names{"about": abouts, "sender": senders, "medium": media} {
		complete(cmd, flag, find)
	}
	return cmd
}

// inboxQuery is the filter that the flags describe.
func inboxQuery(cmd *cobra.Command) url.Values {
	query := url.Values{}
	for _, name := range []string{"to", "about", "sender", "medium", "reference"} {
		if text, _ := cmd.Flags().GetString(name); text != "" {
			query.Set(name, text)
		}
	}
	query.Set("limit", "1000")
	if limit := pick(cmd).number("limit"); limit != nil {
		query.Set("limit", strconv.Itoa(*limit))
	}
	return query
}

// messages reads messages after a cursor.
func (i *instance) messages(ctx context.Context, query url.Values, after int64, wait time.Duration) (told[control.Inbox], error) {
	return growing[control.Inbox](ctx, i, "inbox", query, after, wait)
}

// inboxEnd is the cursor of the newest message.
func (i *instance) inboxEnd(ctx context.Context) (int64, error) {
	return newest(func(after int64) (int64, bool, error) {
		page, err := i.messages(ctx, url.Values{"limit": {"1000"}}, after, 0)
		return page.value.Cursor, len(page.value.Messages) == 0, err
	})
}

// printCode prints the newest code that was not printed before; with --wait it waits for one. What was printed is remembered
// in the data folder; of a simulator elsewhere nothing is remembered but --after.
func (c *console) printCode(cmd *cobra.Command, at *where, found *instance) error {
	remembered, here := &notes{}, found.Data != ""
	if here {
		var err error
		if remembered, err = recall(at.data); err != nil {
			return err
		}
	}
	after := remembered.InboxCursor
	if cmd.Flags().Changed("after") {
		after, _ = cmd.Flags().GetInt64("after")
	}
	wait := value(pick(cmd).flag("wait"))
	timeout, _ := cmd.Flags().GetDuration("timeout")
	for giveUp := time.Now().Add(timeout); ; {
		patience := time.Duration(0)
		if wait {
			patience = max(time.Until(giveUp), 0)
		}
		page, err := found.messages(cmd.Context(), inboxQuery(cmd), after, patience)
		if err != nil {
			return err
		}
		for _, message := range slices.Backward(page.value.Messages) {
			if message.Code == nil {
				continue
			}
			if remembered.InboxCursor = message.Cursor; here {
				if err := remembered.remember(at.data); err != nil {
					return err
				}
			}
			return c.show(map[string]any{"code": *message.Code, "about": message.About, "sender": message.Sender, "cursor": message.Cursor}, *message.Code)
		}
		after = max(after, page.value.Cursor)
		if !wait || !time.Now().Before(giveUp) {
			return refused("no new code has arrived", "ask for one, for instance `countersign call pay 88.00`, then `countersign inbox --wait --code`")
		}
	}
}

// printInbox prints all messages, or with --wait the next one.
func (c *console) printInbox(cmd *cobra.Command, found *instance) error {
	after, wait, err := beginAt(cmd, func() (int64, error) { return found.inboxEnd(cmd.Context()) })
	if err != nil {
		return err
	}
	page, err := found.messages(cmd.Context(), inboxQuery(cmd), after, wait)
	if err != nil {
		return err
	}
	rows := make([][]string, 0, len(page.value.Messages))
	for _, m := range page.value.Messages {
		rows = append(rows, []string{strconv.FormatInt(m.Cursor, 10), m.At.Local().Format(time.TimeOnly), string(m.Medium), m.To, string(m.About), m.Text})
	}
	if err := c.table(page.raw, []string{"#", "at", "by", "to", "about", "text"}, rows, "no messages"); err != nil {
		return err
	}
	if wait > 0 && len(rows) == 0 {
		return exit(exitRefused)
	}
	return nil
}

// wantNone wants no new message to come: the simulator watches, so that none is missed.
func (c *console) wantNone(cmd *cobra.Command, found *instance) error {
	p := pick(cmd)
	window := p.millis("none")
	if p.err != nil || *window > int(longestWait.Milliseconds()) || *window < 1 {
		return usage("--none does not fit", "say how long, from 1ms to 1m, as 5s")
	}
	after, _ := cmd.Flags().GetInt64("after")
	if !p.given("after") {
		var err error
		if after, err = found.inboxEnd(cmd.Context()); err != nil {
			return err
		}
	}
	none := 0
	request := control.VerifyRequest{
		Subject: control.SubjectInbox, Count: control.Count{Exactly: &none}, After: &after, WithinMs: window,
		Match: given(control.RecordMatch{
			To: word[string](p, "to"), About: word[control.MessageAbout](p, "about"), Sender: word[control.Party](p, "sender"),
			Medium: word[control.Medium](p, "medium"), Reference: word[string](p, "reference"),
		}),
	}
	return c.judge(cmd.Context(), found, request)
}

// judge asks whether something happened as often as it should, and ends with 1 if it did not.
func (c *console) judge(ctx context.Context, found *instance, request control.VerifyRequest) error {
	verdict, err := ask[control.Verification](ctx, found.control(), http.MethodPost, found.path("verify"), request)
	if err != nil {
		return err
	}
	if err := c.show(verdict.raw, verificationText(&verdict.value)); err != nil {
		return err
	}
	if !verdict.value.Held {
		return exit(exitRefused)
	}
	return nil
}
