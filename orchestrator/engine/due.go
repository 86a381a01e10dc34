package engine

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"countersign/orchestrator"
)

// DefaultCallTimeout is how long a channel may take to answer.
const DefaultCallTimeout = 10 * time.Second

// dueBatch bounds how many due rows are begun in one go.
const dueBatch = 200

// sweepEvery is the longest the loop sleeps, so that rows of other processes are seen too.
const sweepEvery = 10 * time.Second

// poke wakes the loop: a commit may have made something due earlier than it knew.
func (e *Engine) poke() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// claim begins one due row in a transaction of its own, so that a row that cannot be read harms no other. It
// answers the chain that carries it on; nil when there was nothing to do.
func (e *Engine) claim(ctx context.Context, ref orchestrator.DueRef) (*chain, error) {
	w, err := e.transact(ctx, PointClaim, ref.MerchantID, orchestrator.ActorTimer, func(w *work) error {
		if ref.Failures > 0 {
			if err := w.tx.Dues().Begun(ref); err != nil {
				return err
			}
		}
		switch ref.Kind {
		case orchestrator.DueAttempt:
			return w.claimAttempt(ref.ID)
		case orchestrator.DueSigning:
			return w.claimSigning(ref.ID)
		case orchestrator.DueCheck:
			return w.claimCheck(ref.ID)
		case orchestrator.DueAgreement:
			return w.claimAgreement(ref.ID)
		case orchestrator.DueNotice:
			return w.claimNotice(ref.ID)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &chain{merchantID: ref.MerchantID, jobs: w.jobs}, nil
}

// isDue says whether a row is to be begun: its time has come, and nobody works on it. It is asked within the
// transaction that takes the row, since another one may have been faster.
func (w *work) isDue(at time.Time, lease orchestrator.Lease) bool {
	return !at.IsZero() && !at.After(w.now) && !lease.Live(w.now)
}

// fire begins everything that is due at now, earliest first, and answers what it began. merchantID "" means
// all merchants on the system's clock.
func (e *Engine) fire(ctx context.Context, merchantID string, now time.Time) ([]string, error) {
	var refs []orchestrator.DueRef
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		refs, err = tx.Dues().Due(merchantID, now, dueBatch)
		return err
	})
	if err != nil {
		return nil, err
	}
	fired := make([]string, 0, len(refs))
	for _, ref := range refs {
		c, err := e.claim(ctx, ref)
		if err != nil {
			e.putOff(ctx, ref, now, err)
			continue
		}
		fired = append(fired, string(ref.Kind)+" "+ref.ID)
		e.background(ctx, c)
	}
	return fired, nil
}

// A row that cannot be begun: after so many times in a row it is an error that somebody must look at, and it is tried
// again no later than this.
const (
	poisonedAfter = 3
	longestPutOff = time.Hour
)

// putOff moves a row that could not be begun to a later time of its clock, so that it neither makes the loop spin nor
// holds the clock of a test back, and all others go on (reliability 6, row 29). Somebody else's change, and an end of
// our own, are no failure of the row.
func (e *Engine) putOff(ctx context.Context, ref orchestrator.DueRef, now time.Time, cause error) {
	level := slog.LevelWarn
	if ref.Failures+1 >= poisonedAfter {
		level = slog.LevelError
	}
	e.opt.Log.LogAttrs(ctx, level, "due row could not be begun", slog.String("kind", string(ref.Kind)),
		slog.String("id", ref.ID), slog.Int("failures", ref.Failures+1), slog.String("error", cause.Error()))
	if ctx.Err() != nil || lostRace(cause) {
		return
	}
	draw := e.opt.Chance.Draw(ref.ID, fmt.Sprint("put off:", ref.Failures, ":", now.UnixNano()))
	until := now.Add(min(orchestrator.PaymentDelay(ref.Failures, draw), longestPutOff))
	if err := e.update(ctx, PointPutOff, func(tx orchestrator.Tx) error { return tx.Dues().PutOff(ref, until) }); err != nil {
		e.opt.Log.LogAttrs(ctx, slog.LevelWarn, "due row could not be put off",
			slog.String("kind", string(ref.Kind)), slog.String("id", ref.ID), slog.String("error", err.Error()))
	}
}

// Run begins due work of merchants on the system's clock until ctx ends, then waits for work under way.
func (e *Engine) Run(ctx context.Context) error {
	shortest := shortestWait
	for ctx.Err() == nil {
		timer := time.NewTimer(e.untilNext(ctx, shortest))
		select {
		case <-ctx.Done():
		case <-e.wake:
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			break
		}
		fired, err := e.fire(ctx, "", e.opt.Clock.Now())
		shortest = shortestWait
		if len(fired) == 0 {
			shortest = idleWait
		}
		if err != nil && ctx.Err() == nil {
			e.opt.Log.LogAttrs(ctx, slog.LevelWarn, "looking for due work failed", slog.String("error", err.Error()))
		}
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
	defer cancel()
	return e.Wait(patience)
}

// stopPatience is how long a clean stop waits for work under way; what is left then comes due by its lease.
const stopPatience = 20 * time.Second

// untilNext is the wait until the next due row, but no shorter than asked for: a row that cannot be begun stays
// due, and must not make the loop spin.
func (e *Engine) untilNext(ctx context.Context, shortest time.Duration) time.Duration {
	var at time.Time
	var ok bool
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		at, ok, err = tx.Dues().Next("")
		return err
	})
	if err != nil || !ok {
		return sweepEvery
	}
	return min(max(at.Sub(e.opt.Clock.Now()), shortest), sweepEvery)
}

