package fault

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/internal/chance"
	"countersign/simulator"
)

// The members of a rule a fault may take as parameters, in wire spelling.
const (
	paramReason = "reason"
	paramDelay  = "delay_ms"
	paramJitter = "jitter_ms"
	paramSkew   = "skew_ms"
	paramCopies = "copies"
	paramStatus = "status"
	paramAmount = "amount"
	paramAnswer = "answer"
)

// longest is the longest delay, jitter included on its own, as the contract has it.
const longest = 30 * 24 * time.Hour

// checkParameters refuses parameters the fault does not take: they would be
// silently without effect.
func (e *entry) checkParameters(rule simulator.FaultRule) *simulator.Problem {
	for _, parameter := range []struct {
		name  string
		given bool
	}{
		{paramReason, rule.Reason != ""},
		{paramDelay, rule.DelayMS != 0},
		{paramJitter, rule.JitterMS != 0},
		{paramSkew, rule.SkewMS != 0},
		{paramCopies, rule.Copies != 0},
		{paramStatus, rule.Status != 0},
		{paramAmount, rule.Amount != 0},
		{paramAnswer, rule.Answer != ""},
	} {
		if parameter.given && !slices.Contains(e.Parameters, parameter.name) {
			return wrong(parameter.name, "this fault takes no such parameter")
		}
	}
	if rule.JitterMS < 0 || rule.JitterMS > longest.Milliseconds() {
		return wrong(paramJitter, "must be 1 to 2592000000 milliseconds")
	}
	return nil
}

// needsDelay wants a delay of a millisecond to thirty days, as the contract says.
func needsDelay(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
	if rule.DelayMS < 1 || rule.DelayMS > longest.Milliseconds() {
		return rule, wrong(paramDelay, "must be 1 to 2592000000 milliseconds")
	}
	return rule, nil
}

// delayOf is a rule's delay without its jitter.
func delayOf(rule simulator.FaultRule) time.Duration {
	return time.Duration(rule.DelayMS) * time.Millisecond
}

// delayAt is a rule's delay with its jitter: up to so much more, drawn by the seed
// for each strike.
func delayAt(rule simulator.FaultRule, at simulator.Moment) time.Duration {
	jitter := chance.Pick(at.Seed, "jitter/"+rule.ID, strconv.Itoa(at.Strike), int(rule.JitterMS)+1)
	return delayOf(rule) + time.Duration(jitter)*time.Millisecond
}

// needsStatus wants one of some statuses of HTTP; without one it is the first.
func needsStatus(allowed ...int) func(simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
	return func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
		if rule.Status == 0 {
			rule.Status = allowed[0]
		}
		if !slices.Contains(allowed, rule.Status) {
			return rule, wrong(paramStatus, "must be one of "+strings.Trim(fmt.Sprint(allowed), "[]"))
		}
		return rule, nil
	}
}
