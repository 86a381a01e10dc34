package sqlstore

import (
	o "countersign/orchestrator"
)

var (
	noticeTable = newTable("notices", 2, func(n *o.Notice) *int64 { return &n.Version }, func(n *o.Notice) []field {
		return append([]field{
			{"merchant_id", &n.MerchantID},
			{"id", &n.ID},
			{"kind", &n.Kind},
			{"purpose", &n.Purpose},
			{"reference", &n.Reference},
			{"card_id", &n.CardID},
			{"amount", &n.Amount},
			{"seq", &n.Seq},
			{"status", &n.Status},
			{"reason", &n.Reason},
			{"payload", blob{&n.Payload}},
			{"tries", &n.Tries},
			{"given_up", &n.GivenUp},
			{"done_at", instant{&n.DoneAt}},
			{"created_at", instant{&n.CreatedAt}},
			{"occurred_at", instant{&n.OccurredAt}},
			{"due_at", instant{&n.DueAt}},
			{"version", &n.Version},
		}, leaseFields(&n.Lease)...)
	})
	noticesOfReference = noticeTable.query("WHERE merchant_id = ? AND reference = ? ORDER BY rowid")
)

// notices is orchestrator.Notices.
type notices struct{ rows[o.Notice] }

// Notices answers the outbox.
func (t *tx) Notices() o.Notices { return notices{rows[o.Notice]{t, noticeTable}} }

// ByReference answers the notices of a payment or verification, oldest first.
func (n notices) ByReference(merchantID, reference string) ([]o.Notice, error) {
	return n.many(noticesOfReference, merchantID, reference)
}
