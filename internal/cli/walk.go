package cli

import (
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// walkSteps is the story in commands, to be pasted into a second terminal line by line or as a whole. A line has at most
// 80 columns.
const walkSteps = `cs call bind                               # the four elements, typed once
cs call land 88.00                         # the page shows a code box (T12)
cs call pay 88.00 --landed                 # "get code": the bank texts ...
cs inbox                                   # ... about *signing*: mismatch
cs call confirm $(cs inbox --wait --code)  # one code signs and debits
cs call pay 66.00                          # the second payment: silent
cs call switch bridge-pay maintenance      # the signed channel goes ...
cs call land 50.00                         # ... and the code box is back
cs call pay 50.00 --landed                 # the quirk (T10): signing, again
cs call confirm $(cs inbox --wait --code)
cs call switch bridge-pay enabled
cs fault add --effect withhold_reply --operation charge --times 1
cs fault add --effect notification_drop --times 1
cs call pay 12.34                          # debited, reply lost: processing
cs call show --wait                        # asked again: debited once
cs fault add --effect withhold_reply --operation charge --times 1
go run ./fixtures/naiveclient              # charges anew: debited twice
cs story                                   # who called whom`

// banner is the first line of `up`: whoever starts it shall not look for the real thing in it, nor put it in.
const banner = "All data here is invented; numbers of real cards are refused."

// printWalk tells where everything is and how to see the story.
func printWalk(out io.Writer, at *instance) {
	say(out, banner)
	if at.Console != "" {
		say(out, "page      "+at.Console)
	}
	if at.Platform != "" {
		say(out, "platform  "+at.Platform)
	}
	sayf(out, "channels  %s  control %s\n", at.Simulator, at.Control)
	if at.DemoCard.CardID == "" {
		sayf(out, "data      %s\n\nThere is no walk without the demo: start again without --no-demo.\n", at.Data)
		return
	}
	sayf(out, "seed      %d  card %s (%s %s)\n", at.Seed, at.DemoCard.CardID, at.DemoCard.Bank, at.DemoCard.MaskedCard)
	sayf(out, "data      %s\n\nPaste into a second terminal:\n\n", at.Data)
	printSteps(out, at)
}

// printSteps prints what is to be pasted.
func printSteps(out io.Writer, at *instance) {
	if at.Data != defaultData {
		say(out, "export COUNTERSIGN_DATA="+shellQuote(at.Data))
	}
	sayf(out, "cs() { %s \"$@\"; }\n", programWords())
	say(out, stepsFor(at))
}

// showStep is the line of the walk that needs time to pass.
const showStep = "cs call show --wait "

// stepsFor is the walk for an instance: where time stands (`up --test-clock`), a line moves it.
func stepsFor(at *instance) string {
	if at.PlatformControl == "" {
		return walkSteps
	}
	return strings.Replace(walkSteps, showStep, "cs clock pass 1m                           # time stands until moved\n"+showStep, 1)
}

// programWords is how this program is called again: through go when go started it.
func programWords() string {
	self, err := os.Executable()
	if err != nil || strings.Contains(self, "go-build") {
		return "go run ."
	}
	return shellQuote(self)
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
			case script && found.DemoCard.CardID == "":
				return usage("the instance runs without the demo", "start it again without --no-demo")
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
