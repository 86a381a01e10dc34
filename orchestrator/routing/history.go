package routing

import (
	"slices"

	"countersign/orchestrator"
)

// history is what a card's past means at one channel.
type history struct {
	silent bool                       // it may be debited there without the payer, elements given
	reason orchestrator.SigningReason // why it must be signed first; "" = it need not
	needs  bool                       // the next step there needs the elements
}

// historyOf judges the card's past at one channel: may it be debited there without the payer, if it must be
// signed first, why, and does the next step need the elements.
func historyOf(d orchestrator.Decision, facts orchestrator.CandidateFacts) history {
	h := history{needs: d.Amount > 0 && facts.ChargeBy == orchestrator.ChargeByElements}
	switch facts.Method {
	case orchestrator.MethodElementCheck:
		h.silent, h.needs = true, h.needs || !facts.ElementsChecked
		return h
	case orchestrator.MethodOwnCode:
		h.silent = facts.ElementsChecked && facts.CodePassed
		if h.silent {
			return h
		}
	default:
		if facts.AgreementLive {
			h.silent = !facts.CodeOnEveryPayment
			return h
		}
	}
	h.needs, h.reason = true, signingReason(facts)
	return h
}

// signingReason says why the card is signed here. The channel's own history wins over what happened
// elsewhere, and a signing elsewhere over raw debits (mission, signing again).
func signingReason(facts orchestrator.CandidateFacts) orchestrator.SigningReason {
	switch {
	case facts.Agreement != "":
		return ownReason(facts.Agreement)
	case facts.SignedElsewhere:
		return orchestrator.ReasonSignedElsewhere
	case facts.RawRetired:
		return orchestrator.ReasonRawRetired
	default:
		return orchestrator.ReasonFirstSigning
	}
}

// ownReason turns the end of an agreement into the reason for the next one. One that is called active but
// is not usable has outlived its age.
func ownReason(state orchestrator.AgreementState) orchestrator.SigningReason {
	switch state {
	case orchestrator.AgreementCancelledAtBank:
		return orchestrator.ReasonCancelledAtBank
	case orchestrator.AgreementUnknownToChannel:
		return orchestrator.ReasonUnknownToChannel
	case orchestrator.AgreementTerminated, orchestrator.AgreementRevoking:
		return orchestrator.ReasonTerminated
	default:
		return orchestrator.ReasonExpired
	}
}

// factsOf gathers what a decision looks at in one channel.
func factsOf(req Request, c Candidate, all []Candidate) orchestrator.CandidateFacts {
	id, profile := c.Config.ChannelID, c.Config.Profile
	support, served := profile.Support(req.Bank, req.CardType)
	standing := standingAt(req.Standings, id)
	facts := orchestrator.CandidateFacts{
		Profile: c.Config.ProfileDigest, State: c.Config.State, Maintenance: profile.InMaintenance(req.Now),
		Breaker: c.Health.State(req.Now), Method: profile.Method(), ChargeBy: profile.ChargeBy,
		CodeOnEveryPayment: profile.CodeOnEveryPayment, FeeRule: c.Config.Fee,
		BankServed:     slices.ContainsFunc(profile.Banks, func(b orchestrator.BankSupport) bool { return b.Bank == req.Bank }),
		CardTypeServed: served, Limits: support.Limits,
		UsedToday: c.UsedToday, CountToday: c.CountToday, UsedMonth: c.UsedMonth,
		AgreementLive: liveAt(req, id), ElementsChecked: standing.Checked(), CodePassed: standing.CodePassed(),
		SignedElsewhere: signedElsewhere(req, id), RawRetired: rawRetired(req, id, all),
	}
	if own := latestAt(req.Agreements, id); own != nil {
		facts.AgreementID, facts.Agreement = own.ID, own.State
	}
	return facts
}

// liveAt says whether the card has an agreement at a channel that a charge may name.
func liveAt(req Request, channelID string) bool {
	return slices.ContainsFunc(req.Agreements, func(a orchestrator.Agreement) bool {
		return a.ChannelID == channelID && a.Usable(req.Now)
	})
}

// latestAt is the card's newest agreement at a channel, dead or alive.
func latestAt(agreements []orchestrator.Agreement, channelID string) *orchestrator.Agreement {
	var latest *orchestrator.Agreement
	for i, a := range agreements {
		if a.ChannelID != channelID {
			continue
		}
		if latest == nil || a.SignedAt.After(latest.SignedAt) ||
			(a.SignedAt.Equal(latest.SignedAt) && a.ID > latest.ID) {
			latest = &agreements[i]
		}
	}
	return latest
}

// signedElsewhere says whether the payer has gone through a signing at another channel (T10).
func signedElsewhere(req Request, channelID string) bool {
	return slices.ContainsFunc(req.Agreements, func(a orchestrator.Agreement) bool {
		return a.ChannelID != channelID
	}) || slices.ContainsFunc(req.Standings, func(s orchestrator.Standing) bool {
		return s.ChannelID != channelID && !s.CodePassedAt.IsZero()
	})
}

// rawRetired says whether the card was debited raw at a channel that is gone (30 June 2018).
func rawRetired(req Request, channelID string, all []Candidate) bool {
	return slices.ContainsFunc(req.Standings, func(s orchestrator.Standing) bool {
		return s.ChannelID != channelID && s.Raw && !s.DebitedAt.IsZero() && gone(s.ChannelID, all)
	})
}

// gone says whether a channel is no longer there for new debits: taken out, retired or switched off. One in
// maintenance comes back.
func gone(channelID string, all []Candidate) bool {
	for _, c := range all {
		if c.Config.ChannelID == channelID {
			return c.Config.State == orchestrator.ChannelRetired || c.Config.State == orchestrator.ChannelDisabled
		}
	}
	return true
}

// standingAt is what the card has reached at a channel.
func standingAt(standings []orchestrator.Standing, channelID string) orchestrator.Standing {
	for _, s := range standings {
		if s.ChannelID == channelID {
			return s
		}
	}
	return orchestrator.Standing{}
}
