package runner

import (
	"flag"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// goTestSelection answers which subtests of a test -run and -skip let through,
// so that scenarios nobody asked for are not run at all. Should it differ from
// the testing package in a corner, that package has the last word on what is
// shown, and nothing that failed gets lost: see subtests.settle.
func goTestSelection(parent string) func(subtest string) bool {
	run, skip := testFlag("test.run"), testFlag("test.skip")
	return func(subtest string) bool {
		name := strings.Split(parent+"/"+goTestName(subtest), "/")
		return (run == "" || matchesGoTest(run, name, false)) && (skip == "" || !matchesGoTest(skip, name, true))
	}
}

func testFlag(name string) string {
	if f := flag.Lookup(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// matchesGoTest matches a test name part by part. A pattern with more parts
// than the name has only matches in part, which is enough to run a test but
// not to skip it.
func matchesGoTest(pattern string, name []string, whole bool) bool {
	for _, alternative := range splitGoTest(pattern, '|') {
		parts := splitGoTest(alternative, '/')
		ok := !whole || len(name) >= len(parts)
		for i := 0; ok && i < min(len(parts), len(name)); i++ {
			matched, err := regexp.MatchString(goTestName(parts[i]), name[i])
			ok = matched && err == nil
		}
		if ok {
			return true
		}
	}
	return false
}

// splitGoTest splits at a separator outside brackets, parentheses and escapes.
func splitGoTest(pattern string, separator byte) []string {
	var parts []string
	brackets, parens, from := 0, 0, 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case c == '[':
			brackets++
		case c == ']':
			brackets = max(0, brackets-1)
		case c == '(' && brackets == 0:
			parens++
		case c == ')' && brackets == 0:
			parens--
		case c == separator && brackets == 0 && parens == 0:
			parts = append(parts, pattern[from:i])
			from = i + 1
		}
	}
	return append(parts, pattern[from:])
}

// goTestName is a subtest name as go test shows it: white space becomes an
// underscore, and what cannot be printed an escape.
func goTestName(name string) string {
	var b strings.Builder
	for _, c := range name {
		switch {
		case strings.ContainsRune("\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000", c), c >= 0x2000 && c <= 0x200a:
			b.WriteByte('_')
		case !strconv.IsPrint(c):
			quoted := fmt.Sprintf("%q", c)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
