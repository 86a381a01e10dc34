package simulator

// Reason says why something was declined: one neutral list for all channels
// (dialects translate). It is a business result, never a protocol problem.
type Reason string

// The neutral reasons. A superseded or foreign code is answered wrong_code.
const (
	ReasonElementsMismatch    Reason = "elements_mismatch"
	ReasonIDTypeUnsupported   Reason = "id_type_unsupported"
	ReasonCardUnsupported     Reason = "card_unsupported"
	ReasonWrongCode           Reason = "wrong_code"
	ReasonCodeExpired         Reason = "code_expired"
	ReasonCodeExhausted       Reason = "code_exhausted"
	ReasonSMSNotSent          Reason = "sms_not_sent"
	ReasonElementCheckMissing Reason = "element_check_missing"
	ReasonAgreementMissing    Reason = "agreement_missing"
	ReasonAgreementCancelled  Reason = "agreement_cancelled"
	ReasonAgreementTerminated Reason = "agreement_terminated"
	ReasonAgreementExpired    Reason = "agreement_expired"
	ReasonInsufficientBalance Reason = "insufficient_balance"
	ReasonLimitSingle         Reason = "limit_single"
	ReasonLimitDaily          Reason = "limit_daily"
	ReasonLimitMonthly        Reason = "limit_monthly"
	ReasonLimitCount          Reason = "limit_count"
	ReasonRiskRefused         Reason = "risk_refused"
	ReasonRiskHeld            Reason = "risk_held"
	ReasonCardLost            Reason = "card_lost"
	ReasonCardFrozen          Reason = "card_frozen"
	ReasonCardCancelled       Reason = "card_cancelled"
	ReasonCardExpired         Reason = "card_expired"
	ReasonAlreadyRefunded     Reason = "already_refunded"
	ReasonRefundExceeds       Reason = "refund_exceeds"
)

// cardStateReason translates a card state to the reason it is declined for, ""
// for a normal card.
func cardStateReason(state CardState) Reason {
	switch state {
	case CardLost:
		return ReasonCardLost
	case CardFrozen:
		return ReasonCardFrozen
	case CardCancelled:
		return ReasonCardCancelled
	case CardExpired:
		return ReasonCardExpired
	case CardNormal:
	}
	return ""
}

// agreementReason translates the state of a dead agreement to the reason a
// charge by it is declined for, "" for a live one.
func agreementReason(status AgreementStatus) Reason {
	switch status {
	case AgreementTerminated:
		return ReasonAgreementTerminated
	case AgreementCancelledAtBank:
		return ReasonAgreementCancelled
	case AgreementExpired:
		return ReasonAgreementExpired
	case AgreementActive:
	}
	return ""
}
