package simtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// page is the page of the library, seen from here.
var page = filepath.Join("..", "..", "docs", "library.md")

func TestThePageNamesOnlyWhatIsThere(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	exported := exports(t)
	patterns := []*regexp.Regexp{
		regexp.MustCompile(`simtest\.([A-Z]\w+)`), regexp.MustCompile(`\bw\.([A-Z]\w+)`), regexp.MustCompile(`\bm\.([A-Z]\w+)`),
		regexp.MustCompile(`w\.(?:Clock|Faults|Inbox)\.([A-Z]\w+)`), regexp.MustCompile(`mail\.([A-Z]\w+)`), regexp.MustCompile(`\)\.([A-Z]\w+)\(`),
	}
	inherited := map[string]bool{"MemberNo": true, "RequestKey": true, "ReplyKey": true} // of control.Member
	seen := 0
	for _, pattern := range patterns {
		for _, found := range pattern.FindAllStringSubmatch(string(text), -1) {
			seen++
			if !exported[found[1]] && !inherited[found[1]] {
				t.Errorf("docs/library.md names %s", found[0])
			}
		}
	}
	if seen < 40 {
		t.Errorf("only %d names were found: does the test still read the page?", seen)
	}
}

// exports are the names of functions, methods, types and members of this package.
func exports(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				names[n.Name.Name] = true
				return false
			case *ast.TypeSpec:
				names[n.Name.Name] = true
			case *ast.Field:
				for _, name := range n.Names {
					names[name.Name] = true
				}
			}
			return true
		})
	}
	return names
}
