// Package routing chooses the channel of a payment and says why (T4, T12, T13). It is pure and
// deterministic: the same inputs give the same decision, in whatever order the candidates come, and every
// candidate is in the answer, taken or not, with one reason and with all that was seen of it.
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
	Policy         orchestrator.RoutingPolicy
	PayerPresent   bool
	Amount         money.Fen // 0 for a verification: amount limits do not apply
	Bank           string
	CardType       string
	ElementsAtHand bool // kept, or given for this very payment (T14)
	Now            time.Time
	Excluded       []string                 // channels that refused this payment before
	Landed         string                   // channel that the landing has pinned, taken as long as it can (T12)
	Agreements     []orchestrator.Agreement // of this card, all that ever were, at all channels
	Standings      []orchestrator.Standing  // of this card, at all channels
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

// ranked is a candidate with what ordering needs besides.
type ranked struct {
	orchestrator.Candidate

	silentWithElements bool // would be silent if the elements were at hand
}

// Choose picks a channel. ID, merchant, owner, card, version and instant of the decision are the caller's.
func Choose(req Request, candidates []Candidate) orchestrator.Decision {
	sorted := slices.Clone(candidates)
	slices.SortFunc(sorted, func(a, b Candidate) int { return cmp.Compare(a.Config.ChannelID, b.Config.ChannelID) })
	d := orchestrator.Decision{
		Policy: req.Policy, Amount: req.Amount, PayerPresent: req.PayerPresent, At: req.Now,
		Terms: orchestrator.RouteTerms{
			Bank: req.Bank, CardType: req.CardType, ElementsAtHand: req.ElementsAtHand,
			Excluded: slices.Sorted(slices.Values(req.Excluded)), Landed: req.Landed,
		},
	}
	for _, c := range sorted {
		d.Candidates = append(d.Candidates, orchestrator.Candidate{
			ChannelID: c.Config.ChannelID, Fee: c.Config.Fee.For(req.Amount), Priority: c.Config.Priority,
			SuccessPermille: c.Health.SuccessPermille(), Facts: factsOf(req, c, sorted),
		})
	}
	return Replay(d)
}

// Replay decides anew by what a decision has recorded, and by nothing else. Of a decision that Choose has made
// it answers the very same one.
func Replay(d orchestrator.Decision) orchestrator.Decision {
	all := make([]ranked, 0, len(d.Candidates))
	for _, c := range d.Candidates {
		all = append(all, assess(d, c))
	}
	d.Inputs = digest(d, all)
	best := pick(d, all)
	winner := best
	if landed := landedOn(d, all); landed != nil {
		winner = landed
	}
	d.Candidates = make([]orchestrator.Candidate, 0, len(all))
	for i := range all {
		if all[i].Eligible {
			all[i].Why = explain(d, all[i], best, winner)
			all[i].Taken = winner != nil && all[i].ChannelID == winner.ChannelID
		}
		d.Candidates = append(d.Candidates, all[i].Candidate)
	}
	d.Chosen, d.Silent, d.SignReason, d.Failure = "", false, "", ""
	if winner == nil {
		d.Failure = failure(all)
		return d
	}
	d.Chosen, d.Silent, d.SignReason = winner.ChannelID, winner.Silent, winner.SignReason
	return d
}

// assess looks at one candidate by itself.
func assess(d orchestrator.Decision, c orchestrator.Candidate) ranked {
	h := historyOf(d, c.Facts)
	c.ElementsMissing = h.needs && !d.Terms.ElementsAtHand
	c.Silent, c.SignReason = h.silent && !c.ElementsMissing, h.reason
	c.Why, c.Taken = ineligible(d, c), false
	c.Eligible = c.Why == ""
	return ranked{Candidate: c, silentWithElements: h.silent}
}

// usable says whether an eligible candidate can be taken with the payer there or not.
func usable(d orchestrator.Decision, c ranked) bool {
	return c.Eligible && (d.PayerPresent || c.Silent)
}

// pick is the best eligible candidate under the policy; nil when there is none.
func pick(d orchestrator.Decision, all []ranked) *ranked {
	var best *ranked
	for i := range all {
		if c := &all[i]; usable(d, *c) && (best == nil || compare(d, *c, *best) < 0) {
			best = c
		}
	}
	return best
}

// landedOn is the candidate that the landing has pinned, while it can be taken; else nil.
func landedOn(d orchestrator.Decision, all []ranked) *ranked {
	for i := range all {
		if all[i].ChannelID == d.Terms.Landed && usable(d, all[i]) {
			return &all[i]
		}
	}
	return nil
}

// compare orders two eligible candidates: one that lacks the elements comes last; then silent ones first where
// the policy says so, then fee, priority, success rate, channel id.
func compare(d orchestrator.Decision, a, b ranked) int {
	if order := firstly(!a.ElementsMissing, !b.ElementsMissing); order != 0 {
		return order
	}
	if order := firstly(a.Silent, b.Silent); order != 0 && silentMatters(d) {
		return order
	}
	return cmp.Or(
		cmp.Compare(a.Fee, b.Fee),
		cmp.Compare(a.Priority, b.Priority),
		cmp.Compare(b.SuccessPermille, a.SuccessPermille),
		cmp.Compare(a.ChannelID, b.ChannelID),
	)
}

// firstly orders by a property that only one of two has.
func firstly(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// silentMatters says whether being silent comes before everything else.
func silentMatters(d orchestrator.Decision) bool {
	return !d.PayerPresent || d.Policy != orchestrator.RouteFirst
}

// explain says why an eligible candidate was taken, or what the winner has over it. best is who would win
// without a landing.
func explain(d orchestrator.Decision, c ranked, best, winner *ranked) string {
	switch {
	case winner == nil && c.silentWithElements && c.ElementsMissing:
		return orchestrator.WhyElementsMissing
	case winner == nil:
		return orchestrator.WhyNotSilent
	case c.ChannelID == winner.ChannelID && best.ChannelID != winner.ChannelID:
		return orchestrator.WhyLanded
	case c.ChannelID == winner.ChannelID && silentMatters(d) && c.Silent:
		return orchestrator.WhyBestSilent
	case c.ChannelID == winner.ChannelID:
		return orchestrator.WhyBest
	case usable(d, c) && compare(d, c, *winner) < 0:
		return orchestrator.WhyNotLanded
	case c.ElementsMissing && !winner.ElementsMissing:
		return orchestrator.WhyElementsMissing
	case silentMatters(d) && winner.Silent && !c.Silent:
		return orchestrator.WhyNotSilent
	}
	return outranked(c, winner)
}

// outranked says what the winner has over an equally silent candidate.
func outranked(c ranked, winner *ranked) string {
	switch {
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

// failure says what is missing when nobody was chosen: a channel, the elements, or the payer.
func failure(all []ranked) string {
	found := orchestrator.FailureNoChannel
	for _, c := range all {
		switch {
		case c.Eligible && c.silentWithElements && c.ElementsMissing:
			return orchestrator.FailureElementsRequired
		case c.Eligible:
			found = orchestrator.FailurePayerNeeded
		}
	}
	return found
}
