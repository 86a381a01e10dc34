package simulator

// Kind names a kind of channel, by who binds, texts and verifies (T3).
type Kind string

// The kinds of channel (渠道). The names are those of the wire.
const (
	KindAgreementBank       Kind = "agreement_bank"
	KindAgreementThirdParty Kind = "agreement_third_party"
	KindBindingPlatform     Kind = "binding_platform"
	KindWithholdingPlatform Kind = "withholding_platform"
	KindWithholdingRaw      Kind = "withholding_raw"
	KindBankDirect          Kind = "bank_direct"
	KindCodeEveryPayment    Kind = "code_every_payment"
)

// Party is who sends a code and who checks it (下发方, 验证方; T3).
type Party string

// The parties of the road.
const (
	PartyBank       Party = "bank"
	PartyThirdParty Party = "third_party"
	PartyPlatform   Party = "platform"
	PartyNobody     Party = "nobody"
)

// About is what a message on the handset is about.
type About string

// AboutSigning and AboutPayment are the two a channel's code can be about; the
// quirk of T10 is that the page asks for the second while the first arrives.
const (
	AboutSigning        About = "signing"
	AboutPayment        About = "payment"
	AboutDebitNotice    About = "debit_notice"
	AboutPlatformCode   About = "platform_code"
	AboutPlatformNotice About = "platform_notice"
)

// Medium is how a message reached the handset.
type Medium string

// The media of the inbox.
const (
	MediumSMS    Medium = "sms"
	MediumWeChat Medium = "wechat"
)

// ChargeBy is what a channel wants in a charge: an agreement number or the
// card elements.
type ChargeBy string

// The two things a charge can be made by.
const (
	ByAgreement ChargeBy = "agreement"
	ByElements  ChargeBy = "elements"
)

// CardType tells debit from credit cards.
type CardType string

// The card types of a BIN table.
const (
	DebitCard  CardType = "debit"
	CreditCard CardType = "credit"
)

// CardState is the state of a card at its bank.
type CardState string

// The card states. All but normal refuse debits with a reason of their own.
const (
	CardNormal    CardState = "normal"
	CardLost      CardState = "lost"
	CardFrozen    CardState = "frozen"
	CardCancelled CardState = "cancelled"
	CardExpired   CardState = "expired"
)

// ResendSemantics says what becomes of earlier codes when one is sent again.
type ResendSemantics string

// What channels do at a resend; which of them is in the profile.
const (
	ResendSameCode  ResendSemantics = "same_code"
	ResendNewCode   ResendSemantics = "new_code"
	ResendBothValid ResendSemantics = "both_valid"
)

// SigningStatus is where a signing (签约) stands.
type SigningStatus string

// The signing states. All but code_sent are final.
const (
	SigningCodeSent SigningStatus = "code_sent"
	SigningSigned   SigningStatus = "signed"
	SigningDeclined SigningStatus = "declined"
	SigningExpired  SigningStatus = "expired"
	SigningLocked   SigningStatus = "locked"
)

// AgreementStatus is where an agreement (协议) stands; only active ones pay.
type AgreementStatus string

// The agreement states.
const (
	AgreementActive          AgreementStatus = "active"
	AgreementTerminated      AgreementStatus = "terminated"
	AgreementCancelledAtBank AgreementStatus = "cancelled_at_bank"
	AgreementExpired         AgreementStatus = "expired"
)

// ChargeStatus is where a charge (扣款) stands.
type ChargeStatus string

// The charge states; succeeded, declined and closed are final.
const (
	ChargeCodeRequired ChargeStatus = "code_required"
	ChargeProcessing   ChargeStatus = "processing"
	ChargeSucceeded    ChargeStatus = "succeeded"
	ChargeDeclined     ChargeStatus = "declined"
	ChargeClosed       ChargeStatus = "closed"
)

// RefundStatus is where a refund stands.
type RefundStatus string

// The refund states; all but processing are final.
const (
	RefundProcessing RefundStatus = "processing"
	RefundSucceeded  RefundStatus = "succeeded"
	RefundDeclined   RefundStatus = "declined"
)

// CheckResult is the answer of an element check.
type CheckResult string

// The two answers of an element check.
const (
	CheckPassed   CheckResult = "passed"
	CheckDeclined CheckResult = "declined"
)

// EvidenceKind says why a card may be bound without a code.
type EvidenceKind string

// EvidencePlatformVerified: the platform texted and checked the code itself.
// EvidenceLegacy: signed in the old days (T7), with the old reference and date.
const (
	EvidencePlatformVerified EvidenceKind = "platform_verified"
	EvidenceLegacy           EvidenceKind = "legacy"
)
