package runner

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// Filter narrows what runs. Each list is an "any of", the lists together are
// an "all of"; an empty list lets everything through. A pattern that matches
// no scenario at all is a configuration error, because a typing error must
// not look like success.
type Filter struct {
	// Scenarios are identities, or beginnings of them.
	Scenarios []string `json:"scenarios,omitempty"`
	// Clauses are clause ids with * and ? (CH-SIGN-*).
	Clauses []string `json:"clauses,omitempty"`
	// Tags are tags with or without @; "~smoke" leaves tagged scenarios out.
	Tags []string `json:"tags,omitempty"`
	// Names are regular expressions on the scenario name.
	Names []string `json:"names,omitempty"`
	// Paths are feature paths, folders, or patterns with *.
	Paths []string `json:"paths,omitempty"`
}

// Empty tells whether the filter lets everything through.
func (f Filter) Empty() bool {
	return len(f.Scenarios)+len(f.Clauses)+len(f.Tags)+len(f.Names)+len(f.Paths) == 0
}

// criterion is one pattern of a filter, ready to be asked.
type criterion struct {
	text    string
	match   func(*Planned) bool
	matched bool
}

// sieve is a compiled filter.
type sieve struct {
	any  [][]*criterion // one list per kind, any of it must match
	none []*criterion   // negated tags, none may match
}

func (f Filter) compile() (*sieve, []error) {
	s := &sieve{}
	var problems []error
	s.group("scenario", f.Scenarios, func(p string) func(*Planned) bool {
		return func(c *Planned) bool { return strings.HasPrefix(c.Identity, p) }
	})
	var tags []string
	for _, t := range f.Tags {
		if bare, negated := strings.CutPrefix(t, "~"); negated {
			s.none = append(s.none, &criterion{text: "tag ~" + bare, match: hasTag(bare)})
		} else {
			tags = append(tags, t)
		}
	}
	s.group("tag", tags, hasTag)
	problems = append(problems, globs(f.Clauses)...)
	s.group("clause", f.Clauses, hasClause)
	problems = append(problems, globs(f.Paths)...)
	s.group("path", f.Paths, hasPath)
	for _, n := range f.Names {
		if _, err := regexp.Compile(n); err != nil {
			return s, append(problems, configf("name filter %q: %w", n, err))
		}
	}
	s.group("name", f.Names, func(n string) func(*Planned) bool {
		re := regexp.MustCompile(n)
		return func(c *Planned) bool { return re.MatchString(c.pickle.Name) }
	})
	return s, problems
}

func (s *sieve) group(kind string, patterns []string, match func(string) func(*Planned) bool) {
	if len(patterns) == 0 {
		return
	}
	var list []*criterion
	for _, p := range patterns {
		list = append(list, &criterion{text: kind + " " + p, match: match(p)})
	}
	s.any = append(s.any, list)
}

// lets tells whether a scenario passes, and remembers what matched.
func (s *sieve) lets(p *Planned) bool {
	through := true
	for _, list := range s.any {
		hit := false
		for _, c := range list {
			if c.match(p) {
				c.matched, hit = true, true
			}
		}
		through = through && hit
	}
	for _, c := range s.none {
		if c.match(p) {
			c.matched, through = true, false
		}
	}
	return through
}

// idle lists the patterns nothing matched.
func (s *sieve) idle() []error {
	var problems []error
	for _, list := range append(slices.Clone(s.any), s.none) {
		for _, c := range list {
			if !c.matched {
				problems = append(problems, configf("filter: %s matches no scenario", c.text))
			}
		}
	}
	return problems
}

func globs(patterns []string) []error {
	var problems []error
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil {
			problems = append(problems, configf("filter pattern %q: %w", p, err))
		}
	}
	return problems
}

func hasTag(tag string) func(*Planned) bool {
	tag = "@" + strings.TrimPrefix(tag, "@")
	return func(p *Planned) bool { return slices.Contains(p.Tags, tag) }
}

func hasClause(pattern string) func(*Planned) bool {
	pattern = strings.TrimPrefix(pattern, "@")
	return func(p *Planned) bool {
		return slices.ContainsFunc(p.Clauses, func(id string) bool {
			ok, _ := path.Match(pattern, id)
			return ok
		})
	}
}

// hasPath matches the path in reports or the path in the file system, whole,
// as a folder or as a pattern.
func hasPath(pattern string) func(*Planned) bool {
	pattern = path.Clean(pattern)
	return func(p *Planned) bool {
		for _, candidate := range []string{p.Path, p.file} {
			if ok, _ := path.Match(pattern, candidate); ok || pattern == "." || strings.HasPrefix(candidate, pattern+"/") {
				return true
			}
		}
		return false
	}
}
