package sequence

import (
	"fmt"
	"slices"
	"strings"
)

// longestLabel bounds a text in a Mermaid diagram, in characters.
const longestLabel = 120

// Mermaid writes the diagram in Mermaid's language for sequence diagrams. Parties
// get names of their own (p0, p1, ...), and every sign that means something to
// Mermaid, Markdown or HTML stands as its number.
func Mermaid(d Diagram) string {
	lanes := Lanes(d.Steps)
	var out strings.Builder
	out.WriteString("sequenceDiagram\n")
	if d.Title != "" {
		fmt.Fprintf(&out, "    title %s\n", label(d.Title))
	}
	for i, lane := range lanes {
		fmt.Fprintf(&out, "    participant p%d as %s\n", i, label(lane))
	}
	for _, step := range d.Steps {
		writeMermaid(&out, slices.Index(lanes, step.From), slices.Index(lanes, step.To), step)
	}
	return out.String()
}

// writeMermaid writes one step: an arrow, a note to oneself, or an answer that got
// lost, which Mermaid draws with a cross.
func writeMermaid(out *strings.Builder, from, to int, step Step) {
	text := step.What
	if step.Outcome != "" {
		text += " → " + step.Outcome
	}
	switch {
	case from < 0 || to < 0:
	case from == to:
		fmt.Fprintf(out, "    Note over p%d: %s\n", from, label(text))
	case step.Lost:
		fmt.Fprintf(out, "    p%d--xp%d: %s\n", from, to, label(text+" (lost)"))
	default:
		fmt.Fprintf(out, "    p%d->>p%d: %s\n", from, to, label(text))
	}
}

// label escapes a text for Mermaid. An empty label would end the diagram, so it
// becomes a dash.
func label(text string) string {
	text = strings.TrimSpace(shorten(printable(text), longestLabel))
	if text == "" {
		return "-"
	}
	var out strings.Builder
	for i, r := range text {
		if plain(r) && (i > 0 || r != '-') {
			out.WriteRune(r)
		} else {
			fmt.Fprintf(&out, "#%d;", r)
		}
	}
	return escapeEnd(out.String())
}

// plain reports whether a sign means nothing to Mermaid.
func plain(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r > 0x9f:
		return true
	}
	return strings.ContainsRune(" .,-_/()+", r)
}

// escapeEnd keeps a whole label from being the word that closes a block.
func escapeEnd(text string) string {
	if strings.EqualFold(text, "end") {
		return fmt.Sprintf("#%d;", text[0]) + text[1:]
	}
	return text
}
