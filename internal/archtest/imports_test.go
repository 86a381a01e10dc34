package archtest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// rowOf finds the row of a package; an exact path wins over a pattern.
func rowOf(pkg string) (row, bool) {
	found, ok := row{}, false
	for _, r := range table {
		if r.path == pkg {
			return r, true
		}
		if matches(r.path, pkg) {
			found, ok = r, true
		}
	}
	return found, ok
}

// wrongImports lists what a file imports and must not.
func wrongImports(s source) []string {
	r, known := rowOf(s.pkg)
	if !known {
		return []string{s.name + ": package " + s.pkg + " has no row in internal/archtest/table_test.go; add one with its reason"}
	}
	var wrongs []string
	for _, imported := range slices.Sorted(maps.Values(s.imports())) {
		if wrong := wrongImport(r, s, imported); wrong != "" {
			wrongs = append(wrongs, s.name+" imports "+imported+": "+wrong)
		}
	}
	return wrongs
}

// wrongImport says what is wrong with one import, "" for nothing.
func wrongImport(r row, s source, imported string) string {
	pkg, ours := strings.CutPrefix(imported, module+"/")
	switch {
	case crosses(s.pkg, pkg):
		return "simulator and orchestrator never import each other, tests included"
	case s.test || (ours && pkg == s.pkg):
		return ""
	case ours && anyMatches(testsOnly, pkg) && !anyMatches(mayImportTestsOnly, s.pkg):
		return "only tests may import it"
	case ours && slices.Contains(kernel, s.pkg):
		return "the kernel imports the standard library only"
	case ours && r.pure && slices.Contains(notForPure, pkg):
		return "it brings a network into a pure package"
	case ours && (slices.Contains(kernel, pkg) || anyMatches(r.ours, pkg)):
		return ""
	case ours:
		return "not in the row of " + s.pkg + " (" + r.why + ")"
	case standard(imported):
		return ""
	case slices.ContainsFunc(r.others, func(prefix string) bool { return imported == prefix || strings.HasPrefix(imported, prefix+"/") }):
		return ""
	}
	return "third party that is not in the row of " + s.pkg + " (" + r.why + ")"
}

// standard reports a package of Go's standard library: its first element has no dot.
func standard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".") && first != module
}

// crosses reports an import between the two sides.
func crosses(from, to string) bool {
	side := func(pkg string) string { first, _, _ := strings.Cut(pkg, "/"); return first }
	a, b := side(from), side(to)
	return (a == "simulator" && b == "orchestrator") || (a == "orchestrator" && b == "simulator")
}

func TestEveryPackageImportsOnlyWhatItsRowAllows(t *testing.T) {
	t.Parallel()
	for _, s := range tree(t) {
		report(t, wrongImports(s))
	}
}

func TestEveryRowSaysWhy(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range table {
		if r.why == "" || seen[r.path] {
			t.Errorf("row %s has no reason or comes twice", r.path)
		}
		seen[r.path] = true
	}
	for _, pkg := range kernel {
		if r, known := rowOf(pkg); !known || len(r.ours)+len(r.others) > 0 {
			t.Errorf("kernel package %s must have a row that allows nothing", pkg)
		}
	}
}

func TestTheImportRuleSeesPlantedImports(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, file, imported string
		wrong                bool
	}{
		{"kernel in a root", "simulator/a.go", "countersign/internal/money", false},
		{"network through the kernel", "simulator/a.go", "countersign/internal/httpjson", true},
		{"kernel in kernel", "internal/mask/a.go", "countersign/internal/money", true},
		{"third party in kernel", "internal/money/a.go", "github.com/gorilla/mux", true},
		{"root into engine", "simulator/a.go", "countersign/simulator/engine", true},
		{"engine into root", "simulator/engine/a.go", "countersign/simulator", false},
		{"side to side", "simulator/httpapi/a.go", "countersign/orchestrator", true},
		{"side to side in a test", "orchestrator/engine/a_test.go", "countersign/simulator/fault", true},
		{"tests are free", "orchestrator/engine/a_test.go", "github.com/jarcoal/httpmock", false},
		{"mock outside of tests", "orchestrator/channelclient/a.go", "github.com/jarcoal/httpmock", true},
		{"mux in an api", "simulator/controlapi/a.go", "github.com/gorilla/mux", false},
		{"mux in a root", "orchestrator/a.go", "github.com/gorilla/mux", true},
		{"a name that only starts alike", "simulator/httpapi/a.go", "github.com/gorilla/muxer", true},
		{"a dialect", "simulator/dialect/tlt/a.go", "countersign/simulator/engine", false},
		{"app sees all", "internal/app/a.go", "countersign/orchestrator/sqlstore", false},
		{"nobody sees app", "simulator/engine/a.go", "countersign/internal/app", true},
		{"containers in a program", "internal/cli/a.go", "countersign/steps/target/container", true},
		{"containers in a test", "features/a_test.go", "countersign/steps/target/container", false},
		{"no row", "simulator/magic/a.go", "fmt", true},
		{"standard library", "simulator/fault/a.go", "net/http", false},
		{"under another name", "simulator/fault/a.go", `x "countersign/internal/app`, true},
		{"for its effect", "orchestrator/engine/a.go", `_ "modernc.org/sqlite`, true},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			spec := `"` + r.imported + `"`
			if name, imported, named := strings.Cut(r.imported, ` "`); named {
				spec = name + ` "` + imported + `"`
			}
			if wrongs := wrongImports(parse(t, r.file, "package a\nimport "+spec+"\n")); (len(wrongs) > 0) != r.wrong {
				t.Errorf("found %q", wrongs)
			}
		})
	}
}
