package worldlog

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
)

// crcDigits is the length of the checksum before the JSON, in hex digits.
const crcDigits = 8

// errBadLine means that a line does not have the checksum it claims.
var errBadLine = errors.New("line is damaged")

// castagnoli is the polynomial of the checksums.
//
//nolint:gochecknoglobals // an immutable table
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// chain is the checksum of a line, over the checksum before it and the JSON.
func chain(before uint32, payload []byte) uint32 {
	head := fmt.Appendf(nil, "%08x", before)
	return crc32.Update(crc32.Checksum(head, castagnoli), castagnoli, payload)
}

// appendLine writes a line to a buffer and returns its checksum.
func appendLine(buffer []byte, before uint32, payload []byte) ([]byte, uint32) {
	sum := chain(before, payload)
	buffer = fmt.Appendf(buffer, "%08x ", sum)
	buffer = append(buffer, payload...)
	return append(buffer, '\n'), sum
}

// readLine checks a line, without its newline, and returns JSON and checksum.
func readLine(line []byte, before uint32) ([]byte, uint32, error) {
	if len(line) < crcDigits+1 || line[crcDigits] != ' ' {
		return nil, 0, errBadLine
	}
	payload := line[crcDigits+1:]
	sum := chain(before, payload)
	if !bytes.Equal(line[:crcDigits], fmt.Appendf(nil, "%08x", sum)) {
		return nil, 0, errBadLine
	}
	return payload, sum, nil
}
