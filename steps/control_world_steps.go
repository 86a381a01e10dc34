package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"countersign/contract/control"
)

// controlWorldSteps are about worlds: made, forked, put back, carried away. A scenario has one other world at most.
func controlWorldSteps() []Step {
	return []Step{
		{`another world is made`, makeOther},
		{`another world of the same seed is made`, makeTwin},
		{`another world on real time is made`, makeRealOther},
		{`another world that lives for 1 hour is made`, makeMortalOther},
		{`a world with the name of this one is asked for`, askForNamesake},
		{`the other world is deleted`, deleteOther},
		{`the other world is not found`, otherNotFound},
		{`the other world is told to live for ever`, otherLivesForEver},
		{`the other world says that it ends 1 hour after it was made`, otherEnds},
		{`the other world says no end`, otherHasNoEnd},
		{`the other world has seen no call, no SMS and no debit`, otherIsUntouched},
		{`no member of the other world has a number or a key of this one`, otherMembersAreItsOwn},
		{`both worlds texted the same code`, sameCodes},
		{`the scenario goes on in the other world`, goOnInOther},
		{`the world is forked`, forkWorld},
		{`a snapshot is taken`, takeSnapshot},
		{`the snapshot is restored`, restoreSnapshot},
		{`a snapshot that was never taken is restored`, restoreNever},
		{`the world's clock shows the time of the snapshot`, clockAtSnapshot},
		{`the world is exported to a file`, exportFile},
		{`the world is exported to a file and imported as another`, moveByFile},
		{`the file is imported with (another clock|another format|no state)`, importSpoilt},
		{`the world is reset`, resetWorld},
	}
}

// made keeps another world, and sees to it that it is deleted in the end.
func (w *World) made(s *controlState, other *control.World) {
	s.other, s.otherID = other, other.WorldId
	w.spare = append(w.spare, other.WorldId)
}

// makeWorld makes another world on the scenario's kind of clock.
func makeWorld(ctx context.Context, change func(*control.WorldRequest)) error {
	w, s := note(ctx)
	request := control.WorldRequest{Clock: &control.ClockRequest{Mode: control.ClockVirtual, Start: &start}}
	change(&request)
	r, err := w.suite.control.CreateWorldWithResponse(ctx, request)
	other, err := Created[control.World](r, err)
	if err != nil {
		return fmt.Errorf("another world: %w", err)
	}
	w.made(s, other)
	return nil
}

func makeOther(ctx context.Context) error { return makeWorld(ctx, func(*control.WorldRequest) {}) }

func makeTwin(ctx context.Context) error {
	seed := From(ctx).Sim.Seed
	return makeWorld(ctx, func(r *control.WorldRequest) { r.Seed = &seed })
}

func makeRealOther(ctx context.Context) error {
	return makeWorld(ctx, func(r *control.WorldRequest) { r.Clock = &control.ClockRequest{Mode: control.ClockReal} })
}

func makeMortalOther(ctx context.Context) error {
	seconds := int(time.Hour / time.Second)
	return makeWorld(ctx, func(r *control.WorldRequest) { r.TtlSeconds = &seconds })
}

func askForNamesake(ctx context.Context) error {
	w, s := note(ctx)
	id := w.Sim.WorldId
	return s.ask(w.suite.control.CreateWorldWithResponse(ctx, control.WorldRequest{WorldId: &id}))
}

func deleteOther(ctx context.Context) error {
	w, s := note(ctx)
	return Done(w.suite.control.DeleteWorldWithResponse(ctx, s.otherID))
}

// readOther describes the other world as it is now.
func readOther(ctx context.Context) (*control.World, error) {
	w, s := note(ctx)
	r, err := w.suite.control.DescribeWorldWithResponse(ctx, s.otherID)
	return Fetched[control.World](r, err)
}

func otherNotFound(ctx context.Context) error {
	w, s := note(ctx)
	r, err := w.suite.control.DescribeWorldWithResponse(ctx, s.otherID)
	if err == nil && r.StatusCode() != http.StatusNotFound {
		return fmt.Errorf("asking for it is answered with %d", r.StatusCode())
	}
	return err
}

func otherLivesForEver(ctx context.Context) error {
	w, s := note(ctx)
	never := 0
	return Done(w.suite.control.ChangeWorldWithResponse(ctx, s.otherID, control.WorldChange{TtlSeconds: &never}))
}

func otherEnds(ctx context.Context) error {
	other, err := readOther(ctx)
	if err != nil {
		return err
	}
	if other.ExpiresAt == nil || other.ExpiresAt.Sub(other.CreatedAt).Round(time.Minute) != time.Hour {
		return fmt.Errorf("made at %s, it ends at %v", other.CreatedAt, other.ExpiresAt)
	}
	return nil
}

func otherHasNoEnd(ctx context.Context) error {
	other, err := readOther(ctx)
	if err == nil && other.ExpiresAt != nil {
		return fmt.Errorf("it ends at %s", other.ExpiresAt)
	}
	return err
}

func otherIsUntouched(ctx context.Context) error {
	w, s := note(ctx)
	j, err := w.suite.control.ReadJournalWithResponse(ctx, s.otherID, nil)
	journal, err := Fetched[control.Journal](j, err)
	if err != nil {
		return err
	}
	i, err := w.suite.control.ReadInboxWithResponse(ctx, s.otherID, nil)
	inbox, err := Fetched[control.Inbox](i, err)
	if err != nil {
		return err
	}
	truth, err := w.truthOf(ctx, s.otherID)
	if err != nil {
		return err
	}
	if len(journal.Rows)+len(inbox.Messages)+len(truth.Ledger)+len(truth.Agreements) > 0 {
		return fmt.Errorf("it has %d calls, %d messages, %d movements, %d agreements",
			len(journal.Rows), len(inbox.Messages), len(truth.Ledger), len(truth.Agreements))
	}
	return nil
}

