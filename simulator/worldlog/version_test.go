package worldlog

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

func TestALogOfAnotherVersionIsRefusedAndLeftAsItIs(t *testing.T) {
	t.Parallel()
	header, err := encodeHeader(Header{ID: "demo", Seed: 7, Virtual: true, Start: sample.Start, Universe: sample.Universe()})
	if err != nil {
		t.Fatal(err)
	}
	for version, want := range map[int]error{formatVersion - 1: ErrOlder, formatVersion + 1: ErrNewer, 0: ErrCorrupt} {
		other := bytes.Replace(header, []byte(`"format":`+strconv.Itoa(formatVersion)), []byte(`"format":`+strconv.Itoa(version)), 1)
		log, _ := appendLine(nil, 0, other)
		path := filepath.Join(t.TempDir(), "demo.log")
		if err := os.WriteFile(path, log, filePerm); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Open(path, fault.All()); !errors.Is(err, want) {
			t.Errorf("format %d: %v", version, err)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, log) {
			t.Errorf("format %d: the file was changed", version)
		}
	}
}
