package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/fixtures"
)

// caller carries out the calls of one command: it knows the instance and what the last calls were about.
type caller struct {
	*console
	data     string
	instance *instance
	notes    *notes
	holders  *placeholders
}

// personalMember finds members of an answer that a terminal, and the log it may go to, should not see: elements of cards,
// keys and tokens. The control plane hands them out to tools.
var personalMember = regexp.MustCompile(`("(?:card_number|id_number|mobile|material|token)"\s*:\s*)"[^"]*"`)

// newCall groups the commands that send one request each.
func newCall(c *console) *cobra.Command {
	cmd := group(&cobra.Command{
		Use:   "call",
		Short: "Send one request to the running instance, signed and with its tokens, so that the first try needs no crypto",
		Long:  "Send one request to the running instance.\n\n" + placeholderHelp,
	})
	data := dataFlag(cmd)
	cmd.PersistentFlags().BoolVar(&c.reveal, "reveal", false, "show card numbers, keys and tokens in answers of the control plane")
	cmd.AddCommand(
		rawCall(c, data, "platform", "the merchant API of the orchestrator", (*instance).merchant),
		rawCall(c, data, "operator", "the operator API of the orchestrator", (*instance).operator),
		rawCall(c, data, "control", "the control plane of the simulator", (*instance).control),
		newCallChannel(c, data),
		newBind(c, data), newLand(c, data), newPay(c, data), newConfirm(c, data), newShow(c, data), newSwitch(c, data))
	return cmd
}

// rawCall sends method, path and body as given.
func rawCall(c *console, data *string, name, about string, where func(*instance) port) *cobra.Command {
	return &cobra.Command{
		Use:   name + " METHOD PATH [BODY]",
		Short: "Call " + about,
		Args:  wantArgs(2, 3, "METHOD PATH [BODY]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := newCaller(c, *data)
			if err != nil {
				return err
			}
			return caller.call(cmd.Context(), where(caller.instance), args[0], args[1], strings.Join(args[2:], ""))
		},
	}
}

// newCaller finds the running instance and what its last calls were about.
func newCaller(c *console, data string) (*caller, error) {
	found, err := running(data)
	if err != nil {
		return nil, err
	}
	field, err := fixtures.Load()
	if err != nil {
		return nil, fmt.Errorf("placeholders: %w", err)
	}
	remembered, err := recall(data)
	if err != nil {
		return nil, err
	}
	return &caller{console: c, data: data, instance: found, notes: remembered, holders: &placeholders{
		notes: remembered, field: field,
		now:  func() string { return time.Now().UTC().Format(time.RFC3339) },
		soon: func() string { return time.Now().UTC().Add(time.Minute).Format(time.RFC3339) },
	}}, nil
}

// call shows the request, sends it, shows the answer and remembers what it was about.
func (c *caller) call(ctx context.Context, to port, method, path, body string) error {
	method = strings.ToUpper(method)
	fullPath, err := c.holders.path(path)
	if err != nil {
		return err
	}
	fullBody, err := c.holders.body(body)
	if err != nil {
		return err
	}
	c.showRequest(method, to.base+fullPath, body)
	got, err := to.send(ctx, method, fullPath, fullBody)
	if err != nil {
		return err
	}
	return c.finish(got)
}

// finish shows an answer, keeps what later calls may refer to, and fails when it was a refusal.
func (c *caller) finish(got answer) error {
	c.showAnswer(got)
	if got.ok() {
		c.note(got.body)
	}
	if !got.ok() {
		return exit(exitRefused)
	}
	return nil
}

// note keeps the numbers of an answer.
func (c *caller) note(body []byte) {
	var seen struct {
		PayerID    string `json:"payer_id"`
		CardID     string `json:"card_id"`
		CheckoutID string `json:"checkout_id"`
		PaymentID  string `json:"payment_id"`
	}
	if json.Unmarshal(body, &seen) != nil {
		return
	}
	for _, pair := range []struct{ to, from *string }{
		{&c.notes.PayerID, &seen.PayerID},
		{&c.notes.CardID, &seen.CardID},
		{&c.notes.CheckoutID, &seen.CheckoutID},
		{&c.notes.PaymentID, &seen.PaymentID},
	} {
		if *pair.from != "" {
			*pair.to = *pair.from
		}
	}
	_ = c.notes.remember(c.data) // the call was made; a note that cannot be kept is no failure of it
}

// showRequest writes what is sent, placeholders unresolved and codes hidden: the terminal is no place for card data.
func (c *caller) showRequest(method, url, body string) {
	if c.json {
		return
	}
	line := "→ " + method + " " + url
	if body != "" {
		line += "  " + hideCode(body)
	}
	say(c.err, line)
}

// showAnswer writes status and body, without personal data and keys unless they were asked for.
func (c *caller) showAnswer(got answer) {
	if !c.reveal {
		got.body = personalMember.ReplaceAll(got.body, []byte(`$1"***"`))
	}
	if c.json {
		body := json.RawMessage(got.body)
		if !json.Valid(body) {
			body, _ = json.Marshal(string(got.body))
		}
		line, _ := json.Marshal(map[string]any{"status": got.status, "body": body})
		say(c.out, string(line))
		return
	}
	sayf(c.out, "← %d %s\n", got.status, http.StatusText(got.status))
	var pretty bytes.Buffer
	if json.Indent(&pretty, got.body, "", "  ") == nil {
		say(c.out, pretty.String())
		return
	}
	if len(got.body) > 0 {
		say(c.out, string(got.body))
	}
}

// hideCode stars the value of a member "code".
func hideCode(body string) string { return codeMember.ReplaceAllString(body, `$1"******"`) }

// wantArgs refuses a wrong number of arguments.
func wantArgs(least, most int, form string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return usage("the command takes "+form, "see `"+cmd.CommandPath()+" --help`")
		}
		return nil
	}
}
