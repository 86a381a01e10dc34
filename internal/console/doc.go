// Package console is the page of `up`: worlds, a handset with its messages, faults with switches, the clock with its
// step buttons, journal and stories.
//
// It asks a Source and knows neither side; app answers the Source from the control plane. The page follows one stream of
// events (server-sent events) and does something only by POST from its own origin. Nothing on it runs but its own script
// (Content-Security-Policy), and every text goes in as text: channels write some of them (reliability.md 6 row 17).
package console
