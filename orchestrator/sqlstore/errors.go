package sqlstore

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"

	"countersign/orchestrator"
)

// Errors of the store itself; those about rows are the root's (orchestrator.ErrNotFound and its like).
var (
	ErrClosed      = errors.New("store is closed")
	ErrFull        = errors.New("disk is full")
	ErrReadOnly    = errors.New("store cannot be written")
	ErrBusy        = errors.New("store is locked by another process")
	ErrCorrupt     = errors.New("store file is damaged")
	ErrNewerSchema = errors.New("store was written by a newer version")
	ErrUnwritable  = errors.New("data folder cannot be written")
	ErrInView      = errors.New("a view must not write")
	ErrOver        = errors.New("transaction is over")
)

// Primary result codes of SQLite (sqlite.org/rescode.html). The extended code's low byte is one of them.
const (
	codeBusy       = 5
	codeLocked     = 6
	codeReadOnly   = 8
	codeIOErr      = 10
	codeCorrupt    = 11
	codeFull       = 13
	codeCantOpen   = 14
	codeConstraint = 19
	codeNotADB     = 26
)

// uniques says which promise a unique index keeps, by the columns SQLite names when it is broken.
var uniques = map[string]error{
	"channels.channel_id, channels.member_no":                                                orchestrator.ErrDuplicateMember,
	"payments.merchant_id, payments.merchant_order_no":                                       orchestrator.ErrDuplicateOrder,
	"attempts.merchant_id, attempts.payment_id":                                              orchestrator.ErrLiveAttempt,
	"attempts.channel_id, attempts.order_no, attempts.member_no":                             orchestrator.ErrDuplicateCharge,
	"signings.merchant_id, signings.payer_id, signings.card_id, signings.channel_id":         orchestrator.ErrOpenSigning,
	"agreements.merchant_id, agreements.payer_id, agreements.card_id, agreements.channel_id": orchestrator.ErrLiveAgreement,
	"cards.merchant_id, cards.payer_id, cards.fingerprint":                                   orchestrator.ErrDuplicateCard,
	"idempotency_keys.merchant_id, idempotency_keys.operation, idempotency_keys.key":         orchestrator.ErrDuplicateKey,
	"inbox.merchant_id, inbox.channel_id, inbox.event_id":                                    orchestrator.ErrDuplicateInbox,
}

// typed turns an error of the driver into one that callers can branch on. SQLite's texts name tables and
// columns and never a value.
func typed(err error) error {
	var fault *sqlite.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return orchestrator.ErrNotFound
	case errors.Is(err, sql.ErrConnDone):
		return ErrClosed
	case !errors.As(err, &fault):
		return err
	}
	if kind := kindOf(fault); kind != nil {
		return fmt.Errorf("%w: %w", kind, err)
	}
	return fmt.Errorf("store: %w", err)
}

// kindOf names a result code; nil when there is no name for it.
func kindOf(fault *sqlite.Error) error {
	switch fault.Code() & 0xff {
	case codeConstraint:
		return broken(fault.Error())
	case codeFull:
		return ErrFull
	case codeReadOnly, codeCantOpen, codeIOErr:
		return ErrReadOnly
	case codeBusy, codeLocked:
		return ErrBusy
	case codeCorrupt, codeNotADB:
		return ErrCorrupt
	}
	return nil
}

// broken names the promise behind a broken unique index; any other constraint has no name.
func broken(text string) error {
	const marker = "UNIQUE constraint failed: "
	_, columns, found := strings.Cut(text, marker)
	if !found {
		return nil
	}
	columns, _, _ = strings.Cut(columns, " (")
	if promise, ok := uniques[columns]; ok {
		return promise
	}
	return orchestrator.ErrDuplicate
}
