package sequence

import (
	"slices"
	"strings"
	"time"
)

// Diagram is a sequence with its title.
type Diagram struct {
	Title string
	Steps []Step
}

// Step is one arrow: From called To. Outcome is what came back; Lost says that it
// never arrived. A step from a party to itself is a note.
type Step struct {
	At      time.Time `json:"at"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	What    string    `json:"what"`
	Outcome string    `json:"outcome,omitempty"`
	Lost    bool      `json:"lost,omitempty"`
}

// Lanes lists the parties from the merchant's side to the handset's; those of one
// rank stand in the order in which they appear.
func Lanes(steps []Step) []string {
	var lanes []string
	seen := map[string]bool{}
	for _, step := range steps {
		for _, name := range []string{step.From, step.To} {
			if name != "" && !seen[name] {
				seen[name] = true
				lanes = append(lanes, name)
			}
		}
	}
	slices.SortStableFunc(lanes, func(a, b string) int { return rank(a) - rank(b) })
	return lanes
}

// rank orders parties: merchant, platform, channels, banks, handsets. Banks are
// known by their codes, which are capital letters.
func rank(name string) int {
	const merchant, platform, channel, bank, handset = 0, 1, 2, 3, 4
	switch {
	case name == "merchant" || name == "operator":
		return merchant
	case name == "platform":
		return platform
	case strings.HasPrefix(name, "handset") || strings.HasPrefix(name, "payer"):
		return handset
	case strings.HasPrefix(name, "bank") || name == strings.ToUpper(name) && name != strings.ToLower(name):
		return bank
	}
	return channel
}

// shorten cuts by characters, so that Chinese is not cut in the middle of one.
func shorten(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

// printable replaces what would break a line, turn its direction or ring a bell.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ', r == 0x7f, r >= 0x80 && r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff, r == '\uFFFD':
			return ' '
		case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, " "))
}
