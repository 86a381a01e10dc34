package archtest_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// impureImports are what a pure package must not import, with what is below it.
var impureImports = []string{
	"net", "encoding/json", "math/rand", "crypto/rand", "database/sql", "os", "log", "io/fs", "syscall", "unsafe", "runtime",
}

// impureTime are the functions of package time that look at the clock or wait.
var impureTime = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// impurities lists what makes a file of a pure package impure: net, chance, time of
// day, goroutines, channels that wait.
func impurities(s source) []string {
	r, known := rowOf(s.pkg)
	if !known || !r.pure || s.test {
		return nil
	}
	var wrongs []string
	for _, imported := range s.imports() {
		if slices.ContainsFunc(impureImports, func(p string) bool { return imported == p || strings.HasPrefix(imported, p+"/") }) && imported != "log/slog" {
			wrongs = append(wrongs, s.name+" imports "+imported+", but "+s.pkg+" is pure ("+r.why+")")
		}
	}
	s.uses(func(node ast.Node, imported, name string) {
		if imported == "time" && slices.Contains(impureTime, name) {
			wrongs = append(wrongs, s.line(node)+" uses time."+name+", but "+s.pkg+" is pure: take an instant as an argument")
		}
	})
	ast.Inspect(s.file, func(node ast.Node) bool {
		switch node.(type) {
		case *ast.GoStmt:
			wrongs = append(wrongs, s.line(node)+" starts a goroutine, but "+s.pkg+" is pure")
		case *ast.SelectStmt:
			wrongs = append(wrongs, s.line(node)+" waits on channels, but "+s.pkg+" is pure")
		}
		return true
	})
	return wrongs
}

// misuses lists calls that only some files may make.
func misuses(s source) []string {
	var wrongs []string
	s.uses(func(node ast.Node, imported, name string) {
		switch {
		case imported == "time" && name == "Sleep" && sleepers[s.name] == "":
			wrongs = append(wrongs, s.line(node)+" sleeps: compare due times with a clock, or list the file in sleepers with a reason")
		case imported == "os" && (name == "Getenv" || name == "LookupEnv" || name == "Environ") && !s.test && environment[s.pkg] == "":
			wrongs = append(wrongs, s.line(node)+" reads the environment: internal/cli does, and hands the value on")
		}
	})
	ast.Inspect(s.file, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		if selector, ok := call.Fun.(*ast.SelectorExpr); ok && selector.Sel.Name == "ScenarioContext" {
			wrongs = append(wrongs, s.line(node)+" takes a ScenarioContext from the suite, which all scenarios would share: register steps in ScenarioInitializer")
		}
		return true
	})
	return wrongs
}

func TestPurePackagesStayPure(t *testing.T) {
	t.Parallel()
	for _, s := range tree(t) {
		report(t, impurities(s))
	}
}

func TestNobodySleepsReadsTheEnvironmentOrSharesScenarios(t *testing.T) {
	t.Parallel()
	for _, s := range tree(t) {
		report(t, misuses(s))
	}
}

func TestThePurityRulesSeePlantedCode(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, file, head, body string
		wrong                  int
	}{
		{"time of day", "simulator/a.go", `import "time"`, "var x = time.Now()", 1},
		{"time under another name", "orchestrator/a.go", `import t "time"`, "var x = t.Since", 1},
		{"an instant is fine", "orchestrator/routing/a.go", `import "time"`, "var x = time.Unix(0, 0)", 0},
		{"a variable called time", "simulator/a.go", "", "func f(time struct{ Now int }) int { return time.Now }", 0},
		{"a goroutine", "simulator/a.go", "", "func f() { go f() }", 1},
		{"a select", "simulator/a.go", "", "func f() { select {} }", 1},
		{"net/http", "orchestrator/a.go", `import "net/http"`, "", 1},
		{"network types below net", "orchestrator/a.go", `import "net/netip"`, "", 1},
		{"JSON", "orchestrator/routing/a.go", `import "encoding/json"`, "", 1},
		{"chance", "simulator/a.go", `import "math/rand/v2"`, "", 1},
		{"a database", "orchestrator/a.go", `import "database/sql"`, "", 1},
		{"files", "simulator/a.go", `import "os"`, "", 1},
		{"log values", "simulator/a.go", `import "log/slog"`, "", 0},
		{"tests are free", "simulator/a_test.go", `import "time"`, "var x = time.Now()", 0},
		{"adapters are free", "simulator/engine/a.go", `import "time"`, "func f() { go f(); _ = time.Now() }", 0},
		{"sleep", "simulator/engine/a_test.go", `import "time"`, "func f() { time.Sleep(1) }", 1},
		{"environment", "internal/app/a.go", `import "os"`, `var x = os.Getenv("X")`, 1},
		{"environment in the command line", "internal/cli/a.go", `import "os"`, `var x, _ = os.LookupEnv("X")`, 0},
		{"environment in a test", "docker/a_test.go", `import "os"`, `var x = os.Environ()`, 0},
		{"a scenario of the suite", "steps/a.go", "", "func f(suite interface{ ScenarioContext() int }) { _ = suite.ScenarioContext() }", 1},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			s := parse(t, r.file, "package a\n"+r.head+"\n"+r.body+"\n")
			if wrongs := append(impurities(s), misuses(s)...); len(wrongs) != r.wrong {
				t.Errorf("found %q; want %d", wrongs, r.wrong)
			}
		})
	}
}
