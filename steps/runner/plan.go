package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	messages "github.com/cucumber/messages/go/v21"
)

// Plan is what a run is going to do: every scenario of the features, and for
// each whether it is chosen.
type Plan struct {
	// Features lists the feature files in the order of their paths.
	Features []Feature
	// Scenarios lists all scenarios by path and line, outline rows singly.
	Scenarios []*Planned
	// Problems keep the run from being judged although it can go on, such as
	// a required ability the target lacks.
	Problems []string
}

// Planned is a scenario and the decision about it.
type Planned struct {
	// Scenario has its description; Status is set when the outcome is known
	// without running it.
	Scenario
	// Chosen tells whether it belongs to the selection of this run.
	Chosen bool
	// Why says what left it out when it is not chosen.
	Why string

	file    string
	pickle  *messages.Pickle
	content []byte
}

// where is the place godog knows the scenario by: unique, since no two
// scenarios or rows begin on one line.
func (p *Planned) where() string { return place(p.Path, p.Line) }

// decided tells whether the outcome is known without running.
func (p *Planned) decided() bool { return p.Status != "" }

// NewPlan parses the features and decides what runs. Nothing is executed. The
// error wraps [ErrConfig] and lists everything that is wrong at once.
func NewPlan(o Options) (*Plan, error) {
	o = o.withDefaults()
	if o.Features == nil || o.Steps == nil {
		return nil, configf("features and step definitions are both needed")
	}
	problems := checkCatalogue(o.Clauses)
	for _, a := range append(slices.Clone(o.Abilities), o.Required...) {
		if !knownAbility(a) {
			problems = append(problems, configf("unknown ability %q (one of %v)", a, AllAbilities()))
		}
	}
	sieve, bad := o.Filter.compile()
	problems = append(problems, bad...)
	sources, bad := parseAll(o)
	problems = append(problems, bad...)
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	plan := &Plan{}
	tags := newTagVocabulary(o)
	for _, s := range sources {
		plan.Features = append(plan.Features, newFeature(o, s))
		for _, pickle := range s.pickles {
			p := newPlanned(o, s, pickle)
			problems = append(problems, tags.read(p)...)
			plan.Scenarios = append(plan.Scenarios, p)
		}
	}
	sortPlanned(plan.Scenarios)
	nameAll(plan.Scenarios)
	plan.decide(o, sieve)
	if problems = append(problems, sieve.idle()...); len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return plan, nil
}

func sortPlanned(all []*Planned) {
	slices.SortStableFunc(all, func(a, b *Planned) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
}

func newPlanned(o Options, s *source, pickle *messages.Pickle) *Planned {
	node := s.nodes.scenarios[pickle.AstNodeIds[0]]
	p := &Planned{file: s.file, pickle: pickle}
	p.Name, p.Path, p.Line = o.Mask(pickle.Name), s.path, int(node.Location.Line)
	if rule := s.nodes.rules[node.Id]; rule != nil {
		p.Rule = o.Mask(rule.Name)
	}
	rowID := ""
	if len(pickle.AstNodeIds) > 1 {
		rowID = pickle.AstNodeIds[1]
		p.Line = int(s.nodes.rows[rowID].Location.Line)
		p.Values = rowValues(o, node, rowID)
	}
	for _, t := range pickle.Tags {
		if !slices.Contains(p.Tags, t.Name) {
			p.Tags = append(p.Tags, t.Name)
		}
	}
	for _, step := range pickle.Steps {
		p.Steps = append(p.Steps, newStep(o, s.nodes.steps[step.AstNodeIds[0]], step))
	}
	p.content = s.cut(node.Id, rowID)
	return p
}

func rowValues(o Options, node *messages.Scenario, rowID string) []Value {
	var values []Value
	for _, x := range node.Examples {
		for _, row := range x.TableBody {
			if row.Id != rowID {
				continue
			}
			for i, cell := range row.Cells {
				values = append(values, Value{Name: o.Mask(x.TableHeader.Cells[i].Value), Value: o.Mask(cell.Value), raw: cell.Value})
			}
		}
	}
	return values
}

func newStep(o Options, node *messages.Step, step *messages.PickleStep) Step {
	s := Step{
		Keyword: strings.TrimSpace(node.Keyword), Text: o.Mask(step.Text),
		Line: int(node.Location.Line), Status: StepNotRun,
	}
	if step.Argument == nil {
		return s
	}
	if doc := step.Argument.DocString; doc != nil {
		s.DocString = o.Mask(doc.Content)
	}
	if table := step.Argument.DataTable; table != nil {
		for _, row := range table.Rows {
			var cells []string
			for _, cell := range row.Cells {
				cells = append(cells, o.Mask(cell.Value))
			}
			s.Table = append(s.Table, cells)
		}
	}
	return s
}

// nameAll gives every scenario its identity: a hash of clauses, file, name and
// row values. It survives new lines and other files, unlike godog's counter.
// Scenarios that agree in all of that are told apart by their order.
func nameAll(all []*Planned) {
	seen := map[string]int{}
	for _, p := range all {
		parts := []string{strings.Join(p.Clauses, " "), p.file, p.pickle.Name}
		for _, v := range p.Values {
			parts = append(parts, v.raw)
		}
		key := strings.Join(parts, "\x00")
		if seen[key]++; seen[key] > 1 {
			key += fmt.Sprintf("\x00#%d", seen[key])
		}
		sum := sha256.Sum256([]byte(key))
		p.Identity = hex.EncodeToString(sum[:6])
	}
}

// decide applies the filter first and the abilities second.
func (plan *Plan) decide(o Options, sieve *sieve) {
	for _, a := range o.Required {
		if !slices.Contains(o.Abilities, a) {
			plan.Problems = append(plan.Problems, fmt.Sprintf("the ability %q was asked for, and the target does not have it", a))
		}
	}
	for _, p := range plan.Scenarios {
		if p.Chosen = sieve.lets(p); !p.Chosen {
			p.Why = "left out by the filter"
			continue
		}
		p.Rerun = rerun(o, p)
		var lacking, asked []string
		for _, need := range p.Needs {
			if slices.Contains(o.Abilities, need) {
				continue
			}
			lacking = append(lacking, string(need))
			if slices.Contains(o.Required, need) {
				asked = append(asked, string(need))
			}
		}
		switch {
		case len(asked) > 0:
			p.Status, p.Message = StatusError, "needs "+strings.Join(asked, ", ")+", which was asked for and which the target does not have"
		case len(lacking) > 0:
			p.Status, p.Reason, p.Message = StatusSkipped, SkipNotSupported, "needs "+strings.Join(lacking, ", ")
		case len(p.pickle.Steps) == 0:
			p.Status, p.Message = StatusError, "the scenario has no steps"
		}
	}
}

func rerun(o Options, p *Planned) string {
	return strings.NewReplacer("{id}", p.Identity, "{seed}", strconv.FormatInt(o.Seed, 10), "{path}", p.Path,
		"{line}", strconv.Itoa(p.Line), "{name}", p.Name).Replace(o.Rerun)
}

// chosen lists the scenarios of the selection.
func (plan *Plan) chosen() []*Planned {
	var list []*Planned
	for _, p := range plan.Scenarios {
		if p.Chosen {
			list = append(list, p)
		}
	}
	return list
}

// restrict takes scenarios out of the selection for a further reason.
func (plan *Plan) restrict(keep func(*Planned) bool, why string) {
	for _, p := range plan.Scenarios {
		if p.Chosen && !keep(p) {
			p.Chosen, p.Why = false, why
		}
	}
}
