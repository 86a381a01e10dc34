package sqlstore

import (
	"fmt"
	"time"

	"countersign/internal/money"
	o "countersign/orchestrator"
)

var (
	attemptTable = newTable("attempts", 2, func(a *o.Attempt) *int64 { return &a.Version }, func(a *o.Attempt) []field {
		fields := []field{
			{"merchant_id", &a.MerchantID},
			{"id", &a.ID},
			{"payment_id", &a.PaymentID},
			{"payer_id", &a.PayerID},
			{"card_id", &a.CardID},
			{"channel_id", &a.ChannelID},
			{"member_no", &a.MemberNo},
			{"order_no", &a.OrderNo},
			{"order_time", instant{&a.OrderTime}},
			{"amount", &a.Amount},
			{"agreement_id", &a.AgreementID},
			{"agreement_no", &a.AgreementNo},
			{"check_no", &a.CheckNo},
			{"by_elements", &a.ByElements},
			{"elements_print", &a.ElementsPrint},
			{"raw", &a.Raw},
			{"route_version", &a.RouteVersion},
			{"decision_id", &a.DecisionID},
			{"summary", &a.Summary},
			{"state", &a.State},
			{"live", derived(a.Live())},
			{"counts", derived(a.CountsForLimits())},
			{"reason", &a.Reason},
			{"expires_at", instant{&a.ExpiresAt}},
			{"send_until", instant{&a.SendUntil}},
			{"sends", &a.Sends},
			{"written", &a.Written},
			{"tries_left", &a.TriesLeft},
			{"queries", &a.Queries},
			{"last_query_at", instant{&a.LastQueryAt}},
			{"unknown_since", instant{&a.UnknownSince}},
			{"not_found_count", &a.NotFound.Count},
			{"not_found_first", instant{&a.NotFound.First}},
			{"not_found_last", instant{&a.NotFound.Last}},
			{"not_found_mixed", &a.NotFound.Mixed},
			{"close_asked", &a.CloseAsked},
			{"close_wanted", &a.CloseWanted},
			{"evidence_id", &a.EvidenceID},
			{"manual", &a.Manual},
			{"conflict", &a.Conflict},
			{"created_at", instant{&a.CreatedAt}},
			{"ended_at", instant{&a.EndedAt}},
			{"due_at", instant{&a.DueAt}},
			{"version", &a.Version},
		}
		return append(append(fields, smsFields(&a.SMS)...), leaseFields(&a.Lease)...)
	})
	attemptByOrder    = attemptTable.query("WHERE merchant_id = ? AND channel_id = ? AND order_no = ?")
	attemptsOfPayment = attemptTable.query("WHERE merchant_id = ? AND payment_id = ? ORDER BY rowid")
)

const amountUsed = `SELECT coalesce(sum(amount), 0), count(*) FROM attempts
	WHERE merchant_id = ? AND card_id = ? AND channel_id = ? AND counts = 1 AND order_time >= ?`

// attempts is orchestrator.Attempts.
type attempts struct{ rows[o.Attempt] }

// Attempts answers the table of attempts.
func (t *tx) Attempts() o.Attempts { return attempts{rows[o.Attempt]{t, attemptTable}} }

// ByOrderNo finds by our own order number.
func (a attempts) ByOrderNo(merchantID, channelID, orderNo string) (o.Attempt, error) {
	return a.one(attemptByOrder, merchantID, channelID, orderNo)
}

// ByPayment answers a payment's attempts, oldest first.
func (a attempts) ByPayment(merchantID, paymentID string) ([]o.Attempt, error) {
	return a.many(attemptsOfPayment, merchantID, paymentID)
}

// Used sums what counts against a card's limits at a channel, amounts in doubt included (R6).
func (a attempts) Used(merchantID, cardID, channelID string, since time.Time) (money.Fen, int, error) {
	var amount money.Fen
	var count int
	arguments := []any{merchantID, cardID, channelID, nanoseconds(since)}
	if err := a.tx.row(amountUsed, arguments, []any{&amount, &count}); err != nil {
		return 0, 0, fmt.Errorf("sum what is used: %w", err)
	}
	return amount, count, nil
}
