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

	"ready": {"countersign ready --wait 10s", "countersign ready --control-url http://127.0.0.1:7101"},

	"inbox": {
		"countersign inbox", "countersign inbox --wait --code", "countersign inbox --about debit_notice --sender bank --none 1s",
	},
	"journal": {
		"countersign journal --operation charge --committed", "countersign journal --follow", "countersign journal --limit 5 --verbose",
	},
	"deliveries": {"countersign deliveries"},
	"redeliver":  {"countersign redeliver evt_1 --variant wrong_key"},
	"check": {
		"countersign check journal --operation charge --at-most 100", "countersign check ledger --kind debit --amount 12.34 --at-most 1 --within 1s",
		"countersign check inbox --about debit_notice --never",
	},
	"verdicts": {"countersign verdicts", "countersign verdicts --fail --verbose"},
	"breaks":   {"countersign breaks --undeclared --fail"},
	"truth":    {"countersign truth", "countersign truth ledger"},

	"fault":       {"countersign fault kinds", "countersign fault add withhold_reply charge --times 1"},
	"fault kinds": {"countersign fault kinds", "countersign fault kinds hang"},
	"fault add": {
		"countersign fault add withhold_reply charge --times 1",
		"countersign fault add decline charge --reason insufficient_balance --channel bridge-pay --amount-from 100.00",
		"countersign fault add slow charge --delay 2s --permille 100 --expires-in 1h",
		`countersign fault add --json-rule '{"effect":"maintenance","operation":"charge","channel_id":"bridge-pay"}'`,
	},
	"fault list":        {"countersign fault list"},
	"fault show":        {"countersign fault show flt_1"},
	"fault off":         {"countersign fault off flt_1"},
	"fault on":          {"countersign fault on flt_1"},
	"fault remove":      {"countersign fault remove flt_1"},
	"fault clear":       {"countersign fault clear"},
	"fault plan":        {"countersign fault plan list"},
	"fault plan add":    {`echo '{"sendings":[{"variant":"wrong_key"},{"after_ms":5000}]}' | countersign fault plan add -`},
	"fault plan list":   {"countersign fault plan list"},
	"fault plan remove": {"countersign fault plan remove npl_1"},
	"fault magic":       {"countersign fault magic"},
	"fault tempers":     {"countersign fault tempers"},

	"clock":      {"countersign clock"},
	"clock show": {"countersign clock show"},
	"clock set":  {"countersign clock set 2099-01-01T00:00:00Z --world mine"},
	"clock next": {"countersign clock next"},
	"clock pass": {"countersign clock pass 10m", "countersign clock joint 10m"},
	"clock due":  {"countersign clock due"},

	"story": {"countersign story", "countersign story --format mermaid", "countersign story --format svg > story.svg"},

	"world": {"countersign world list"},
	"world create": {
		"countersign world create mine --seed 3 --virtual", "countersign world create --temper hostile --oddity sms_late=0 --ttl 1h",
		`echo '{"world_id":"scene","members":[{"merchant":"shop"}]}' | countersign world create --from -`,
	},
	"world list":              {"countersign world list"},
	"world show":              {"countersign world show"},
	"world change":            {"countersign world change mine --temper realistic --budget-per-number 3", "countersign world change mine --magic off --ttl 2h"},
	"world reset":             {"countersign world reset mine"},
	"world delete":            {"countersign world delete mine"},
	"world fork":              {"countersign world fork mine --as other"},
	"world snapshot":          {"countersign world snapshot list"},
	"world snapshot take":     {"countersign world snapshot take before --world mine"},
	"world snapshot list":     {"countersign world snapshot list --world mine"},
	"world snapshot restore":  {"countersign world snapshot restore before --world mine"},
	"world snapshot delete":   {"countersign world snapshot delete before --world mine"},
	"world export":            {"countersign world export mine"},
	"world save":              {"countersign world save mine.json --world mine"},
	"world import":            {"countersign world import mine.json --as again --ttl 1h"},
	"world members":           {"countersign world members list"},
	"world members add":       {"countersign world members add shop --world mine"},
	"world members list":      {"countersign world members list"},
	"world channel":           {"countersign world channel bridge-pay maintenance"},
	"world bank":              {"countersign world bank ICBC --settle-after 1h --sms-delay 10s"},
	"world issue":             {"countersign world issue card.yaml"},
	"world card":              {"countersign world card 6222020000000001016 --balance 10.00 --state frozen"},
	"world cancel-agreements": {"countersign world cancel-agreements 6222020000000001016 --channel bridge-pay"},
	"world forget-agreement":  {"countersign world forget-agreement bridge-pay 6222020000000001016"},
	"world rotate-keys":       {"countersign world rotate-keys 100000000000001 --overlap 1m"},

	"walk": {"countersign walk", "countersign walk --script | bash"},

	"verify": {
		"countersign verify --out reports",
		"countersign verify --clause 'CH-SIGN-*' --clause PF-AGAIN-001",
		"countersign verify --tag T10 --tag '~needs-socket' --verbose",
		"countersign verify --name 'maintenance|limit' --path channel",
	},
	"bench":   {"countersign bench --only charge-hs256,start", "countersign bench --json"},
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
