package worldlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"countersign/simulator"
)

// limits are how much may follow the beginning of a log before it is rewritten at the
// next start: inputs, and bytes.
type limits struct {
	inputs int
	bytes  int64
}

// usual keeps a start short: so much is replayed in a second or two.
//
//nolint:gochecknoglobals // never changed
var usual = limits{inputs: 50_000, bytes: 64 << 20}

// compactSuffix is that of the file a log is rewritten in. One left behind by a crash
// is of no use, and is removed.
const compactSuffix = ".compact"

// passed reports whether a log has grown beyond the limits since its beginning.
func (l limits) passed(r *Replayed) bool {
	inputs := r.Inputs
	if r.Header.fromState {
		inputs--
	}
	return inputs > l.inputs || r.Good-r.began > l.bytes
}

// compacted writes a log anew as its world's state and nothing after it, and gives the
// file, locked and at its end. At each moment one whole log has the name: the new one
// is written beside the old, made durable, read back and compared, and only then takes
// its place. A state that does not read back to the same world leaves the old log in
// force: made is nil then.
func compacted(path string, old *Replayed, faults simulator.FaultCatalogue) (made *os.File, sum uint32, err error) {
	name := path + compactSuffix
	if made, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, filePerm); err != nil {
		return nil, 0, err
	}
	defer func() {
		if err != nil || made == nil {
			_ = os.Remove(name)
		}
	}()
	fresh, err := rewrite(made, old, faults)
	if err != nil || fresh == nil {
		return nil, 0, errors.Join(err, made.Close())
	}
	if err = os.Rename(name, path); err == nil {
		err = syncFolder(path)
	}
	if err != nil {
		return nil, 0, errors.Join(err, made.Close())
	}
	return made, fresh.sum, nil
}

// rewrite fills the new file and proves it; nil without an error means that it does not
// tell the same world.
func rewrite(to *os.File, old *Replayed, faults simulator.FaultCatalogue) (*Replayed, error) {
	if err := lockFile(to); err != nil {
		return nil, err
	}
	header := old.Header
	header.fromState = true
	first, err := encodeHeader(header)
	if err != nil {
		return nil, err
	}
	state := old.World.Save()
	second, err := encodeInput(simulator.Input{Now: old.World.Now(), Command: simulator.LoadState{State: state}})
	if err != nil {
		return nil, err
	}
	lines, sum := appendLine(nil, 0, first)
	lines, _ = appendLine(lines, sum, second)
	if _, err := to.Write(lines); err != nil {
		return nil, err
	}
	if err := to.Sync(); err != nil {
		return nil, err
	}
	if _, err := to.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	fresh, err := Replay(to, faults)
	if err != nil || !sameWorld(state, fresh.World.Save()) {
		return nil, nil //nolint:nilerr // the old log stays in force
	}
	_, err = to.Seek(fresh.Good, io.SeekStart)
	return fresh, err
}

// sameWorld reports whether two states are the same to the byte.
func sameWorld(one, two simulator.State) bool {
	a, errA := json.Marshal(one)
	b, errB := json.Marshal(two)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// syncFolder makes a name in a folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	return folder.Sync()
}

// open is Open with limits.
func open(path string, faults simulator.FaultCatalogue, most limits) (*Log, *Replayed, error) {
	file, err := os.OpenFile(path, os.O_RDWR, filePerm)
	if err != nil {
		return nil, nil, fmt.Errorf("open world log: %w", err)
	}
	replayed, err := resume(file, faults)
	if err != nil {
		_ = file.Close()
		return nil, nil, fmt.Errorf("open world log %s: %w", path, err)
	}
	_ = os.Remove(path + compactSuffix) // what a crash left behind
	if !most.passed(replayed) {
		return &Log{file: file, sum: replayed.sum}, replayed, nil
	}
	made, sum, err := compacted(path, replayed, faults)
	switch {
	case err != nil:
		_ = file.Close()
		return nil, nil, fmt.Errorf("compact world log %s: %w", path, err)
	case made == nil:
		return &Log{file: file, sum: replayed.sum}, replayed, nil
	}
	_ = file.Close() // nobody reads it any more
	return &Log{file: made, sum: sum}, replayed, nil
}
