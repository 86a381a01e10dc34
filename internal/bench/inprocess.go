package bench

import (
	"context"
	"fmt"
	"sync"
	"time"

	"countersign/fixtures"
	"countersign/internal/money"
	"countersign/internal/universe"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// What the measurements in this process make, and their bars.
const (
	worldsMade   = 1000
	worldBar     = 1000.0 // microseconds for a world (issue: under a millisecond)
	dueThings    = 100_000
	clockBar     = 2.0 // to let charges happen later may cost twice of having them at once
	waitersMade  = 1000
	withholding  = "plain-withhold"
	settleLater  = 3600 // seconds
	inDebitFen   = money.Fen(1)
	benchWorld   = "bench"
	otherWorld   = "bench-at-once"
	fieldBalance = money.Fen(balance)
)

// start is when the worlds of this process begin.
var start = time.Date(2018, 6, 6, 11, 30, 0, 0, time.UTC)

// template is the demo's.
func template() (*simulator.Template, error) {
	set, err := fixtures.Load()
	if err != nil {
		return nil, err
	}
	u, err := universe.Of(set)
	if err != nil {
		return nil, err
	}
	return simulator.Compile(u)
}

// inMicroseconds is the part of a duration that one of n took.
func inMicroseconds(d time.Duration, n int) float64 {
	return float64(d) / float64(time.Microsecond) / float64(n)
}

// measureWorlds is the time to make a world with a member at every channel, and to fork it.
func measureWorlds(ctx context.Context, _ *Options) ([]Figure, error) {
	t, err := template()
	if err != nil {
		return nil, err
	}
	e := engine.New(engine.Options{})
	defer e.Close()
	begun := time.Now()
	for i := range worldsMade {
		info, err := e.CreateWorld(ctx, engine.NewWorld{ID: fmt.Sprintf("w%d", i), Seed: 1, Virtual: true, Start: start, Template: t})
		if err == nil {
			_, err = e.AddMember(ctx, info.ID, engine.NewMember{ChannelID: withholding, Merchant: "bench"})
		}
		if err != nil {
			return nil, err
		}
	}
	made := Figure{Name: "world-create", Value: inMicroseconds(time.Since(begun), worldsMade), Unit: "µs", Better: Lower}
	begun = time.Now()
	for i := range worldsMade {
		if _, err := e.Fork(ctx, "w0", engine.ForkOptions{ID: fmt.Sprintf("f%d", i)}); err != nil {
			return nil, err
		}
	}
	forked := Figure{Name: "world-fork", Value: inMicroseconds(time.Since(begun), worldsMade), Unit: "µs", Better: Lower}
	return []Figure{made.Against(worldBar, OfBar, 1), forked.Against(worldBar, OfBar, 1)}, nil
}

// withholdingWorld is a world in which one card can be charged by its elements; its bank settles after so many seconds.
func withholdingWorld(ctx context.Context, e *engine.Engine, t *simulator.Template, id string, settleAfter int) (simulator.Member, simulator.Account, error) {
	account := t.Universe().Accounts[0]
	if _, err := e.CreateWorld(ctx, engine.NewWorld{ID: id, Seed: 1, Virtual: true, Start: start, Template: t}); err != nil {
		return simulator.Member{}, account, err
	}
	m, err := e.AddMember(ctx, id, engine.NewMember{ChannelID: withholding, Merchant: "bench"})
	if err != nil {
		return m, account, err
	}
	commands := []simulator.Command{simulator.ChangeAccount{CardNumber: account.Holder.CardNumber, Balance: new(fieldBalance)}}
	for _, b := range t.Universe().Banks {
		commands = append(commands, simulator.ChangeBank{Bank: b.Code, SettleAfterSeconds: new(settleAfter)})
	}
	for _, command := range commands {
		out, err := e.Do(ctx, id, simulator.Input{Command: command})
		if err == nil && out.Problem != nil {
			err = out.Problem
		}
		if err != nil {
			return m, account, err
		}
	}
	return m, account, nil
}

// chargeMany takes many orders in a world.
func chargeMany(ctx context.Context, e *engine.Engine, world string, m *simulator.Member, account *simulator.Account) error {
	for i := range dueThings {
		out, err := e.Do(ctx, world, simulator.Input{
			Command: simulator.ApplyCharge{
				OrderNo: fmt.Sprintf("ord_%06d", i), OrderTime: start, Amount: inDebitFen, Currency: money.Currency, Elements: account.Holder,
				PayerRef: payer, ExpiresAt: start.Add(24 * time.Hour),
			},
			Request: simulator.Request{ChannelID: m.ChannelID, MemberNo: m.MemberNo},
		})
		if err == nil && out.Problem != nil {
			err = out.Problem
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// measureClock lets 100,000 charges be settled by one move of the clock, beside the same charges decided at once.
func measureClock(ctx context.Context, _ *Options) ([]Figure, error) {
	t, err := template()
	if err != nil {
		return nil, err
	}
	e := engine.New(engine.Options{})
	defer e.Close()
	m, account, err := withholdingWorld(ctx, e, t, otherWorld, 0)
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	if err := chargeMany(ctx, e, otherWorld, &m, &account); err != nil {
		return nil, err
	}
	atOnce := inMilliseconds(time.Since(begun))
	if m, account, err = withholdingWorld(ctx, e, t, benchWorld, settleLater); err != nil {
		return nil, err
	}
	if err := chargeMany(ctx, e, benchWorld, &m, &account); err != nil {
		return nil, err
	}
	begun = time.Now()
	if _, err := e.SetClock(ctx, benchWorld, start.Add(2*settleLater*time.Second)); err != nil {
		return nil, err
	}
	later := Figure{Name: "clock-set-100k", Value: inMilliseconds(time.Since(begun)), Unit: "ms", Better: Lower}
	var debits int
	_ = e.Read(benchWorld, func(w *simulator.World) { debits = len(w.Ledger()) })
	if debits != dueThings {
		return nil, fmt.Errorf("%d of %d charges were settled", debits, dueThings)
	}
	return []Figure{later.Against(atOnce, "the same charges at once", clockBar)}, nil
}

// measureWaiters is the time until a thousand waits for an SMS have it, beside a thousand goroutines that wait for a bare
// channel to be closed.
func measureWaiters(ctx context.Context, _ *Options) ([]Figure, error) {
	t, err := template()
	if err != nil {
		return nil, err
	}
	e := engine.New(engine.Options{})
	defer e.Close()
	if _, err := e.CreateWorld(ctx, engine.NewWorld{ID: benchWorld, Seed: 1, Template: t}); err != nil {
		return nil, err
	}
	gate := make(chan struct{})
	bare, _ := waited(func() error { <-gate; return nil }, func() error { close(gate); return nil })
	took, err := waited(func() error {
		found, err := e.WaitMessages(ctx, benchWorld, simulator.MessageFilter{})
		if err == nil && len(found) != 1 {
			err = fmt.Errorf("%d messages", len(found))
		}
		return err
	}, func() error {
		_, err := e.Do(ctx, benchWorld, simulator.Input{Command: simulator.SendSMS{
			About: simulator.AboutPlatformNotice, Mobile: t.Universe().Accounts[0].Holder.Mobile, Text: "您好。",
		}})
		return err
	})
	f := Figure{Name: "waiters-1000", Value: inMilliseconds(took), Unit: "ms", Better: Lower}
	return []Figure{f.Against(inMilliseconds(bare), "a closed channel", 0)}, err
}

// waited lets many wait, then wakes them, and tells how long it took until the last was through.
func waited(wait, wake func() error) (time.Duration, error) {
	var ready, through sync.WaitGroup
	failed := make(chan error, waitersMade)
	for range waitersMade {
		ready.Add(1)
		through.Go(func() {
			ready.Done()
			failed <- wait()
		})
	}
	ready.Wait()
	<-time.After(settleTime) // until the last of them really waits
	begun := time.Now()
	if err := wake(); err != nil {
		return 0, err
	}
	through.Wait()
	took := time.Since(begun)
	close(failed)
	for err := range failed {
		if err != nil {
			return took, err
		}
	}
	return took, nil
}

// settleTime is how long goroutines get to reach the place where they wait.
const settleTime = 100 * time.Millisecond
