package httpapi

import (
	"countersign/simulator"
	"countersign/simulator/wirefault"
)

// unheard resets the connection where a fault wants that in place of an answer, and
// reports whether it did. Otherwise it remembers what breaks the answer on the
// socket, for write.
func (s *Server) unheard(v *visit, reply *simulator.Reply) bool {
	v.wire = reply.Wire
	if v.wire.Ending != simulator.EndingReset || v.wire.Partly {
		return false
	}
	s.metrics.add(operationIndex(v.op.op), outcomeWithheld)
	s.observe(v, 0, nil)
	wirefault.Answer(v.w, s.engine, v.worldID, v.wire, 0, nil)
	return true
}

// write writes the answer, whose headers are set, whole or as a fault breaks it on
// the socket.
func (s *Server) write(v *visit, status int, body []byte) {
	v.status = status
	if v.worldID != "" {
		v.w.Header()[seedName] = s.engine.SeedHeader(v.worldID)
	}
	s.observe(v, status, body)
	if v.wire != (simulator.WireFault{}) {
		wirefault.Answer(v.w, s.engine, v.worldID, v.wire, status, body)
		return
	}
	v.w.WriteHeader(status)
	_, _ = v.w.Write(body) // a failed write means that nobody listens any more
}
