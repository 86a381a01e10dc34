package orchestrator

import (
	"context"
	"time"

	"countersign/internal/cardholder"
	"countersign/internal/money"
)

// Store keeps everything, in transactions. Update commits when fn returns nil and rolls back otherwise;
// it runs fn again by itself only when the database asks for it, so fn must have no effect outside. View is
// for reading. Inside fn no other port may be called.
//
// An error of the commit itself may leave its outcome unknown: the caller reads again by a unique key.
type Store interface {
	Update(ctx context.Context, fn func(Tx) error) error
	View(ctx context.Context, fn func(Tx) error) error
}

// Tx is one transaction. Every read sees the writes made before it in the same transaction.
type Tx interface {
	Merchants() Merchants
	Channels() Channels
	Healths() Healths
	Cards() Cards
	Standings() Standings
	Agreements() Agreements
	Checks() Checks
	Signings() Signings
	Decisions() Decisions
	Checkouts() Checkouts
	Payments() Payments
	Attempts() Attempts
	Verifications() Verifications
	Syncs() Syncs
	Idempotency() Idempotency
	Inbox() Inbox
	Notices() Notices
	Events() Events
	Dues() Dues
}

// Rows is what every aggregate's table can do.
//
// Insert stores a new row and sets its Version to 1; a taken key is one of the typed errors of errors.go.
// Update stores the row if the stored Version equals row.Version, sets it one higher in both, and answers
// ErrVersion otherwise. Get answers ErrNotFound for an unknown id and for one of another merchant alike.
type Rows[T any] interface {
	Insert(row *T) error
	Update(row *T) error
	Get(merchantID, id string) (T, error)
}

// Merchants keeps merchants.
type Merchants interface {
	// Put inserts (Version 0) or updates (compare-and-set on Version).
	Put(row *Merchant) error
	Get(id string) (Merchant, error)
	ByTokenHash(hash string) (Merchant, error)
	// List answers all merchants by id.
	List() ([]Merchant, error)
}

// Channels keeps the channels of each merchant.
type Channels interface {
	// Put inserts (Version 0) or updates (compare-and-set on Version).
	Put(row *ChannelConfig) error
	Get(merchantID, channelID string) (ChannelConfig, error)
	// List answers a merchant's channels by channel id.
	List(merchantID string) ([]ChannelConfig, error)
}

// Healths keeps breakers and success windows. Get answers a fresh Health where none is stored.
type Healths interface {
	Put(row *Health) error
	Get(merchantID, channelID string) (Health, error)
}

// Cards keeps cards. Unique while bound: (merchant, payer, fingerprint), else ErrDuplicateCard.
type Cards interface {
	Rows[Card]
	ByFingerprint(merchantID, payerID, fingerprint string) (Card, error) // bound ones only
	// TakenAway finds the unbound card with this number that was taken away last.
	TakenAway(merchantID, payerID, fingerprint string) (Card, error)
	// ForgetElements deletes the sealed elements of all cards of a merchant.
	ForgetElements(merchantID string) error
}

// Standings keeps what a card has reached at each channel. Put inserts (Version 0) or updates.
type Standings interface {
	Put(row *Standing) error
	// Get answers an empty Standing with Version 0 where none is stored.
	Get(merchantID, cardID, channelID string) (Standing, error)
	List(merchantID, cardID string) ([]Standing, error) // by channel id
}

// Agreements keeps agreements. Unique: one active per (merchant, payer, card, channel), else ErrLiveAgreement.
type Agreements interface {
	Rows[Agreement]
	// ByCard answers all agreements of a card that ever were, oldest first (SignedAt, then ID).
	ByCard(merchantID, cardID string) ([]Agreement, error)
	// ByNumber finds by the channel's number.
	ByNumber(merchantID, channelID, agreementNo string) (Agreement, error)
}

// Checks keeps element checks.
type Checks interface {
	Rows[Check]
}

// Signings keeps signings. Unique: (channel, member_no, sign_no); one with IsOpen per (merchant, payer,
// card, channel), else ErrOpenSigning.
type Signings interface {
	Rows[Signing]
	Open(merchantID, payerID, cardID, channelID string) (Signing, error)
	BySignNo(merchantID, channelID, signNo string) (Signing, error)
	ByCheck(merchantID, checkID string) (Signing, error)
	ByOwner(merchantID, ownerID string) ([]Signing, error) // oldest first
	// SMSSince sums SMSCount over the card's signings created at or after since; channelID "" = all.
	SMSSince(merchantID, cardID, channelID string, since time.Time) (int, error)
	// NextSMS is the latest ResendAfter of the card's signings at the channel that were created at or after since,
	// have caused an SMS and were not completed; zero = none.
	NextSMS(merchantID, cardID, channelID string, since time.Time) (time.Time, error)
}

// Decisions keeps decisions; they are never changed.
type Decisions interface {
	Insert(row *Decision) error
	Get(merchantID, id string) (Decision, error)
	ByOwner(merchantID, ownerID string) ([]Decision, error) // by route version
}

// Checkouts keeps landings.
type Checkouts interface {
	Rows[Checkout]
}

// Payments keeps payments. Unique: (merchant, merchant order number), else ErrDuplicateOrder.
type Payments interface {
	Rows[Payment]
	ByOrderNo(merchantID, merchantOrderNo string) (Payment, error)
	// OpenOfCard answers the card's payments that are not Final, oldest first.
	OpenOfCard(merchantID, cardID string) ([]Payment, error)
	// Find looks a payment up for the operator scope, in all merchants.
	Find(id string) (Payment, error)
	// Latest answers a merchant's newest payments first.
	Latest(merchantID string, limit int) ([]Payment, error)
}

