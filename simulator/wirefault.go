package simulator

import "time"

// WireFault is what happens to the bytes of an answer on the socket (O1, O10 and
// O23 of reliability.md 3). The zero value is none. Package wirefault carries it out.
type WireFault struct {
	// Ending is how the answer breaks; empty: it comes whole.
	Ending Ending
	// Partly has half of the body go out before a reset.
	Partly bool
	// Pause, by the world's clock, comes before each byte of the body; 0: none.
	Pause time.Duration
	// Rule is the fault rule that asks for it: taking it away lets go of what it
	// holds open.
	Rule string
}

// Ending is how an answer breaks on the socket.
type Ending string

// The endings. Reset: RST in place of the rest. Half-close: headers and half of the
// body, then FIN of the sending side alone. Truncate: the same, then the whole
// connection is closed. Endless body: chunks without end. Gzip bomb: a small body
// that unpacks to a huge one.
const (
	EndingReset       Ending = "reset"
	EndingHalfClose   Ending = "half_close"
	EndingTruncate    Ending = "truncate"
	EndingEndlessBody Ending = "endless_body"
	EndingGzipBomb    Ending = "gzip_bomb"
)

// End asks for an ending. Of several rules the first one has its way, except that
// a reset goes with a broken-off body: then half of the body comes before it.
func (f *WireFault) End(ending Ending, rule string) {
	broken := f.Ending == EndingHalfClose || f.Ending == EndingTruncate
	switch {
	case f.Ending == "":
		f.Ending, f.Rule = ending, rule
	case f.Ending == EndingReset && (ending == EndingHalfClose || ending == EndingTruncate):
		f.Partly = true
	case broken && ending == EndingReset:
		f.Ending, f.Rule, f.Partly = ending, rule, true
	}
}

// Drip asks for a pause before each byte; of several the longest counts.
func (f *WireFault) Drip(pause time.Duration, rule string) {
	f.Pause = max(f.Pause, pause)
	if f.Rule == "" {
		f.Rule = rule
	}
}

// instead is how a request that is not carried out is answered: what breaks on the
// socket then is the answer of a gateway in front of the channel, unless the answer
// itself is at fault too.
func (d Disposition) instead() Reply {
	reply := Reply{Answer: d.Answer, Wire: d.Wire}
	if d.Wire.Ending != EndingReset {
		reply.Answer.Say(MessageGatewayError, 0)
	}
	return reply
}
