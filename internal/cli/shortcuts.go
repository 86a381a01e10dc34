package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"countersign/internal/money"
)

// codeMember finds the value of a member "code" in a JSON text.
var codeMember = regexp.MustCompile(`("code"\s*:\s*)"[^"]*"`)

// newBind binds a card of the fixtures at the platform: the payer types the four elements once.
func newBind(c *console, data *string) *cobra.Command {
	return &cobra.Command{
		Use: "bind [CARD_ID]", Short: "Bind a card of the fixtures at the platform (POST /v1/cards)",
		Args: wantArgs(0, 1, "[CARD_ID]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := newCaller(c, *data)
			if err != nil {
				return err
			}
			cardID := caller.instance.DemoCard.CardID
			if len(args) == 1 {
				cardID = args[0]
			}
			person, card, ok := caller.holders.field.Card(cardID)
			if !ok {
				return usage(cardID+" is no card of the fixtures", "see fixtures/people.yaml")
			}
			body := fmt.Sprintf(`{"payer_id":%q,"elements":"@%s","open_id":%q}`, person.PersonID, card.CardID, person.OpenID)
			return caller.call(cmd.Context(), caller.instance.merchant(), http.MethodPost, "/v1/cards", body)
		},
	}
}

// newLand asks what the payment page shows (T12).
func newLand(c *console, data *string) *cobra.Command {
	return &cobra.Command{
		Use: "land AMOUNT", Short: "Land on the payment page with the last card (POST /v1/checkouts)",
		Args: wantArgs(1, 1, "AMOUNT, as 88.00"),
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, amount, err := callerWithAmount(c, *data, args[0])
			if err != nil {
				return err
			}
			body := fmt.Sprintf(`{"payer_id":"@payer","card_id":"@card","amount":%d,"currency":"CNY"}`, amount)
			return caller.call(cmd.Context(), caller.instance.merchant(), http.MethodPost, "/v1/checkouts", body)
		},
	}
}

// newPay is the payment application: "get code" is this call (T5).
func newPay(c *console, data *string) *cobra.Command {
	var absent, atLanding bool
	cmd := &cobra.Command{
		Use: "pay AMOUNT", Short: "Pay with the last card (POST /v1/payments)",
		Args: wantArgs(1, 1, "AMOUNT, as 88.00"),
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, amount, err := callerWithAmount(c, *data, args[0])
			if err != nil {
				return err
			}
			extra := ""
			if atLanding {
				extra = `,"checkout_id":"@checkout"`
			}
			body := fmt.Sprintf(`{"merchant_order_no":"@new","payer_id":"@payer","card_id":"@card","amount":%d,"currency":"CNY","payer_present":%t%s}`,
				amount, !absent, extra)
			return caller.call(cmd.Context(), caller.instance.merchant(), http.MethodPost, "/v1/payments", body)
		},
	}
	cmd.Flags().BoolVar(&absent, "absent", false, "the payer is not there: silent channels only")
	cmd.Flags().BoolVar(&atLanding, "landed", false, "go on from the last landing")
	return cmd
}

// newConfirm gives the code that the payer typed.
func newConfirm(c *console, data *string) *cobra.Command {
	return &cobra.Command{
		Use: "confirm CODE", Short: "Confirm the last payment with the code (POST /v1/payments/{id}/confirm)",
		Args: wantArgs(1, 1, "CODE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := newCaller(c, *data)
			if err != nil {
				return err
			}
			body, err := json.Marshal(map[string]string{"code": args[0]})
			if err != nil {
				return fmt.Errorf("encode code: %w", err)
			}
			return caller.call(cmd.Context(), caller.instance.merchant(), http.MethodPost, "/v1/payments/@payment/confirm", string(body))
		},
	}
}

// newShow reads the last payment; with --wait until its outcome is known.
func newShow(c *console, data *string) *cobra.Command {
	var wait bool
	cmd := &cobra.Command{
		Use: "show", Short: "Show the last payment (GET /v1/payments/{id})",
		Args: wantArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			caller, err := newCaller(c, *data)
			if err != nil {
				return err
			}
			if wait {
				if err := caller.awaitPayment(cmd); err != nil {
					return err
				}
			}
			return caller.call(cmd.Context(), caller.instance.merchant(), http.MethodGet, "/v1/payments/@payment", "")
		},
	}
	cmd.Flags().BoolVar(&wait, "wait", false, "wait until it is processing no longer (two minutes at most)")
	return cmd
}

// awaitPayment asks until the last payment is no longer processing.
func (c *caller) awaitPayment(cmd *cobra.Command) error {
	const patience, pause = 2 * time.Minute, 300 * time.Millisecond
	path, err := c.holders.path("/v1/payments/@payment")
	if err != nil {
		return err
	}
	for giveUp := time.Now().Add(patience); time.Now().Before(giveUp); {
		var payment struct {
			Status string `json:"status"`
		}
		if err := c.instance.merchant().get(cmd.Context(), path, &payment); err != nil {
			return err
		}
		if payment.Status != "processing" {
			return nil
		}
		if err := c.timeStands(cmd.Context()); err != nil {
			return err
		}
		select {
		case <-cmd.Context().Done():
			return interrupted()
		case <-time.After(pause):
		}
	}
	return refused("the payment is still processing after two minutes", "look at `countersign story`")
}

// timeStands refuses to wait for what only the passing of time can bring: the clocks of `up --test-clock` stand, and
// neither side works.
func (c *caller) timeStands(ctx context.Context) error {
	pair, err := c.instance.clocksNow(ctx)
	if err != nil || !pair.World.Virtual || pair.Merchant == nil || pair.works() {
		return err
	}
	return refused("the payment is processing, and the clock stands at "+instant(pair.World.Now), "let time pass with `countersign clock pass 1m`, or go to the next due time with `countersign clock next`")
}

// newSwitch turns a channel of the demo merchant on, off, or into maintenance.
func newSwitch(c *console, data *string) *cobra.Command {
	return &cobra.Command{
		Use: "switch CHANNEL STATE", Short: "Switch a channel: enabled, disabled, maintenance or retired",
		Args: wantArgs(2, 2, "CHANNEL STATE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := newCaller(c, *data)
			if err != nil {
				return err
			}
			path := "/operator/v1/merchants/" + caller.instance.Merchant + "/channels/" + args[0] + "/switch"
			body := fmt.Sprintf(`{"state":%q}`, args[1])
			caller.showRequest(http.MethodPost, caller.instance.Platform+path, body)
			got, err := caller.instance.operator().send(cmd.Context(), http.MethodPost, path, []byte(body))
			if err != nil {
				return err
			}
			if !got.ok() {
				return caller.finish(got)
			}
			caller.showAnswer(answer{got.status, onlyState(got.body)})
			return nil
		},
	}
}

// onlyState keeps channel and state of a channel's long description.
func onlyState(body []byte) []byte {
	var channel struct {
		ChannelID string `json:"channel_id"`
		State     string `json:"state"`
	}
	if json.Unmarshal(body, &channel) != nil {
		return body
	}
	short, err := json.Marshal(channel)
	if err != nil {
		return body
	}
	return short
}

// callerWithAmount is newCaller with an amount read from an argument.
func callerWithAmount(c *console, data, text string) (*caller, money.Fen, error) {
	amount, err := money.Parse(text)
	if err != nil || amount <= 0 {
		return nil, 0, usage("the amount "+text+" is not in yuan", "write it as 88.00")
	}
	caller, err := newCaller(c, data)
	return caller, amount, err
}