// Attempts keeps attempts. Unique: one with Live per payment, else ErrLiveAttempt; (channel, member_no,
// order_no), else ErrDuplicateCharge.
type Attempts interface {
	Rows[Attempt]
	ByOrderNo(merchantID, channelID, orderNo string) (Attempt, error)
	ByPayment(merchantID, paymentID string) ([]Attempt, error) // oldest first
	// Used sums amount and number of the card's attempts at the channel with CountsForLimits whose
	// OrderTime is at or after since.
	Used(merchantID, cardID, channelID string, since time.Time) (money.Fen, int, error)
}

// Verifications keeps verifications.
type Verifications interface {
	Rows[Verification]
	// OpenOfCard answers the card's verifications that are not Final, oldest first.
	OpenOfCard(merchantID, cardID string) ([]Verification, error)
}

// Syncs keeps items of legacy syncs.
type Syncs interface {
	Rows[SyncItem]
	ByBatch(merchantID, batchID string) ([]SyncItem, error) // in the order of insertion
}

// Idempotency keeps keys. Unique: (merchant, operation, key), else ErrDuplicateKey.
type Idempotency interface {
	Insert(row IdempotencyRecord) error
	Get(merchantID, operation, key string) (IdempotencyRecord, error)
	// SetProblem notes how the request ended after its resource was made.
	SetProblem(merchantID, operation, key string, problem Code, triesLeft int) error
}

// Inbox remembers notifications. Insert answers ErrDuplicateInbox for a known (merchant, channel, event id).
type Inbox interface {
	Insert(merchantID, channelID, eventID, digest string, at time.Time) error
}

// Notices is the outbox.
type Notices interface {
	Rows[Notice]
	// ByReference answers the notices of a payment or verification, oldest first.
	ByReference(merchantID, reference string) ([]Notice, error)
}

// Events keeps events and evidence; both only ever grow.
type Events interface {
	Append(events ...Event) error // gives each its Seq
	ByReference(merchantID, reference string) ([]Event, error)
	AddEvidence(row Evidence) error
	Evidence(merchantID, id string) (Evidence, error)
}

// DueKind names the table of a due row.
type DueKind string

// Kinds of due rows.
const (
	DueAttempt   DueKind = "attempt"
	DueSigning   DueKind = "signing"
	DueCheck     DueKind = "check"
	DueAgreement DueKind = "agreement"
	DueNotice    DueKind = "notice"
)

// DueRef points at a row that has something to do.
type DueRef struct {
	Kind       DueKind
	MerchantID string
	ID         string
	At         time.Time
	Failures   int // how often in a row it could not be begun
}

// Dues finds work by DueAt over attempts, signings, checks, agreements and notices, earliest first, then by
// kind and id. merchantID "" means: all merchants whose Clock is ClockSystem.
type Dues interface {
	Due(merchantID string, upTo time.Time, limit int) ([]DueRef, error)
	// Next is the earliest DueAt; ok is false when nothing is waiting.
	Next(merchantID string) (at time.Time, ok bool, err error)
	// PutOff moves the due time of a row that could not be begun, unless it was moved since, and counts the failure. It
	// reads nothing else of the row, so that one which cannot be decoded is put off like any other.
	PutOff(ref DueRef, until time.Time) error
	// Begun forgets the failures of a row.
	Begun(ref DueRef) error
	// Leased answers the rows whose Lease.Owner is set and not owner, of all merchants, for recovery.
	Leased(owner string) ([]DueRef, error)
}

// Channel speaks to payment channels. The context ends when the call's time is over; the reply says what
// the answer proves, and there is no error besides.
type Channel interface {
	Do(ctx context.Context, access Access, call Call) Reply
}

// Message is one SMS or WeChat message of the platform. Text may hold an SMS code, To personal data.
type Message struct {
	MessageNo string
	Kind      NoticeKind // NoticeSMS | NoticeWeChat
	Purpose   string     // code | debit_notice | failure_notice
	Template  string
	To        Secret // mobile or open id
	Text      Secret
	Reference string
}

// Purposes of messages.
const (
	PurposeCode          = "code"
	PurposeDebitNotice   = "debit_notice"
	PurposeFailureNotice = "failure_notice"
)

// Gateway is where a merchant's messages go.
type Gateway struct {
	BaseURL string
	Token   Secret
}

// Messenger sends SMS and WeChat messages. A repeat of a message number is sent once.
type Messenger interface {
	Send(ctx context.Context, gateway Gateway, message Message) error
}

// WebhookTarget is where a merchant wants its events.
type WebhookTarget struct {
	URL    string
	Secret Secret
}

// WebhookEvent is one event for a merchant; ID is stable over retries.
type WebhookEvent struct {
	ID   string
	At   time.Time // of this delivery, for the signature
	Body []byte
}

// Webhooks delivers events to merchants, signed by Standard Webhooks. ErrGone means: never again (410); any other
// error means: try again.
type Webhooks interface {
	Deliver(ctx context.Context, target WebhookTarget, event WebhookEvent) error
}

// Chance draws what looks accidental: SMS codes and jitter. In production the seed behind it is secret.
type Chance interface {
	Draw(entity, event string) uint64
	Digits(entity, event string, n int) string
}

// Vault guards what is stored. Scope goes into the additional data, so that a sealed value cannot be moved
// to another row.
type Vault interface {
	Seal(scope string, plain []byte) ([]byte, error)
	Open(scope string, sealed []byte) ([]byte, error)
	// MAC is a keyed hash; purpose separates its uses.
	MAC(purpose string, data []byte) []byte
}

// Bins tells which bank issued a card number, by its longest known prefix.
type Bins interface {
	Lookup(number cardholder.CardNumber) (bank, cardType string, ok bool)
}
