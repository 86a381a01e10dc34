package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// walkSteps is the story in commands, to be pasted into a second terminal line by line or as a whole.
const walkSteps = `cs call bind                                 # the payer types the four elements once
cs call land 88.00                           # landing on the payment page: a code box (T12)
cs call pay 88.00                            # "get code": the bank texts, about *signing*: mismatch true
cs inbox                                     # what the handset shows
cs call confirm $(cs inbox --wait --code)    # signed and debited with one code
cs call pay 66.00                            # the second payment: silent
cs call switch bridge-pay maintenance        # the channel that signed the card goes away ...
cs call land 50.00                           # ... and the code box is back
cs call pay 50.00                            # the quirk (T10): asked about a payment, texted about signing
cs call confirm $(cs inbox --wait --code)
cs call switch bridge-pay enabled
cs fault add --effect withhold_reply --operation charge --times 1
cs fault add --effect notification_drop --times 1
cs call pay 12.34                            # the bank debits, reply and notification are lost: processing
cs call show --wait                          # asked again, found out: succeeded, debited once
cs fault add --effect withhold_reply --operation charge --times 1
%s
cs story                                     # who called whom`

// printWalk tells where everything is and how to see the story.
func printWalk(out io.Writer, at *instance) {
	fmt.Fprintf(out, "channels %s  control %s  platform %s  page %s\n", at.Simulator, at.Control, at.Platform, at.Console)
	fmt.Fprintf(out, "seed %d  data %s  demo card %s (%s %s)\n", at.Seed, at.Data, at.DemoCard.CardID, at.DemoCard.Bank, at.DemoCard.MaskedCard)
	fmt.Fprint(out, "Paste into a second terminal:\n\n")
	printSteps(out, at)
}

// printSteps prints what is to be pasted.
func printSteps(out io.Writer, at *instance) {
	program, naive := programWords()
	data := ""
	if at.Data != defaultData {
		data = "export COUNTERSIGN_DATA=" + shellQuote(at.Data) + "; "
	}
	fmt.Fprintf(out, "%scs() { %s \"$@\"; }\n", data, program)
	fmt.Fprintf(out, walkSteps+"\n", naive)
}

// programWords is how this program, and the naive client, are called again: through go when go started it.
func programWords() (program, naive string) {
	naive = "go run ./fixtures/naiveclient                # a client that charges anew after a lost reply: debited twice"
	self, err := os.Executable()
	if err != nil || strings.Contains(self, "go-build") {
		return "go run .", naive
	}
	return shellQuote(self), naive
}

// shellQuote quotes a text for the shell where it needs it.
func shellQuote(text string) string {
	if strings.ContainsAny(text, " '\"$&;()<>|*?`\\") {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	return text
}

// newWalk prints the walk of a running instance again.
func newWalk(c *console) *cobra.Command {
	var data string
	var script bool
	cmd := &cobra.Command{
		Use: "walk", Short: "Print again what `up` printed: where everything is, and the walk",
		Args: wantArgs(0, 0, "flags only"),
		RunE: func(*cobra.Command, []string) error {
			found, err := running(data)
			if err != nil {
				return err
			}
			switch {
			case c.json:
				return c.show(found, "")
			case script:
				printSteps(c.out, found)
			default:
				printWalk(c.out, found)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", defaultData, "data folder of the instance")
	cmd.Flags().BoolVar(&script, "script", false, "only what is to be pasted")
	return cmd
}
