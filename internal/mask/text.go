package mask

import "strings"

// Text masks what patterns show to be sensitive in a text: card numbers, ID
// numbers and mobiles, with or without separators, in full-width digits, percent
// or base64 encoding; four to eight digits near a word for code, in Chinese or
// English; and the values of parameters, headers and XML elements whose name is in
// the catalogue (name=…, Authorization: …). Text that holds none comes back
// unchanged; text in percent encoding that holds some comes back decoded.
func Text(text string) string { return textWithin(text, maxNesting) }

// maxNesting is how many encodings inside each other are opened.
const maxNesting = 3

// textWithin is Text with a bound.
func textWithin(text string, nesting int) string {
	if plain := unpercent(text); plain != text && nesting > 0 {
		if masked := textWithin(plain, nesting-1); masked != plain {
			return masked
		}
	}
	w := writer{text: text, nesting: nesting}
	for w.pos < len(text) {
		w.step()
	}
	if w.copied == 0 {
		return text
	}
	return w.out.String() + text[w.copied:]
}

// writer walks over a text and replaces parts of it.
type writer struct {
	text    string
	pos     int
	copied  int // text[:copied] is in out, masked
	out     strings.Builder
	known   int // end of the token that was looked at already
	nesting int
}

// replace puts a mask in place of text[pos:end].
func (w *writer) replace(end int, shown string) {
	w.out.WriteString(w.text[w.copied:w.pos])
	w.out.WriteString(shown)
	w.copied, w.pos = end, end
}

// step looks at the text at hand and moves on.
func (w *writer) step() {
	if end := memberNo(w.text, w.pos); end > 0 && w.pos >= w.known {
		w.pos, w.known = end, end
		return
	}
	if w.pos >= w.known && w.token() {
		return
	}
	if _, size := digitAt(w.text, w.pos); size > 0 {
		w.digits()
		return
	}
	w.pos++
}

// token looks at a word from its start: a name with a value behind it, or base64
// with something inside. It reports whether it moved on.
func (w *writer) token() bool {
	end := w.pos
	for end < len(w.text) && base64Byte(w.text[end]) {
		end++
	}
	if end == w.pos {
		return false
	}
	if w.named() {
		return true
	}
	w.known = end
	if w.nesting > 0 && sensitiveBase64(w.text[w.pos:end], w.nesting-1) {
		w.replace(end, hidden)
		return true
	}
	return false
}

// named masks the value of a catalogued name: name=value, name: value, <name>value.
func (w *writer) named() bool {
	end := w.pos
	for end < len(w.text) && nameByte(w.text[end]) {
		end++
	}
	if end == w.pos || end == len(w.text) || strings.IndexByte("=:>\"'", w.text[end]) < 0 {
		return false
	}
	k := kindOf(w.text[w.pos:end])
	if k == kindNone || k == kindPlain {
		return false
	}
	start := end
	for start < len(w.text) && strings.IndexByte("=:>\"' ", w.text[start]) >= 0 {
		start++
	}
	if !strings.ContainsAny(w.text[end:start], "=:>") {
		return false
	}
	stop := start
	for stop < len(w.text) && strings.IndexByte("&,;\"'<>}]\r\n", w.text[stop]) < 0 {
		stop++
	}
	if stop == start {
		return false
	}
	given := w.text[start:stop]
	w.pos = start
	w.replace(stop, value(k, given))
	return true
}

// nameByte reports a character of a member's or parameter's name.
func nameByte(c byte) bool {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
}

// digits masks digits at hand, alone or grouped, or steps over them.
func (w *writer) digits() {
	piece := pieceAt(w.text, w.pos)
	if shown, sensitive, used := stars(piece.digits, w.text[piece.end:]); sensitive {
		w.replace(piece.end+used, shown)
		return
	}
	grouped := groupedAt(w.text, piece)
	if grouped.end > piece.end {
		if shown, sensitive, used := stars(grouped.digits, w.text[grouped.end:]); sensitive {
			w.replace(grouped.end+used, shown)
			return
		}
	}
	for _, candidate := range []run{grouped, piece} {
		count := len(candidate.digits)
		if count >= shortestCode && count <= longestCode && nearCode(w.text[:w.pos], w.text[candidate.end:]) {
			w.replace(candidate.end, "****")
			return
		}
	}
	w.pos = piece.end
}
