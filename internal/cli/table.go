package cli

import (
	"encoding/json"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// table prints an answer as it came under --json, and otherwise as columns; without rows it says so.
func (c *console) table(raw json.RawMessage, head []string, rows [][]string, none string) error {
	if c.json {
		return c.show(raw, "")
	}
	return c.columns(head, rows, none)
}

// columns prints rows below their heads.
func (c *console) columns(head []string, rows [][]string, none string) error {
	if len(rows) == 0 {
		say(c.err, none)
		return nil
	}
	columns := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	say(columns, strings.ToUpper(strings.Join(head, "\t")))
	for _, row := range rows {
		for i := range row {
			row[i] = cell(row[i])
		}
		say(columns, strings.Join(row, "\t"))
	}
	return columns.Flush()
}

// cell keeps a text in its cell: nothing in it may end the line, the column, or write elsewhere on a terminal.
func cell(text string) string {
	if text == "" {
		return "-"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// instant writes a time of a world.
func instant(at time.Time) string { return at.Format(time.RFC3339) }

// maybeInstant writes a time that may not be there.
func maybeInstant(at *time.Time) string {
	if at == nil {
		return ""
	}
	return instant(*at)
}
