package wirefault

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
)

// Answer gives an answer with what is wrong with it on the socket, and returns when
// the connection is over; the handler must not touch w afterwards. Headers are
// those of w. Without a connection to break (HTTP/2, a recorder) the handler is
// aborted with http.ErrAbortHandler. When the world is gone, or has too many such
// connections already, the connection is reset.
func Answer(w http.ResponseWriter, e *engine.Engine, worldID string, fault simulator.WireFault, status int, body []byte) {
	if fault.Ending == simulator.EndingReset && !fault.Partly {
		reset(hijack(w))
		return
	}
	if fault.Ending == simulator.EndingGzipBomb {
		w.Header().Set("Content-Encoding", "gzip")
		body = bomb()
	}
	head := header(w.Header(), status, len(body), fault.Ending == simulator.EndingEndlessBody)
	conn := hijack(w)
	line, err := e.Line(worldID, fault.Rule)
	if err != nil {
		reset(conn)
		return
	}
	defer line.End()
	s := open(conn, line, fault.Ending == simulator.EndingReset || fault.Ending == simulator.EndingEndlessBody)
	defer s.close()
	if s.write(head) && s.body(fault, body) {
		s.end(fault.Ending)
	}
}

// header writes status line and headers. A body without an end has chunks.
func header(from http.Header, status, length int, endless bool) []byte {
	h := from.Clone()
	h.Set("Connection", "close")
	h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	h.Del("Content-Length")
	framing := "Content-Length: " + strconv.Itoa(length)
	if endless {
		framing = "Transfer-Encoding: chunked"
	}
	var to bytes.Buffer
	to.WriteString("HTTP/1.1 " + strconv.Itoa(status) + " " + http.StatusText(status) + "\r\n")
	_ = h.Write(&to) // a buffer takes everything
	to.WriteString(framing + "\r\n\r\n")
	return to.Bytes()
}
