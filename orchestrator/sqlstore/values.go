package sqlstore

import (
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"countersign/orchestrator"
)

// A field is one column of a row: its name, and what database/sql can both read from and scan into, a pointer
// to a plain member or one of the wrappers below.
type field struct {
	name  string
	value any
}

// errColumn says that a stored value has a form this program never writes.
var errColumn = errors.New("column holds an unexpected value")

// instant stores a time as Unix nanoseconds, the zero time as 0, and gives it back in UTC.
type instant struct{ at *time.Time }

// Value implements driver.Valuer. An instant that nanoseconds cannot hold (before 1678, after 2262) is refused.
func (i instant) Value() (driver.Value, error) {
	if i.at.IsZero() {
		return int64(0), nil
	}
	n := i.at.UnixNano()
	if n == 0 || !time.Unix(0, n).Equal(*i.at) {
		return nil, fmt.Errorf("instant out of range: %w", errColumn)
	}
	return n, nil
}

// Scan implements sql.Scanner.
func (i instant) Scan(stored any) error {
	n, ok := stored.(int64)
	if !ok {
		return errColumn
	}
	*i.at = time.Time{}
	if n != 0 {
		*i.at = time.Unix(0, n).UTC()
	}
	return nil
}

// blob stores bytes; nil is NULL and comes back as nil.
type blob struct{ bytes *[]byte }

// Value implements driver.Valuer.
func (b blob) Value() (driver.Value, error) {
	if *b.bytes == nil {
		return nil, nil
	}
	return *b.bytes, nil
}

// Scan implements sql.Scanner. The driver's buffer is copied.
func (b blob) Scan(stored any) error {
	switch s := stored.(type) {
	case nil:
		*b.bytes = nil
	case []byte:
		*b.bytes = append([]byte{}, s...)
	default:
		return errColumn
	}
	return nil
}

// document stores a list or a group of settings as JSON text. to is a pointer.
type document struct{ to any }

// Value implements driver.Valuer.
func (d document) Value() (driver.Value, error) {
	text, err := json.Marshal(d.to)
	if err != nil {
		return nil, fmt.Errorf("encode column: %w", err)
	}
	return string(text), nil
}

// Scan implements sql.Scanner.
func (d document) Scan(stored any) error {
	text, ok := stored.(string)
	if !ok {
		return errColumn
	}
	if err := json.Unmarshal([]byte(text), d.to); err != nil {
		return fmt.Errorf("decode column: %w", err)
	}
	return nil
}

// bits stores 64 bits as the signed number of the same bits.
type bits struct{ word *uint64 }

// Value implements driver.Valuer.
func (b bits) Value() (driver.Value, error) {
	return int64(*b.word), nil
}

// Scan implements sql.Scanner.
func (b bits) Scan(stored any) error {
	n, ok := stored.(int64)
	if !ok {
		return errColumn
	}
	*b.word = uint64(n)
	return nil
}

// derived stores what the rules say of a row, for an index; it is not read back.
type derived bool

// Value implements driver.Valuer.
func (d derived) Value() (driver.Value, error) {
	if d {
		return int64(1), nil
	}
	return int64(0), nil
}

// Scan implements sql.Scanner by ignoring.
func (derived) Scan(any) error { return nil }

// leaseFields are the columns of a lease.
func leaseFields(l *orchestrator.Lease) []field {
	return []field{{"lease_owner", &l.Owner}, {"lease_until", instant{&l.Until}}, {"lease_fence", &l.Fence}}
}

// smsFields are the columns of an SMS.
func smsFields(s *orchestrator.SMS) []field {
	return []field{
		{"sms_seq", &s.Seq},
		{"sms_sender", &s.Sender},
		{"sms_about", &s.About},
		{"sms_masked_mobile", &s.MaskedMobile},
		{"sms_sent_at", instant{&s.SentAt}},
		{"sms_expires_at", instant{&s.ExpiresAt}},
		{"sms_resend_after", instant{&s.ResendAfter}},
	}
}

// farthest is the greatest instant a query can be asked for.
const farthest = math.MaxInt64

// nanoseconds is an instant as an argument of a comparison: times that do not fit are cut to the ends.
func nanoseconds(t time.Time) int64 {
	switch {
	case t.IsZero() || t.Year() < 1679:
		return 0
	case t.Year() > 2261:
		return farthest
	}
	return t.UnixNano()
}
