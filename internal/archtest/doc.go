// Package archtest holds the house rules as tests: who may import whom, which
// packages stay pure, where the environment is read. It has no code of its own.
//
// A new package needs a row in table_test.go: what it may import of ours and of
// others, and one sentence why. The kernel may be imported by everybody; test
// files are free, except that nothing crosses between simulator and orchestrator.
package archtest
