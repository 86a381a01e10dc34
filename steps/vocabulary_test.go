package steps_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"

	"countersign/features"
	"countersign/steps"
)

// used is a step of a feature, outline rows filled in, with the tags of its scenario.
type used struct {
	where, text string
	tags        []string
}

// featureTexts are the feature files by path.
func featureTexts(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := fs.WalkDir(features.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(features.Files, path)
		texts[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func stepsOfFeatures(t *testing.T) []used {
	t.Helper()
	var all []used
	for path, text := range featureTexts(t) {
		id := (&messages.Incrementing{}).NewId
		doc, err := gherkin.ParseGherkinDocument(strings.NewReader(text), id)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		for _, pickle := range gherkin.Pickles(*doc, path, id) {
			var tags []string
			for _, tag := range pickle.Tags {
				tags = append(tags, tag.Name)
			}
			for _, s := range pickle.Steps {
				all = append(all, used{where: path + ": " + pickle.Name, text: s.Text, tags: tags})
			}
		}
	}
	return all
}

func TestEveryStepOfTheFeaturesHasExactlyOneDefinition(t *testing.T) {
	t.Parallel()
	expressions := steps.Expressions()
	hits := make([]int, len(expressions))
	for _, s := range stepsOfFeatures(t) {
		var matching []string
		for i, e := range expressions {
			if e.MatchString(s.text) {
				hits[i]++
				matching = append(matching, e.String())
			}
		}
		switch len(matching) {
		case 0:
			t.Errorf("%s: no definition for %q", s.where, s.text)
		case 1:
		default:
			t.Errorf("%s: %q is ambiguous:\n%s", s.where, s.text, strings.Join(matching, "\n"))
		}
	}
	for i, e := range expressions {
		if hits[i] == 0 {
			t.Errorf("no feature uses %s", e)
		}
	}
}

func TestNoTwoDefinitionsHaveOneExpression(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, e := range steps.Expressions() {
		if seen[e.String()] {
			t.Errorf("%s is there twice", e)
		}
		seen[e.String()] = true
	}
}

// A target without an ability skips what needs it; a scenario that does not say so would fail there, or pass
// because nothing was heard.
func TestScenariosSayWhatTheyNeed(t *testing.T) {
	t.Parallel()
	needs := map[string]*regexp.Regexp{
		"@needs-socket":  regexp.MustCompile(`^the merchant has a webhook`),
		"@needs-restart": regexp.MustCompile(`^a platform of the scenario's own`),
		"@needs-faults":  regexp.MustCompile(`^channel [A-Z] will `),
		"@needs-clock":   regexp.MustCompile(`^(?:within )?\d+ (?:second|minute|hour|day)s? `),
	}
	for _, s := range stepsOfFeatures(t) {
		for tag, steps := range needs {
			if steps.MatchString(s.text) && !slices.Contains(s.tags, tag) {
				t.Errorf("%s: %q needs %s", s.where, s.text, tag)
			}
		}
	}
}

// Names in reports must tell the rows of an outline apart.
func TestEveryOutlineHasAPlaceholderInItsName(t *testing.T) {
	t.Parallel()
	outline := regexp.MustCompile(`(?m)^\s*(?:Scenario Outline|场景大纲|剧本大纲): *(.+)$`)
	for path, text := range featureTexts(t) {
		for _, m := range outline.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(m[1], "<") {
				t.Errorf("%s: outline %q has no placeholder in its name", path, m[1])
			}
		}
	}
}
