package archtest_test

import "slices"

// module is the prefix of our own import paths.
const module = "countersign"

// row says what the non-test files of a package may import beyond the standard
// library, the kernel and the package itself.
type row struct {
	path   string   // package below the module; "*" stands for one folder
	ours   []string // packages of ours, same notation
	others []string // import path prefixes of third parties
	pure   bool     // rules only: see impure in purity_test.go
	why    string   // one sentence
}

// kernel may be imported by every package but the pure ones' exceptions below.
var kernel = []string{
	"internal/money", "internal/clock", "internal/ids", "internal/chance", "internal/cardholder", "internal/mask", "internal/httpjson",
	"internal/sequence", "internal/otlp",
}

// notForPure are the kernel packages that bring a network into whoever imports them.
var notForPure = []string{"internal/httpjson", "internal/otlp"}

// Third parties by the part they play.
var (
	router  = []string{"github.com/gorilla/mux", "github.com/getkin/kin-openapi", "github.com/oapi-codegen/runtime"}
	wire    = []string{"github.com/oapi-codegen/runtime"} // what generated types are made of
	signing = slices.Concat([]string{"github.com/go-jose/go-jose/v4"}, wire)
	bdd     = []string{"github.com/cucumber/godog", "github.com/cucumber/messages", "github.com/cucumber/gherkin"}
	yaml    = []string{"github.com/goccy/go-yaml"}
)

