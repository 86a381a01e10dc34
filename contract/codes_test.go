package contract_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// constants reads the string constants of a package that a filter selects by name and type, tests aside.
func constants(t *testing.T, folder string, wanted func(name, kind string) bool) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no source, %v", folder, err)
	}
	found := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			kind, _ := spec.Type.(*ast.Ident)
			for i, value := range spec.Values {
				literal, ok := value.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING || !wanted(spec.Names[i].Name, nameOf(kind)) {
					continue
				}
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				found[folder+"."+spec.Names[i].Name] = text
			}
			return true
		})
	}
	if len(found) == 0 {
		t.Fatalf("%s: no constant is of the kind wanted", folder)
	}
	return found
}

// nameOf is the name of a type, "" without one.
func nameOf(kind *ast.Ident) string {
	if kind == nil {
		return ""
	}
	return kind.Name
}

// typed selects the constants of a type, begun those whose names begin so.
func typed(kind string) func(string, string) bool {
	return func(_, of string) bool { return of == kind }
}

func begun(with string) func(string, string) bool {
	return func(name, of string) bool { return strings.HasPrefix(name, with) && of == "" }
}

// A code that one side says and the document does not name is a word the other side cannot know.
func TestEveryCodeOfBothSidesIsNamedByTheDocument(t *testing.T) {
	t.Parallel()
	problems, reasons := enum(t, "channel.yaml", "ProblemCode"), enum(t, "channel.yaml", "Reason")
	both := append(slices.Clone(reasons), problems...)
	for _, row := range []struct {
		folder string
		wanted func(string, string) bool
		words  []string
	}{
		{"simulator", typed("ProblemCode"), problems},
		{"simulator", typed("Reason"), reasons},
		{"simulator/httpapi", begun("code"), problems},
		{"orchestrator", begun("Problem"), problems},
		{"orchestrator", begun("Reason"), both}, // a refusal by problem is kept as the payment's reason
	} {
		for name, word := range constants(t, row.folder, row.wanted) {
			if !slices.Contains(row.words, word) {
				t.Errorf("%s: %q is not in channel.yaml", name, word)
			}
		}
	}
}

// A code that the document names and nobody says is a promise without a keeper.
func TestEveryProblemCodeIsAnsweredBySomebody(t *testing.T) {
	t.Parallel()
	var said []string
	for _, all := range []map[string]string{
		constants(t, "simulator", typed("ProblemCode")), constants(t, "simulator/httpapi", begun("code")),
	} {
		for _, word := range all {
			said = append(said, word)
		}
	}
	for _, word := range enum(t, "channel.yaml", "ProblemCode") {
		if !slices.Contains(said, word) {
			t.Errorf("no channel answers %s", word)
		}
	}
}

func TestFinalCodesOfTheFixturesAreProblemCodes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "fixtures", "channels.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Channels []struct {
			ChannelID  string   `yaml:"channel_id"`
			FinalCodes []string `yaml:"final_codes"`
		} `yaml:"channels"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil || len(file.Channels) == 0 {
		t.Fatalf("%d channels, %v", len(file.Channels), err)
	}
	problems := enum(t, "channel.yaml", "ProblemCode")
	for _, c := range file.Channels {
		for _, code := range c.FinalCodes {
			if !slices.Contains(problems, code) {
				t.Errorf("%s: final code %q is not in channel.yaml", c.ChannelID, code)
			}
		}
	}
}
