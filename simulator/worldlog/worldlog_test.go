package worldlog

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/cardholder"
	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// header is the header of a sample world.
func header(seed uint64) Header {
	return Header{ID: "wld_up", Name: "demo", Seed: seed, Virtual: true, Start: sample.Start, Universe: sample.Universe()}
}

// freshWorld is a sample world without a log.
func freshWorld(t testing.TB, seed uint64) *simulator.World {
	t.Helper()
	template, err := simulator.Compile(sample.Universe())
	if err != nil {
		t.Fatal(err)
	}
	return simulator.NewWorld("wld_up", seed, sample.Start, template, fault.All())
}

// played is the story of a world: its inputs.
func played(t testing.TB, seed uint64, moves int) []simulator.Input {
	t.Helper()
	player := sample.NewPlayer(freshWorld(t, seed), rand.New(rand.NewPCG(seed, 2)).IntN)
	player.Play(moves)
	return player.Inputs
}

// written writes a log of inputs to memory.
func written(t testing.TB, seed uint64, inputs []simulator.Input) []byte {
	t.Helper()
	text, err := encodeHeader(header(seed))
	if err != nil {
		t.Fatal(err)
	}
	file, sum := appendLine(nil, 0, text)
	for _, in := range inputs {
		if text, err = encodeInput(in); err != nil {
			t.Fatal(err)
		}
		file, sum = appendLine(file, sum, text)
	}
	return file
}

