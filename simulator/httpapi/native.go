package httpapi

import (
	"net/http"

	"countersign/contract/channel"
	"countersign/simulator"
)

// operationOf finds the row of an operation; the table is total, see the tests.
func operationOf(name simulator.Operation) *operation {
	for _, op := range operations {
		if op.op == name {
			return op
		}
	}
	return nil
}

// QueryAgreement serves the operation of that name.
func (n native) QueryAgreement(w http.ResponseWriter, r *http.Request, _ channel.QueryAgreementParams) {
	n.to(w, r, operationOf(simulator.OpAgreementQuery))
}

// TerminateAgreement serves the operation of that name.
func (n native) TerminateAgreement(w http.ResponseWriter, r *http.Request, _ channel.Number, _ channel.TerminateAgreementParams) {
	n.to(w, r, operationOf(simulator.OpAgreementTerminate))
}

// BindWithoutCode serves the operation of that name.
func (n native) BindWithoutCode(w http.ResponseWriter, r *http.Request, _ channel.BindWithoutCodeParams) {
	n.to(w, r, operationOf(simulator.OpBind))
}

// Charge serves the operation of that name.
func (n native) Charge(w http.ResponseWriter, r *http.Request, _ channel.ChargeParams) {
	n.to(w, r, operationOf(simulator.OpCharge))
}

// QueryCharge serves the operation of that name.
func (n native) QueryCharge(w http.ResponseWriter, r *http.Request, _ channel.OrderNo, _ channel.QueryChargeParams) {
	n.to(w, r, operationOf(simulator.OpChargeQuery))
}

// CloseCharge serves the operation of that name.
func (n native) CloseCharge(w http.ResponseWriter, r *http.Request, _ channel.OrderNo, _ channel.CloseChargeParams) {
	n.to(w, r, operationOf(simulator.OpChargeClose))
}

// ConfirmCharge serves the operation of that name.
func (n native) ConfirmCharge(w http.ResponseWriter, r *http.Request, _ channel.OrderNo, _ channel.ConfirmChargeParams) {
	n.to(w, r, operationOf(simulator.OpChargeConfirm))
}

// ResendChargeCode serves the operation of that name.
func (n native) ResendChargeCode(w http.ResponseWriter, r *http.Request, _ channel.OrderNo, _ channel.ResendChargeCodeParams) {
	n.to(w, r, operationOf(simulator.OpChargeResend))
}

// CheckElements serves the operation of that name.
func (n native) CheckElements(w http.ResponseWriter, r *http.Request, _ channel.CheckElementsParams) {
	n.to(w, r, operationOf(simulator.OpElementCheck))
}

// Limits serves the operation of that name.
func (n native) Limits(w http.ResponseWriter, r *http.Request, _ channel.LimitsParams) {
	n.to(w, r, operationOf(simulator.OpLimits))
}

// Profile serves the operation of that name.
func (n native) Profile(w http.ResponseWriter, r *http.Request, _ channel.ProfileParams) {
	n.to(w, r, operationOf(simulator.OpProfile))
}

// Refund serves the operation of that name.
func (n native) Refund(w http.ResponseWriter, r *http.Request, _ channel.RefundParams) {
	n.to(w, r, operationOf(simulator.OpRefund))
}

// QueryRefund serves the operation of that name.
func (n native) QueryRefund(w http.ResponseWriter, r *http.Request, _ channel.Number, _ channel.QueryRefundParams) {
	n.to(w, r, operationOf(simulator.OpRefundQuery))
}

// ApplySigning serves the operation of that name.
func (n native) ApplySigning(w http.ResponseWriter, r *http.Request, _ channel.ApplySigningParams) {
	n.to(w, r, operationOf(simulator.OpSigningApply))
}

// QuerySigning serves the operation of that name.
func (n native) QuerySigning(w http.ResponseWriter, r *http.Request, _ channel.SignNo, _ channel.QuerySigningParams) {
	n.to(w, r, operationOf(simulator.OpSigningQuery))
}

// ConfirmSigning serves the operation of that name.
func (n native) ConfirmSigning(w http.ResponseWriter, r *http.Request, _ channel.SignNo, _ channel.ConfirmSigningParams) {
	n.to(w, r, operationOf(simulator.OpSigningConfirm))
}

// ResendSigningCode serves the operation of that name.
func (n native) ResendSigningCode(w http.ResponseWriter, r *http.Request, _ channel.SignNo, _ channel.ResendSigningCodeParams) {
	n.to(w, r, operationOf(simulator.OpSigningResend))
}

// BindBatch serves the operation of that name.
func (n native) BindBatch(w http.ResponseWriter, r *http.Request, _ channel.BindBatchParams) {
	n.to(w, r, operationOf(simulator.OpBindBatch))
}

// QueryBindingBatch serves the operation of that name.
func (n native) QueryBindingBatch(w http.ResponseWriter, r *http.Request, _ channel.Number, _ channel.QueryBindingBatchParams) {
	n.to(w, r, operationOf(simulator.OpBindBatchQuery))
}

// Statement serves the operation of that name.
func (n native) Statement(w http.ResponseWriter, r *http.Request, _ channel.Day, _ channel.StatementParams) {
	n.to(w, r, operationOf(simulator.OpStatement))
}

// AgreementFile serves the operation of that name.
func (n native) AgreementFile(w http.ResponseWriter, r *http.Request, _ channel.Day, _ channel.AgreementFileParams) {
	n.to(w, r, operationOf(simulator.OpAgreementFile))
}
