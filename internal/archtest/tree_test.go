package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is one parsed Go file.
type source struct {
	pkg   string // folder below the module, "." for the root
	name  string // path below the module
	test  bool
	file  *ast.File
	files *token.FileSet
}

// tree parses every Go file of the module.
func tree(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var sources []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if base := entry.Name(); name != root && (strings.HasPrefix(base, ".") || slices.Contains([]string{"testdata", "build", "reports", "node_modules", "countersign-data"}, base)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		below, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		sources = append(sources, parse(t, filepath.ToSlash(below), string(text)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

// parse reads one file.
func parse(t *testing.T, name, text string) source {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return source{pkg: path.Dir(name), name: name, test: strings.HasSuffix(name, "_test.go"), file: file, files: files}
}

// imports maps the names under which a file knows its imports to their paths.
func (s source) imports() map[string]string {
	known := map[string]string{}
	for _, spec := range s.file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value) // the parser made sure of the quotes
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "_" || name == "." {
			name += imported // so that they are seen, but never as a qualifier
		}
		known[name] = imported
	}
	return known
}

// line names a place in a file.
func (s source) line(node ast.Node) string {
	return s.name + ":" + strconv.Itoa(s.files.Position(node.Pos()).Line)
}

// uses calls found for every "qualifier.Name" of an imported package.
func (s source) uses(found func(node ast.Node, imported, name string)) {
	known := s.imports()
	ast.Inspect(s.file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if qualifier, ok := selector.X.(*ast.Ident); ok && known[qualifier.Name] != "" {
				found(node, known[qualifier.Name], selector.Sel.Name)
			}
		}
		return true
	})
}

// matches compares a package with a pattern, in which "*" is one folder.
func matches(pattern, pkg string) bool {
	ok, err := path.Match(pattern, pkg)
	return err == nil && ok
}

// anyMatches reports whether one of several patterns fits.
func anyMatches(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, pkg) })
}

// report fails the test with what is wrong.
func report(t *testing.T, wrongs []string) {
	t.Helper()
	for _, wrong := range wrongs {
		t.Error(wrong)
	}
}
