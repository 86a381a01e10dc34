package wire

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// File is a statement or an agreement file as the contract describes it, read from outside.
type File struct {
	Columns []string
	Lines   [][]string
	// Count, Totals and Digest are what the last line says.
	Count  int
	Totals []int64
	Digest string

	sum string // of what stands before the last line
}

// ErrFile means that a file is not of the form of the contract; the text says where.
var ErrFile = errors.New("not a file of the contract")

// leastTotals are the fields of a last line: its name, the count, one total, the digest.
const leastTotals = 4

// ReadFile reads a file. Whether its totals and its digest hold is [File.Check]'s to say.
func ReadFile(body []byte) (*File, error) {
	text := string(body)
	if !strings.HasSuffix(text, "\n") || strings.Contains(text, "\r") {
		return nil, fmt.Errorf("%w: lines must end with LF, the last one too", ErrFile)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	last := strings.Split(lines[len(lines)-1], ",")
	before := strings.TrimSuffix(text, lines[len(lines)-1]+"\n")
	if len(last) < leastTotals || last[0] != "total" {
		return nil, fmt.Errorf("%w: the last line is not the one of totals", ErrFile)
	}
	rows, err := csv.NewReader(strings.NewReader(before)).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("%w: it cannot be read as CSV", ErrFile)
	}
	sum := sha256.Sum256([]byte(before))
	f := &File{Columns: rows[0], Lines: rows[1:], Digest: last[len(last)-1], sum: hex.EncodeToString(sum[:])}
	for _, number := range last[1 : len(last)-1] {
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%w: a total is no number", ErrFile)
		}
		f.Totals = append(f.Totals, n)
	}
	f.Count, f.Totals = int(f.Totals[0]), f.Totals[1:]
	return f, nil
}

// Column gives one column of a line, "" when the file has none of that name.
func (f *File) Column(line []string, name string) string {
	if i := slices.Index(f.Columns, name); i >= 0 {
		return line[i]
	}
	return ""
}

// Select gives the lines in which a column says what is wanted.
func (f *File) Select(column, want string) [][]string {
	var found [][]string
	for _, line := range f.Lines {
		if f.Column(line, column) == want {
			found = append(found, line)
		}
	}
	return found
}

// Check holds count, totals and digest against the lines: the totals are, in the order of kinds, the
// sums of the column amount, or the numbers of lines where there is no such column.
func (f *File) Check(kinds ...string) error {
	if f.Count != len(f.Lines) {
		return fmt.Errorf("the last line counts %d lines, there are %d", f.Count, len(f.Lines))
	}
	if len(f.Totals) != len(kinds) {
		return fmt.Errorf("the last line has %d totals, not %d", len(f.Totals), len(kinds))
	}
	summed := slices.Contains(f.Columns, "amount")
	for i, kind := range kinds {
		var total int64
		for _, line := range f.Select(f.Columns[0], kind) {
			more := int64(1)
			if summed {
				more, _ = strconv.ParseInt(f.Column(line, "amount"), 10, 64) // no number adds nothing, and the totals differ
			}
			total += more
		}
		if total != f.Totals[i] {
			return fmt.Errorf("the lines of %s come to %d, the last line says %d", kind, total, f.Totals[i])
		}
	}
	if f.Digest != f.sum {
		return errors.New("the digest is not that of what stands before the last line")
	}
	return nil
}
