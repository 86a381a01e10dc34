package cli

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// newDeliveries reads the delivery log.
func newDeliveries(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "deliveries", Short: "Read the delivery log: every delivery of a notification", Args: wantArgs(0, 0, "no arguments"),
	}
	at := whereFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		found, err := at.find()
		if err != nil {
			return err
		}
		query, p := url.Values{}, pick(cmd)
		for flag, member := range map[string]string{"event": "event_id", "number": "number"} {
			if text := word[string](p, flag); text != nil {
				query.Set(member, *text)
			}
		}
		if after, _ := cmd.Flags().GetInt64("after"); after > 0 {
			query.Set("after", strconv.FormatInt(after, 10))
		}
		if limit := p.number("limit"); limit != nil {
			query.Set("limit", strconv.Itoa(*limit))
		}
		all, err := read[control.DeliveryList](cmd.Context(), found.control(), withQuery(found.path("deliveries"), query))
		if err != nil {
			return err
		}
		rows := make([][]string, 0, len(all.value.Deliveries))
		for i := range all.value.Deliveries {
			rows = append(rows, deliveryCells(&all.value.Deliveries[i]))
		}
		return c.table(all.raw, []string{"#", "at", "event", "type", "number", "try", "variant", "outcome", "status", "faults"}, rows, "no notification was sent")
	}
	cmd.Flags().String("event", "", "only of this event")
	cmd.Flags().String("number", "", "only about this order, signing, agreement or refund number")
	cmd.Flags().Int64("after", 0, "only after this cursor")
	cmd.Flags().Int("limit", 0, "how many at most, to 1000; 200 if not given")
	return cmd
}

// deliveryCells are the columns of a delivery.
func deliveryCells(d *control.Delivery) []string {
	status := ""
	if d.Status != nil {
		status = strconv.Itoa(*d.Status)
	}
	variant := string(d.Variant)
	if d.Copies > 1 {
		variant += " ×" + strconv.Itoa(d.Copies)
	}
	return []string{
		strconv.FormatInt(d.Cursor, 10), d.At.Local().Format(time.TimeOnly), d.EventId, string(d.Type), value(d.Number), strconv.Itoa(d.Attempt),
		variant, string(d.Outcome), status, strings.Join(value(d.Faults), " "),
	}
}

// newRedeliver sends a notification once more.
func newRedeliver(c *console) *cobra.Command {
	cmd := completeArgs(&cobra.Command{
		Use: "redeliver EVENT_ID", Short: "Send the notification of an event once more, as it was or in another variant", Args: wantArgs(1, 1, "EVENT_ID; `countersign deliveries` lists them"),
	}, eventNames)
	at := whereFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		found, err := at.find()
		if err != nil {
			return err
		}
		p := pick(cmd)
		request := control.RedeliverRequest{Variant: word[control.NotificationVariant](p, "variant"), Copies: p.number("copies")}
		sent, err := ask[control.RedeliverResult](cmd.Context(), found.control(), http.MethodPost, found.path("events", args[0], "redeliver"), request)
		if err != nil {
			return err
		}
		return c.show(sent.raw, "event "+sent.value.EventId+" is due again; `countersign deliveries --event "+sent.value.EventId+"` shows it")
	}
	cmd.Flags().String("variant", "", "how it differs from the true one, as stale, wrong_key, altered or replay")
	cmd.Flags().Int("copies", 0, "how many at once")
	complete(cmd, "variant", variants)
	return cmd
}