// canonical is a world's export.
func canonical(t testing.TB, w *simulator.World) []byte {
	t.Helper()
	text, err := engine.Canonical(w)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestALogRebuildsItsWorldToTheByte(t *testing.T) {
	t.Parallel()
	for run := range uint64(200) {
		inputs := played(t, run, 60)
		want := freshWorld(t, run)
		for _, in := range inputs {
			want.Step(in)
		}
		got, err := Replay(bytes.NewReader(written(t, run, inputs)), fault.All())
		if err != nil {
			t.Fatalf("run %d: %v", run, err)
		}
		if got.Inputs != len(inputs) || got.Torn || !bytes.Equal(canonical(t, got.World), canonical(t, want)) {
			t.Fatalf("run %d: %d inputs of %d, torn %v, exports differ", run, got.Inputs, len(inputs), got.Torn)
		}
	}
}

func TestAKillAfterAnyInputRebuildsExactlyWhatWasAnswered(t *testing.T) {
	t.Parallel()
	inputs := played(t, 5, 60)
	file := written(t, 5, inputs)
	lines := bytes.SplitAfter(file, []byte("\n"))
	want := freshWorld(t, 5)
	length := len(lines[0])
	for i, in := range inputs {
		want.Step(in)
		length += len(lines[i+1])
		got, err := Replay(bytes.NewReader(file[:length]), fault.All())
		if err != nil || got.Torn || !bytes.Equal(canonical(t, got.World), canonical(t, want)) {
			t.Fatalf("after input %d: %v", i, err)
		}
	}
}

func TestAKillInsideALineLosesThatLineOnly(t *testing.T) {
	t.Parallel()
	inputs := played(t, 6, 20)
	file := written(t, 6, inputs)
	last := bytes.LastIndexByte(file[:len(file)-1], '\n') + 1
	for cut := last + 1; cut < len(file); cut++ {
		got, err := Replay(bytes.NewReader(file[:cut]), fault.All())
		if err != nil || !got.Torn || got.Good != int64(last) || got.Inputs != len(inputs)-1 {
			t.Fatalf("cut at %d of %d: %+v %v", cut, len(file), got, err)
		}
	}
	garbled := append(bytes.Clone(file[:len(file)-3]), "\x00\x00\n"...)
	if got, err := Replay(bytes.NewReader(garbled), fault.All()); err != nil || !got.Torn {
		t.Errorf("garbled last line: %+v %v", got, err)
	}
}

func TestDamageInTheMiddleIsRefusedAndNamesTheLine(t *testing.T) {
	t.Parallel()
	file := written(t, 7, played(t, 7, 20))
	lines := bytes.SplitAfter(file, []byte("\n"))
	for name, damaged := range map[string][][]byte{
		"a changed byte": {lines[0], lines[1], bytes.Replace(lines[2], []byte(`"at"`), []byte(`"aT"`), 1), lines[3], lines[4]},
		"a missing line": {lines[0], lines[1], lines[3], lines[4]},
		"swapped lines":  {lines[0], lines[1], lines[3], lines[2], lines[4]},
		"a doubled line": {lines[0], lines[1], lines[1], lines[2], lines[3]},
		"an empty line":  {lines[0], lines[1], []byte("\n"), lines[2]},
	} {
		_, err := Replay(bytes.NewReader(bytes.Join(damaged, nil)), fault.All())
		var corrupt *CorruptError
		if !errors.As(err, &corrupt) || !errors.Is(err, ErrCorrupt) || corrupt.Line != 3 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALogWithoutAReadableHeaderIsRefused(t *testing.T) {
	t.Parallel()
	otherFormat, _ := appendLine(nil, 0, []byte(`{"format":99}`))
	badUniverse, _ := appendLine(nil, 0, []byte(`{"format":1,"bins":[{"prefix":"1","length":3,"bank":"X"}]}`))
	noJSON, _ := appendLine(nil, 0, []byte(`{`))
	for name, file := range map[string][]byte{
		"empty": nil, "cut off": []byte("12345678 {"), "other format": otherFormat,
		"bad universe": badUniverse, "no JSON": noJSON, "no checksum": []byte("hello\nworld\n"),
	} {
		if _, err := Replay(bytes.NewReader(file), fault.All()); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnInputThisProgramDoesNotKnowIsRefused(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{`{"name":"Teleport","command":{}}`, `{"name":"Tick","command":7}`, `[`, `{"name":"ElementCheck","command":{"elements":{"mobile":"1"}}}`} {
		text, err := encodeHeader(header(1))
		if err != nil {
			t.Fatal(err)
		}
		file, sum := appendLine(nil, 0, text)
		file, _ = appendLine(file, sum, []byte(payload))
		if _, err := Replay(bytes.NewReader(file), fault.All()); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", payload, err)
		}
	}
}

// everyCommand is one of each command, with all members set.
func everyCommand(t *testing.T) []simulator.Command {
	t.Helper()
	who := sample.Person(1)
	on, seconds, fen, state := true, 3, money.Fen(5), simulator.CardLost
	at := sample.Start.Add(time.Nanosecond)
	return []simulator.Command{
		simulator.ElementCheck{CheckNo: "c", Elements: who},
		simulator.ApplySigning{SignNo: "s", PayerRef: "p", Elements: who},
		simulator.ResendSigningCode{SignNo: "s"}, simulator.ConfirmSigning{SignNo: "s", Code: "000001"}, simulator.QuerySigning{SignNo: "s"},
		simulator.Bind{SignNo: "s", PayerRef: "p", Elements: who, Evidence: simulator.Evidence{Kind: simulator.EvidenceLegacy, Reference: "r", SignedOn: "2016-01-01", CheckNo: "c"}},
		simulator.QueryAgreement{AgreementNo: "a", PayerRef: "p", CardNumber: who.CardNumber}, simulator.TerminateAgreement{AgreementNo: "a"},
		simulator.ApplyCharge{OrderNo: "o", OrderTime: at, Amount: 1, Currency: "CNY", AgreementNo: "a", Elements: who, CheckNo: "c", PayerRef: "p", ExpiresAt: at, NotifyURL: "u", Summary: "x"},
		simulator.ApplyCharge{OrderNo: "o", OrderTime: at, AgreementNo: "a"},
		simulator.QueryCharge{OrderNo: "o", OrderTime: at}, simulator.CloseCharge{OrderNo: "o", OrderTime: at},
		simulator.ConfirmCharge{OrderNo: "o", OrderTime: at, Code: "000001"}, simulator.ResendChargeCode{OrderNo: "o", OrderTime: at},
		simulator.ApplyRefund{RefundNo: "r", OrderNo: "o", OrderTime: at, Amount: 1, Currency: "CNY"}, simulator.QueryRefund{RefundNo: "r"},
		simulator.QueryLimits{}, simulator.QueryProfile{},
		simulator.SendSMS{About: simulator.AboutPlatformCode, Template: "t", Mobile: who.Mobile, Text: "x", Reference: "r"},
		simulator.SendWeChat{About: simulator.AboutPlatformNotice, Template: "t", OpenID: "o", Text: "x", Reference: "r"},
		simulator.RefuseRequest{Problem: simulator.Problem{Code: simulator.ProblemTooFrequent, Field: "f", Detail: "d", RetryAfter: time.Second}},
		simulator.AddMember{Member: simulator.Member{MemberNo: "M1", ChannelID: "c", MerchantName: "m", NotifyURL: "u", Keys: simulator.MemberKeys{
			Alg: "HS256", Request: simulator.Key{KID: "1", Private: []byte{1}, Public: []byte{2}}, Reply: simulator.Key{KID: "2", Private: []byte{3}, Public: []byte{4}},
		}}},
		simulator.PutAccount{Account: simulator.Account{Holder: who, Balance: 5, State: simulator.CardFrozen, DebitNotice: true}},
		simulator.ChangeAccount{CardNumber: who.CardNumber, Balance: &fen, State: &state, DebitNotice: &on, Mobile: &who.Mobile, Name: &who.Name},
		simulator.ChangeAccount{CardNumber: who.CardNumber},
		simulator.ChangeBank{Bank: "b", SettleAfterSeconds: &seconds, SMSDelaySeconds: &seconds},
		simulator.SwitchChannel{ChannelID: "c", Maintenance: &on, Retired: &on},
		simulator.SetLimits{ChannelID: "c", Bank: "b", Limits: simulator.Limits{Single: 1, Daily: 2, Monthly: 3, DailyCount: 4}},
		simulator.CancelAtBank{AgreementNo: "a", CardNumber: who.CardNumber, ChannelID: "c"},
		simulator.ForgetAgreement{ChannelID: "c", CardNumber: who.CardNumber},
		simulator.AddFault{Rule: simulator.FaultRule{ID: "f", Fault: "slow", Operation: simulator.OpCharge, Operations: []simulator.Operation{simulator.OpCharge}, Point: simulator.PointBank, When: simulator.When{ChannelID: "c", MemberNo: "m", OrderNo: "o", CardLast4: "0001", Amount: 1, Nth: 2, Every: 3, Permille: 4}, Times: 5, ExpiresAt: at, Reason: simulator.ReasonCardLost, DelaySeconds: 6, Copies: 7}},
		simulator.RemoveFault{ID: "f"}, simulator.Redeliver{EventID: "e"},
		simulator.Delivered{EventID: "e", Attempt: 2, Acknowledged: true, Status: 200}, simulator.ResetWorld{}, simulator.Tick{},
	}
}

func TestEveryCommandSurvivesTheLog(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, command := range everyCommand(t) {
		in := simulator.Input{Now: sample.Start, Command: command, Resumed: simulator.PointReceived, Request: simulator.Request{
			ChannelID: "c", MemberNo: "m", Method: "POST", Target: "/t?q", JTI: "j", Signature: "valid",
		}}
		text, err := encodeInput(in)
		if err != nil {
			t.Fatalf("%T: %v", command, err)
		}
		back, err := decodeInput(text)
		if err != nil || !sameInput(in, back) {
			t.Errorf("%T: %v\n%s", command, err, text)
		}
		seen[nameOf(command)] = true
	}
	for name := range codecs {
		if !seen[name] {
			t.Errorf("command %s is not tried here", name)
		}
	}
}

func TestACommandWithoutACodecIsNotLost(t *testing.T) {
	t.Parallel()
	if _, err := encodeInput(simulator.Input{Command: stranger{}}); err == nil {
		t.Error("written without a codec")
	}
}

// stranger is a command the log does not know.
type stranger struct{}

// Operation names the command.
func (stranger) Operation() simulator.Operation { return simulator.OpControl }

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

func TestErrorsAboutDamageHoldNoContent(t *testing.T) {
	t.Parallel()
	file := written(t, 7, []simulator.Input{{Now: sample.Start, Command: simulator.ElementCheck{Elements: sample.Person(1)}}, {Command: simulator.Tick{}}})
	broken := bytes.Replace(file, []byte(`ElementCheck"`), []byte(`ElementChuck"`), 1)
	_, err := Replay(bytes.NewReader(broken), fault.All())
	if err == nil || strings.Contains(err.Error(), sample.Person(1).CardNumber.Reveal()) {
		t.Errorf("got %v", err)
	}
}

// sameInput compares inputs; cards by content.
func sameInput(a, b simulator.Input) bool {
	left, errLeft := encodeInput(a)
	right, errRight := encodeInput(b)
	return errLeft == nil && errRight == nil && bytes.Equal(left, right) && revealAll(a) == revealAll(b)
}

// revealAll lists the personal data of commands that have some.
func revealAll(in simulator.Input) string {
	all := func(e cardholder.FourElements) string {
		return e.Name.Reveal() + e.IDNumber.Reveal() + e.CardNumber.Reveal() + e.Mobile.Reveal() + string(e.IDType)
	}
	switch c := in.Command.(type) {
	case simulator.ElementCheck:
		return all(c.Elements)
	case simulator.ApplySigning:
		return all(c.Elements)
	case simulator.Bind:
		return all(c.Elements)
	case simulator.ApplyCharge:
		return all(c.Elements)
	case simulator.PutAccount:
		return all(c.Account.Holder)
	case simulator.QueryAgreement:
		return c.CardNumber.Reveal()
	case simulator.CancelAtBank:
		return c.CardNumber.Reveal()
	case simulator.ForgetAgreement:
		return c.CardNumber.Reveal()
	case simulator.SendSMS:
		return c.Mobile.Reveal()
	}
	return ""
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
