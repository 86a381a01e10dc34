package channelclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Bounds of a JSON text from outside; far above any answer of the contract.
const (
	deepest      = 32
	mostElements = 1000
)

// errMalformed says that a JSON text is not to be trusted to mean one thing. No value is in it.
var errMalformed = errors.New("JSON text is malformed")

// wellFormed refuses what encoding/json would read silently: a name twice in one object, also in
// another case, data behind the value, broken UTF-8, endless depth or breadth. It takes unknown
// members: clients are tolerant.
func wellFormed(text []byte) error {
	if !utf8.Valid(text) {
		return errMalformed
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := walk(decoder, 0); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errMalformed
	}
	return nil
}

// walk reads one value.
func walk(decoder *json.Decoder, depth int) error {
	token, err := decoder.Token()
	if err != nil || depth > deepest {
		return errMalformed
	}
	switch token {
	case json.Delim('{'):
		return walkObject(decoder, depth)
	case json.Delim('['):
		return walkArray(decoder, depth)
	}
	return nil
}

// walkObject reads the members of an object up to its end.
func walkObject(decoder *json.Decoder, depth int) error {
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		name, isName := token.(string)
		folded := strings.ToLower(name)
		if err != nil || !isName || seen[folded] || len(seen) >= mostElements {
			return errMalformed
		}
		seen[folded] = true
		if err := walk(decoder, depth+1); err != nil {
			return err
		}
	}
	return closeDelim(decoder)
}

// walkArray reads the elements of an array up to its end.
func walkArray(decoder *json.Decoder, depth int) error {
	for count := 0; decoder.More(); count++ {
		if count >= mostElements {
			return errMalformed
		}
		if err := walk(decoder, depth+1); err != nil {
			return err
		}
	}
	return closeDelim(decoder)
}

// closeDelim reads the closing bracket.
func closeDelim(decoder *json.Decoder) error {
	if _, err := decoder.Token(); err != nil {
		return errMalformed
	}
	return nil
}
