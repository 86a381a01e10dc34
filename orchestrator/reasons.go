package orchestrator

import (
	"maps"
	"slices"
)

// Neutral reasons of channels (contract, Reason and ProblemCode).
const (
	ReasonElementsMismatch    = "elements_mismatch"
	ReasonIDTypeUnsupported   = "id_type_unsupported"
	ReasonCardUnsupported     = "card_unsupported"
	ReasonWrongCode           = "wrong_code"
	ReasonCodeExpired         = "code_expired"
	ReasonCodeExhausted       = "code_exhausted"
	ReasonSMSNotSent          = "sms_not_sent"
	ReasonElementCheckMissing = "element_check_missing"
	ReasonAgreementMissing    = "agreement_missing"
	ReasonAgreementCancelled  = "agreement_cancelled"
	ReasonAgreementTerminated = "agreement_terminated"
	ReasonAgreementExpired    = "agreement_expired"
	ReasonInsufficientBalance = "insufficient_balance"
	ReasonLimitSingle         = "limit_single"
	ReasonLimitDaily          = "limit_daily"
	ReasonLimitMonthly        = "limit_monthly"
	ReasonLimitCount          = "limit_count"
	ReasonRiskRefused         = "risk_refused"
	ReasonRiskHeld            = "risk_held"
	ReasonCardLost            = "card_lost"
	ReasonCardFrozen          = "card_frozen"
	ReasonCardCancelled       = "card_cancelled"
	ReasonCardExpired         = "card_expired"
	ReasonOrderClosed         = "order_closed"
	ReasonRequestExpired      = "request_expired"
	ReasonMaintenance         = "maintenance"
	ReasonChannelRetired      = "channel_retired"
)

// Failure codes of the platform itself.
const (
	FailurePayerNeeded      = "payer_needed"
	FailureNoChannel        = "no_channel"
	FailureElementsRequired = "elements_required"
	FailureNotSent          = "not_sent"         // proven: not one byte left
	FailureNeverArrived     = "never_arrived"    // rule 4.4: the channel does not know the order and never will
	FailureOutcomeLost      = "signing_not_done" // the channel never got the application, or never answered it
	FailureSuperseded       = "superseded"       // a newer signing of the same card at the same channel took over
)

// FailureCardUnbound ends what waited for the payer when the card was taken away.
const FailureCardUnbound = "card_unbound"

// Class says whose matter a refusal is, and so what may follow it.
type Class string

// Classes of refusal. Anything unknown is the payer's matter: nothing moves by itself on a reason that
// nobody has thought about.
const (
	ClassPayer     Class = "payer"     // another channel would not help
	ClassChannel   Class = "channel"   // this channel cannot; another one may
	ClassAgreement Class = "agreement" // the agreement is dead: sign again
	ClassCheck     Class = "check"     // the channel has forgotten the element check
)

// refusal is what a reason means.
type refusal struct {
	class     Class
	retryable bool // a new attempt is allowed when the merchant asks for one
	ends      AgreementState
}

// refusals is the class table: data to be reviewed, since a wrong class is a wrong debit.
var refusals = map[string]refusal{
	ReasonElementsMismatch:    {class: ClassPayer},
	ReasonIDTypeUnsupported:   {class: ClassPayer},
	ReasonCardUnsupported:     {class: ClassChannel, retryable: true},
	ReasonWrongCode:           {class: ClassPayer, retryable: true},
	ReasonCodeExpired:         {class: ClassPayer, retryable: true},
	ReasonCodeExhausted:       {class: ClassPayer, retryable: true},
	ReasonSMSNotSent:          {class: ClassPayer, retryable: true},
	ReasonElementCheckMissing: {class: ClassCheck, retryable: true},
	ReasonAgreementMissing:    {class: ClassAgreement, retryable: true, ends: AgreementUnknownToChannel},
	ReasonAgreementCancelled:  {class: ClassAgreement, retryable: true, ends: AgreementCancelledAtBank},
	ReasonAgreementTerminated: {class: ClassAgreement, retryable: true, ends: AgreementTerminated},
	ReasonAgreementExpired:    {class: ClassAgreement, retryable: true, ends: AgreementExpired},
	ReasonInsufficientBalance: {class: ClassPayer, retryable: true},
	ReasonLimitSingle:         {class: ClassChannel, retryable: true},
	ReasonLimitDaily:          {class: ClassChannel, retryable: true},
	ReasonLimitMonthly:        {class: ClassChannel, retryable: true},
	ReasonLimitCount:          {class: ClassChannel, retryable: true},
	ReasonRiskRefused:         {class: ClassPayer},
	ReasonRiskHeld:            {class: ClassPayer},
	ReasonCardLost:            {class: ClassPayer},
	ReasonCardFrozen:          {class: ClassPayer},
	ReasonCardCancelled:       {class: ClassPayer},
	ReasonCardExpired:         {class: ClassPayer},
	ReasonOrderClosed:         {class: ClassPayer, retryable: true},
	ReasonRequestExpired:      {class: ClassPayer, retryable: true},
	ReasonMaintenance:         {class: ClassChannel, retryable: true},
	ReasonChannelRetired:      {class: ClassChannel, retryable: true},
	FailurePayerNeeded:        {class: ClassPayer, retryable: true},
	FailureNoChannel:          {class: ClassPayer, retryable: true},
	FailureElementsRequired:   {class: ClassPayer, retryable: true},
	FailureNotSent:            {class: ClassChannel, retryable: true},
	FailureNeverArrived:       {class: ClassPayer, retryable: true},
	FailureOutcomeLost:        {class: ClassPayer, retryable: true},
	FailureCardUnbound:        {class: ClassPayer},
	FailureSuperseded:         {class: ClassPayer, retryable: true},
}

// FailureCodes lists every reason that is known, so that a document can be tested to name them all.
func FailureCodes() []string { return slices.Sorted(maps.Keys(refusals)) }

// ClassOf says whose matter a reason is.
func ClassOf(reason string) Class {
	if r, ok := refusals[reason]; ok {
		return r.class
	}
	return ClassPayer
}

// Retryable says whether the merchant may ask for a new attempt after this failure.
func Retryable(reason string) bool { return refusals[reason].retryable }

// EndOfAgreement is what a refusal says about the agreement it was made under; "" when nothing.
func EndOfAgreement(reason string) AgreementState { return refusals[reason].ends }

// ChannelDidItsWork says whether a refused charge still counts as a good one for the success rate: the
// payer's own matters do.
func ChannelDidItsWork(reason string) bool { return ClassOf(reason) == ClassPayer }
