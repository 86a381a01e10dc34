package cli

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

// messageView is a message on a handset.
type messageView struct {
	Cursor    int64     `json:"cursor"`
	At        time.Time `json:"at"`
	Medium    string    `json:"medium"`
	To        string    `json:"to"`
	Sender    string    `json:"sender"`
	Brand     string    `json:"brand"`
	About     string    `json:"about"`
	Text      string    `json:"text"`
	Code      string    `json:"code"`
	Reference string    `json:"reference"`
	ChannelID string    `json:"channel_id"`
}

// inboxView is a page of the inbox.
type inboxView struct {
	Messages []messageView `json:"messages"`
	Cursor   int64         `json:"cursor"`
}

// inboxOptions are the flags of the command.
type inboxOptions struct {
	data, to, about string
	wait, code      bool
	timeout         time.Duration
}

// newInbox reads the simulated handsets: the only place where a code can be read.
func newInbox(c *console) *cobra.Command {
	var o inboxOptions
	cmd := &cobra.Command{
		Use:   "inbox",
		Short: "Read the SMS and WeChat messages on the simulated handsets",
		Args:  wantArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := running(o.data)
			if err != nil {
				return err
			}
			if o.code {
				return c.printCode(cmd.Context(), found, o)
			}
			return c.printInbox(cmd.Context(), found, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.data, "data", defaultData, "data folder of the instance")
	flags.BoolVar(&o.wait, "wait", false, "wait for a new message")
	flags.BoolVar(&o.code, "code", false, "print only the newest code not printed before")
	flags.StringVar(&o.to, "to", "", "only messages to this mobile or open id")
	flags.StringVar(&o.about, "about", "", "only signing, payment, debit_notice, platform_code or platform_notice")
	flags.DurationVar(&o.timeout, "timeout", 30*time.Second, "how long to wait")
	return cmd
}

// printCode prints the newest code that was not printed before; with --wait it waits for one.
func (c *console) printCode(ctx context.Context, at *instance, o inboxOptions) error {
	remembered, err := recall(o.data)
	if err != nil {
		return err
	}
	giveUp := time.Now().Add(o.timeout)
	after := remembered.InboxCursor
	for {
		wait := time.Duration(0)
		if o.wait {
			wait = max(time.Until(giveUp), 0)
		}
		page, err := at.inbox(ctx, o, after, wait)
		if err != nil {
			return err
		}
		for _, message := range slices.Backward(page.Messages) {
			if message.Code != "" {
				remembered.InboxCursor = message.Cursor
				if err := remembered.remember(o.data); err != nil {
					return err
				}
				return c.show(map[string]string{"code": message.Code, "about": message.About, "sender": message.Sender}, message.Code)
			}
		}
		after = max(after, page.Cursor)
		if !o.wait || !time.Now().Before(giveUp) {
			return refused("no new code has arrived", "ask for one, for instance `countersign call pay 88.00`, then `countersign inbox --wait --code`")
		}
	}
}

// printInbox prints all messages, or with --wait the next one.
func (c *console) printInbox(ctx context.Context, at *instance, o inboxOptions) error {
	var after int64
	wait := time.Duration(0)
	if o.wait {
		all, err := at.inbox(ctx, inboxOptions{}, 0, 0)
		if err != nil {
			return err
		}
		after, wait = all.Cursor, o.timeout
	}
	page, err := at.inbox(ctx, o, after, wait)
	if err != nil {
		return err
	}
	if c.json {
		return c.show(page, "")
	}
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, m := range page.Messages {
		sayf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", m.Cursor, m.At.Local().Format(time.TimeOnly), m.Medium, m.To, m.About, m.Text)
	}
	if len(page.Messages) == 0 {
		say(c.err, "no messages")
	}
	return table.Flush()
}

// inbox reads messages after a cursor; waiting is done by the server, in pieces of a minute.
func (i *instance) inbox(ctx context.Context, o inboxOptions, after int64, wait time.Duration) (inboxView, error) {
	const longest = time.Minute
	query := url.Values{"after": {strconv.FormatInt(after, 10)}, "limit": {"1000"}}
	if o.to != "" {
		query.Set("to", o.to)
	}
	if o.about != "" {
		query.Set("about", o.about)
	}
	if wait > 0 {
		query.Set("wait_ms", strconv.FormatInt(min(wait, longest).Milliseconds(), 10))
	}
	var page inboxView
	err := i.control().get(ctx, "/v1/worlds/"+i.World+"/inbox?"+query.Encode(), &page)
	return page, err
}
