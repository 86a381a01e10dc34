package clock

import "time"

// dateOnly is how a business day is written everywhere: on wires, in keys of
// counters and in reconciliation files.
const dateOnly = time.DateOnly

// businessZone is China Standard Time, UTC+8 without summer time. It is fixed
// here because the zone database is not part of a small container image.
//
//nolint:gochecknoglobals // an immutable zone; time.FixedZone is no constant
var businessZone = time.FixedZone("UTC+8", 8*60*60)

// BusinessDay names the day an instant belongs to at Chinese banks, as
// "2006-01-02" in UTC+8. Daily limits, order dates and statements go by it.
func BusinessDay(t time.Time) string { return t.In(businessZone).Format(dateOnly) }

// BusinessMonth names the month an instant belongs to in UTC+8, as "2006-01".
func BusinessMonth(t time.Time) string { return t.In(businessZone).Format("2006-01") }

// StartOfBusinessDay returns midnight UTC+8 at or before the instant, in UTC: the
// lower, inclusive edge of a daily limit.
func StartOfBusinessDay(t time.Time) time.Time {
	year, month, day := t.In(businessZone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, businessZone).UTC()
}

// StartOfBusinessMonth returns midnight UTC+8 of the first of the month the
// instant belongs to, in UTC: the lower, inclusive edge of a monthly limit.
func StartOfBusinessMonth(t time.Time) time.Time {
	year, month, _ := t.In(businessZone).Date()
	return time.Date(year, month, 1, 0, 0, 0, 0, businessZone).UTC()
}

// NextBusinessDay returns the midnight UTC+8 after the instant, in UTC: the
// upper, exclusive edge of a daily limit and the moment it is free again.
func NextBusinessDay(t time.Time) time.Time {
	year, month, day := t.In(businessZone).Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, businessZone).UTC()
}
