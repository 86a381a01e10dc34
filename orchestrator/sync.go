package orchestrator

import "time"

// SyncResult is how one item of a legacy sync ended (T7).
type SyncResult string

// Results of a sync item.
const (
	SyncBound              SyncResult = "bound"
	SyncNeedsSigning       SyncResult = "needs_signing"
	SyncMismatch           SyncResult = "mismatch"
	SyncElementCheckPassed SyncResult = "element_check_passed"
	SyncUnknown            SyncResult = "unknown" // asked again until evidence comes
)

// SyncItem is one old customer brought along to one channel.
type SyncItem struct {
	ID         string
	MerchantID string
	BatchID    string
	ItemID     string // the merchant's own
	PayerID    string
	CardID     string
	ChannelID  string
	SigningID  string
	CheckID    string
	Legacy     *LegacyEvidence // what the merchant brought along as proof
	Result     SyncResult
	Reason     string
	CreatedAt  time.Time
	Version    int64
}
