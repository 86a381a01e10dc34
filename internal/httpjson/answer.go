package httpjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// ContentType is the media type of every JSON body that is no problem.
const ContentType = "application/json"

// Encode writes a value as compact JSON without a newline at the end and without
// HTML escapes, the bytes that are then signed and sent.
func Encode(v any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("encode JSON: %w", err)
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// WriteJSON answers with a status and a value as JSON. The error is that of
// Encode; nothing is written then, so a handler returns it as it is.
func WriteJSON(w http.ResponseWriter, status int, v any) error {
	body, err := Encode(v)
	if err != nil {
		return err
	}
	writeBody(w, status, ContentType, body)
	return nil
}

// WriteBytes answers with JSON that is encoded, and perhaps signed, already.
func WriteBytes(w http.ResponseWriter, status int, body []byte) {
	writeBody(w, status, ContentType, body)
}

// writeBody sends head and body. A failed write means that the caller has gone;
// there is nobody left to tell.
func writeBody(w http.ResponseWriter, status int, contentType string, body []byte) {
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
