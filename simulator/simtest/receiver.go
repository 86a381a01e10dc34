package simtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"countersign/contract/channel"
	"countersign/steps/wire"
)

// Receiver is a notification address of a member on the loopback: it checks signatures,
// keeps what it gets and acknowledges it. For tests without a service of their own.
type Receiver struct {
	// URL is where notifications are to go.
	URL string

	mu     sync.Mutex
	silent bool
	got    []Notified
	member *Member
}

// Notified is one notification as it came.
type Notified struct {
	channel.Notification
	// Signature is why it does not hold; nil when it holds.
	Signature error
}

// Receive opens a receiver for the member and makes it the address of its orders from
// now on.
func (m *Member) Receive() *Receiver {
	r := &Receiver{member: m}
	server := httptest.NewServer(r)
	m.w.t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	r.URL, m.NotifyURL = server.URL+"/notify", server.URL+"/notify"
	return r
}

// Silence says whether notifications are left without an acknowledgement, so that the
// channel sends them again on its schedule.
func (r *Receiver) Silence(silent bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.silent = silent
}

// Got lists what came, oldest first.
func (r *Receiver) Got() []Notified {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Notified(nil), r.got...)
}

// ServeHTTP takes a notification.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	const longestNotice = 1 << 20
	body, err := io.ReadAll(io.LimitReader(q.Body, longestNotice))
	if err != nil {
		return
	}
	var n Notified
	protected, err := wire.Verify(r.member.wire.Reply, q.Header.Get(wire.Header), body)
	if err == nil {
		err = wire.CheckNotification(protected, r.member.MemberNo, q.Method, q.RequestURI, time.Time{})
	}
	n.Signature = err
	_ = json.Unmarshal(body, &n.Notification) // what cannot be read has no event id, and is kept as it is
	r.mu.Lock()
	r.got = append(r.got, n)
	silent := r.silent || n.Signature != nil
	r.mu.Unlock()
	if silent {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(channel.NotificationAck{EventId: n.EventId})
}
