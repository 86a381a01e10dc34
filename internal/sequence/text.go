package sequence

import (
	"slices"
	"strings"
	"time"
)

// The geometry of the drawing, in characters.
const (
	timeWidth   = 14
	columnWidth = 24
)

// Text draws the diagram in characters: a lane for each party, time downwards, in
// the given zone.
func Text(d Diagram, zone *time.Location) string {
	var out strings.Builder
	if d.Title != "" {
		out.WriteString(printable(d.Title) + "\n")
	}
	lanes := Lanes(d.Steps)
	if len(lanes) == 0 {
		return out.String() + "nothing has happened yet"
	}
	head := newLine(len(lanes))
	for i, name := range lanes {
		head.write(lane(i)-len([]rune(name))/2, printable(name))
	}
	out.WriteString(head.text() + "\n")
	for _, step := range d.Steps {
		drawLine(&out, lanes, step, zone)
	}
	return strings.TrimRight(out.String(), "\n")
}

// drawLine draws one step: what it is on one line, the arrow below; a note to oneself has no arrow.
func drawLine(out *strings.Builder, lanes []string, step Step, zone *time.Location) {
	from, to := slices.Index(lanes, step.From), slices.Index(lanes, step.To)
	said := printable(step.What)
	if step.Outcome != "" {
		said += " → " + printable(step.Outcome)
	}
	if from < 0 || to < 0 {
		return
	}
	line := newLine(len(lanes))
	line.lifelines(len(lanes))
	line.write(0, step.At.In(zone).Format("15:04:05.000"))
	line.write(lane(min(from, to))+2, said)
	if from == to {
		line.write(lane(from), "●")
		out.WriteString(line.text() + "\n")
		return
	}
	out.WriteString(line.text() + "\n")
	arrow := newLine(len(lanes))
	arrow.lifelines(len(lanes))
	arrow.arrow(lane(from), lane(to), step.Lost)
	out.WriteString(arrow.text() + "\n")
}

// lane is the column of a party's lifeline.
func lane(i int) int { return timeWidth + columnWidth/2 + i*columnWidth }

// textLine is one line of the picture.
type textLine []rune

// newLine is an empty line with room for so many lanes and a long label.
func newLine(lanes int) textLine {
	const margin = 120
	line := make(textLine, timeWidth+lanes*columnWidth+margin)
	for i := range line {
		line[i] = ' '
	}
	return line
}

// write puts a text at a column; what does not fit is left off.
func (l textLine) write(column int, text string) {
	for i, r := range []rune(text) {
		if at := max(column, 0) + i; at < len(l) {
			l[at] = r
		}
	}
}

// lifelines draws the line of every party.
func (l textLine) lifelines(lanes int) {
	for i := range lanes {
		l[lane(i)] = '│'
	}
}

// arrow draws from one column to another; a lost answer is dotted.
func (l textLine) arrow(from, to int, lost bool) {
	stroke, head := '─', '▶'
	if to < from {
		head = '◀'
	}
	if lost {
		stroke = '╌'
	}
	for at := min(from, to) + 1; at < max(from, to); at++ {
		l[at] = stroke
	}
	if to > from {
		l[to-1] = head
	} else {
		l[to+1] = head
	}
	if lost {
		l.write(max(from, to)+2, "✗ the answer never arrived")
	}
}

// text is the line without what is empty at its end.
func (l textLine) text() string { return strings.TrimRight(string(l), " ") }
