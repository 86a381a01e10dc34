package worldlog

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

func TestTheFileIsPrivateAndLockedAndGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "world.log")
	if Exists(path) {
		t.Fatal("there before it was made")
	}
	log, world, err := Create(path, header(9), fault.All())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Create(path, header(9), fault.All()); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created twice: %v", err)
	}
	if _, _, err := Open(path, fault.All()); !errors.Is(err, ErrInUse) {
		t.Errorf("opened twice: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != filePerm || !Exists(path) {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	want := stepDurably(t, log, world, played(t, 9, 40))
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := log.Append(simulator.Input{Command: simulator.Tick{}}); err == nil {
		t.Error("append after close")
	}
	tear(t, path)
	again, replayed, err := Open(path, fault.All())
	if err != nil || !replayed.Torn || !bytes.Equal(canonical(t, replayed.World), want) {
		t.Fatalf("open: %v", err)
	}
	want = stepDurably(t, again, replayed.World, []simulator.Input{{Now: sample.Start.Add(time.Hour * 9999), Command: simulator.Tick{}}})
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	third, replayed, err := Open(path, fault.All())
	if err != nil || replayed.Torn || !bytes.Equal(canonical(t, replayed.World), want) {
		t.Fatalf("third: %v", err)
	}
	_ = third.Close()
}

// stepDurably steps inputs as the engine does, durable first, and returns the export.
func stepDurably(t *testing.T, log *Log, world *simulator.World, inputs []simulator.Input) []byte {
	t.Helper()
	for _, in := range inputs {
		wait, err := log.Append(in)
		if err != nil {
			t.Fatal(err)
		}
		if err := wait(); err != nil {
			t.Fatal(err)
		}
		world.Step(in)
	}
	return canonical(t, world)
}

// tear writes half a line at the end, as a crash would.
func tear(t *testing.T, path string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, filePerm)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(`deadbeef {"at":"2018-`); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWritersShareFlushesAndLoseNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "world.log")
	log, _, err := Create(path, header(1), fault.All())
	if err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for range 50 {
				wait, err := log.Append(simulator.Input{Now: sample.Start, Command: simulator.Tick{}})
				if err == nil {
					err = wait()
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if got, err := Replay(file, fault.All()); err != nil || got.Inputs != 400 {
		t.Errorf("%+v %v", got, err)
	}
}

func TestADiskThatFailsStopsTheLogForGood(t *testing.T) {
	t.Parallel()
	log, _, err := Create(filepath.Join(t.TempDir(), "world.log"), header(1), fault.All())
	if err != nil {
		t.Fatal(err)
	}
	wait, err := log.Append(simulator.Input{Now: sample.Start, Command: simulator.Tick{}})
	if err != nil {
		t.Fatal(err)
	}
	_ = log.file.Close() // the disk goes away
	if wait() == nil {
		t.Error("a lost write was taken for durable")
	}
	if _, err := log.Append(simulator.Input{Command: simulator.Tick{}}); err == nil {
		t.Error("append after a lost write")
	}
}

func TestAUniverseThatIsWrongMakesNoFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "world.log")
	h := header(1)
	h.Universe.Banks = nil
	if _, _, err := Create(path, h, fault.All()); err == nil || Exists(path) {
		t.Errorf("created: %v", err)
	}
	if _, _, err := Open(path, fault.All()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("opened: %v", err)
	}
}

func TestAnEngineOnALogComesBackAfterAKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "world.log")
	log, world, err := Create(path, header(3), fault.All())
	if err != nil {
		t.Fatal(err)
	}
	before := engine.New(engine.Options{})
	info, err := before.AdoptWorld(t.Context(), world, engine.NewWorld{Name: "demo", Virtual: true, Recorder: log})
	if err != nil {
		t.Fatal(err)
	}
	member, err := before.AddMember(t.Context(), info.ID, engine.NewMember{ChannelID: sample.AgreementBank, MerchantName: "晨星"})
	if err != nil {
		t.Fatal(err)
	}
	do := func(e *engine.Engine, c simulator.Command) simulator.Outcome {
		out, err := e.Do(t.Context(), info.ID, simulator.Input{Command: c, Request: simulator.Request{ChannelID: sample.AgreementBank, MemberNo: member.MemberNo}})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	do(before, simulator.ApplySigning{SignNo: "sgn_1", PayerRef: "p", Elements: sample.Person(1)})
	_ = log.file.Close() // killed: no Close of log or engine

	log, replayed, err := Open(path, fault.All())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	after := engine.New(engine.Options{})
	defer after.Close()
	if _, err := after.AdoptWorld(t.Context(), replayed.World, engine.NewWorld{Virtual: true, Recorder: log}); err != nil {
		t.Fatal(err)
	}
	found, err := after.Messages(info.ID, simulator.MessageFilter{WithCode: true})
	if err != nil || len(found) != 1 {
		t.Fatalf("inbox: %+v %v", found, err)
	}
	out := do(after, simulator.ConfirmSigning{SignNo: "sgn_1", Code: found[0].Code})
	if out.Signing == nil || out.Signing.Status != simulator.SigningSigned {
		t.Errorf("got %+v", out)
	}
	_, back, err := after.FindMember(member.MemberNo)
	if err != nil || !bytes.Equal(back.Keys.Request.Private, member.Keys.Request.Private) {
		t.Error("the member's keys did not survive")
	}
}

