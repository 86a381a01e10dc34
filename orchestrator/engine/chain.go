package engine

import (
	"context"
	"errors"
	"log/slog"

	"countersign/orchestrator"
)

// jobKind is one sort of effect.
type jobKind string

// Kinds of jobs: each is one call outside, or the start of one.
const (
	jobCheck         jobKind = "check"
	jobApply         jobKind = "signing_apply"
	jobResendSigning jobKind = "signing_resend"
	jobConfirm       jobKind = "signing_confirm"
	jobQuerySigning  jobKind = "signing_query"
	jobBind          jobKind = "bind"
	jobTextCode      jobKind = "text_code"
	jobCharge        jobKind = "charge"
	jobQueryCharge   jobKind = "charge_query"
	jobCloseCharge   jobKind = "charge_close"
	jobConfirmCharge jobKind = "charge_confirm"
	jobResendCharge  jobKind = "charge_resend"
	jobAgreement     jobKind = "agreement" // query or terminate, by the row's state
	jobNotice        jobKind = "notice"
)

// job is one effect to carry out after the commit that called for it. Fence says which lease it works under.
type job struct {
	kind  jobKind
	id    string
	fence int64
	code  orchestrator.Secret // an SMS code in either direction; nowhere else kept
}

// idemRef is the idempotency key a chain runs under.
type idemRef struct {
	operation string
	key       string
	fresh     bool // the record is being inserted in this very transaction
}

// chain is a piece of work: jobs one after the other, each result fed back, until none is left.
type chain struct {
	merchantID string
	jobs       []job
	idem       idemRef
	refusal    *orchestrator.Error
	notices    bool // a chain of notices only
}

// drain carries the chain out. A failing store ends the chain: the rows' due times bring it back.
func (e *Engine) drain(ctx context.Context, c *chain) {
	if !c.notices {
		c.jobs = e.apart(ctx, c.merchantID, c.jobs)
	}
	for len(c.jobs) > 0 {
		next := c.jobs[0]
		c.jobs = c.jobs[1:]
		w, err := e.carryOut(ctx, c, next)
		if err != nil {
			e.opt.Log.LogAttrs(ctx, slog.LevelWarn, "work was put off",
				slog.String("kind", string(next.kind)), slog.String("id", next.id), slog.String("error", err.Error()))
			continue
		}
		if w == nil {
			continue
		}
		if w.refusal != nil {
			c.refusal = w.refusal
		}
		c.jobs = append(c.jobs, e.apart(ctx, c.merchantID, w.jobs)...)
	}
}

// apart sends notices off by themselves and answers the other jobs: whoever waits for a payment does not wait
// for its messages.
func (e *Engine) apart(ctx context.Context, merchantID string, jobs []job) []job {
	notices := &chain{merchantID: merchantID, notices: true}
	rest := make([]job, 0, len(jobs))
	for _, j := range jobs {
		if j.kind == jobNotice {
			notices.jobs = append(notices.jobs, j)
		} else {
			rest = append(rest, j)
		}
	}
	e.background(ctx, notices)
	return rest
}

// start carries a chain out in a goroutine of its own. The answer is closed when it is done; the waiter calls
// release afterwards, so that the merchant never looks idle between the two.
func (e *Engine) start(ctx context.Context, c *chain) (done <-chan struct{}, release func()) {
	m := e.meters.of(c.merchantID)
	m.change(1, 0)
	finished, released := make(chan struct{}), make(chan struct{})
	detached := context.WithoutCancel(ctx)
	go func() {
		defer func() {
			close(finished)
			<-released
			m.change(-1, 0)
		}()
		e.drain(detached, c)
	}()
	return finished, func() { close(released) }
}

// background carries a chain out with nobody waiting.
func (e *Engine) background(ctx context.Context, c *chain) {
	if len(c.jobs) == 0 {
		return
	}
	_, release := e.start(ctx, c)
	release()
}

