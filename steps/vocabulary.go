package steps

import (
	"regexp"
	"sync"

	"github.com/cucumber/godog"
)

// Step binds an expression to what it does. Expressions are anchored at both ends when compiled.
type Step struct {
	Expr string
	Do   any
}

// vocabulary lists the domain words. Each gives its steps; a new word adds a line here.
var vocabulary = []func() []Step{
	channelSteps, cardSteps, checkSteps, signingSteps, codeSteps, agreementSteps, chargeSteps, refundSteps,
	batchSteps, statementSteps, answerSteps, inboxSteps, ledgerSteps, notificationSteps, faultSteps, clockSteps, signatureSteps,
	malformedSteps, privacySteps,
	platformMerchantSteps, platformCardSteps, platformPaymentSteps, platformCodeSteps, platformAnswerSteps, platformRouteSteps,
	platformFaultSteps, platformNoticeSteps, platformIdempotencySteps, platformPrivacySteps, platformRestartSteps, zhSteps,
	controlProblemSteps, controlWorldSteps, controlClockSteps, controlFaultSteps, controlNoticeSteps, controlRecordSteps,
	controlVerdictSteps, controlGuardSteps, controlOdditySteps, controlFieldSteps,
}

// compiledStep is a step ready for godog.
type compiledStep struct {
	expr *regexp.Regexp
	do   any
}

// compiled holds all steps, compiled on first use and once: godog asks for them anew in each scenario.
var compiled = sync.OnceValue(func() []compiledStep {
	var all []compiledStep
	for _, word := range vocabulary {
		for _, s := range word() {
			all = append(all, compiledStep{expr: regexp.MustCompile("^" + s.Expr + "$"), do: s.Do})
		}
	}
	return all
})

// Expressions lists the compiled expressions of all steps, for tests of the vocabulary.
func Expressions() []*regexp.Regexp {
	list := make([]*regexp.Regexp, 0, len(compiled()))
	for _, s := range compiled() {
		list = append(list, s.expr)
	}
	return list
}

// register hands all steps to one scenario. It is called in the scenario's initializer and nowhere else.
func register(sc *godog.ScenarioContext) {
	for _, s := range compiled() {
		sc.Step(s.expr, s.do)
	}
}

// Pieces of expressions that return in many steps.
const (
	reYuan   = `(\d+\.\d\d) yuan`
	reNumber = `(\d+)`
	reWord   = `([a-z_]+)`
)
