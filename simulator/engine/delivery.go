package engine

import (
	"context"
	"sync"

	"countersign/simulator"
)

// startDelivery sends a notification in the background, all its copies at once,
// and tells the world how it ended. The caller has counted it as busy.
func (e *Engine) startDelivery(r *runner, d simulator.Delivery) {
	e.mu.RLock()
	closed := e.closed
	if !closed {
		e.work.Add(1)
	}
	e.mu.RUnlock()
	if closed {
		r.end()
		return
	}
	go func() {
		defer e.work.Done()
		defer r.end()
		receipts := e.deliver(r, d)
		if e.ctx.Err() != nil {
			return // a restart finds the delivery in flight and counts it as failed
		}
		out, err := r.step(simulator.Input{Command: reportOf(d, receipts)})
		if err != nil {
			e.opts.Logger.Error("world log cannot be written", "world", r.info.ID, "error", err)
			return
		}
		if out.Problem == nil { // else the world was reset meanwhile, and its rows are others
			r.mu.Lock()
			for i, row := range d.Rows {
				r.world.Answered(row, receipts[i].Status, receipts[i].Answer)
			}
			r.mu.Unlock()
		}
		e.carryOut(r, out.Effects)
	}()
}

// reportOf tells the world how a delivery ended: one acknowledgement is enough.
func reportOf(d simulator.Delivery, receipts []Receipt) simulator.Delivered {
	report := simulator.Delivered{EventID: d.Event.EventID, Attempt: d.Attempt, Status: receipts[0].Status}
	for _, receipt := range receipts {
		if receipt.Acknowledged && !report.Acknowledged {
			report.Acknowledged, report.Status = true, receipt.Status
		}
		report.Copies = append(report.Copies, simulator.CopyReceipt{Acknowledged: receipt.Acknowledged, Status: receipt.Status})
	}
	return report
}

// deliver sends all copies and waits for their receipts.
func (e *Engine) deliver(r *runner, d simulator.Delivery) []Receipt {
	ctx, cancel := context.WithTimeout(e.ctx, e.opts.DeliveryTimeout)
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
	r.mu.Lock()
	member, _ := r.world.Member(d.Event.MemberNo)
	r.mu.Unlock()
	receipts := make([]Receipt, d.Copies)
	var copies sync.WaitGroup
	for i := range receipts {
		copies.Go(func() {
			receipts[i] = e.opts.Notifier.Deliver(ctx, Sending{
				WorldID: r.info.ID, Member: member, Now: r.clock.Now(), URL: d.URL,
				Attempt: d.Attempt, Copy: i + 1, Event: d.Event,
			})
		})
	}
	copies.Wait()
	return receipts
}
