package fault

import "countersign/simulator"

// wirePoints are where an answer can break on the socket: after the commit, or with
// nothing done. At received the answer that breaks is that of a gateway in front
// of the channel: 502, without a signature.
func wirePoints() []simulator.Point {
	return []simulator.Point{simulator.PointCommitted, simulator.PointReceived}
}

// ending is the kind of the faults that break an answer on the socket.
type ending struct{ how simulator.Ending }

// Apply asks for the ending.
func (e ending) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Wire.End(e.how, rule.ID)
}
