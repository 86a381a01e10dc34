package orchestrator

import "time"

// ClockMode says which clock a merchant lives by.
type ClockMode string

// Clock modes. A test clock stands still until its control port moves it.
const (
	ClockSystem ClockMode = "system"
	ClockTest   ClockMode = "test"
)

// RoutingPolicy is how a channel is chosen among the eligible (T12, T4).
type RoutingPolicy string

// Routing policies.
const (
	SilentFirst RoutingPolicy = "silent-first" // any silent channel before any that asks for a code
	RouteFirst  RoutingPolicy = "route-first"  // the best channel, then look at the binding
)

// Policy is what a merchant has decided.
type Policy struct {
	Routing          RoutingPolicy `json:"routing"`
	KeepElements     bool          `json:"keep_elements"`       // T14b: off means elements are never stored
	SMSPerCardDay    int           `json:"sms_per_card_day"`    // signing SMS a card may cause in 24 h
	SMSPerChannelDay int           `json:"sms_per_channel_day"` // the same at one channel
	Notices          bool          `json:"notices"`             // tell payers by SMS and WeChat (T9)
}

// Signing SMS that a card may cause in 24 hours where the merchant has not said otherwise (reliability S4).
const (
	DefaultSMSPerCardDay    = 10
	DefaultSMSPerChannelDay = 5
)

// DefaultPolicy is what a merchant gets that decides nothing.
func DefaultPolicy() Policy {
	return Policy{
		Routing: SilentFirst, KeepElements: true, SMSPerCardDay: DefaultSMSPerCardDay, SMSPerChannelDay: DefaultSMSPerChannelDay,
		Notices: true,
	}
}

// Merchant is a caller of the platform (a tenant). Secrets are sealed; the token is kept as a hash.
type Merchant struct {
	ID            string
	Name          string
	BrandZH       string // signs the platform's own SMS, in brackets
	TokenHash     string // hex SHA-256 of the bearer token
	Clock         ClockMode
	TestNow       time.Time // where a test clock stands; kept so that a restart does not move it
	Policy        Policy
	GatewayURL    string // messaging gateway base URL with world prefix; "" = no messages
	SealedGateway []byte // bearer token of the gateway, scope "gateway:<merchant>"
	WebhookURL    string // "" = no webhooks
	SealedWebhook []byte // webhook signing secret, scope "webhook:<merchant>"
	Version       int64
	CreatedAt     time.Time
	UpdatedAt     time.Time
}
