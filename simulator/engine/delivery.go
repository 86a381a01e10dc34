package engine

import (
	"context"
	"sync"
	"time"

	"countersign/simulator"
)

// The bounds of a burst of copies (N-11): so many are under way at once, and the
// whole burst may take so many times as long as one delivery.
const (
	copiesAtOnce = 64
	longestBurst = 6
)

// startDelivery sends a notification in the background, with all its copies, and
// tells the world how it ended. The caller has counted it as busy.
func (e *Engine) startDelivery(r *runner, d *simulator.Delivery) {
	if !e.admitWork() {
		r.dequeue(d)
		r.end()
		return
	}
	go func() {
		defer e.work.Done()
		defer r.end()
		defer r.dequeue(d)
		signedAt := r.clock.Now()
		if d.Variant == simulator.VariantReplay {
			signedAt = d.SignedAt
		}
		receipts := e.deliver(r, d, signedAt)
		r.awaitTurn(d)
		if e.ctx.Err() != nil {
			return // a restart finds the delivery in flight and counts it as failed
		}
		e.report(r, d, receipts, signedAt)
	}()
}

// admitWork counts background work in, unless the engine is closed.
func (e *Engine) admitWork() bool {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if !e.closed {
		e.work.Add(1)
	}
	return !e.closed
}

// report tells the world how a delivery ended and writes the answers down.
func (e *Engine) report(r *runner, d *simulator.Delivery, receipts []Receipt, signedAt time.Time) {
	report := reportOf(d, receipts)
	report.SignedAt = signedAt
	out, mine, err := r.stepFor(d, simulator.Input{Command: report})
	if !mine {
		return // from before a reset or a restore: an event of the same id now is another one
	}
	if err != nil {
		e.tellFailure(r, err)
		return
	}
	if out.Problem == nil { // else the world was reset meanwhile, and its rows are others
		r.touch(func(w *simulator.World) {
			for i, row := range d.Rows {
				w.Answered(row, receipts[i].Status, receipts[i].Answer)
			}
			r.wakeLocked()
		})
	}
	e.carryOut(r, out.Effects)
}

// reportOf tells the world how a delivery ended: one acknowledgement is enough.
func reportOf(d *simulator.Delivery, receipts []Receipt) simulator.Delivered {
	report := simulator.Delivered{EventID: d.Event.EventID, Attempt: d.Attempt, Status: receipts[0].Status, Refused: receipts[0].Refused}
	for i, receipt := range receipts {
		if receipt.Acknowledged && !report.Acknowledged {
			report.Acknowledged, report.Status = true, receipt.Status
		}
		if i < len(d.Rows) {
			report.Copies = append(report.Copies, simulator.CopyReceipt{Acknowledged: receipt.Acknowledged, Status: receipt.Status})
		}
	}
	return report
}

// deliver sends all copies and waits for their receipts.
func (e *Engine) deliver(r *runner, d *simulator.Delivery, signedAt time.Time) []Receipt {
	rounds := (d.Copies + copiesAtOnce - 1) / copiesAtOnce
	ctx, cancel := context.WithTimeout(e.ctx, time.Duration(min(rounds, longestBurst))*e.opts.DeliveryTimeout)
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-r.gone:
			cancel()
		case <-stop:
		}
	}()
	s := copyOf(r, d, signedAt)
	receipts := make([]Receipt, d.Copies)
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(d.Copies, copiesAtOnce) {
		workers.Go(func() {
			for i := range next {
				receipts[i] = e.deliverCopy(ctx, s, d, i+1)
			}
		})
	}
	for i := range receipts {
		next <- i
	}
	close(next)
	workers.Wait()
	return receipts
}

// deliverCopy sends one copy.
func (e *Engine) deliverCopy(ctx context.Context, s Copy, d *simulator.Delivery, number int) Receipt {
	ctx, cancel := context.WithTimeout(ctx, e.opts.DeliveryTimeout)
	defer cancel()
	attempt := d.Attempt
	if d.Variant == simulator.VariantReplay {
		attempt = d.Of
	}
	s.Copy, s.JTI = number, d.JTI(attempt, number, s.Now)
	if number <= len(d.Rows) {
		s.Row = d.Rows[number-1]
	}
	receipt := e.opts.Notifier.Deliver(ctx, s)
	if number > len(d.Rows) {
		receipt.Answer = nil // no row of its own; a burst keeps no bodies in memory
	}
	return receipt
}

// copyOf is what all copies of a delivery have in common.
func copyOf(r *runner, d *simulator.Delivery, signedAt time.Time) Copy {
	r.mu.Lock()
	defer r.mu.Unlock()
	member, _ := r.world.Member(d.Event.MemberNo)
	s := Copy{
		WorldID: r.info.ID, Member: member, Signer: member, Now: signedAt.Add(d.Skew), URL: d.URL,
		Attempt: d.Attempt, Event: d.Said(), Variant: d.Variant, Signed: d.Said(),
	}
	if d.Signer != "" {
		s.Signer, _ = r.world.Member(d.Signer)
	}
	if d.Variant == simulator.VariantAltered {
		s.Signed = d.Event
	}
	s.At, s.FaultIDs = r.clock.Now(), blamed(r.world, d)
	return s
}

// blamed are the rules that have a delivery go out otherwise than the contract says;
// a plan or a person that asked for a variant is named by it.
func blamed(w *simulator.World, d *simulator.Delivery) []string {
	if d.Variant == "" && d.Lie == nil && d.Skew == 0 || len(d.Rows) == 0 {
		return nil
	}
	var ids []string
	for _, row := range w.Journal(d.Rows[0]-1, 1) {
		for _, strike := range row.Faults {
			ids = append(ids, strike.RuleID)
		}
	}
	if len(ids) == 0 {
		ids = append(ids, "variant:"+string(d.Variant))
	}
	return ids
}
