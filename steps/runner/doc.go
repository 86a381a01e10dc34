// Package runner judges Gherkin scenarios: godog executes them, everything
// else (which scenarios run, what their outcome means, what is reported and
// with which exit code the program ends) is decided here.
//
// The package knows nothing of our step vocabulary or targets. It is given
// the features as a file system, the abilities the target has, the catalogue
// of clauses and one function that registers steps, so that the command line
// and `go test ./features` share it.
//
// # How a run goes
//
// [NewPlan] parses the features with the same Gherkin parser godog uses and
// decides scenario by scenario: chosen, left out by the filter, or skipped
// because the target lacks an ability. Only then godog is started, and it sees
// each chosen scenario as a feature file of its own, cut out of the original
// with the line numbers kept. So godog's own tag filter, its order and its
// counting are never relied on; what it ran is compared with what was planned,
// and any difference is an error. Hooks collect what happened into a [Result],
// from which every report is rendered.
//
// # Rules for step authors
//
//   - Register steps and hooks in the initializer only, never on a suite: godog
//     shares the backing array of a suite's step list between scenarios.
//   - Compile step expressions once, in package variables, and hand them over as
//     *regexp.Regexp. The initializer is called for every scenario; ninety
//     expressions compiled there cost more than the scenario.
//   - Register After hooks through [After]: godog does not recover a panic in
//     an After hook, and the process dies of it.
//   - Say why: [Skip], [Review] and [CouldNotJudge] carry an outcome that is
//     neither pass nor fail. A bare godog.ErrSkip is an error.
//   - Evidence goes to [Attach]; godog.Log prints to standard output.
//   - Do not return godog.Steps: godog calls such a step twice.
//
// A step that never returns cannot be stopped from here; the context a step is
// given ends with the scenario's time limit, and steps must heed it.
package runner
