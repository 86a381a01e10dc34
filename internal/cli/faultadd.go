package cli

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"countersign/contract/control"
)

// newFaultAdd adds a rule.
func newFaultAdd(c *console, at *where) *cobra.Command {
	cmd := completeArgs(&cobra.Command{
		Use:   "add [EFFECT [OPERATION]]",
		Short: "Add a fault",
		Long: "Add a fault: what goes wrong, in which operation, when, how often.\n" +
			"A rule that could have no effect is refused with the reason. Amounts are in yuan, as 88.00.\n" +
			"`countersign fault kinds EFFECT` says what an effect takes.",
		Args: wantArgs(0, 2, "EFFECT and, if you like, OPERATION; the rest are flags"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			rule, err := c.ruleOf(cmd, found, args)
			if err != nil {
				return err
			}
			made, err := ask[control.Fault](cmd.Context(), found.control(), http.MethodPost, found.path("faults"), rule)
			if err != nil {
				return err
			}
			return c.show(made.raw, "fault "+made.value.FaultId+" is in force: "+ruleWords(&made.value.Rule))
		},
	}, effectNames, operationNames)
	faultFlags(cmd.Flags())
	for flag, find := range map[string]names{
		"effect": effectNames, "operation": operationNames, "channel": channelNames, "point": points, "answer": answers,
		"member": memberNames, "event-type": eventTypes,
	} {
		complete(cmd, flag, find)
	}
	return cmd
}

// faultFlags are one flag for each member of a rule, and one for the rule as a whole.
func faultFlags(flags *pflag.FlagSet) {
	flags.String("effect", "", "what goes wrong; the same as the argument EFFECT")
	flags.String("operation", "", "only this operation, as charge; the same as the argument OPERATION")
	flags.String("channel", "", "only this channel")
	flags.String("point", "", "where on the way, if not at the usual point of the effect")
	flags.String("reason", "", "for decline: the neutral reason, as insufficient_balance")
	flags.Duration("delay", 0, "how late, for the faults that delay")
	flags.Duration("jitter", 0, "up to so much later still, by the seed")
	flags.Duration("skew", 0, "for clock_skew: how wrong the clock of the channel is, as -10m")
	flags.Int("copies", 0, "how many more, for the faults that duplicate")
	flags.Int("status", 0, "HTTP status, for gateway_error, rate_limit and redirect")
	flags.String("amount", "", "the amount that is said or debited instead, in yuan")
	flags.String("answer", "", "what is said instead: not_found, processing, succeeded or declined")
	flags.Int("nth", 0, "only the nth call that matches")
	flags.Int("every", 0, "each so-manyeth call that matches")
	flags.Int("permille", 0, "so many in a thousand, by the seed of the world")
	flags.Int("times", 0, "how often at most; without end if not given")
	flags.Int("times-per-number", 0, "how often at most for one order, signing, check or refund number")
	flags.String("expires-at", "", "instant of the world's clock at which it ends, as 2026-03-01T09:00:00+08:00")
	flags.Duration("expires-in", 0, "time by the world's clock after which it ends, as 10m")
	flags.String("number", "", "only this order, signing, check or refund number")
	flags.String("card-last4", "", "only cards that end so")
	flags.String("member", "", "only this member_no")
	flags.String("merchant", "", "only this merchant")
	flags.String("bank", "", "only cards of this bank, as ICBC")
	flags.String("event-type", "", "only notifications of this type, as charge.succeeded")
	flags.String("match-amount", "", "only this amount, in yuan")
	flags.String("amount-from", "", "only from this amount on, in yuan")
	flags.String("amount-to", "", "only up to this amount, in yuan")
	flags.String("json-rule", "", "the whole rule as JSON, instead of the other flags; - reads it from standard input")
}

