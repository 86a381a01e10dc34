// Package routing chooses the channel of a payment and says why (T4, T12, T13). It is pure and
// deterministic: the same inputs give the same decision, in whatever order the candidates come, and every
// candidate is in the answer, taken or not, with one reason.
//
// It may be imported by orchestrator/engine. It never looks anything up.
package routing

import (
	"cmp"
	"slices"
	"time"

	"countersign/internal/money"
	"countersign/orchestrator"
)

// Request is what is to be routed: a card, an amount, and what the card has reached everywhere so far.
type Request struct {
	Policy       orchestrator.RoutingPolicy
	PayerPresent bool
	Amount       money.Fen // 0 for a verification: amount limits do not apply
	Bank         string
	CardType     string
	Now          time.Time
	Excluded     []string                 // channels that refused this payment before
	Agreements   []orchestrator.Agreement // of this card, all that ever were, at all channels
	Standings    []orchestrator.Standing  // of this card, at all channels
}

// Candidate is one configured channel with what has happened there lately. Amounts in doubt are in the
// used ones.
type Candidate struct {
	Config     orchestrator.ChannelConfig
	Health     orchestrator.Health
	UsedToday  money.Fen
	CountToday int
	UsedMonth  money.Fen
}

// ranked is a candidate with all that ordering needs.
type ranked struct {
	orchestrator.Candidate
}

// Choose picks a channel. ID, merchant, owner, card, version and instant of the decision are the caller's.
func Choose(req Request, candidates []Candidate) orchestrator.Decision {
	sorted := slices.Clone(candidates)
	slices.SortFunc(sorted, func(a, b Candidate) int { return cmp.Compare(a.Config.ChannelID, b.Config.ChannelID) })
	d := orchestrator.Decision{
		Policy: req.Policy, Amount: req.Amount, PayerPresent: req.PayerPresent,
		Inputs: digest(req, sorted), At: req.Now,
	}
	all := make([]ranked, 0, len(sorted))
	for _, c := range sorted {
		all = append(all, assess(req, c, sorted))
	}
	winner := pick(req, all)
	for i := range all {
		if all[i].Eligible {
			all[i].Why = explain(req, all[i], winner)
			all[i].Taken = winner != nil && all[i].ChannelID == winner.ChannelID
		}
		d.Candidates = append(d.Candidates, all[i].Candidate)
	}
	if winner == nil {
		d.Failure = failure(all)
		return d
	}
	d.Chosen, d.Silent, d.SignReason = winner.ChannelID, winner.Silent, winner.SignReason
	return d
}

// assess looks at one candidate by itself.
func assess(req Request, c Candidate, all []Candidate) ranked {
	history := historyAt(req, c.Config, all)
	r := ranked{Candidate: orchestrator.Candidate{
		ChannelID: c.Config.ChannelID, Silent: history.silent, SignReason: history.reason,
		Fee: c.Config.Fee.For(req.Amount), Priority: c.Config.Priority,
		SuccessPermille: c.Health.SuccessPermille(),
	}}
	r.Why = ineligible(req, c)
	r.Eligible = r.Why == ""
	return r
}

// pick is the best eligible candidate under the policy; nil when there is none.
func pick(req Request, all []ranked) *ranked {
	var best *ranked
	for i := range all {
		c := &all[i]
		if !c.Eligible || (!req.PayerPresent && !c.Silent) {
			continue
		}
		if best == nil || compare(req, *c, *best) < 0 {
			best = c
		}
	}
	return best
}

// compare orders two eligible candidates: silent ones first where the policy says so, then fee, priority,
// success rate, channel id.
func compare(req Request, a, b ranked) int {
	if silentMatters(req) && a.Silent != b.Silent {
		if a.Silent {
			return -1
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(a.Fee, b.Fee),
		cmp.Compare(a.Priority, b.Priority),
		cmp.Compare(b.SuccessPermille, a.SuccessPermille),
		cmp.Compare(a.ChannelID, b.ChannelID),
	)
}

// silentMatters says whether being silent comes before everything else.
func silentMatters(req Request) bool {
	return !req.PayerPresent || req.Policy != orchestrator.RouteFirst
}

// explain says why an eligible candidate was taken, or what the winner has over it.
func explain(req Request, c ranked, winner *ranked) string {
	switch {
	case winner == nil:
		return orchestrator.WhyNotSilent
	case c.ChannelID == winner.ChannelID && silentMatters(req) && c.Silent:
		return orchestrator.WhyBestSilent
	case c.ChannelID == winner.ChannelID:
		return orchestrator.WhyBest
	case silentMatters(req) && winner.Silent && !c.Silent:
		return orchestrator.WhyNotSilent
	case c.Fee != winner.Fee:
		return orchestrator.WhyDearer
	case c.Priority != winner.Priority:
		return orchestrator.WhyLowerPriority
	case c.SuccessPermille != winner.SuccessPermille:
		return orchestrator.WhyLessReliable
	default:
		return orchestrator.WhyTieBreak
	}
}

// failure says what is missing when nobody was chosen.
func failure(all []ranked) string {
	if slices.ContainsFunc(all, func(c ranked) bool { return c.Eligible }) {
		return orchestrator.FailurePayerNeeded
	}
	return orchestrator.FailureNoChannel
}
