// Package jointclock moves two clocks as one: that of a simulated world and that of
// the merchant that trades in it (design 3.4, "joint step").
//
// Moving one clock alone would tear the two apart: a call would be sent at one
// side's 10:00 and answered at the other's 10:10, outside the window of every
// signature, and a timeout would come before or after the answer it waits for by
// accident. So the earliest due time of both sides is set on both, what is due
// is begun, and nothing goes on until both are settled: nothing due, nothing on
// its way, every open call parked. Then the next due time, and so on.
//
// It knows neither side. Whoever uses it says what a [Side] is; features, the
// command `clock` and tests of others do it over the control planes.
package jointclock
