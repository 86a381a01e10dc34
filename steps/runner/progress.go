package runner

import (
	"fmt"
	"io"
	"os"
	"time"
)

// Progress follows a run on a console. It implements [Observer].
type Progress struct {
	w        io.Writer
	verbose  bool
	terminal bool
	total    int
	done     int
	bad      int
}

// NewProgress makes a progress display. Verbose prints a line per finished
// scenario; otherwise a terminal gets one line that is rewritten, and anything
// else nothing.
func NewProgress(w io.Writer, verbose bool) *Progress {
	return &Progress{w: w, verbose: verbose, terminal: IsTerminal(w)}
}

// IsTerminal tells whether a writer is a character device.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Began announces the run.
func (p *Progress) Began(selected int, seed int64) {
	p.total = selected
	if p.verbose {
		_, _ = fmt.Fprintf(p.w, "%d scenarios, seed %d\n", selected, seed)
	}
}

// Started does nothing: with many under way at a time, ends are what counts.
func (p *Progress) Started(Scenario) {}

// Finished shows one more outcome.
func (p *Progress) Finished(s Scenario) {
	p.done++
	if s.Status != StatusPass && s.Status != StatusSkipped {
		p.bad++
	}
	switch {
	case p.verbose:
		took := (time.Duration(s.DurationUS) * time.Microsecond).Round(time.Millisecond)
		_, _ = fmt.Fprintf(p.w, "%-8s %6s  %s  %s\n", s.Status, took, place(s.Path, s.Line), plainText(s.Name))
	case p.terminal:
		_, _ = fmt.Fprintf(p.w, "\r%d of %d, %d not well ", p.done, p.total, p.bad)
	}
}

// Close wipes the line of a terminal; call it before the report is printed.
func (p *Progress) Close() {
	if p.terminal && !p.verbose && p.done > 0 {
		_, _ = fmt.Fprint(p.w, "\r\x1b[K")
	}
}
