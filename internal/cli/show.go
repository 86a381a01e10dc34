package cli

import (
	"encoding/json"
	"fmt"
)

// show prints a value as one line of JSON under --json, and a text otherwise.
func (c *console) show(value any, text string) error {
	if !c.json {
		fmt.Fprintln(c.out, text)
		return nil
	}
	line, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	fmt.Fprintln(c.out, string(line))
	return nil
}
