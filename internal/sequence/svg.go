package sequence

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
)

// Sizes of the drawing, in SVG units.
const (
	laneWidth  = 190
	laneMargin = 95
	headHeight = 56
	stepHeight = 52
	footHeight = 24
	maxText    = 44
)

// SVG draws the diagram. It uses presentation attributes alone, so that it needs
// no style sheet and no script under a strict content security policy, and escapes
// every text.
func SVG(d Diagram) []byte {
	if len(d.Steps) == 0 {
		return blank()
	}
	lanes := Lanes(d.Steps)
	width := len(lanes) * laneWidth
	height := headHeight + len(d.Steps)*stepHeight + footHeight
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="system-ui, 'Noto Sans CJK SC', sans-serif" font-size="13" role="img">`,
		width, height, width, height)
	b.WriteString(`<title>`)
	writeText(&b, d.Title)
	b.WriteString(`</title>`)
	for i, lane := range lanes {
		drawLane(&b, i, lane, height)
	}
	for i, step := range d.Steps {
		drawStep(&b, lanes, i, step)
	}
	b.WriteString(`</svg>`)
	return b.Bytes()
}

// blank is the drawing of nothing.
func blank() []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 60" width="400" height="60" role="img">` +
		`<text x="200" y="34" text-anchor="middle" font-family="system-ui, sans-serif" font-size="14" fill="#6b7280">No payment yet.</text></svg>`)
}

func drawLane(b *bytes.Buffer, index int, name string, height int) {
	x := index*laneWidth + laneMargin
	fmt.Fprintf(b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#d1d5db" stroke-width="1.5"/>`, x, headHeight-14, x, height-footHeight/2)
	fmt.Fprintf(b, `<rect x="%d" y="8" width="%d" height="32" rx="8" fill="#1f2937"/>`, x-laneWidth/2+8, laneWidth-16)
	fmt.Fprintf(b, `<text x="%d" y="29" text-anchor="middle" fill="#ffffff">`, x)
	writeText(b, shorten(name, 24))
	b.WriteString(`</text>`)
}

func drawStep(b *bytes.Buffer, lanes []string, index int, step Step) {
	from, to := slices.Index(lanes, step.From), slices.Index(lanes, step.To)
	if from < 0 || to < 0 {
		return
	}
	x1, x2 := from*laneWidth+laneMargin, to*laneWidth+laneMargin
	y := headHeight + index*stepHeight + stepHeight/2
	colour := "#2563eb"
	if step.Lost {
		colour = "#dc2626"
	}
	if x1 == x2 {
		fmt.Fprintf(b, `<circle cx="%d" cy="%d" r="5" fill="%s"/>`, x1, y, colour)
	} else {
		drawArrow(b, x1, x2, y, colour)
	}
	middle := (x1 + x2) / 2
	caption(b, middle, y-7, "#111827", step.What)
	switch {
	case step.Lost:
		caption(b, middle, y+17, colour, "✗ answer lost: "+step.Outcome)
	case step.Outcome != "":
		caption(b, middle, y+17, "#047857", "↩ "+step.Outcome)
	}
}

func drawArrow(b *bytes.Buffer, x1, x2, y int, colour string) {
	tip, back := x2-2, x2-11
	if x2 < x1 {
		tip, back = x2+2, x2+11
	}
	fmt.Fprintf(b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="2"/>`, x1, y, tip, y, colour)
	fmt.Fprintf(b, `<polygon points="%d,%d %d,%d %d,%d" fill="%s"/>`, tip, y, back, y-5, back, y+5, colour)
}

func caption(b *bytes.Buffer, x, y int, colour, text string) {
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle" fill="%s" stroke="#ffffff" stroke-width="4" paint-order="stroke">`, x, y, colour)
	writeText(b, shorten(text, maxText))
	b.WriteString(`</text>`)
}

// writeText escapes; a bytes.Buffer does not fail.
func writeText(b *bytes.Buffer, text string) { _ = xml.EscapeText(b, []byte(printable(text))) }
