package selfcheck

import (
	"fmt"
	"io"
)

// WriteMetrics writes the counters in the text format of Prometheus 0.0.4.
func (c *Checker) WriteMetrics(w io.Writer) error {
	totals := c.Totals()
	_, err := fmt.Fprintf(w, "# HELP countersign_checked_messages_total Answers and notifications held against the contract.\n"+
		"# TYPE countersign_checked_messages_total counter\ncountersign_checked_messages_total %d\n"+
		"# HELP countersign_declared_breaks_total Breaks of the contract that a fault rule asked for.\n"+
		"# TYPE countersign_declared_breaks_total counter\ncountersign_declared_breaks_total %d\n"+
		"# HELP countersign_undeclared_breaks_total Breaks of the contract that are bugs of the simulator.\n"+
		"# TYPE countersign_undeclared_breaks_total counter\ncountersign_undeclared_breaks_total %d\n",
		totals.Checked, totals.Declared, totals.Undeclared)
	if err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	return nil
}
