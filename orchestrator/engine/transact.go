package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"countersign/orchestrator"
)

// versionTries bounds how often a transaction is run again because somebody else changed its rows.
const versionTries = 6

// work is one transaction of the engine for one merchant: what the rules say is put into tx, and what must
// happen outside is put into jobs.
type work struct {
	e        *Engine
	tx       orchestrator.Tx
	m        orchestrator.Merchant
	now      time.Time
	actor    orchestrator.Actor
	idem     idemRef
	jobs     []job
	refusal  *orchestrator.Error
	kept     []string // owners whose elements were remembered in this transaction
	restored bool     // a card has its confirmed elements back
	over     []string // payments and verifications that have ended: their elements are forgotten
	configs  map[string]orchestrator.ChannelConfig
}

// transact runs fn in a transaction, again when a row was changed in between, and passes the gate.
func (e *Engine) transact(ctx context.Context, point, merchantID string, actor orchestrator.Actor, fn func(*work) error) (*work, error) {
	var w *work
	var err error
	for range versionTries {
		err = e.update(ctx, point, func(tx orchestrator.Tx) error {
			m, err := tx.Merchants().Get(merchantID)
			if err != nil {
				return err
			}
			w = &work{
				e: e, tx: tx, m: m, now: e.clocks.of(m).Now(), actor: actor,
				configs: map[string]orchestrator.ChannelConfig{},
			}
			return fn(w)
		})
		if err != nil && w != nil {
			for _, id := range w.kept {
				e.memory.forget(id)
			}
		}
		if !errors.Is(err, orchestrator.ErrVersion) {
			break
		}
	}
	if err != nil {
		return w, err
	}
	for _, id := range w.over {
		e.memory.forget(id)
	}
	e.poke()
	return w, nil
}

// update is Store.Update behind the gate.
func (e *Engine) update(ctx context.Context, point string, fn func(orchestrator.Tx) error) error {
	e.opt.Gate(point + before)
	err := e.opt.Store.Update(ctx, fn)
	e.opt.Gate(point + after)
	return e.outward(err)
}

// view is Store.View behind the gate.
func (e *Engine) view(ctx context.Context, fn func(orchestrator.Tx) error) error {
	e.opt.Gate(PointRead + before)
	err := e.opt.Store.View(ctx, fn)
	e.opt.Gate(PointRead + after)
	return e.outward(err)
}

// outward turns a store's "no such row" into the refusal that callers see. An unknown id and one of another
// merchant look the same.
func (e *Engine) outward(err error) error {
	if err != nil && orchestrator.CodeOf(err) == "" && errors.Is(err, orchestrator.ErrNotFound) {
		return &orchestrator.Error{Code: orchestrator.CodeNotFound, Detail: "There is no such thing."}
	}
	return err
}

// channel is a channel of the merchant, read once per transaction.
func (w *work) channel(id string) (orchestrator.ChannelConfig, error) {
	if c, ok := w.configs[id]; ok {
		return c, nil
	}
	c, err := w.tx.Channels().Get(w.m.ID, id)
	if err != nil {
		return c, fmt.Errorf("channel of a row: %w", err)
	}
	w.configs[id] = c
	return c, nil
}

// timeout is how long a call to the channel may take.
func (e *Engine) timeout(config orchestrator.ChannelConfig) time.Duration {
	if config.CallTimeout > 0 {
		return config.CallTimeout
	}
	return e.opt.CallTimeout
}

// leaseMargin is how much longer a lease lives than the call it covers, for storing the result.
const leaseMargin = 5 * time.Second

// leaseUntil is the end of a lease taken now for one call.
func (w *work) leaseUntil(config orchestrator.ChannelConfig) time.Time {
	return w.now.Add(w.e.timeout(config) + leaseMargin)
}

// draw draws the jitter of a row's next due time.
func (w *work) draw(id string, n int) uint64 {
	return w.e.opt.Chance.Draw(id, fmt.Sprint("due:", n, ":", w.now.UnixNano()))
}

// add puts a job behind those of the same transaction.
func (w *work) add(j job) { w.jobs = append(w.jobs, j) }

// refuse makes the use case answer with a refusal although the transaction commits, and remembers it for
// repeats of the same key.
func (w *work) refuse(err *orchestrator.Error) error {
	w.refusal = err
	if w.idem.key == "" || w.idem.fresh {
		return nil
	}
	return w.tx.Idempotency().SetProblem(w.m.ID, w.idem.operation, w.idem.key, err.Code, err.TriesLeft)
}

// record stores events of the transaction.
func (w *work) record(events ...orchestrator.Event) error {
	for i := range events {
		if events[i].At.IsZero() {
			events[i].At = w.now
		}
		events[i].MerchantID = w.m.ID
	}
	return w.tx.Events().Append(events...)
}

// evidence stores a reply that proves something, or fails to, and answers its id.
func (w *work) evidence(channelID string, operation, number string, proof orchestrator.Proof, code, detail string, wire orchestrator.WireTrace) (string, error) {
	id := w.e.opt.IDs.New("evd_")
	return id, w.tx.Events().AddEvidence(orchestrator.Evidence{
		ID: id, MerchantID: w.m.ID, ChannelID: channelID, Operation: operation, Number: number,
		Proof: proof, Code: code, Detail: detail, Wire: wire, At: w.now,
	})
}
