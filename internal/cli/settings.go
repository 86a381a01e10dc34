package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// envPrefix begins the names of the environment variables: --platform-addr is COUNTERSIGN_PLATFORM_ADDR.
const envPrefix = "COUNTERSIGN_"

// orders marks commands whose flags say what to do. Those are never taken from environment or settings file, so that
// COUNTERSIGN_SEED of a server does not seed a world that is made beside it; flags that say where and how are.
const orders = "countersign/orders"

// placeFlags say where, for all commands about worlds.
var placeFlags = []string{"data", "control-url", "control-token", "world"}

// howFlags say how commands wait and print.
var howFlags = []string{"json", "config", "timeout", "reveal"}

// ordersOnly marks commands, and with them all below.
func ordersOnly(cmds ...*cobra.Command) []*cobra.Command {
	for _, cmd := range cmds {
		cmd.Annotations = map[string]string{orders: "true"}
	}
	return cmds
}

// ordered tells of a command which of its flags say what to do.
func ordered(cmd *cobra.Command) func(*pflag.Flag) bool {
	marked := false
	for above := cmd; above != nil; above = above.Parent() {
		marked = marked || above.Annotations[orders] != ""
	}
	return func(flag *pflag.Flag) bool {
		return marked && !slices.Contains(placeFlags, flag.Name) && !slices.Contains(howFlags, flag.Name)
	}
}

// settle fills in the flags that were not given: first from the environment, then from the settings file. A value that
// does not fit stops the command; nothing falls back to a default silently.
func settle(cmd *cobra.Command) error {
	if err := fromEnvironment(cmd.Flags(), ordered(cmd)); err != nil {
		return err
	}
	path, _ := cmd.Flags().GetString("config")
	if path == "" {
		return nil
	}
	return fromFile(cmd, path)
}

// fromEnvironment sets every flag that has a variable and was not given.
func fromEnvironment(flags *pflag.FlagSet, ordered func(*pflag.Flag) bool) error {
	var wrong error
	flags.VisitAll(func(flag *pflag.Flag) {
		name := envPrefix + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		value, there := os.LookupEnv(name)
		if flag.Changed || ordered(flag) || !there || value == "" || flag.Name == "help" || wrong != nil { // empty counts as unset
			return
		}
		if err := flags.Set(flag.Name, value); err != nil {
			wrong = usage("environment variable "+name+" does not fit --"+flag.Name, "it is "+flag.Value.Type()+"; unset it or mend it")
		}
	})
	return wrong
}

// fromFile sets every flag that the settings file names and neither command line nor environment gave.
func fromFile(cmd *cobra.Command, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return usage("settings file cannot be read: "+reason(err), "mend the path after --config")
	}
	settings := map[string]any{}
	if err := yaml.UnmarshalWithOptions(text, &settings, yaml.Strict()); err != nil {
		return usage("settings file "+path+": "+firstLine(yaml.FormatError(err, false, false)), "it maps flag names to values, as in `platform-addr: 127.0.0.1:7200`")
	}
	known, ordered := flagNames(cmd.Root()), ordered(cmd)
	for _, name := range sortedKeys(settings) {
		if !slices.Contains(known, name) {
			return usage("settings file "+path+": "+name+" is no flag of any command", "see `countersign --help`")
		}
		flag := cmd.Flags().Lookup(name)
		if flag == nil || flag.Changed || ordered(flag) {
			continue
		}
		if err := cmd.Flags().Set(name, fmt.Sprint(settings[name])); err != nil {
			return usage("settings file "+path+": "+name+" does not fit", "it is "+flag.Value.Type())
		}
	}
	return nil
}

// flagNames lists the flags of a command and all below it.
func flagNames(cmd *cobra.Command) []string {
	var names []string
	add := func(flag *pflag.Flag) { names = append(names, flag.Name) }
	cmd.Flags().VisitAll(add)
	cmd.PersistentFlags().VisitAll(add)
	for _, below := range cmd.Commands() {
		names = append(names, flagNames(below)...)
	}
	return names
}

// sortedKeys gives the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// firstLine keeps the first line of a text.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// reason is what is wrong with a file, with its path.
func reason(err error) string {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Path + ": " + path.Err.Error()
	}
	return err.Error()
}
