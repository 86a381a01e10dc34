package cli

import (
	"encoding/json"
	"fmt"
	"io"
)

// say writes a line. Whoever reads may be gone, and then there is nobody to tell.
func say(out io.Writer, line string) { _, _ = fmt.Fprintln(out, line) }

// sayf is say for a text that is put together, line ends included.
func sayf(out io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(out, format, args...) }

// show prints a value as one line of JSON under --json, and a text otherwise.
func (c *console) show(value any, text string) error {
	if !c.json {
		say(c.out, text)
		return nil
	}
	line, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	say(c.out, string(line))
	return nil
}
