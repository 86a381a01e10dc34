package simulator

import "slices"

// again carries the copy of a request out that the network brought a second time,
// right behind the first: the same bytes, so the same jti and the same signature.
// Its answer is the one the client gets; that of the first is lost. The row of the
// copy shows the faults that made it.
func (w *World) again(in Input) Outcome {
	w.strikes = slices.DeleteFunc(slices.Clone(w.strikes), func(s FaultStrike) bool { return s.Point != PointBeforeReceive })
	in.Resumed = PointBeforeReceive
	place := w.begin()
	out := w.protocol(in)
	w.note(in, &out, place)
	return out
}
