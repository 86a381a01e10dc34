// Package simtest puts simulated banks and payment channels into a Go test, in one
// line:
//
//	w := simtest.New(t)
//
// That is a whole world: channels that sign, text codes, keep agreements, debit cards
// and notify; people with cards; a clock that stands until the test moves it. It needs
// no process, no container and no port, costs less than a millisecond, ends with the
// test, and every parallel test has its own.
//
// Point the service under test at it:
//
//	m := w.Member("bridge-pay")
//	service := payments.New(payments.Config{
//		BaseURL:  m.URL(),          // a real port of the loopback
//		MemberNo: m.MemberNo,
//		Key:      m.RequestKey,     // and m.ReplyKey to check answers
//	})
//
// Then do to it what real channels do, and look at what really happened:
//
//	w.Faults.Add(simtest.LostReply(control.Charge).Times(1))
//	service.Pay(ctx, order)                   // the answer is lost after the debit
//	w.Clock.Advance(10 * time.Minute)         // everything due happens, in order
//	if w.Debited(order) != 66_00 { ... }      // the bank's ledger, not your own
//	w.NoVerdicts()                            // no rule of the contract was broken
//
// # What belongs where
//
// [World] makes, forks, remembers and restores worlds and shows the record: Journal,
// Truth, Ledger, Verify, Story. [Clock] moves time and says what happened. [Faults] and
// [Rule] say what goes wrong, where and how often. [Inbox] has the texts and their codes.
// [Member] has number, keys and a typed client for debits of the test's own, and
// [Receiver] takes notifications. What has no method is a call away with World.Control,
// the generated client of the control plane.
//
// [Remote] gives the same for a simulator that runs elsewhere, say in a container: all
// of this is one layer over the control plane, whichever way it is reached.
//
// # Time
//
// A world's clock stands at the present instant unless [VirtualClock] or [RealClock]
// says otherwise. Signatures are good for five minutes around it: a service with a clock
// of its own follows with [Clock.Now], or lives with [RealClock].
//
// # Chance
//
// All chance in a world comes from its seed. A failing test prints it; [Seed] makes the
// same world again.
package simtest
