package cli

import (
	"fmt"
	"slices"
	"strings"

	"countersign/internal/app"
)

// The geometry of the picture, in characters.
const (
	timeWidth = 14
	laneWidth = 24
)

// drawStory draws a story as a sequence picture in text: a lane for each party, time downwards.
func drawStory(story app.Story) string {
	var out strings.Builder
	if story.PaymentID != "" {
		fmt.Fprintf(&out, "%s  %s\n", story.PaymentID, story.Status)
	}
	lanes := lanesOf(story.Steps)
	if len(lanes) == 0 {
		return out.String() + "nothing has happened yet"
	}
	head := newLine(len(lanes))
	for i, name := range lanes {
		head.write(lane(i)-len([]rune(name))/2, name)
	}
	out.WriteString(head.text() + "\n")
	for _, step := range story.Steps {
		drawStep(&out, lanes, step)
	}
	return strings.TrimRight(out.String(), "\n")
}

// drawStep draws one step: what it is on one line, the arrow below; a note to oneself has no arrow.
func drawStep(out *strings.Builder, lanes []string, step app.Step) {
	from, to := slices.Index(lanes, step.From), slices.Index(lanes, step.To)
	label := step.What
	if step.Outcome != "" {
		label += " → " + step.Outcome
	}
	line := newLine(len(lanes))
	line.lifelines(len(lanes))
	line.write(0, step.At.Local().Format("15:04:05.000"))
	line.write(lane(min(from, to))+2, label)
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

// lanesOf lists the parties from the merchant's side to the handset's.
func lanesOf(steps []app.Step) []string {
	var lanes []string
	for _, step := range steps {
		for _, name := range []string{step.From, step.To} {
			if name != "" && !slices.Contains(lanes, name) {
				lanes = append(lanes, name)
			}
		}
	}
	slices.SortStableFunc(lanes, func(a, b string) int { return laneRank(a) - laneRank(b) })
	return lanes
}

// laneRank orders parties: merchant, platform, channels, banks, handsets.
func laneRank(name string) int {
	const merchant, platform, channel, bank, handset = 0, 1, 2, 3, 4
	switch {
	case name == app.PartyMerchant || name == "operator":
		return merchant
	case name == app.PartyPlatform:
		return platform
	case strings.HasPrefix(name, "bank") || name == strings.ToUpper(name):
		return bank
	case strings.HasPrefix(name, "handset") || strings.HasPrefix(name, "payer"):
		return handset
	}
	return channel
}

// lane is the column of a party's lifeline.
func lane(i int) int { return timeWidth + laneWidth/2 + i*laneWidth }

// textLine is one line of the picture.
type textLine []rune

// newLine is an empty line with room for so many lanes and a long label.
func newLine(lanes int) textLine {
	const margin = 120
	line := make(textLine, timeWidth+lanes*laneWidth+margin)
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
