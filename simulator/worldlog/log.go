package worldlog

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"countersign/simulator"
	"countersign/simulator/engine"
)

// filePerm lets only the owner read the log: it holds card data, if invented.
const filePerm = 0o600

// ErrInUse means that another process has the log open.
var ErrInUse = errors.New("world log is in use by another process")

// Log is an open log. It implements engine.Recorder.
type Log struct {
	file *os.File

	mu      sync.Mutex // order of appends
	pending []byte
	sum     uint32
	added   int64
	failed  error

	syncMu sync.Mutex // one writer at a time; others find their lines written
	synced int64
}

// Compile-time proof that a log is the engine's port.
var _ engine.Recorder = (*Log)(nil)

// Exists reports whether there is a log at a path.
func Exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Size() > 0
}

// Create starts the log of a new world and makes the world. The header is durable,
// and so is the file's name, when it returns; the file must not exist.
func Create(path string, header Header, faults simulator.FaultCatalogue) (*Log, *simulator.World, error) {
	template, err := simulator.Compile(header.Universe)
	if err != nil {
		return nil, nil, fmt.Errorf("create world log: %w", err)
	}
	text, err := encodeHeader(header)
	if err != nil {
		return nil, nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, filePerm)
	if err != nil {
		return nil, nil, fmt.Errorf("create world log: %w", err)
	}
	l := &Log{file: file}
	if err := l.start(text); err != nil {
		_ = file.Close()
		return nil, nil, fmt.Errorf("create world log: %w", err)
	}
	return l, simulator.NewWorld(header.ID, header.Seed, header.Start, template, faults), nil
}

// start locks a new file and makes its header and its name durable.
func (l *Log) start(header []byte) error {
	if err := lockFile(l.file); err != nil {
		return err
	}
	l.pending, l.sum = appendLine(nil, 0, header)
	l.added = 1
	if err := l.flush(1); err != nil {
		return err
	}
	return syncFolder(l.file.Name())
}

// Open replays the log at a path and goes on with it. A last line cut off by a
// crash is removed from the file. A log that has grown long is written anew, as the
// state that it comes to.
func Open(path string, faults simulator.FaultCatalogue) (*Log, *Replayed, error) {
	return open(path, faults, usual)
}

// resume locks, replays and cuts a torn end off.
func resume(file *os.File, faults simulator.FaultCatalogue) (*Replayed, error) {
	if err := lockFile(file); err != nil {
		return nil, err
	}
	if err := file.Chmod(filePerm); err != nil {
		return nil, err
	}
	replayed, err := Replay(file, faults)
	if broke, isBroke := errors.AsType[*brokeError](err); isBroke {
		replayed, err = replayBefore(file, broke.good, faults)
	}
	if err != nil {
		return nil, err
	}
	if replayed.Torn {
		if err := file.Truncate(replayed.Good); err != nil {
			return nil, err
		}
	}
	_, err = file.Seek(replayed.Good, io.SeekStart)
	return replayed, err
}

// replayBefore replays without the last input, which broke the world before anybody was answered.
func replayBefore(file *os.File, good int64, faults simulator.FaultCatalogue) (*Replayed, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	replayed, err := Replay(io.LimitReader(file, good), faults)
	if err == nil {
		replayed.Torn = true
	}
	return replayed, err
}

// Append takes an input in its order. The function it returns waits until the
// input is on the disk; those who wait together share one flush.
func (l *Log) Append(in simulator.Input) (wait func() error, err error) {
	payload, err := encodeInput(in)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed != nil {
		return nil, l.failed
	}
	l.pending, l.sum = appendLine(l.pending, l.sum, payload)
	l.added++
	mine := l.added
	return func() error { return l.flush(mine) }, nil
}

// flush makes everything appended so far durable, unless somebody did already.
func (l *Log) flush(upTo int64) error {
	l.syncMu.Lock()
	defer l.syncMu.Unlock()
	if l.synced >= upTo {
		return nil
	}
	l.mu.Lock()
	lines, added, failed := l.pending, l.added, l.failed
	l.pending = nil
	l.mu.Unlock()
	if failed != nil {
		return failed
	}
	_, err := l.file.Write(lines)
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		// What reached the disk is unknown: nothing may follow it.
		l.mu.Lock()
		l.failed = fmt.Errorf("write world log: %w", err)
		err = l.failed
		l.mu.Unlock()
		return err
	}
	l.synced = added
	return nil
}

// Close flushes and closes the file.
func (l *Log) Close() error {
	l.mu.Lock()
	added := l.added
	l.mu.Unlock()
	err := l.flush(added)
	l.mu.Lock()
	if l.failed == nil {
		l.failed = os.ErrClosed
	}
	l.mu.Unlock()
	return errors.Join(err, l.file.Close())
}