// table is the import table: a package that matches no row is a failure.
var table = []row{
	{path: ".", ours: []string{"internal/cli"}, why: "twenty lines that start the command line"},

	{path: "internal/money", why: "kernel: standard library only, so that everybody may import it"},
	{path: "internal/clock", why: "kernel"},
	{path: "internal/ids", why: "kernel"},
	{path: "internal/chance", why: "kernel"},
	{path: "internal/cardholder", why: "kernel"},
	{path: "internal/mask", why: "kernel"},
	{path: "internal/httpjson", why: "kernel"},
	{path: "internal/otlp", why: "kernel: spans to a collector, with the standard library only"},
	{path: "internal/sequence", why: "kernel: draws who called whom, for page, command line and control plane"},
	{path: "internal/memnet", why: "a network in memory for app and targets; standard library only"},
	{path: "internal/jointclock", why: "moves two clocks as one, for steps, the command line and other people's tests; standard library only"},
	{path: "internal/universe", ours: []string{"fixtures", "simulator"}, why: "the fixtures as the simulator sees them, for app and simtest"},
	{path: "internal/apidocs", ours: []string{"contract"}, others: router, why: "the documents of the wire as pages, for the control port and the page of up"},
	{path: "internal/archtest", why: "tests only"},

	{path: "contract", ours: []string{"contract/*"}, others: router, why: "the documents of the wire"},
	{path: "contract/*", ours: []string{"contract", "contract/*"}, others: router, why: "generated types; documents share schemas"},

	{path: "simulator", pure: true, why: "rules of banks and channels: state in, state and effects out"},
	{path: "simulator/fault", ours: []string{"simulator"}, why: "faults speak of operations and points of the rules"},
	{path: "simulator/engine", ours: []string{"simulator", "simulator/fault"}, why: "runs the core and carries out its effects"},
	{path: "simulator/wirefault", ours: []string{"simulator", "simulator/engine"}, why: "what a broken answer looks like on the socket, for the doors of all wires"},
	{path: "simulator/httpapi", ours: []string{"simulator", "simulator/engine", "simulator/wirefault", "contract/*"}, others: router, why: "the native wire"},
	{path: "simulator/selfcheck", ours: []string{"simulator", "simulator/httpapi", "contract/channel"}, others: router, why: "holds what the doors send against the document; apart from them, so that its parser is linked to no hot path"},
	{path: "simulator/dialect/*", ours: []string{"simulator", "simulator/engine", "simulator/wirefault", "contract/*"}, others: router, why: "a real channel's wire"},
	{path: "simulator/controlapi", ours: []string{"simulator", "simulator/engine", "simulator/fault", "contract/*"}, others: router, why: "the control plane on its own port"},
	{path: "simulator/scenario", ours: []string{"simulator/controlapi", "contract/control"}, others: yaml, why: "what new worlds have, from a file; apart, so that the control plane knows no YAML"},
	{path: "simulator/messagingapi", ours: []string{"simulator", "simulator/engine", "simulator/wirefault", "simulator/fault", "contract/*"}, others: router, why: "the gateways for SMS and WeChat"},
	{path: "simulator/worldlog", ours: []string{"simulator", "simulator/engine", "simulator/fault", "contract/*"}, why: "the durable world"},
	{
		path: "simulator/simtest",
		ours: []string{
			"simulator", "simulator/engine", "simulator/fault", "simulator/httpapi", "simulator/controlapi", "simulator/messagingapi", "simulator/selfcheck", "simulator/scenario",
			"internal/universe", "internal/memnet", "internal/jointclock", "fixtures", "contract/*", "steps/wire",
		},
		others: wire, why: "the simulator inside a Go test: it wires one in the process and speaks to it as any client does",
	},
	{path: "simulator/internal/sample", ours: []string{"simulator"}, why: "a small universe for the tests of the simulator's packages"},

	{path: "orchestrator", pure: true, why: "rules of payment, signing and agreement: state in, state and effects out"},
	{path: "orchestrator/routing", ours: []string{"orchestrator"}, pure: true, why: "choice of a channel and the reason for it"},
	{path: "orchestrator/engine", ours: []string{"orchestrator", "orchestrator/routing"}, why: "runs the core, of which routing is the other half; clients and stores reach it through ports"},
	{path: "orchestrator/channelclient", ours: []string{"orchestrator", "contract/*"}, others: signing, why: "speaks the contract to a channel"},
	{path: "orchestrator/dialect/*", ours: []string{"orchestrator", "contract/*"}, others: wire, why: "speaks a real wire to a channel"},
	{path: "orchestrator/httpapi", ours: []string{"orchestrator", "orchestrator/engine", "contract/*"}, others: router, why: "merchant and operator scope"},
	{path: "orchestrator/controlapi", ours: []string{"orchestrator", "orchestrator/engine", "contract/*"}, others: router, why: "the test clock"},
	{path: "orchestrator/sqlstore", ours: []string{"orchestrator", "orchestrator/engine"}, others: []string{"modernc.org/sqlite"}, why: "the stores"},
	{path: "orchestrator/sqlstore/storetest", ours: []string{"orchestrator"}, why: "what every store owes its callers, as tests"},
	{
		path: "orchestrator/messaging", ours: []string{"orchestrator", "orchestrator/engine", "contract/*"},
		others: []string{"github.com/standard-webhooks/standard-webhooks/libraries"}, why: "SMS, WeChat and webhooks out",
	},

	{path: "internal/bench", ours: []string{"simulator", "simulator/engine", "internal/universe", "fixtures", "contract/channel", "contract/control", "steps/wire"}, others: wire, why: "measures figures beside their limits, like a client and in this process"},
	{path: "features", why: "embedded text; its test runs it"},
	{path: "steps", ours: []string{"contract", "contract/*", "fixtures", "fixtures/wire", "steps/target", "steps/wire", "steps/runner", "internal/jointclock"}, others: slices.Concat(bdd, wire, yaml), why: "speaks HTTP like any client, and reads the clauses of the contract"},
	{path: "steps/wire", ours: []string{"contract", "contract/*", "fixtures", "fixtures/wire"}, others: signing, why: "signs and sends for steps and for the call command"},
	{path: "steps/runner", ours: []string{"contract", "contract/*", "fixtures", "steps/target"}, others: slices.Concat(bdd, yaml), why: "godog as engine, results in our own model"},
	{
		path: "steps/target", ours: []string{"contract", "contract/*", "fixtures", "internal/app", "internal/memnet", "steps/wire", "steps/runner"},
		why: "starts or finds the system under test; in-process it is the same program as outside",
	},
	{
		path: "steps/target/container", ours: []string{"steps/target", "steps/runner", "docker"},
		others: []string{"github.com/testcontainers/testcontainers-go", "github.com/docker/go-connections", "github.com/moby/moby"}, why: "containers; imported by tests only",
	},
	{path: "fixtures", ours: []string{"fixtures/wire"}, others: yaml, why: "data and its loader, no rules"},
	{path: "fixtures/wire", why: "golden messages that all three signers are held to"},
	{path: "fixtures/naiveclient", why: "a program of its own: what a client gets wrong, with the standard library"},
	{path: "docker", others: []string{"github.com/testcontainers/testcontainers-go"}, why: "image and helper for testcontainers users"},

	{
		path: "internal/app",
		ours: []string{
			"simulator", "simulator/*", "simulator/dialect/*", "orchestrator", "orchestrator/*", "orchestrator/dialect/*", "contract/*",
			"fixtures", "internal/memnet", "internal/console", "internal/universe", "internal/apidocs", "internal/jointclock",
		},
		others: router, why: "the only wiring: the one place that sees both sides, and the demo world",
	},
	{path: "internal/console", ours: []string{"contract/*"}, others: router, why: "the page"},
	{
		path: "internal/cli",
		ours: []string{
			"internal/app", "internal/bench", "internal/console", "steps", "steps/runner", "steps/target", "steps/wire", "features", "fixtures", "contract", "contract/*",
			"internal/jointclock",
		},
		others: slices.Concat([]string{"github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/mattn/go-isatty"}, yaml, wire),
		why:    "flags, environment, output",
	},
}

// testsOnly are packages that only test files may import.
var testsOnly = []string{"steps/target/container", "docker", "simulator/internal/sample"}

// mayImportTestsOnly are the packages that build on them.
var mayImportTestsOnly = []string{"steps/target/container"}

// sleepers are the files that may call time.Sleep, each with its reason. Due times
// are compared with a clock; nothing waits.
var sleepers = map[string]string{
	"steps/runner/run_test.go": "scenarios must overlap for their limit to be seen",
}

// environment are the folders whose files may read environment variables.
var environment = map[string]string{
	"internal/cli":         "flags, then COUNTERSIGN_*, then YAML; everybody else gets values",
	"steps/target":         "COUNTERSIGN_TARGET picks the target of a test run",
	"steps/runner":         "keeps godog from being steered by the variables of a shell",
	"fixtures/naiveclient": "a program of its own",
	"features":             "its test asks for a target by COUNTERSIGN_TARGET",
}
