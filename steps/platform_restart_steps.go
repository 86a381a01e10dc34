package steps

import (
	"context"
	"errors"
	"fmt"

	"countersign/steps/runner"
	"countersign/steps/target"
	"countersign/steps/wire"
)

// platformRestartSteps are about a platform whose process ends in the middle of its work and is started
// again. It is the scenario's own, since all others share one.
func platformRestartSteps() []Step {
	return []Step{
		{`a platform of the scenario's own`, ownPlatform},
		{`the payer pays ` + reYuan + `, and the platform stops dead before the channel's answer`, dieWhilePaying},
		{`the payer types the code of the SMS, and the platform stops dead before the channel's answer`, dieWhileConfirming},
		{`the platform stops dead`, stopDead},
		{`the platform is started again`, startAgain},
	}
}

func ownPlatform(ctx context.Context) error {
	w := From(ctx)
	from, ok := w.suite.target.(target.Restarter)
	switch {
	case !ok:
		return runner.CouldNotJudge(fmt.Errorf("the target %s starts no platform for one scenario", w.suite.target.Name()))
	case w.Merchant != nil || w.own != nil:
		return errors.New("the scenario has a platform already")
	}
	own, err := from.OwnPlatform(ctx)
	if err != nil {
		return runner.CouldNotJudge(err)
	}
	w.own = own
	w.platform, err = reachPlatform(own.Addresses(), plainClient(own.Transport()))
	return err
}

// stopDead ends the platform as it is, whatever it has in hand.
func stopDead(ctx context.Context) error {
	w := From(ctx)
	if w.own == nil || w.down {
		return errors.New("the scenario has no running platform of its own")
	}
	w.own.Kill()
	w.down, w.downSince = true, w.Now()
	return nil
}

// startAgain starts the platform on what it has stored. Its clock stood meanwhile and then follows: what it
// signs on the way must still be in the window of signatures.
func startAgain(ctx context.Context) error {
	w := From(ctx)
	if !w.down {
		return errors.New("the platform has not stopped")
	}
	if away := w.Now().Sub(w.downSince); away > wire.Window/2 {
		return fmt.Errorf("the platform has been down for %s, which is too long for its clock to follow", away)
	}
	if err := w.own.Start(ctx); err != nil {
		return err
	}
	w.down = false
	if w.Merchant == nil {
		return nil
	}
	return w.set(ctx, w.Now())
}

func dieWhilePaying(ctx context.Context, amount string) error {
	w := From(ctx)
	if err := w.prepareOrder(ctx, amount); err != nil {
		return err
	}
	return w.dieDuring(ctx, platformNote(w).order)
}

func dieWhileConfirming(ctx context.Context) error {
	w := From(ctx)
	code, seq, err := w.newest(ctx)
	if err != nil {
		return err
	}
	r, err := w.confirmation(ctx, code, seq)
	if err != nil {
		return err
	}
	return w.dieDuring(ctx, r)
}

// dieDuring sends a request, waits until nothing moves because a channel holds the platform's call, and
// ends the platform then. Who asked hears nothing.
func (w *World) dieDuring(ctx context.Context, r platformRequest) error {
	answer := make(chan platformSent, 1)
	w.platformCalls.Add(1)
	go func() {
		defer w.platformCalls.Add(-1)
		answer <- w.sendPlatform(ctx, w.Merchant, r)
	}()
	at, err := w.settle(ctx, func() bool { return len(answer) > 0 })
	switch {
	case err != nil:
		return err
	case len(answer) > 0:
		return errors.New("the platform has answered: nothing held its call to the channel")
	case at.Open == 0:
		return errors.New("the platform waits for no channel")
	}
	if err := stopDead(ctx); err != nil {
		return err
	}
	if got := <-answer; got.err == nil {
		return fmt.Errorf("a platform that has stopped dead answered with %d", got.status)
	}
	w.remember(fmt.Sprintf("> %s %s\n> %s\n< the platform stopped dead", r.method, r.path, r.body))
	return nil
}
