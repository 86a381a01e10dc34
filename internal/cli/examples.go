package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// examples are the lines that `help` shows for each command. All but those that start something work against a running
// `countersign up`.
var examples = map[string][]string{
	"": {"countersign up", "countersign walk", "countersign verify --out reports"},

	"up": {
		"countersign up",
		"countersign up --data /tmp/demo --console-addr 127.0.0.1:0 --platform-addr 127.0.0.1:0",
		"countersign up --test-clock --data /tmp/still",
	},
	"simulator":    {"countersign simulator", "countersign simulator --seed 7 --json"},
	"orchestrator": {"countersign orchestrator --data /tmp/platform --demo-from http://127.0.0.1:7101"},

	"call":          {"countersign call bind", "countersign call platform GET /v1/payments/@payment"},
	"call platform": {"countersign call platform GET /v1/payments/@payment"},
	"call operator": {"countersign call operator GET /operator/v1/payments/@payment/story"},
	"call control":  {"countersign call control GET /v1/worlds/demo/truth"},
	"call channel": {
		"countersign call channel bridge-pay GET /v1/limits",
		`countersign call channel plain-withhold POST /v1/element-checks '{"check_no":"@new","elements":"@demo-card"}'`,
	},
	"call bind":    {"countersign call bind"},
	"call land":    {"countersign call land 88.00"},
	"call pay":     {"countersign call pay 88.00 --landed", "countersign call pay 66.00 --absent"},
	"call confirm": {"countersign call confirm $(countersign inbox --wait --code)"},
	"call show":    {"countersign call show --wait"},
	"call switch":  {"countersign call switch bridge-pay maintenance"},

	"inbox": {"countersign inbox", "countersign inbox --wait --code"},

	"fault":       {"countersign fault list"},
	"fault add":   {"countersign fault add --effect withhold_reply --operation charge --times 1"},
	"fault list":  {"countersign fault list"},
	"fault clear": {"countersign fault clear"},

	"clock":      {"countersign clock"},
	"clock show": {"countersign clock show"},
	"clock next": {"countersign clock next"},
	"clock pass": {"countersign clock pass 10m"},

	"story": {"countersign story"},

	"world":        {"countersign world list"},
	"world create": {"countersign world create mine --seed 3 --virtual"},
	"world list":   {"countersign world list"},
	"world delete": {"countersign world delete mine"},

	"walk": {"countersign walk", "countersign walk --script | bash"},

	"verify": {
		"countersign verify --out reports",
		"countersign verify --clause 'CH-SIGN-*' --clause PF-AGAIN-001",
		"countersign verify --tag T10 --tag '~needs-socket' --verbose",
		"countersign verify --name 'maintenance|limit' --path channel",
	},
	"version": {"countersign version --json"},
}

// giveExamples hangs the examples on their commands.
func giveExamples(cmd *cobra.Command) {
	_, name, _ := strings.Cut(cmd.CommandPath(), " ")
	if lines := examples[name]; len(lines) > 0 {
		cmd.Example = "  " + strings.Join(lines, "\n  ")
	}
	for _, below := range cmd.Commands() {
		giveExamples(below)
	}
}
