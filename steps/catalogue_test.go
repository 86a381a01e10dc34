package steps_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"countersign/steps"
	"countersign/steps/runner"
)

var (
	clauseTag = regexp.MustCompile(`@((?:CH|PF|CT)-[A-Z]+-\d{3})\b`)
	groups    = map[string][]string{
		"CH": {"SIGNATURE", "IDEMPOTENCY", "SIGN", "CODE", "AGREEMENT", "CHARGE", "UNKNOWN", "CLOSE", "REFUND", "NOTIFY", "STATEMENT", "LIMIT", "PRIVACY", "ERROR"},
		"PF": {"LANDING", "ROUTE", "SIGN", "AGAIN", "PAY", "UNKNOWN", "IDEMPOTENCY", "NOTICE", "SYNC", "RECONCILE", "PRIVACY", "ERROR"},
		"CT": {"WORLD", "CLOCK", "FAULT", "NOTICE", "RECORD", "VERDICT", "ODDITY", "FIELD", "BREAK", "GUARD"},
	}
	kinds = []string{"agreement_bank", "agreement_third_party", "binding_platform", "withholding_platform", "withholding_raw", "bank_direct", "code_every_payment"}
)

func catalogue(t *testing.T) []runner.Clause {
	t.Helper()
	clauses, err := steps.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	return clauses
}

func TestEveryClauseIsWellFormed(t *testing.T) {
	t.Parallel()
	talk := regexp.MustCompile(`^T([1-9]|1[0-5])$`)
	seen := map[string]bool{}
	for _, c := range catalogue(t) {
		parts := strings.Split(c.ID, "-")
		if len(parts) != 3 || !slices.Contains(groups[parts[0]], parts[1]) {
			t.Errorf("%s is in no group", c.ID)
		}
		if seen[c.ID] {
			t.Errorf("%s is there twice", c.ID)
		}
		seen[c.ID] = true
		if c.Level != runner.Must && c.Level != runner.Should {
			t.Errorf("%s has level %q", c.ID, c.Level)
		}
		if c.Since == "" || !strings.HasSuffix(c.Text, ".") || strings.Contains(strings.TrimSuffix(c.Text, "."), ". ") {
			t.Errorf("%s wants a version and one sentence: %q", c.ID, c.Text)
		}
		for _, n := range c.Talk {
			if !talk.MatchString(n) {
				t.Errorf("%s: %s is no number of the talk", c.ID, n)
			}
		}
		for _, k := range strings.FieldsFunc(c.Profile, func(r rune) bool { return r == ',' || r == ' ' }) {
			if !slices.Contains(kinds, k) {
				t.Errorf("%s: %s is no kind of channel", c.ID, k)
			}
		}
	}
}

// Both ways: no clause without a rule or scenario of its own, no tag that is no clause.
func TestClausesAndScenariosAreTied(t *testing.T) {
	t.Parallel()
	own, used := map[string]int{}, map[string]int{}
	for _, text := range featureTexts(t) {
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(strings.TrimSpace(line), "@") {
				continue
			}
			tags := clauseTag.FindAllStringSubmatch(line, -1)
			for _, m := range tags {
				used[m[1]]++
				if len(tags) == 1 {
					own[m[1]]++
				}
			}
		}
	}
	for _, c := range catalogue(t) {
		if own[c.ID] == 0 {
			t.Errorf("%s has no rule or scenario of its own", c.ID)
		}
		delete(used, c.ID)
	}
	for id := range used {
		t.Errorf("tag @%s is in no line of clauses.yaml", id)
	}
}
