package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// oddityPrefix begins the environment variables that set rates: the rate of sms_lost is COUNTERSIGN_ODDITY_SMS_LOST.
const oddityPrefix = envPrefix + "ODDITY_"

// temperFlag adds the flag --temper.
func (f *serveFlags) temperFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.temper, "temper", "", "how unfriendly the demo world is: friendly, realistic or hostile; a new one is friendly."+
		"\nCOUNTERSIGN_ODDITY_<NAME> sets the rate of one oddity, in permille; GET /v1/tempers lists them")
}

// oddities reads the rates that the environment sets. Whether there are such oddities, the simulator knows.
func oddities(environment []string) (map[string]int, error) {
	rates := map[string]int{}
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		oddity, is := strings.CutPrefix(name, oddityPrefix)
		if !is || value == "" { // empty counts as unset
			continue
		}
		rate, err := strconv.Atoi(value)
		if err != nil {
			return nil, usage("environment variable "+name+" is no rate", "give 0 to 1000, in permille")
		}
		rates[strings.ToLower(oddity)] = rate
	}
	return rates, nil
}
