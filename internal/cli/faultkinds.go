package cli

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// newFaultKinds lists what can go wrong, or tells all about one.
func newFaultKinds(c *console, at *where) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: "kinds [EFFECT]", Short: "List what can go wrong, or tell all about one effect", Args: wantArgs(0, 1, "[EFFECT]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			all, err := read[control.FaultKindList](cmd.Context(), found.control(), "/v1/fault-kinds")
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return c.listKinds(all)
			}
			kinds := all.value.Kinds
			i := slices.IndexFunc(kinds, func(k control.FaultKind) bool { return string(k.Effect) == args[0] })
			if i < 0 {
				return usage("there is no effect "+args[0], "`countersign fault kinds` lists them"+like(args[0], kinds))
			}
			return c.show(kinds[i], kindText(&kinds[i]))
		},
	}, effectNames)
}

// listKinds is the catalogue as a table.
func (c *console) listKinds(all told[control.FaultKindList]) error {
	rows := make([][]string, 0, len(all.value.Kinds))
	for i := range all.value.Kinds {
		k := &all.value.Kinds[i]
		socket := ""
		if k.OnSocket {
			socket = "socket"
		}
		rows = append(rows, []string{string(k.Effect), joined(k.Points, " "), strings.Join(k.Rows, " "), socket, firstSentence(k.About)})
	}
	return c.table(all.raw, []string{"effect", "points", "model", "on", "what happens"}, rows, "this simulator knows no faults")
}

// kindText tells all about one effect.
func kindText(k *control.FaultKind) string {
	lines := []string{
		string(k.Effect), "", strings.TrimSpace(k.About), "",
		"points      " + joined(k.Points, ", "),
		"operations  " + joined(k.Operations, ", "),
		"parameters  " + strings.Join(k.Parameters, ", "),
		"model       " + strings.Join(k.Rows, ", "),
	}
	if k.OnSocket {
		lines = append(lines, "            happens on the connection itself, below HTTP")
	}
	if k.Example != nil {
		lines = append(lines, "", "example", "  "+ruleFlags(k.Example))
	}
	return strings.Join(lines, "\n")
}

// joined puts words of the contract in a row.
func joined[T ~string](list []T, between string) string {
	all := make([]string, 0, len(list))
	for _, one := range list {
		all = append(all, string(one))
	}
	return strings.Join(all, between)
}

// like proposes effects that share a word with what was typed.
func like(typed string, kinds []control.FaultKind) string {
	var near []string
	for _, k := range kinds {
		for part := range strings.SplitSeq(typed, "_") {
			if len(part) > 2 && strings.Contains(string(k.Effect), part) && !slices.Contains(near, string(k.Effect)) {
				near = append(near, string(k.Effect))
			}
		}
	}
	if len(near) == 0 {
		return ""
	}
	const most = 4
	return "; like it are " + strings.Join(near[:min(most, len(near))], ", ")
}

// newMagic lists the magic values.
func newMagic(c *console, at *where) *cobra.Command {
	return &cobra.Command{
		Use: "magic", Short: "List the amounts, mobiles and codes that choose an outcome by themselves", Args: wantArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			all, err := read[control.MagicValueList](cmd.Context(), found.control(), "/v1/magic-values")
			if err != nil {
				return err
			}
			rows := make([][]string, 0, len(all.value.Values))
			for _, v := range all.value.Values {
				rows = append(rows, []string{string(v.Kind), v.Value, v.Outcome})
			}
			return c.table(all.raw, []string{"kind", "value", "outcome"}, rows, "this simulator knows no magic values")
		},
	}
}

// newTempers lists the oddities with their rates.
func newTempers(c *console, at *where) *cobra.Command {
	return &cobra.Command{
		Use: "tempers", Short: "List the oddities of the tempers, with their rates in a thousand", Args: wantArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			all, err := read[control.TemperList](cmd.Context(), found.control(), "/v1/tempers")
			if err != nil {
				return err
			}
			rows := make([][]string, 0, len(all.value.Oddities))
			for _, o := range all.value.Oddities {
				rows = append(rows, []string{o.Name, strconv.Itoa(o.Rates.Friendly), strconv.Itoa(o.Rates.Realistic), strconv.Itoa(o.Rates.Hostile), firstSentence(o.About)})
			}
			return c.table(all.raw, []string{"oddity", "friendly", "realistic", "hostile", "what happens"}, rows, "this simulator knows no oddities")
		},
	}
}
