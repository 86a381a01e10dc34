package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"countersign/steps/target"
)

// mailbox is where channels notify members and the platform notifies merchants: one listener for a run,
// a path for each world and recipient.
type mailbox struct {
	server *http.Server
	base   string

	mu    sync.Mutex
	boxes map[string]*box
}

// Letter is a request that arrived in a mailbox, as it came.
type Letter struct {
	Method, Target string
	Header         http.Header
	Body           []byte
	Acknowledged   bool
}

// box is what one recipient of one world got.
type box struct {
	letters []Letter
	silent  bool // does not acknowledge
}

// openMailbox listens on the target.
func openMailbox(t target.Target) (*mailbox, error) {
	l, base, err := t.Listen()
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	m := &mailbox{base: base, boxes: map[string]*box{}}
	m.server = &http.Server{Handler: m, ReadHeaderTimeout: 10 * time.Second}
	go m.serve(l)
	return m, nil
}

func (m *mailbox) serve(l net.Listener) {
	if err := m.server.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.base = ""
	}
}

// close stops the listener.
func (m *mailbox) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := m.server.Shutdown(ctx); err != nil {
		return m.server.Close()
	}
	return nil
}

// address is the URL of a recipient.
func (m *mailbox) address(world, recipient string) string {
	return m.base + "/" + url.PathEscape(world) + "/" + url.PathEscape(recipient)
}

// ServeHTTP keeps the letter and acknowledges it with the event's id, as channel.yaml asks.
func (m *mailbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	m.mu.Lock()
	b := m.box(strings.TrimPrefix(r.URL.Path, "/"))
	acknowledge := !b.silent
	b.letters = append(b.letters, Letter{
		Method: r.Method, Target: r.RequestURI, Header: r.Header, Body: body, Acknowledged: acknowledge,
	})
	m.mu.Unlock()
	if !acknowledge {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var event struct {
		EventID string `json:"event_id"`
	}
	_ = json.Unmarshal(body, &event) // a body without one is acknowledged by the 200 alone
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"event_id": event.EventID})
}

// box finds or makes a box; mu is held.
func (m *mailbox) box(key string) *box {
	b := m.boxes[key]
	if b == nil {
		b = &box{}
		m.boxes[key] = b
	}
	return b
}

func (m *mailbox) silence(world, recipient string, silent bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.box(world + "/" + recipient).silent = silent
}

// letters copies what a recipient got so far, oldest first.
func (m *mailbox) letters(world, recipient string) []Letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Letter(nil), m.box(world+"/"+recipient).letters...)
}

func (m *mailbox) forget(world string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key := range m.boxes {
		if strings.HasPrefix(key, world+"/") {
			delete(m.boxes, key)
		}
	}
}

// MailAddress is a URL at which a recipient of this world can be notified, such as a merchant's webhook.
func (w *World) MailAddress(recipient string) string {
	return w.suite.mailbox.address(w.Sim.WorldId, recipient)
}

// Mail lists what a recipient of this world got so far, oldest first.
func (w *World) Mail(recipient string) []Letter {
	return w.suite.mailbox.letters(w.Sim.WorldId, recipient)
}

// SilenceMail decides whether a recipient leaves what it gets without an acknowledgement.
func (w *World) SilenceMail(recipient string, silent bool) {
	w.suite.mailbox.silence(w.Sim.WorldId, recipient, silent)
}
