package cli

import (
	"flag"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var update = flag.Bool("update", false, "write docs/commands.md anew")

// commandsPage is the page that lists all commands.
const commandsPage = "../../docs/commands.md"

func TestTheCommandsPageIsTheTree(t *testing.T) {
	t.Parallel()
	want := commandsText()
	if *update {
		if err := os.WriteFile(commandsPage, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(commandsPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != want {
		t.Error("docs/commands.md is not what the tree says: go test ./internal/cli -run CommandsPage -update")
	}
}

// commandsText writes the page from the tree.
func commandsText() string {
	var out strings.Builder
	out.WriteString("# Commands\n\nWritten from the command tree; `go test ./internal/cli -run CommandsPage -update` writes it anew.\n\n" +
		"`--json` everywhere prints the API's own JSON; without it tables and sentences for people. Exit codes: 0 done, 1 the other side\n" +
		"refused or what was checked does not hold, 2 the command could not be started. Settings: flags, then `COUNTERSIGN_*`, then the YAML\n" +
		"file of `--config`; of the commands about worlds only *where* (`--data`, `--control-url`, `--control-token`, `--world`) is taken from\n" +
		"there, never *what*: --data is the folder of a running instance, --control-url the control port of any simulator (with --control-token), and\n" +
		"--world a world other than the demo world.\n\n`countersign completion bash|zsh|fish|powershell` prints a script for the tab key.\n")
	walkTree(newRoot(&console{out: io.Discard, err: io.Discard}), func(cmd *cobra.Command) {
		if cmd.Runnable() && !cmd.Hidden && cmd.Name() != "help" {
			writeCommand(&out, cmd)
		}
	})
	return out.String()
}

// writeCommand writes the section of one command.
func writeCommand(out *strings.Builder, cmd *cobra.Command) {
	out.WriteString("\n## " + strings.TrimPrefix(cmd.CommandPath(), "countersign ") + "\n\n")
	about := cmd.Long
	if about == "" {
		about = cmd.Short + "."
	}
	out.WriteString(about + "\n\n```\n" + cmd.UseLine() + "\n")
	if cmd.Example != "" {
		out.WriteString("\n" + cmd.Example + "\n")
	}
	out.WriteString("```\n")
	rows := 0
	cmd.NonInheritedFlags().VisitAll(func(flag *pflag.Flag) {
		if flag.Hidden || flag.Name == "help" || cmd.Flag("control-url") != nil && slices.Contains(placeFlags, flag.Name) {
			return
		}
		if rows++; rows == 1 {
			out.WriteString("\n| flag | |\n|---|---|\n")
		}
		out.WriteString("| `--" + flag.Name + "` | " + strings.ReplaceAll(flag.Usage, "|", "\\|") + " |\n")
	})
}