// run carries a chain out and waits for it. When the caller goes away the work goes on.
func (e *Engine) run(ctx context.Context, c *chain) error {
	if len(c.jobs) == 0 {
		return nil
	}
	done, release := e.start(ctx, c)
	t := tokenOf(ctx)
	t.park()
	defer release()
	defer t.resume()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// command is the frame of every use case that changes something: key, first transaction, effects, answer.
// fn answers the id of the resource; it may be run more than once.
func (e *Engine) command(ctx context.Context, merchantID, operation string, key Key, fn func(*work) (string, error)) (id string, err error) {
	if err := e.checkIdentifiers(named{FieldKey, key.Value}); err != nil {
		return "", err
	}
	ref := idemRef{operation: operation, key: key.Value}
	if key.Value != "" {
		running := merchantID + "\x00" + operation + "\x00" + key.Value
		if !e.running.begin(running) {
			return "", keyInProgress()
		}
		defer e.running.end(running)
	}
	w, err := e.transact(ctx, PointCommand, merchantID, orchestrator.ActorUser, func(w *work) error {
		known, err := w.replay(ref, key)
		if id = known; err != nil || known != "" {
			return err
		}
		w.idem = idemRef{operation: operation, key: key.Value, fresh: true}
		if id, err = fn(w); err != nil {
			return err
		}
		return w.remember(ref, key, id)
	})
	switch {
	case errors.Is(err, orchestrator.ErrDuplicateKey):
		return "", keyInProgress()
	case lostRace(err):
		return "", inProgress()
	case err != nil && orchestrator.CodeOf(err) == "" && ctx.Err() == nil:
		e.opt.Log.LogAttrs(ctx, slog.LevelError, "store failed before the intent", slog.String("error", err.Error()))
		return "", orchestrator.Refuse(orchestrator.CodeUnavailable, "Nothing was stored or sent; try again.")
	case err != nil:
		return "", err
	}
	c := &chain{merchantID: merchantID, jobs: w.jobs, idem: ref, refusal: w.refusal}
	if err := e.run(ctx, c); err != nil {
		return id, err
	}
	if c.refusal != nil {
		return id, c.refusal
	}
	return id, nil
}

// lostRace says that another process took the very step in between.
func lostRace(err error) bool {
	for _, race := range []error{
		orchestrator.ErrDuplicateOrder, orchestrator.ErrLiveAttempt, orchestrator.ErrOpenSigning,
		orchestrator.ErrLiveAgreement, orchestrator.ErrDuplicateCard, orchestrator.ErrVersion,
	} {
		if errors.Is(err, race) {
			return true
		}
	}
	return false
}

// replay looks a key up. A known one answers its resource, or the refusal that ended its first request.
func (w *work) replay(ref idemRef, key Key) (resourceID string, err error) {
	if ref.key == "" {
		return "", nil
	}
	record, err := w.tx.Idempotency().Get(w.m.ID, ref.operation, ref.key)
	if errors.Is(err, orchestrator.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if record.Fingerprint != w.e.keyPrint(key) {
		return "", orchestrator.Refuse(orchestrator.CodeKeyReused, "This Idempotency-Key came with another request before.")
	}
	if record.Problem != "" {
		w.refusal = &orchestrator.Error{Code: record.Problem, TriesLeft: record.TriesLeft, Detail: "As answered before."}
	}
	return record.ResourceID, nil
}

// remember stores which resource the key made.
func (w *work) remember(ref idemRef, key Key, id string) error {
	if ref.key == "" || id == "" { // nothing was made: the same key may try again
		return nil
	}
	record := orchestrator.IdempotencyRecord{
		MerchantID: w.m.ID, Operation: ref.operation, Key: ref.key, Fingerprint: w.e.keyPrint(key), ResourceID: id, At: w.now,
	}
	if w.refusal != nil {
		record.Problem, record.TriesLeft = w.refusal.Code, w.refusal.TriesLeft
	}
	return w.tx.Idempotency().Insert(record)
}

// keyPrint is the keyed form of a request's fingerprint: a plain digest of a small body could be guessed.
func (e *Engine) keyPrint(key Key) string {
	return hexOf(e.opt.Vault.MAC("idempotency", []byte(key.Fingerprint)))
}

func keyInProgress() *orchestrator.Error {
	return &orchestrator.Error{
		Code: orchestrator.CodeKeyInProgress, Detail: "The first request with this key is not done yet.", RetryAfter: keyRetryAfter,
	}
}
