package routing

import (
	"slices"

	"countersign/internal/money"
	"countersign/orchestrator"
)

// ineligible is the first reason why the candidate cannot take the payment; "" when it can.
func ineligible(req Request, c Candidate) string {
	profile := c.Config.Profile
	switch {
	case c.Config.State == orchestrator.ChannelRetired:
		return orchestrator.WhyRetired
	case c.Config.State == orchestrator.ChannelDisabled:
		return orchestrator.WhyDisabled
	case c.Config.State == orchestrator.ChannelMaintenance || profile.InMaintenance(req.Now):
		return orchestrator.WhyMaintenance
	case c.Health.State(req.Now) == orchestrator.BreakerOpen:
		return orchestrator.WhyBreakerOpen
	case slices.Contains(req.Excluded, c.Config.ChannelID):
		return orchestrator.WhyExcluded
	case !slices.ContainsFunc(profile.Banks, func(b orchestrator.BankSupport) bool { return b.Bank == req.Bank }):
		return orchestrator.WhyBank
	}
	support, ok := profile.Support(req.Bank, req.CardType)
	if !ok {
		return orchestrator.WhyCardType
	}
	if req.Amount == 0 {
		return ""
	}
	return overLimit(req.Amount, support.Limits, c)
}

// overLimit is the first limit that the amount would break.
func overLimit(amount money.Fen, limits orchestrator.Limits, c Candidate) string {
	switch {
	case limits.Single > 0 && amount > limits.Single:
		return orchestrator.WhyLimitSingle
	case limits.Daily > 0 && c.UsedToday+amount > limits.Daily:
		return orchestrator.WhyLimitDaily
	case limits.Monthly > 0 && c.UsedMonth+amount > limits.Monthly:
		return orchestrator.WhyLimitMonthly
	case limits.DailyCount > 0 && c.CountToday+1 > limits.DailyCount:
		return orchestrator.WhyLimitCount
	}
	return ""
}
