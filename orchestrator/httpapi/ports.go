package httpapi

import (
	"context"
	"net/http"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// UseCases is what the door asks of the engine, in groups by subject. *engine.Engine has all of it.
type UseCases interface {
	Cards
	Verifications
	Payments
	Agreements
	Operations
	Channels
	Inspection
	Inbound
}

// Compile-time proof that the engine is behind this door.
var _ UseCases = (*engine.Engine)(nil)

// Cards binds cards and lets payers land with them (T12).
type Cards interface {
	BindCard(ctx context.Context, merchantID string, key engine.Key, cmd engine.BindCardCommand) (engine.CardView, error)
	GetCard(ctx context.Context, merchantID, cardID string) (engine.CardView, error)
	UnbindCard(ctx context.Context, merchantID, cardID string) (engine.CardView, error)
	CardAgreements(ctx context.Context, merchantID, cardID string) ([]engine.AgreementView, error)
	Land(ctx context.Context, merchantID string, key engine.Key, cmd engine.LandCommand) (engine.CheckoutView, error)
}

// Verifications is the authentication flow without a payment (T5).
type Verifications interface {
	ApplyVerification(ctx context.Context, merchantID string, key engine.Key, cmd engine.VerificationCommand) (engine.VerificationView, error)
	ResendVerification(ctx context.Context, merchantID string, key engine.Key, id string) (engine.VerificationView, error)
	ConfirmVerification(ctx context.Context, merchantID string, key engine.Key, id string, cmd engine.ConfirmCommand) (engine.VerificationView, error)
	GetVerification(ctx context.Context, merchantID, id string) (engine.VerificationView, error)
}

// Payments is the payment flow (T5).
type Payments interface {
	ApplyPayment(ctx context.Context, merchantID string, key engine.Key, cmd engine.PaymentCommand) (engine.PaymentView, error)
	ResendPayment(ctx context.Context, merchantID string, key engine.Key, id string) (engine.PaymentView, error)
	ConfirmPayment(ctx context.Context, merchantID string, key engine.Key, id string, cmd engine.ConfirmCommand) (engine.PaymentView, error)
	RetryPayment(ctx context.Context, merchantID string, key engine.Key, id string, cmd engine.RetryCommand) (engine.PaymentView, error)
	ClosePayment(ctx context.Context, merchantID string, key engine.Key, id string) (engine.PaymentView, error)
	GetPayment(ctx context.Context, merchantID, id string) (engine.PaymentView, error)
}

// Agreements brings old customers along (T7).
type Agreements interface {
	SyncAgreements(ctx context.Context, merchantID string, key engine.Key, items []engine.SyncCommand) ([]engine.SyncView, error)
}

// Operations sets merchants up.
type Operations interface {
	PutMerchant(ctx context.Context, cmd engine.MerchantCommand) (engine.MerchantView, error)
	GetMerchant(ctx context.Context, merchantID string) (engine.MerchantView, error)
	ListMerchants(ctx context.Context) ([]engine.MerchantView, error)
	SetPolicy(ctx context.Context, merchantID string, routing orchestrator.RoutingPolicy) (engine.MerchantView, error)
}

// Channels sets a merchant's channels up.
type Channels interface {
	PutChannel(ctx context.Context, merchantID string, cmd engine.ChannelCommand) (engine.ChannelView, error)
	GetChannel(ctx context.Context, merchantID, channelID string) (engine.ChannelView, error)
	SwitchChannel(ctx context.Context, merchantID, channelID string, state orchestrator.ChannelState) (engine.ChannelView, error)
}

// Inspection tells operators what happened and why.
type Inspection interface {
	ExplainRoute(ctx context.Context, paymentID string) ([]orchestrator.Decision, error)
	Story(ctx context.Context, paymentID string) (engine.StoryView, error)
	QueryNow(ctx context.Context, paymentID string) (engine.StoryView, error)
}

// Inbound is what requests need before and around their use case.
type Inbound interface {
	MerchantByToken(ctx context.Context, token orchestrator.Secret) (merchantID string, err error)
	ChannelAccess(ctx context.Context, merchantID, channelID string) (orchestrator.Access, error)
	HandleNotification(ctx context.Context, merchantID, channelID string, n orchestrator.Notification) error
	Enter(ctx context.Context, merchantID string) (entered context.Context, leave func())
}

// NotificationVerifier checks signature, window, replay and form of a channel's notification. Method and target
// are those of the request line as it arrived. Any error means that the notification was not taken.
type NotificationVerifier interface {
	VerifyNotification(access orchestrator.Access, method, target string, headers http.Header, body []byte) (orchestrator.Notification, error)
}
