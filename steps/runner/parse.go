package runner

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"
)

// source is one parsed feature file.
type source struct {
	file    string // path in the file system
	path    string // path in reports
	lines   []string
	doc     *messages.GherkinDocument
	pickles []*messages.Pickle
	nodes   nodes
}

// nodes finds syntax nodes by the ids pickles refer to.
type nodes struct {
	scenarios map[string]*messages.Scenario
	rules     map[string]*messages.Rule // by scenario id
	examples  map[string]*messages.Examples
	rows      map[string]*messages.TableRow
	steps     map[string]*messages.Step
	starts    []int // first lines of scenarios and rules, tags included, ascending
}

// parseAll reads every feature file, in the order of their paths.
func parseAll(o Options) ([]*source, []error) {
	var sources []*source
	var problems []error
	ids := &messages.Incrementing{}
	err := fs.WalkDir(o.Features, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() || !strings.HasSuffix(file, ".feature") {
			return nil
		}
		s, err := parse(o, file, ids.NewId)
		if err != nil {
			problems = append(problems, err)
			return nil
		}
		sources = append(sources, s)
		return nil
	})
	if err != nil {
		problems = append(problems, configf("reading the features: %w", err))
	}
	return sources, problems
}

var parserPosition = regexp.MustCompile(`\((\d+:\d+)\): `)

func parse(o Options, file string, newID func() string) (*source, error) {
	s := &source{file: file, path: path.Join(o.Root, file)}
	text, err := fs.ReadFile(o.Features, file)
	if err != nil {
		return nil, configf("reading %s: %w", s.path, err)
	}
	s.doc, err = gherkin.ParseGherkinDocument(bytes.NewReader(text), newID)
	if err != nil {
		said := strings.TrimPrefix(err.Error(), "Parser errors:\n")
		return nil, configf("%s", parserPosition.ReplaceAllString(strings.TrimSpace(said), s.path+":$1: "))
	}
	if s.doc.Feature == nil {
		return nil, configf("%s: no Feature in this file", s.path)
	}
	s.lines = strings.Split(string(text), "\n")
	s.nodes.gather(s.doc.Feature)
	for _, x := range s.nodes.examples {
		if len(x.TableBody) == 0 {
			return nil, configf("%s:%d: examples without a row, so the outline would not run", s.path, x.Location.Line)
		}
	}
	s.pickles = gherkin.Pickles(*s.doc, s.path, newID)
	return s, nil
}

func (n *nodes) gather(f *messages.Feature) {
	n.scenarios, n.rules = map[string]*messages.Scenario{}, map[string]*messages.Rule{}
	n.examples, n.rows = map[string]*messages.Examples{}, map[string]*messages.TableRow{}
	n.steps = map[string]*messages.Step{}
	for _, child := range f.Children {
		if child.Background != nil {
			n.addSteps(child.Background.Steps)
		}
		n.addScenario(child.Scenario, nil)
		if child.Rule == nil {
			continue
		}
		n.starts = append(n.starts, firstLine(child.Rule.Location, child.Rule.Tags))
		for _, inner := range child.Rule.Children {
			if inner.Background != nil {
				n.addSteps(inner.Background.Steps)
			}
			n.addScenario(inner.Scenario, child.Rule)
		}
	}
}

func (n *nodes) addScenario(s *messages.Scenario, rule *messages.Rule) {
	if s == nil {
		return
	}
	n.scenarios[s.Id] = s
	if rule != nil {
		n.rules[s.Id] = rule
	}
	n.starts = append(n.starts, firstLine(s.Location, s.Tags))
	n.addSteps(s.Steps)
	for _, x := range s.Examples {
		n.examples[x.Id] = x
		for _, row := range x.TableBody {
			n.rows[row.Id] = row
		}
	}
}

func (n *nodes) addSteps(steps []*messages.Step) {
	for _, s := range steps {
		n.steps[s.Id] = s
	}
}

// firstLine is where a node begins, its tags included; 1 is the first line.
func firstLine(at *messages.Location, tags []*messages.Tag) int {
	line := int(at.Line)
	for _, t := range tags {
		line = min(line, int(t.Location.Line))
	}
	return line
}

// cut is the feature file with every scenario but one blanked out, and of an
// outline every row but one. Lines keep their numbers, language, background
// and rules stay, so godog compiles exactly the one scenario, and names it by
// file and line.
func (s *source) cut(scenarioID, rowID string) []byte {
	kept := append([]string(nil), s.lines...)
	last := 0
	for id, sc := range s.nodes.scenarios {
		from := firstLine(sc.Location, sc.Tags)
		to := s.nodes.end(from, len(s.lines))
		if id == scenarioID {
			last = to
			s.blankRows(kept, sc, rowID)
			continue
		}
		for i := from; i < to; i++ {
			kept[i-1] = ""
		}
	}
	return []byte(strings.Join(kept[:last-1], "\n") + "\n")
}

// blankRows leaves of the examples of an outline only the table with the row,
// and of that only its heading and the row.
func (s *source) blankRows(lines []string, sc *messages.Scenario, rowID string) {
	for _, x := range sc.Examples {
		keep := 0
		for _, row := range x.TableBody {
			if row.Id == rowID {
				keep = int(row.Location.Line)
			}
		}
		from := int(x.TableBody[0].Location.Line)
		if keep == 0 {
			from = firstLine(x.Location, x.Tags)
		}
		for line := from; line <= int(x.TableBody[len(x.TableBody)-1].Location.Line); line++ {
			if line != keep {
				lines[line-1] = ""
			}
		}
	}
}

// end is the first line after the node that begins at a line.
func (n *nodes) end(from, lines int) int {
	end := lines + 1
	for _, start := range n.starts {
		if start > from {
			end = min(end, start)
		}
	}
	return end
}

func place(path string, line int) string { return fmt.Sprintf("%s:%d", path, line) }
