package orchestrator

import "time"

// NotFoundTally counts the answers "no such order" of one attempt.
type NotFoundTally struct {
	Count int
	First time.Time
	Last  time.Time
	Mixed bool // another kind of evidence was seen in between: never final from a mixture
}

// Defaults of the not-found rule (reliability 4.4).
const (
	NotFoundAnswers = 3
	NotFoundSpread  = 10 * time.Minute
	ClockSkew       = 2 * 5 * time.Minute // both sides may be five minutes off
)

// Add counts one answer at now.
func (n NotFoundTally) Add(now time.Time) NotFoundTally {
	if n.Count == 0 {
		n.First = now
	}
	n.Count++
	n.Last = now
	return n
}

// Verdict is what an answer "no such order" is worth.
type Verdict string

// Verdicts.
const (
	VerdictStay  Verdict = "stay"  // ask again
	VerdictFinal Verdict = "final" // the order never was and never will be
)

// JudgeNotFound applies the rule of reliability 4.4 to the tally, the answer of now included. It is final
// only when the channel declares how long a received request may stay invisible and refuses expired ones;
// when even a copy sent by a process that slept can no longer be accepted; and when at least three answers,
// the last of them after that moment, lie ten minutes apart or more with no other evidence between.
func JudgeNotFound(profile ChannelProfile, sendUntil time.Time, tally NotFoundTally) Verdict {
	bound, declared := profile.MaxInFlight()
	if !declared || !profile.ExpiryHonoured || tally.Mixed {
		return VerdictStay
	}
	if tally.Last.Before(sendUntil.Add(bound + ClockSkew)) {
		return VerdictStay
	}
	if tally.Count < NotFoundAnswers || tally.Last.Sub(tally.First) < NotFoundSpread {
		return VerdictStay
	}
	return VerdictFinal
}

// CloseFirst says whether to close an unknown order now instead of asking again: where the channel offers a
// tombstone, after its expiry has passed or from the second query on.
func CloseFirst(profile ChannelProfile, a Attempt, now time.Time) bool {
	if !profile.CloseOffered || a.State != AttemptUnknown || a.NotFound.Count == 0 {
		return false
	}
	return a.NotFound.Count >= 2 || now.After(a.SendUntil)
}
