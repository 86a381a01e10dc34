package orchestrator

import "time"

// Schedules of reliability 4.3. Each delay counts from the answer before; the last one repeats for ever:
// asking never ends in a guess.
var (
	paymentSchedule = []time.Duration{
		5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute,
		10 * time.Minute, 15 * time.Minute, 30 * time.Minute, 45 * time.Minute, time.Hour, 2 * time.Hour,
		4 * time.Hour, 8 * time.Hour, 12 * time.Hour,
	}
	signingSchedule = []time.Duration{
		2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute,
		5 * time.Minute, 15 * time.Minute, time.Hour,
	}
	outboxSchedule = []time.Duration{
		5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour,
		14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
	}
	resendSchedule = []time.Duration{time.Second, 3 * time.Second, 10 * time.Second}
)

// Bounds around the schedules.
const (
	ManualAfter     = 36 * time.Hour   // an attempt this long in doubt is flagged; asking goes on
	NoticeTries     = 10               // tries of one notice before it is given up
	SigningLifetime = 30 * time.Minute // a signing without an end
	WatchFor        = 24 * time.Hour   // a signing that may still come true at the channel
	CodeChargeLife  = 15 * time.Minute // validity of a charge that waits for the payer's code
	ChargeLife      = 60 * time.Second // validity of any other charge
	CheckoutLife    = 30 * time.Minute // a landing
	notFoundAgain   = 5 * time.Minute  // next query once only the not-found rule's spread is missing
	jitterPermille  = 200              // ±20 %
	maxUnsentTries  = 3                // sends of one attempt that were proven unwritten
	MaxMoves        = 8                // automatic changes of channel of one payment
	manualQuery     = 24 * time.Hour   // pace once flagged
)

// PaymentDelay is the wait before query n+1 of a charge (n from 0), with jitter drawn by draw.
func PaymentDelay(n int, draw uint64) time.Duration { return delay(paymentSchedule, n, draw) }

// SigningDelay is the wait before query n+1 of a signing, a check or a termination.
func SigningDelay(n int, draw uint64) time.Duration { return delay(signingSchedule, n, draw) }

// OutboxDelay is the wait after try n+1 of a notice (n from 0).
func OutboxDelay(n int, draw uint64) time.Duration { return delay(outboxSchedule, n, draw) }

// ResendDelay is the wait before the same charge is sent again after nothing was written.
func ResendDelay(n int, draw uint64) time.Duration { return delay(resendSchedule, n, draw) }

// delay takes entry n of a schedule, the last one beyond its end, and moves it by up to ±20 %, to the
// nanosecond, so that no two wake-ups share an instant.
func delay(schedule []time.Duration, n int, draw uint64) time.Duration {
	base := schedule[min(max(n, 0), len(schedule)-1)]
	span := uint64(base) * jitterPermille / 1000
	return base - time.Duration(span) + time.Duration(draw%(2*span+1))
}
