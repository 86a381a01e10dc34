package simulator

import "time"

// skewTolerated is by how much the clock of a signature may be ahead before a
// careful client refuses the answer.
const skewTolerated = 5 * time.Minute

// lost reports whether the answer never reaches its caller as a whole.
func (r Reply) lost() bool { return r.Withheld || r.Wire.Ending != "" }

// proves reports whether the answer is evidence for a careful client: it comes,
// whole, signed, and tells the truth about the order.
func (r Reply) proves() bool {
	a := r.Answer
	return !r.lost() && a.Message == "" && a.Body == "" && a.Signature == "" && a.Skew.Abs() <= skewTolerated
}
