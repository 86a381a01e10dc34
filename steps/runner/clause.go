package runner

import (
	"fmt"
	"regexp"
	"strings"
)

// Level is how binding a clause is.
type Level string

// The two levels of a clause.
const (
	Must   Level = "must"
	Should Level = "should"
)

// Clause is one rule of the contract, as the catalogue has it.
type Clause struct {
	// ID is stable for ever, such as CH-SIGN-004.
	ID string `json:"id"`
	// Text is the rule in one sentence.
	Text string `json:"text,omitempty"`
	// Level is must or should.
	Level Level `json:"level"`
	// Talk lists the numbers of the talk it comes from, such as T10.
	Talk []string `json:"talk,omitempty"`
	// Since is the contract version that introduced it.
	Since string `json:"since,omitempty"`
	// Profile names the profiles it binds; empty means all.
	Profile string `json:"profile,omitempty"`
}

var clauseForm = regexp.MustCompile(`^(CH|PF|CT)-[A-Z]+-\d{3}$`)

// clauseGroup is the id without its number: CH-SIGN-004 is in CH-SIGN.
func clauseGroup(id string) string {
	if i := strings.LastIndexByte(id, '-'); i > 0 {
		return id[:i]
	}
	return id
}

// checkCatalogue answers what is wrong with a catalogue of clauses.
func checkCatalogue(clauses []Clause) []error {
	var problems []error
	seen := map[string]bool{}
	for _, c := range clauses {
		switch {
		case !clauseForm.MatchString(c.ID):
			problems = append(problems, configf("clause catalogue: %q is no clause id (CH-GROUP-001, PF-GROUP-001 or CT-GROUP-001)", c.ID))
		case seen[c.ID]:
			problems = append(problems, configf("clause catalogue: %s appears twice", c.ID))
		case c.Level != Must && c.Level != Should:
			problems = append(problems, configf("clause catalogue: %s has level %q (must or should)", c.ID, c.Level))
		}
		seen[c.ID] = true
	}
	return problems
}

func configf(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrConfig}, args...)...)
}
