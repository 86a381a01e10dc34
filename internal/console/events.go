package console

import (
	"fmt"
	"net/http"
	"time"
)

// The pace of the stream.
const (
	// refresh is how often a watched view is compared with the world.
	refresh = 400 * time.Millisecond
	// worldsEvery is at how many of these looks the list of worlds is looked at too.
	worldsEvery = 5
	// aliveEvery is after how many looks without news a line is sent that finds out whether anybody listens.
	aliveEvery = 40
	// mostWatchers bounds the streams that are open at once.
	mostWatchers = 32
)

// events is the live feed: each part of the view when it has changed. One stream carries all of a page.
func (p *pages) events(w http.ResponseWriter, r *http.Request) {
	if p.watchers.Add(1) > mostWatchers {
		p.watchers.Add(-1)
		http.Error(w, "too many pages are open; close one", http.StatusServiceUnavailable)
		return
	}
	defer p.watchers.Add(-1)
	w.Header().Set("Content-Type", "text/event-stream")
	s := stream{w: w, out: http.NewResponseController(w), sent: map[string]string{}}
	ticker := time.NewTicker(refresh)
	defer ticker.Stop()
	view := viewOf(r)
	for look := 0; ; look++ {
		view.Worlds = look%worldsEvery == 0
		snapshot, err := p.source.Snapshot(r.Context(), view)
		if err == nil {
			err = s.send(&snapshot)
		} else if r.Context().Err() == nil {
			p.log.Warn("page: the world could not be read", "error", err)
			err = s.tell("down", "", []byte("{}"))
		}
		if err == nil && look%aliveEvery == aliveEvery-1 {
			err = s.write(": still here\n\n")
		}
		if err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-ticker.C:
		}
	}
}

// stream is what one page has been told.
type stream struct {
	w    http.ResponseWriter
	out  *http.ResponseController
	sent map[string]string
}

// send tells of every part that has changed.
func (s *stream) send(snapshot *Snapshot) error {
	parts, err := partsOf(snapshot)
	if err != nil {
		return err
	}
	delete(s.sent, "down")
	for _, p := range parts {
		if err := s.tell(p.name, p.version, p.body); err != nil {
			return err
		}
	}
	return nil
}

// tell sends one part, unless it was the last thing told of it.
func (s *stream) tell(name, version string, body []byte) error {
	if told, before := s.sent[name]; before && told == version {
		return nil
	}
	s.sent[name] = version
	return s.write(fmt.Sprintf("event: %s\nid: %s\ndata: %s\n\n", name, version, body))
}

// write sends text at once.
func (s *stream) write(text string) error {
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("event stream: %w", err)
	}
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("event stream: %w", err)
	}
	return nil
}