// Waits of the loop: after work was begun, and after a look that began none.
const (
	shortestWait = 20 * time.Millisecond
	idleWait     = 500 * time.Millisecond
)

// Recover takes over what another process left behind. Where this process is the only one on the store, every
// foreign lease is dead at once; else it is waited for. Call it once, before serving.
func (e *Engine) Recover(ctx context.Context) error {
	if e.opt.Exclusive {
		if err := e.breakLeases(ctx); err != nil {
			return err
		}
	}
	var merchants []orchestrator.Merchant
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		merchants, err = tx.Merchants().List()
		return err
	})
	if err != nil {
		return err
	}
	for _, m := range merchants {
		if _, err := e.fire(ctx, m.ID, e.clocks.of(m).Now()); err != nil {
			return err
		}
	}
	return nil
}

// breakLeases ends every lease that is not ours and makes its row due now.
func (e *Engine) breakLeases(ctx context.Context) error {
	var refs []orchestrator.DueRef
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		refs, err = tx.Dues().Leased(e.owner)
		return err
	})
	if err != nil {
		return err
	}
	for _, ref := range refs {
		_, err := e.transact(ctx, PointRecover, ref.MerchantID, orchestrator.ActorEngine, func(w *work) error {
			return w.breakLease(ref)
		})
		if err != nil {
			e.opt.Log.LogAttrs(ctx, slog.LevelWarn, "row of a dead process could not be taken over",
				slog.String("kind", string(ref.Kind)), slog.String("id", ref.ID), slog.String("error", err.Error()))
		}
	}
	return nil
}

// breakLease frees one row and makes it due.
func (w *work) breakLease(ref orchestrator.DueRef) error {
	switch ref.Kind {
	case orchestrator.DueAttempt:
		return breakRow(w.tx.Attempts(), w.m.ID, ref.ID, func(r *orchestrator.Attempt) { r.Lease, r.DueAt = r.Lease.Free(), w.now })
	case orchestrator.DueSigning:
		return breakRow(w.tx.Signings(), w.m.ID, ref.ID, func(r *orchestrator.Signing) { r.Lease, r.DueAt = r.Lease.Free(), w.now })
	case orchestrator.DueCheck:
		return breakRow(w.tx.Checks(), w.m.ID, ref.ID, func(r *orchestrator.Check) { r.Lease, r.DueAt = r.Lease.Free(), w.now })
	case orchestrator.DueAgreement:
		return breakRow(w.tx.Agreements(), w.m.ID, ref.ID, func(r *orchestrator.Agreement) { r.Lease, r.DueAt = r.Lease.Free(), w.now })
	case orchestrator.DueNotice:
		return breakRow(w.tx.Notices(), w.m.ID, ref.ID, func(r *orchestrator.Notice) { r.Lease, r.DueAt = r.Lease.Free(), w.now })
	}
	return nil
}

// breakRow reads, changes and stores one row of any table.
func breakRow[T any](rows orchestrator.Rows[T], merchantID, id string, change func(*T)) error {
	row, err := rows.Get(merchantID, id)
	if err != nil {
		return err
	}
	change(&row)
	return rows.Update(&row)
}
