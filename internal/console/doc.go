// Package console is the page of `up`: a handset with its messages, and who called whom for the latest payment.
//
// It is read-only. It asks a Source and knows neither side; app answers the Source from the control plane. Nothing on
// the page runs but its own script (Content-Security-Policy), and every text is escaped: channels write some of them.
package console
