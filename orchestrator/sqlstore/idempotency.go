package sqlstore

import (
	"fmt"
	"time"

	o "countersign/orchestrator"
)

var keyTable = newTable("idempotency_keys", 3, nil, func(r *o.IdempotencyRecord) []field {
	return []field{
		{"merchant_id", &r.MerchantID},
		{"operation", &r.Operation},
		{"key", &r.Key},
		{"fingerprint", &r.Fingerprint},
		{"resource_id", &r.ResourceID},
		{"problem", &r.Problem},
		{"tries_left", &r.TriesLeft},
		{"at", instant{&r.At}},
	}
})

const (
	setProblem = `UPDATE idempotency_keys SET problem = ?, tries_left = ?
		WHERE merchant_id = ? AND operation = ? AND key = ?`
	addToInbox = "INSERT INTO inbox (merchant_id, channel_id, event_id, digest, at) VALUES (?, ?, ?, ?, ?)"
)

// idempotency is orchestrator.Idempotency.
type idempotency struct{ rows rows[o.IdempotencyRecord] }

// Idempotency answers the table of idempotency keys.
func (t *tx) Idempotency() o.Idempotency { return idempotency{rows[o.IdempotencyRecord]{t, keyTable}} }

// Insert stores a key that must be new.
func (i idempotency) Insert(row o.IdempotencyRecord) error { return i.rows.add(&row) }

// Get answers one key.
func (i idempotency) Get(merchantID, operation, key string) (o.IdempotencyRecord, error) {
	return i.rows.one(keyTable.get, merchantID, operation, key)
}

// SetProblem notes how the request ended.
func (i idempotency) SetProblem(merchantID, operation, key string, problem o.Code, triesLeft int) error {
	touched, err := i.rows.tx.exec(setProblem, string(problem), triesLeft, merchantID, operation, key)
	if err == nil && touched == 0 {
		err = o.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("update idempotency_keys: %w", err)
	}
	return nil
}

// inbox is orchestrator.Inbox.
type inbox struct{ tx *tx }

// Inbox answers the table of notifications received.
func (t *tx) Inbox() o.Inbox { return inbox{t} }

// Insert remembers a notification that must be new.
func (i inbox) Insert(merchantID, channelID, eventID, digest string, at time.Time) error {
	if _, err := i.tx.exec(addToInbox, merchantID, channelID, eventID, digest, instant{&at}); err != nil {
		return fmt.Errorf("insert into inbox: %w", err)
	}
	return nil
}
