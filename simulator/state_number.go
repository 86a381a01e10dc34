package simulator

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"countersign/internal/money"
)

// Limits of the numbers in a state. A counter goes on by ones from where it stands, so
// that none may stand near the end of its type.
const (
	largestStateNumber = 1 << 53 // every reader of JSON gives it back whole
	longestStateWait   = longestPause * time.Second
	earliestStateDay   = -719_162  // 0001-01-01, in days since 1970
	latestStateDay     = 2_932_896 // 9999-12-31
	largestStatus      = 999       // of HTTP
)

// stateRange is what a number of a state may be.
type stateRange struct{ least, most int64 }

// stateRanges are the ranges of numbers by their name in JSON; others count something:
// 0 or more, and not near the end of the type.
//
//nolint:gochecknoglobals // an immutable table
var stateRanges = map[string]stateRange{
	"at": anyNanosecond, "order_time": anyNanosecond, "accepted": anyNanosecond, "finished": anyNanosecond,
	"day":                     {earliestStateDay, latestStateDay},
	"skew_ms":                 {-longestPause * 1000, longestPause * 1000},
	"delay_ms":                {0, longestPause * 1000},
	"jitter_ms":               {0, longestPause * 1000},
	"after_ms":                {0, longestPause * 1000},
	"younger_than_ms":         {0, longestPause * 1000},
	"copies":                  {0, mostCopies},
	"status":                  {0, largestStatus},
	"answer_status":           {0, largestStatus},
	"length":                  {0, longestStateText},
	"lifetime_seconds":        {0, longestPause},
	"resend_gap_seconds":      {0, longestPause},
	"max_in_flight_seconds":   {0, longestPause},
	"schedule_seconds":        {0, longestPause},
	"settle_after_seconds":    {0, longestPause},
	"sms_delay_seconds":       {0, longestPause},
	"schedule":                {0, longestPause},
	"agreement_lifetime_days": {0, mostLifetimeDays},
}

// anyNanosecond: each of them is an instant.
//
//nolint:gochecknoglobals // an immutable value
var anyNanosecond = stateRange{-1 << 63, 1<<63 - 1}

// number holds a number against the range of its name.
func (c *checker) number(at string, n int64) {
	name := at[strings.LastIndexByte(at, '.')+1:]
	if bracket := strings.IndexByte(name, '['); bracket >= 0 {
		name = name[:bracket]
	}
	bounds, named := stateRanges[name]
	if !named {
		bounds = stateRange{0, largestStateNumber}
	}
	switch {
	case n < bounds.least && bounds.least == 0:
		c.fail(at, "must not be below zero")
	case n < bounds.least || n > bounds.most:
		c.fail(at, fmt.Sprintf("is out of range: %d to %d", bounds.least, bounds.most))
	}
}

// amount holds money against what sums of it can bear.
func (c *checker) amount(at string, fen money.Fen) {
	switch {
	case fen < 0:
		c.fail(at, "must not be below zero")
	case fen > largestStateNumber:
		c.fail(at, "is more money than there is")
	}
}

// table checks the names and values of a map, in order of names.
func (c *checker) table(at string, v reflect.Value) {
	if v.Len() > longestStateList {
		c.fail(at, "is too long")
		return
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		c.walk(at, key)
		c.walk(at, v.MapIndex(key))
	}
}
