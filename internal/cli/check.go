package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// subjects are what can be counted.
var subjects = words(control.SubjectJournal, control.SubjectInbox, control.SubjectLedger, control.SubjectDeliveries)

// newCheck judges whether something happened as often as it should.
func newCheck(c *console) *cobra.Command {
	cmd := completeArgs(&cobra.Command{
		Use: "check journal|inbox|ledger|deliveries", Short: "Did it happen as often as it should? Exit code 0 or 1",
		Long: "Count what matches in journal, inbox, ledger or deliveries: exit code 0 if there is as much as there should be, 1 if not.\n" +
			"Say how much with --exactly, with --at-least and --at-most, or with --never. Without a window it is judged at once; with\n" +
			"--within at the end of it, and sooner where it cannot change any more. When too little was found, the nearest rows are\n" +
			"shown with the member that differs.",
		Args: wantArgs(1, 1, "one of journal, inbox, ledger, deliveries"),
	}, subjects)
	at := whereFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		found, err := at.find()
		if err != nil {
			return err
		}
		request, err := checkOf(cmd, args[0])
		if err != nil {
			return err
		}
		return c.judge(cmd.Context(), found, *request)
	}
	checkFlags(cmd)
	return cmd
}

// checkFlags are the counts, the window, and one flag for each member that can be matched.
func checkFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Int("exactly", 0, "so often, no more and no less")
	flags.Int("at-least", 0, "so often or more")
	flags.Int("at-most", 0, "so often or less")
	flags.Bool("never", false, "not once")
	flags.Duration("within", 0, "real time for which to watch, up to 1m, as 5s")
	flags.Int64("after", 0, "only what came after this cursor")
	flags.String("operation", "", "of this operation, as charge")
	flags.String("channel", "", "at this channel")
	flags.String("member", "", "of this member_no")
	flags.String("number", "", "of this order, signing, check or refund number")
	flags.String("direction", "", "in or out")
	flags.Int("status", 0, "answered with this HTTP status; 0: not answered")
	flags.String("signature", "", "with this finding about the signature, as ok")
	flags.Bool("committed", false, "that changed the world; --committed=false: that did not")
	flags.String("fault", "", "in which this fault struck")
	flags.String("cause", "", "that ended for this reason")
	flags.String("to", "", "inbox: to this mobile or open id")
	flags.String("about", "", "inbox: about signing, payment, debit_notice, platform_code or platform_notice")
	flags.String("sender", "", "inbox: from bank, third_party or platform")
	flags.String("medium", "", "inbox: by sms or wechat")
	flags.String("reference", "", "inbox: with this reference")
	flags.String("kind", "", "ledger: debit, refund or reversal")
	flags.String("amount", "", "ledger: of this amount, in yuan")
	flags.String("card-last4", "", "ledger: of cards that end so")
	flags.String("event", "", "deliveries: of this event")
	flags.String("outcome", "", "deliveries: pending, acknowledged, not_acknowledged or dropped")
	for flag, find := range map[string]names{
		"operation": operationNames, "channel": channelNames, "member": memberNames, "direction": directions, "fault": faultNames,
		"about": abouts, "sender": senders, "medium": media, "kind": words(control.MatchDebit, control.MatchRefund, control.MatchReversal),
		"outcome": words(control.DeliveryPending, control.DeliveryAcknowledged, control.DeliveryNotAcknowledged, control.DeliveryDropped),
	} {
		complete(cmd, flag, find)
	}
}

// checkOf is what the flags ask.
func checkOf(cmd *cobra.Command, subject string) (*control.VerifyRequest, error) {
	p := pick(cmd)
	request := &control.VerifyRequest{
		Subject:  control.VerifyRequestSubject(subject),
		Count:    control.Count{Exactly: p.number("exactly"), AtLeast: p.number("at-least"), AtMost: p.number("at-most")},
		WithinMs: p.millis("within"), Match: given(matchOf(p)),
	}
	if !request.Subject.Valid() {
		return nil, usage("there is nothing to count in "+subject, "name one of journal, inbox, ledger, deliveries")
	}
	if value(p.flag("never")) {
		if given(request.Count) != nil {
			return nil, usage("--never stands alone", "leave the other counts out")
		}
		request.Count.Exactly = new(int)
	}
	if given(request.Count) == nil {
		return nil, usage("it is not said how often", "give --exactly, --at-least, --at-most or --never")
	}
	if p.given("after") {
		after, _ := cmd.Flags().GetInt64("after")
		request.After = &after
	}
	if within, _ := cmd.Flags().GetDuration("within"); within > longestWait || within < 0 {
		return nil, usage("--within "+within.String()+" is too long", "watch for "+longestWait.Round(time.Second).String()+" at most")
	}
	return request, p.err
}

// matchOf is what must be equal.
func matchOf(p *picker) control.RecordMatch {
	return control.RecordMatch{
		Operation: word[control.Operation](p, "operation"), ChannelId: word[string](p, "channel"), MemberNo: word[string](p, "member"),
		Number: word[string](p, "number"), Direction: word[control.Direction](p, "direction"), Status: p.number("status"),
		Signature: word[string](p, "signature"), Committed: p.flag("committed"), FaultId: word[string](p, "fault"), Cause: word[string](p, "cause"),
		To: word[string](p, "to"), About: word[control.MessageAbout](p, "about"), Sender: word[control.Party](p, "sender"),
		Medium: word[control.Medium](p, "medium"), Reference: word[string](p, "reference"), Kind: word[control.RecordMatchKind](p, "kind"),
		Amount: p.fen("amount"), CardLast4: word[string](p, "card-last4"), EventId: word[string](p, "event"), Outcome: word[string](p, "outcome"),
	}
}

// verificationText says whether it held, and what came nearest.
func verificationText(v *control.Verification) string {
	text := "held: " + v.Explanation
	if !v.Held {
		text = "not held: " + v.Explanation
	}
	lines := []string{text}
	for _, miss := range v.NearMisses {
		differs := make([]string, 0, len(miss.Differs))
		for _, d := range miss.Differs {
			differs = append(differs, fmt.Sprintf("%s is %q, not %q", d.Field, d.Found, d.Wanted))
		}
		lines = append(lines, fmt.Sprintf("  near: row %d, %s", miss.Cursor, strings.Join(differs, ", ")))
	}
	return strings.Join(lines, "\n")
}
