package routing

import (
	"slices"

	"countersign/orchestrator"
)

// history is what a card's past means at one channel.
type history struct {
	silent bool
	reason orchestrator.SigningReason // why it must be signed first; "" = it need not
}

// historyAt judges the card's past at one channel: may it be debited there without the payer, and if it must
// be signed first, why.
func historyAt(req Request, config orchestrator.ChannelConfig, all []Candidate) history {
	profile := config.Profile
	own := latestAt(req.Agreements, config.ChannelID)
	switch profile.Method() {
	case orchestrator.MethodElementCheck:
		return history{silent: true}
	case orchestrator.MethodOwnCode:
		s := standingAt(req.Standings, config.ChannelID)
		if s.Checked() && !s.CodePassedAt.IsZero() {
			return history{silent: true}
		}
	default:
		if UsableAt(req, config.ChannelID) != nil {
			return history{silent: !profile.CodeOnEveryPayment}
		}
	}
	return history{reason: signingReason(req, config.ChannelID, own, all)}
}

// UsableAt is the live agreement of the card at a channel; nil when there is none.
func UsableAt(req Request, channelID string) *orchestrator.Agreement {
	for i, a := range req.Agreements {
		if a.ChannelID == channelID && a.Usable(req.Now) {
			return &req.Agreements[i]
		}
	}
	return nil
}

// signingReason says why the card is signed here. The channel's own history wins over what happened
// elsewhere, and a signing elsewhere over raw debits (mission, signing again).
func signingReason(req Request, channelID string, own *orchestrator.Agreement, all []Candidate) orchestrator.SigningReason {
	switch {
	case own != nil:
		return ownReason(*own)
	case signedElsewhere(req, channelID):
		return orchestrator.ReasonSignedElsewhere
	case rawRetired(req, channelID, all):
		return orchestrator.ReasonRawRetired
	default:
		return orchestrator.ReasonFirstSigning
	}
}

// ownReason turns the end of an agreement into the reason for the next one. One that is called active but
// is not usable has outlived its age.
func ownReason(a orchestrator.Agreement) orchestrator.SigningReason {
	switch a.State {
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