func TestWhatAMemberIsCalledAndWhatWasTextedSurviveAKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "world.log")
	log, world, err := Create(path, header(4), fault.All())
	if err != nil {
		t.Fatal(err)
	}
	before := engine.New(engine.Options{})
	t.Cleanup(before.Close)
	info, err := before.AdoptWorld(t.Context(), world, engine.NewWorld{Virtual: true, Recorder: log})
	if err != nil {
		t.Fatal(err)
	}
	member, err := before.AddMember(t.Context(), info.ID, engine.NewMember{ChannelID: sample.AgreementBank, Merchant: "demo", MerchantName: "演示商户"})
	if err != nil {
		t.Fatal(err)
	}
	sms := simulator.Input{Command: simulator.SendSMS{
		MessageNo: "msg_0001", About: simulator.AboutPlatformCode, Template: "t", Mobile: sample.Person(1).Mobile, Text: "验证码012345",
	}}
	if _, err := before.Do(t.Context(), info.ID, sms); err != nil {
		t.Fatal(err)
	}
	_ = log.file.Close() // killed

	log, replayed, err := Open(path, fault.All())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	after := engine.New(engine.Options{})
	defer after.Close()
	if _, err := after.AdoptWorld(t.Context(), replayed.World, engine.NewWorld{Virtual: true, Recorder: log}); err != nil {
		t.Fatal(err)
	}
	if _, back, err := after.FindMember(member.MemberNo); err != nil || back.Merchant != "demo" || back.MerchantName != "演示商户" {
		t.Errorf("member: %s %s %v", back.Merchant, back.MerchantName, err)
	}
	if out, err := after.Do(t.Context(), info.ID, sms); err != nil || out.Problem != nil {
		t.Errorf("repeat: %v %v", out.Problem, err)
	}
	other := sms
	other.Command = simulator.SendSMS{MessageNo: "msg_0001", About: simulator.AboutPlatformCode, Template: "t", Mobile: sample.Person(1).Mobile, Text: "x"}
	if out, err := after.Do(t.Context(), info.ID, other); err != nil || out.Problem == nil || out.Problem.Code != simulator.ProblemNumberReused {
		t.Errorf("other text: %v %v", out.Problem, err)
	}
	if found, err := after.Messages(info.ID, simulator.MessageFilter{}); err != nil || len(found) != 1 {
		t.Errorf("%d messages, %v", len(found), err)
	}
}

func TestADamagedFileIsRefusedInOneLineThatNamesItAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "world.log")
	text := written(t, 8, played(t, 8, 20))
	lines := bytes.SplitAfter(text, []byte("\n"))
	if err := os.WriteFile(path, bytes.Join(append(lines[:2:2], lines[3:]...), nil), filePerm); err != nil {
		t.Fatal(err)
	}
	_, _, err := Open(path, fault.All())
	if !errors.Is(err, ErrCorrupt) {
		t.Fatalf("opened: %v", err)
	}
	for _, part := range []string{path, "line 3", "move the file away"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %q", err)
	}
	if after, _ := os.ReadFile(path); len(after) != len(text)-len(lines[2]) {
		t.Error("the damaged file was changed")
	}
}

func TestAnAnswerWaitsForTheDisk(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "world.log")
	log, world, err := Create(path, header(5), fault.All())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	e := engine.New(engine.Options{})
	defer e.Close()
	info, err := e.AdoptWorld(t.Context(), world, engine.NewWorld{Virtual: true, Recorder: log})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 20 {
		if _, err := e.Do(t.Context(), info.ID, simulator.Input{Command: simulator.Tick{}}); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path) // as a process that was killed just now would leave it
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Replay(bytes.NewReader(text), fault.All()); err != nil || got.Inputs != n+1 {
			t.Fatalf("after answer %d the file holds %+v, %v", n+1, got, err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	log, _, err := Create(filepath.Join(b.TempDir(), "world.log"), header(1), fault.All())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	in := simulator.Input{Now: sample.Start, Command: simulator.ApplyCharge{OrderNo: "ord_1", OrderTime: sample.Start, AgreementNo: "agr_1"}}
	for b.Loop() {
		wait, err := log.Append(in)
		if err == nil {
			err = wait()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
