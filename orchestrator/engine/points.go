package engine

import "countersign/orchestrator"

// Crash points: each port call passes the gate before and after, under a stable name. Clock, ids and chance
// have no effect outside and pass none.
const (
	before = "/before"
	after  = "/after"

	PointCommand   = "store.command"    // the first transaction of a use case: intent, permit, key
	PointResult    = "store.result"     // the transaction that stores what a call brought
	PointClaim     = "store.claim"      // taking a due row
	PointPutOff    = "store.put_off"    // moving a due row that could not be begun
	PointRecover   = "store.recover"    // taking over a row of a dead process
	PointInbox     = "store.inbox"      // storing a notification
	PointProvision = "store.provision"  // merchants, channels, policy
	PointClock     = "store.clock"      // a test clock's new instant
	PointRead      = "store.read"       // any reading
	PointMessage   = "messenger.send"   // SMS or WeChat
	PointWebhook   = "webhooks.deliver" // event to the merchant
	pointChannel   = "channel."         // + operation
)

// Points lists every crash point by name, without the before and after.
func Points() []string {
	points := []string{
		PointCommand, PointResult, PointClaim, PointPutOff, PointRecover, PointInbox, PointProvision, PointClock, PointRead,
		PointMessage, PointWebhook,
	}
	for _, op := range []orchestrator.Operation{
		orchestrator.OpElementCheck, orchestrator.OpSigningApply, orchestrator.OpSigningResend,
		orchestrator.OpSigningConfirm, orchestrator.OpSigningQuery, orchestrator.OpBind,
		orchestrator.OpAgreementQuery, orchestrator.OpAgreementTerminate, orchestrator.OpCharge,
		orchestrator.OpChargeQuery, orchestrator.OpChargeClose, orchestrator.OpChargeConfirm,
		orchestrator.OpChargeResend,
	} {
		points = append(points, PointOf(op))
	}
	return points
}

// PointOf is the crash point of a channel operation.
func PointOf(op orchestrator.Operation) string { return pointChannel + string(op) }
