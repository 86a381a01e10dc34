package simulator

// Operation names what a command does, for the journal and for fault rules.
type Operation string

// The operations of the channel wire.
const (
	OpElementCheck       Operation = "element_check"
	OpSigningApply       Operation = "signing_apply"
	OpSigningResend      Operation = "signing_resend"
	OpSigningConfirm     Operation = "signing_confirm"
	OpSigningQuery       Operation = "signing_query"
	OpBind               Operation = "bind"
	OpAgreementQuery     Operation = "agreement_query"
	OpAgreementTerminate Operation = "agreement_terminate"
	OpCharge             Operation = "charge"
	OpChargeQuery        Operation = "charge_query"
	OpChargeClose        Operation = "charge_close"
	OpChargeConfirm      Operation = "charge_confirm"
	OpChargeResend       Operation = "charge_resend"
	OpRefund             Operation = "refund"
	OpRefundQuery        Operation = "refund_query"
	OpLimits             Operation = "limits"
	OpProfile            Operation = "profile"
	OpStatement          Operation = "statement"
	OpAgreementFile      Operation = "agreement_file"
	OpBindBatch          Operation = "bind_batch"
	OpBindBatchQuery     Operation = "bind_batch_query"
)

// The operations besides: the messaging gateways, notifications out, the
// control plane and the clock.
const (
	OpSendSMS      Operation = "send_sms"
	OpSendWeChat   Operation = "send_wechat"
	OpNotification Operation = "notification"
	OpRefused      Operation = "refused"
	OpControl      Operation = "control"
	OpTick         Operation = "tick"
)

// AnyOperation in a fault rule means: every operation the fault fits.
const AnyOperation Operation = "any"

// ChannelOperations lists the operations of the channel wire in a fixed order.
func ChannelOperations() []Operation {
	return []Operation{
		OpElementCheck, OpSigningApply, OpSigningResend, OpSigningConfirm, OpSigningQuery, OpBind,
		OpAgreementQuery, OpAgreementTerminate, OpCharge, OpChargeQuery, OpChargeClose,
		OpChargeConfirm, OpChargeResend, OpRefund, OpRefundQuery, OpLimits, OpProfile,
		OpBindBatch, OpBindBatchQuery, OpStatement, OpAgreementFile,
	}
}

// GatewayOperations lists the operations of the platform's messaging gateways.
func GatewayOperations() []Operation { return []Operation{OpSendSMS, OpSendWeChat} }

// shutInMaintenance reports whether the operation is shut while a channel is in
// maintenance: everything that makes something new. Queries, closing and
// terminating go on, so that nobody is left in doubt.
func (o Operation) shutInMaintenance() bool {
	switch o {
	case OpElementCheck, OpSigningApply, OpSigningResend, OpSigningConfirm, OpBind,
		OpBindBatch, OpCharge, OpChargeConfirm, OpChargeResend, OpRefund:
		return true
	default:
		return false
	}
}

// goneWhenRetired reports whether the operation ends with the channel's life.
// Refunds and queries of old orders go on.
func (o Operation) goneWhenRetired() bool { return o != OpRefund && o.shutInMaintenance() }
