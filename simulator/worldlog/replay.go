package worldlog

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"countersign/simulator"
)

// ErrCorrupt is wrapped by errors about a damaged log. Nothing of it is used.
var ErrCorrupt = errors.New("world log is corrupt")

// CorruptError says where a log is damaged and what to do.
type CorruptError struct {
	Line int // from 1, the header
	Err  error
}

// Error names the line, never its content.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("%v: line %d: %v; move the file away to start a new world", ErrCorrupt, e.Line, e.Err)
}

// Unwrap makes errors.Is(err, ErrCorrupt) hold.
func (e *CorruptError) Unwrap() []error { return []error{ErrCorrupt, e.Err} }

// Replayed is what a log was read to.
type Replayed struct {
	Header Header
	World  *simulator.World
	Inputs int
	// Good is the length of the part that was read; what follows is a line that was
	// cut off, and never answered.
	Good int64
	Torn bool

	sum   uint32 // of the last line
	began int64  // length of what the log begins with: the header, and the state if there is one
}

// Replay rebuilds a world from its log. A last line that is cut off or damaged is
// dropped; a damaged line with more behind it is a CorruptError.
func Replay(log io.Reader, faults simulator.FaultCatalogue) (*Replayed, error) {
	reader := bufio.NewReaderSize(log, 1<<16)
	done := &Replayed{}
	for line := 1; ; line++ {
		text, err := reader.ReadBytes('\n')
		if len(text) == 0 && errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read world log: %w", err)
		}
		bad := err // a last line without its newline was cut off
		if bad == nil {
			bad = done.take(text[:len(text)-1], line, faults)
		}
		if bad == nil {
			done.Good += int64(len(text))
			if line == 1 || line == 2 && done.Header.fromState {
				done.began = done.Good
			}
			continue
		}
		if err := done.judge(reader, line, bad); err != nil {
			return nil, err
		}
		done.Torn = true
		break
	}
	if err := done.missing(); err != nil {
		return nil, err
	}
	return done, nil
}

// judge says what a line that cannot be taken means: nil when it is a last one that was cut off.
func (d *Replayed) judge(rest *bufio.Reader, line int, bad error) error {
	_, end := rest.Peek(1)
	last := end != nil
	switch {
	case errors.Is(bad, ErrOlder) || errors.Is(bad, ErrNewer):
		return bad
	case last && errors.Is(bad, errBroke):
		return &brokeError{good: d.Good}
	case !last || !errors.Is(bad, io.EOF) && !errors.Is(bad, errBadLine):
		return &CorruptError{Line: line, Err: bad}
	}
	return nil
}

// missing refuses a log without its beginning: the header, and the state if it begins
// with one. Without that state it would quietly be the log of a new world.
func (d *Replayed) missing() error {
	switch {
	case d.World == nil:
		return &CorruptError{Line: 1, Err: errors.New("no header")}
	case d.Header.fromState && d.Inputs == 0:
		return &CorruptError{Line: 2, Err: errors.New("the state that the log begins with is missing")}
	}
	return nil
}

// take applies one line.
func (d *Replayed) take(line []byte, number int, faults simulator.FaultCatalogue) error {
	payload, sum, err := readLine(line, d.sum)
	if err != nil {
		return err
	}
	if number == 1 {
		if err := d.begin(payload, faults); err != nil {
			return err
		}
		d.sum = sum
		return nil
	}
	in, err := decodeInput(payload)
	if err != nil {
		return err
	}
	out, err := step(d.World, in)
	if err != nil {
		return err
	}
	if out.Problem != nil && number == 2 && d.Header.fromState {
		return fmt.Errorf("the state that the log begins with: %w", out.Problem)
	}
	d.Inputs++
	d.sum = sum
	return nil
}

// errBroke means that the step of an input broke the world.
var errBroke = errors.New("the step of this input broke the world")

// brokeError is about a last input that broke the world: it was never answered, and nothing came after it. The
// world is good up to the end of what stands before it.
type brokeError struct{ good int64 }

// Error says so.
func (*brokeError) Error() string { return errBroke.Error() }

// step carries an input out; one that breaks the world is an error, as it was when it came.
func step(w *simulator.World, in simulator.Input) (out simulator.Outcome, err error) {
	defer func() {
		if recover() != nil {
			err = errBroke
		}
	}()
	return w.Step(in), nil
}

// begin makes the world the header describes.
func (d *Replayed) begin(payload []byte, faults simulator.FaultCatalogue) error {
	header, err := decodeHeader(payload)
	if err != nil {
		return err
	}
	template, err := simulator.Compile(header.Universe)
	if err != nil {
		return fmt.Errorf("read log header: %w", err)
	}
	d.Header = header
	d.World = simulator.NewWorld(header.ID, header.Seed, header.Start, template, faults)
	return nil
}
