package runner

import (
	"regexp"
	"slices"
	"strings"
)

var (
	talkForm  = regexp.MustCompile(`^T\d{1,2}[a-z]?$`)
	needsForm = regexp.MustCompile(`^needs-([a-z-]+)$`)
)

// tagVocabulary knows which tags are allowed. An unknown tag is a mistake: a
// misspelt @needs-clok would silently let a scenario run where it cannot.
type tagVocabulary struct {
	plain   []string
	clauses map[string]Clause
}

func newTagVocabulary(o Options) tagVocabulary {
	v := tagVocabulary{plain: append([]string{"smoke"}, o.KnownTags...), clauses: map[string]Clause{}}
	for _, c := range o.Clauses {
		v.clauses[c.ID] = c
	}
	return v
}

// read sorts the tags of a scenario into clauses, talk numbers and needs.
func (v tagVocabulary) read(p *Planned) []error {
	var problems []error
	for _, tag := range p.Tags {
		name := strings.TrimPrefix(tag, "@")
		needs := needsForm.FindStringSubmatch(name)
		switch {
		case clauseForm.MatchString(name):
			if _, known := v.clauses[name]; !known && len(v.clauses) > 0 {
				problems = append(problems, configf("%s: clause %s is not in the catalogue", p.where(), tag))
			}
			p.Clauses = append(p.Clauses, name)
		case talkForm.MatchString(name):
			p.Talk = append(p.Talk, name)
		case needs != nil && knownAbility(Ability(needs[1])):
			p.Needs = append(p.Needs, Ability(needs[1]))
		case slices.Contains(v.plain, name):
		default:
			problems = append(problems, configf("%s: unknown tag %s (a clause id, a talk number like @T10, @needs-..., @%s)",
				p.where(), tag, strings.Join(v.plain, ", @")))
		}
	}
	slices.Sort(p.Clauses)
	return problems
}