// ruleOf turns arguments and flags into a rule.
func (c *console) ruleOf(cmd *cobra.Command, at *instance, args []string) (any, error) {
	p := pick(cmd)
	if p.given("json-rule") {
		return c.wholeRule(cmd, args)
	}
	if err := argument(cmd, args, 0, "effect"); err != nil {
		return nil, err
	}
	if err := argument(cmd, args, 1, "operation"); err != nil {
		return nil, err
	}
	if !p.given("effect") {
		return nil, usage("no effect is named", "name one, as withhold_reply; `countersign fault kinds` lists them")
	}
	rule := ruleOfFlags(p)
	if p.err != nil || !p.given("expires-in") {
		return rule, p.err
	}
	much, _ := cmd.Flags().GetDuration("expires-in")
	if p.given("expires-at") || much <= 0 {
		return nil, usage("--expires-in does not fit", "give one of --expires-in, above nothing, and --expires-at")
	}
	var err error
	rule.ExpiresAt, err = at.in(cmd.Context(), much)
	return rule, err
}

// argument lets an argument stand for a flag; one given twice must not contradict itself.
func argument(cmd *cobra.Command, args []string, index int, flag string) error {
	if index >= len(args) {
		return nil
	}
	if text, _ := cmd.Flags().GetString(flag); cmd.Flags().Changed(flag) && text != args[index] {
		return usage("the "+flag+" is named twice, as "+args[index]+" and as "+text, "name it once")
	}
	return cmd.Flags().Set(flag, args[index])
}

// ruleOfFlags is the rule that the flags describe.
func ruleOfFlags(p *picker) *control.FaultRequest {
	match := control.FaultMatch{
		Number: word[string](p, "number"), CardLast4: word[string](p, "card-last4"), MemberNo: word[string](p, "member"),
		Merchant: word[string](p, "merchant"), Bank: word[string](p, "bank"), EventType: word[control.EventType](p, "event-type"),
		Amount: p.fen("match-amount"), AmountFrom: p.fen("amount-from"), AmountTo: p.fen("amount-to"),
	}
	return &control.FaultRequest{
		Effect: value(word[control.FaultEffect](p, "effect")), Operation: word[control.Operation](p, "operation"),
		ChannelId: word[string](p, "channel"), Point: word[control.FaultPoint](p, "point"), Reason: word[string](p, "reason"),
		Answer: word[control.FaultRequestAnswer](p, "answer"), DelayMs: p.millis("delay"), JitterMs: p.millis("jitter"), SkewMs: p.millis("skew"),
		Copies: p.number("copies"), Status: p.number("status"), Amount: p.fen("amount"),
		Nth: p.number("nth"), Every: p.number("every"), Permille: p.number("permille"),
		Times: p.number("times"), TimesPerNumber: p.number("times-per-number"), ExpiresAt: p.instant("expires-at"),
		Match: given(match),
	}
}

// wholeRule is the rule that was given as JSON.
func (c *console) wholeRule(cmd *cobra.Command, args []string) (any, error) {
	others := len(args) > 0
	cmd.LocalNonPersistentFlags().Visit(func(flag *pflag.Flag) { others = others || flag.Changed && flag.Name != "json-rule" })
	if others {
		return nil, usage("--json-rule is the whole rule", "leave the other flags and the arguments out")
	}
	text, _ := cmd.Flags().GetString("json-rule")
	body := []byte(text)
	if text == "-" {
		var err error
		if body, err = c.readInput("-"); err != nil {
			return nil, err
		}
	}
	if !json.Valid(body) {
		return nil, usage("--json-rule is no JSON", `write it as '{"effect":"withhold_reply","operation":"charge","times":1}'`)
	}
	return json.RawMessage(body), nil
}

// in is an instant so much later by the clock of the world.
func (i *instance) in(ctx context.Context, much time.Duration) (*time.Time, error) {
	clock, err := read[control.ClockState](ctx, i.control(), i.path("clock"))
	if err != nil {
		return nil, err
	}
	end := clock.value.Now.Add(much)
	return &end, nil
}
