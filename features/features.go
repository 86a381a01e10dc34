// Package features holds the contract as scenarios: Gherkin by subject, embedded so that the commands
// carry it along. channel/ is what a channel owes the platform, control/ what the simulator's control plane owes
// whoever tests with it, platform/ what the platform owes merchant
// and payer, zh/ the same in Chinese where the subject is.
//
// The only runner of these files in tests is this package's own; see steps/runner for how it judges.
package features

import "embed"

// Files are the feature files, by folder.
//
//go:embed */*.feature
var Files embed.FS

// Root is what paths in reports begin with.
const Root = "features"
