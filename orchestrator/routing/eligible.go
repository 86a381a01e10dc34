package routing

import (
	"slices"

	"countersign/internal/money"
	"countersign/orchestrator"
)

// ineligible is the first reason why the candidate cannot take the payment; "" when it can.
func ineligible(d orchestrator.Decision, c orchestrator.Candidate) string {
	facts := c.Facts
	switch {
	case facts.State == orchestrator.ChannelRetired:
		return orchestrator.WhyRetired
	case facts.State == orchestrator.ChannelDisabled:
		return orchestrator.WhyDisabled
	case facts.State == orchestrator.ChannelMaintenance || facts.Maintenance:
		return orchestrator.WhyMaintenance
	case facts.Breaker == orchestrator.BreakerOpen:
		return orchestrator.WhyBreakerOpen
	case slices.Contains(d.Terms.Excluded, c.ChannelID):
		return orchestrator.WhyExcluded
	case !facts.BankServed:
		return orchestrator.WhyBank
	case !facts.CardTypeServed:
		return orchestrator.WhyCardType
	case d.Amount == 0:
		return ""
	}
	return overLimit(d.Amount, facts)
}

// overLimit is the first limit that the amount would break.
func overLimit(amount money.Fen, facts orchestrator.CandidateFacts) string {
	limits := facts.Limits
	switch {
	case limits.Single > 0 && amount > limits.Single:
		return orchestrator.WhyLimitSingle
	case limits.Daily > 0 && facts.UsedToday+amount > limits.Daily:
		return orchestrator.WhyLimitDaily
	case limits.Monthly > 0 && facts.UsedMonth+amount > limits.Monthly:
		return orchestrator.WhyLimitMonthly
	case limits.DailyCount > 0 && facts.CountToday+1 > limits.DailyCount:
		return orchestrator.WhyLimitCount
	}
	return ""
}
