// Package bench measures the figures of the design's bars (design 4 and 5), each
// beside a limit that was measured in the same run where one can be: a rate or a
// time says little on a machine nobody knows, a ratio to what the same machine can
// do at all says much.
package bench
