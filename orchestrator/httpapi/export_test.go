package httpapi

import (
	"countersign/contract/channel"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// ParseKey is parseKey, for tests from outside.
func ParseKey(value string) (string, bool) { return parseKey(value) }

// KeyOf is keyOf, for tests from outside.
func KeyOf(value, path string, body []byte) engine.Key { return keyOf(value, path, body) }

// Answered says whether a code has a row in the one table.
func Answered(code orchestrator.Code) bool { _, ok := answers[code]; return ok }

// PaymentCommand reads a payment application as the handler does.
func PaymentCommand(body []byte) (engine.PaymentCommand, error) {
	return paymentCommand(&call{body: body})
}

// ToRules and ToContract recast a profile in both directions.
func ToRules(p channel.ChannelProfile) (orchestrator.ChannelProfile, error) {
	return recast[orchestrator.ChannelProfile](p)
}

// ToContract is the way back.
func ToContract(p orchestrator.ChannelProfile) (channel.ChannelProfile, error) {
	return recast[channel.ChannelProfile](p)
}
