package wirefault

import (
	"net"
	"net/http"
	"time"
)

// hijack takes the connection away from net/http. Where there is none to be had, the
// handler is aborted, which is the nearest thing.
func hijack(w http.ResponseWriter) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_ = conn.SetDeadline(time.Time{})
	return conn
}

// reset closes with a TCP RST instead of a FIN: with a linger of zero, what is not
// sent is thrown away and the peer's next read is ECONNRESET (RFC 9293 3.10.4).
func reset(conn net.Conn) {
	bare := conn
	if over, secured := conn.(interface{ NetConn() net.Conn }); secured {
		bare = over.NetConn()
	}
	if lingers, can := bare.(interface{ SetLinger(seconds int) error }); can {
		_ = lingers.SetLinger(0)
	}
	_ = bare.Close()
}
