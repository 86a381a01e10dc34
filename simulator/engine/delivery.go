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
		receipt := e.deliver(r, d)
		if e.ctx.Err() != nil {
			return // a restart finds the delivery in flight and counts it as failed
		}
		out, err := r.step(simulator.Input{Command: simulator.Delivered{
			EventID: d.Event.EventID, Attempt: d.Attempt, Acknowledged: receipt.Acknowledged, Status: receipt.Status,
		}})
		if err != nil {
			e.opts.Logger.Error("world log cannot be written", "world", r.info.ID, "error", err)
			return
		}
		e.carryOut(r, out.Effects)
	}()
}

// deliver sends all copies and joins their receipts: one acknowledgement is enough.
func (e *Engine) deliver(r *runner, d simulator.Delivery) Receipt {
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
	joined := receipts[0]
	for _, receipt := range receipts[1:] {
		if receipt.Acknowledged && !joined.Acknowledged {
			joined = receipt
		}
	}
	return joined
}
