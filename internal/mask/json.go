package mask

import (
	"bytes"
	"encoding/json"
	"strings"
)

// JSON masks a recorded body: the values of catalogued members, everything inside
// elements, keys and secrets, and what Text finds in any other string, number or
// name, also in JSON that is written inside a string. What holds nothing keeps
// every byte. The walk follows quotes and brackets only, so a body that is
// broken or cut off is masked as far as it goes, and one that is no JSON as Text.
func JSON(body []byte) []byte { return jsonWithin(body, maxNesting) }

// jsonWithin is JSON with a bound for texts inside texts.
func jsonWithin(body []byte, nesting int) []byte {
	start := bytes.TrimLeft(body, " \t\r\n\ufeff")
	if (len(start) == 0 || (start[0] != '{' && start[0] != '[' && start[0] != '"')) && !json.Valid(body) {
		return []byte(textWithin(string(body), nesting))
	}
	w := walker{body: string(body), nesting: nesting}
	w.out.Grow(len(body))
	for w.pos < len(w.body) {
		w.step()
	}
	return []byte(w.out.String())
}

// walker copies a body token by token.
type walker struct {
	body    string
	pos     int
	out     strings.Builder
	nesting int

	next   kind   // of the value that follows a name
	inside []kind // of the objects and arrays around: kindSecret hides all below
}

// step copies one token.
func (w *walker) step() {
	switch c := w.body[w.pos]; {
	case c == '"':
		w.quoted()
	case c == '{' || c == '[':
		w.inside = append(w.inside, w.effective())
		if c == '{' {
			w.next = kindNone
		}
		w.copyByte()
	case c == '}' || c == ']':
		if len(w.inside) > 0 {
			w.inside = w.inside[:len(w.inside)-1]
		}
		w.next = kindNone
		w.copyByte()
	case c == ',':
		if w.inArray() == kindNone {
			w.next = kindNone
		}
		w.copyByte()
	case strings.IndexByte(": \t\r\n", c) >= 0:
		w.copyByte()
	default:
		w.bare()
	}
}

// copyByte copies punctuation.
func (w *walker) copyByte() {
	w.out.WriteByte(w.body[w.pos])
	w.pos++
}

// inArray is the kind the container around gives to what is in it.
func (w *walker) inArray() kind {
	if len(w.inside) == 0 {
		return kindNone
	}
	return w.inside[len(w.inside)-1]
}

// effective is the kind of the value at hand: its name's, or that of what is
// around it. Inside elements and secrets an unknown name is hidden too.
func (w *walker) effective() kind {
	if w.next != kindNone {
		return w.next
	}
	return w.inArray()
}

// quoted copies a string: a name if a colon follows, else a value.
func (w *walker) quoted() {
	end, closed := stringEnd(w.body, w.pos)
	raw := w.body[w.pos:end]
	text := unquote(raw, closed)
	w.pos = end
	if closed && colonFollows(w.body[end:]) {
		w.next = kindOf(text)
		w.put(raw, text, textWithin(text, w.nesting))
		return
	}
	w.put(raw, text, w.masked(text))
	w.next = kindNone
}

// masked masks the text of a value.
func (w *walker) masked(text string) string {
	k := w.effective()
	if k != kindNone {
		return value(k, text)
	}
	if trimmed := strings.TrimLeft(text, " \t\r\n"); w.nesting > 0 && trimmed != "" && (trimmed[0] == '{' || trimmed[0] == '[') {
		return string(jsonWithin([]byte(text), w.nesting-1))
	}
	return textWithin(text, w.nesting)
}

// put writes a string as it was, or its mask in fresh quotes.
func (w *walker) put(raw, text, masked string) {
	if masked == text {
		w.out.WriteString(raw)
		return
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(masked) //nolint:errchkjson // a string can always be encoded
	w.out.Write(bytes.TrimSuffix(buffer.Bytes(), []byte("\n")))
}

// bare copies a number, a word, or whatever stands where a value should; a mask
// becomes a string. Blanks inside belong to it: valid JSON has none there.
func (w *walker) bare() {
	end := w.pos
	for end < len(w.body) && strings.IndexByte("\"{}[],:", w.body[end]) < 0 {
		end++
	}
	rest := w.body[end:]
	text := strings.TrimRight(w.body[w.pos:end], " \t\r\n")
	w.pos += len(text)
	switch k := w.effective(); {
	case colonFollows(rest): // a name without quotes
		w.put(text, text, textWithin(text, w.nesting))
		if w.next = kindOf(text); w.next == kindNone && speaksOfCode(text) {
			w.next = kindCode
		}
		return
	case text == "null" || text == "true" || text == "false":
		w.out.WriteString(text)
	case k == kindNone:
		w.put(text, text, textWithin(text, w.nesting))
	default:
		w.put(text, text, value(k, text))
	}
	w.next = kindNone
}

// stringEnd finds the index after a string that starts at a quote, and whether
// it was closed.
func stringEnd(body string, start int) (end int, closed bool) {
	for i := start + 1; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
		case '"':
			return i + 1, true
		}
	}
	return len(body), false
}

// unquote returns the text of a string; what is broken is taken as it stands.
func unquote(raw string, closed bool) string {
	inner := raw[1:]
	if closed {
		inner = inner[:len(inner)-1]
	}
	if !strings.Contains(inner, `\`) {
		return inner
	}
	var text string
	if json.Unmarshal([]byte(`"`+inner+`"`), &text) == nil {
		return text
	}
	return inner
}

// colonFollows reports whether the string before rest is a name.
func colonFollows(rest string) bool {
	return strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), ":")
}