func otherMembersAreItsOwn(ctx context.Context) error {
	w, s := note(ctx)
	mine := map[string]bool{}
	for _, m := range w.Sim.Members {
		mine[m.MemberNo], mine[m.RequestKey.Material], mine[m.ReplyKey.Material] = true, true, true
	}
	for _, m := range s.other.Members {
		if mine[m.MemberNo] || mine[m.RequestKey.Material] || mine[m.ReplyKey.Material] {
			return fmt.Errorf("the member at %s has a number or key of the first world", m.ChannelId)
		}
	}
	if len(s.other.Members) == 0 {
		return errors.New("the other world has no members")
	}
	return nil
}

// sameCodes wants the codes of the signings in both worlds to be one.
func sameCodes(ctx context.Context) error {
	w, s := note(ctx)
	here, err := w.code(ctx, "", 0)
	if err != nil {
		return err
	}
	if codes := append(slices.Clone(s.codes), here); len(codes) != 2 || codes[0] != codes[1] {
		return errors.New("the codes differ, or one is missing")
	}
	return nil
}

// goOnInOther changes the worlds: steps after it act in the other one, with the numbers of before. A fork
// and an import have members of their own for the same orders.
func goOnInOther(ctx context.Context) error {
	w, s := note(ctx)
	if code, err := w.code(ctx, "", 0); err == nil {
		s.codes = append(s.codes, code)
	}
	here, before := w.Sim, w.channel
	w.spare = append(w.spare, here.WorldId)
	w.Sim, s.other, s.otherID = *s.other, &here, here.WorldId
	w.now = w.Sim.Clock.Now
	if before == nil {
		return nil
	}
	for _, c := range w.Sim.Channels {
		if c.ChannelId == before.profile.ChannelId {
			err := w.turnTo(c)
			w.numbers = 0
			return err
		}
	}
	return errors.New("the other world has no such channel")
}

func forkWorld(ctx context.Context) error {
	w, s := note(ctx)
	r, err := w.suite.control.ForkWorldWithResponse(ctx, w.Sim.WorldId, control.ForkRequest{})
	fork, err := Created[control.World](r, err)
	if err != nil {
		return fmt.Errorf("fork: %w", err)
	}
	w.made(s, fork)
	return nil
}

func takeSnapshot(ctx context.Context) error {
	w, s := note(ctx)
	r, err := w.suite.control.TakeSnapshotWithResponse(ctx, w.Sim.WorldId, control.SnapshotRequest{})
	taken, err := Created[control.Snapshot](r, err)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	s.snapshot, s.takenAt = taken.SnapshotId, taken.At
	return nil
}

func restoreSnapshot(ctx context.Context) error {
	w, s := note(ctx)
	r, err := w.suite.control.RestoreSnapshotWithResponse(ctx, w.Sim.WorldId, s.snapshot)
	back, err := Fetched[control.World](r, err)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	w.now = back.Clock.Now
	return nil
}

func restoreNever(ctx context.Context) error {
	w, s := note(ctx)
	return s.ask(w.suite.control.RestoreSnapshotWithResponse(ctx, w.Sim.WorldId, "never-taken"))
}

func clockAtSnapshot(ctx context.Context) error {
	_, s := note(ctx)
	now, err := readClock(ctx)
	if err == nil && !now.Now.Equal(s.takenAt) {
		return fmt.Errorf("the clock shows %s, the snapshot is of %s", now.Now, s.takenAt)
	}
	return err
}

func exportFile(ctx context.Context) error {
	w, s := note(ctx)
	r, err := w.suite.control.ExportFileWithResponse(ctx, w.Sim.WorldId)
	if err := Done(r, err); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	s.file = r.Body
	return nil
}

// importAs asks for a world made of a file.
func (w *World) importAs(ctx context.Context, s *controlState, file []byte) (*control.ImportWorldResponse, error) {
	s.otherID = w.Sim.WorldId + "-b"
	w.spare = append(w.spare, s.otherID)
	params := &control.ImportWorldParams{WorldId: &s.otherID}
	return w.suite.control.ImportWorldWithBodyWithResponse(ctx, params, "application/json", bytes.NewReader(file))
}

func moveByFile(ctx context.Context) error {
	if err := exportFile(ctx); err != nil {
		return err
	}
	w, s := note(ctx)
	r, err := w.importAs(ctx, s, s.file)
	s.other, err = Created[control.World](r, err)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	return nil
}

// importSpoilt changes one part of the file.
func importSpoilt(ctx context.Context, change string) error {
	w, s := note(ctx)
	var file map[string]json.RawMessage
	if err := json.Unmarshal(s.file, &file); err != nil {
		return fmt.Errorf("the file: %w", err)
	}
	switch change {
	case "another clock":
		later := bytes.Replace(file["state"], []byte(`"now":"2018`), []byte(`"now":"2019`), 1)
		if bytes.Equal(later, file["state"]) {
			return errors.New("the file has no clock")
		}
		file["state"] = later
	case "another format":
		file["format"] = json.RawMessage(`"countersign-world/99"`)
	case "no state":
		delete(file, "state")
	}
	spoilt, err := json.Marshal(file)
	if err != nil {
		return err
	}
	return s.ask(w.importAs(ctx, s, spoilt))
}

func resetWorld(ctx context.Context) error {
	w, _ := note(ctx)
	r, err := w.suite.control.ResetWorldWithResponse(ctx, w.Sim.WorldId)
	back, err := Fetched[control.World](r, err)
	if err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	w.now = back.Clock.Now
	return nil
}
