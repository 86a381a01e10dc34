// Package cli is the command line: it reads flags, the environment and a settings file, starts what package app wires,
// and talks to a running instance over its public ports like any other client. It holds no rule of payments.
//
// Every command takes --json. What goes wrong is told in one line that says what to do next. Exit codes: 0 done, 1 the
// other side refused or the contract is broken, 2 could not be started or judged (flags, ports, folders, fixtures),
// 3 a person has to review (verify).
package cli
