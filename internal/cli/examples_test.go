package cli

import (
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

func TestEveryCommandHasAnExampleThatFitsIt(t *testing.T) {
	t.Parallel()
	root := newRoot(&console{out: io.Discard, err: io.Discard})
	seen := map[string]bool{}
	walkTree(root, func(cmd *cobra.Command) {
		_, name, _ := strings.Cut(cmd.CommandPath(), " ")
		if name == "help" || strings.HasPrefix(name, "completion") || cmd.Hidden {
			return
		}
		seen[name] = true
		if len(examples[name]) == 0 {
			t.Errorf("`%s` has no example", cmd.CommandPath())
		}
		for _, line := range examples[name] {
			t.Run(line, func(t *testing.T) {
				t.Parallel()
				fits(t, line, name)
			})
		}
	})
	for name := range examples {
		if !seen[name] {
			t.Errorf("the examples know %q, which is no command", name)
		}
	}
}

// fits parses one line as the shell would hand it over, up to the point where the command would do its work.
func fits(t *testing.T, line, name string) {
	t.Helper()
	words := shellWords(line)
	if words[0] != "countersign" {
		t.Fatalf("the line does not call countersign")
	}
	cmd, rest, err := newRoot(&console{out: io.Discard, err: io.Discard}).Find(words[1:])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(cmd.CommandPath(), strings.TrimSpace("countersign "+name)) {
		t.Errorf("the example of %q is for %q", name, cmd.CommandPath())
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Fatal(err)
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
		t.Error(err)
	}
}

// shellWords splits a line at blanks outside quotes; what $(...) prints is one word, and a pipe ends the line.
func shellWords(line string) []string {
	if _, piped, ok := strings.Cut(line, " | countersign"); ok {
		line = "countersign" + piped
	}
	line, _, _ = strings.Cut(line, " | ")
	line, _, _ = strings.Cut(line, " > ")
	line = regexp.MustCompile(`\$\([^)]*\)`).ReplaceAllString(line, "012345")
	var words []string
	for _, found := range regexp.MustCompile(`'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1) {
		words = append(words, found[1]+found[2])
	}
	return words
}

// walkTree visits a command and all below it.
func walkTree(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, below := range cmd.Commands() {
		walkTree(below, visit)
	}
}

func TestTheWalkFitsOnOneScreen(t *testing.T) {
	t.Parallel()
	const lines, columns = 24, 80
	if n := strings.Count(walkSteps, "\n") + 2; n > lines { // one more for cs()
		t.Errorf("%d lines, want %d at most", n, lines)
	}
	var out strings.Builder
	printWalk(&out, &instance{
		Console: "http://127.0.0.1:65535", Platform: "http://127.0.0.1:65535", Simulator: "http://127.0.0.1:65535",
		Control: "http://127.0.0.1:65535", Seed: 1<<53 - 1, Data: defaultData,
		DemoCard: demoCard{CardID: "crd_icbc_debit", Bank: "ICBC", MaskedCard: "622202*********1016"},
	})
	for line := range strings.SplitSeq(out.String(), "\n") {
		if width := utf8.RuneCountInString(line); width > columns && !strings.HasPrefix(line, "cs() ") {
			t.Errorf("%d columns: %s", width, line)
		}
	}
}
