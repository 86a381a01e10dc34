package httpapi

import (
	"net/http"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
)

// Observer is the port to whoever wants to see what channels really send: the
// self-check. It is told just before the bytes go out, so that whoever has read an
// answer finds it seen.
type Observer interface {
	// Sent is told of one message. It must be quick and may keep the message, which
	// nobody changes any more.
	Sent(m *Sent)
}

// Sent is one answer or notification as it goes out.
type Sent struct {
	At        time.Time // by the world's clock
	WorldID   string    // empty: no world is known
	ChannelID string
	Member    simulator.Member // whose it is; its number is empty when that is not known
	Row       int64            // of the journal, 0: none
	Operation simulator.Operation

	// Method and Target are those of the request that is answered or that notifies.
	// Path is the one of the document; empty for a notification.
	Method, Target, Path string
	// RequestID is the jti of the request that is answered; empty: its signature did
	// not hold, so that the answer goes unsigned.
	RequestID string
	// NumberField and Number are the number that the request is about.
	NumberField, Number string

	Status int // of the answer; 0: none is given
	Header http.Header
	Body   []byte
	// Ending is how the socket breaks it; empty: it goes out whole.
	Ending simulator.Ending
	// FaultIDs are the rules by which a fault is at work on the message itself.
	FaultIDs []string
}

// Notification reports whether it is one, and no answer.
func (m *Sent) Notification() bool { return m.Operation == simulator.OpNotification }

// observe tells the observer of an answer; status 0 is none.
func (s *Server) observe(v *visit, status int, body []byte) {
	if s.observer == nil {
		return
	}
	m := &Sent{
		At: v.now, WorldID: v.worldID, ChannelID: v.channel, Member: v.member, Row: v.row, Operation: v.op.op,
		Method: v.r.Method, Target: v.r.RequestURI, Path: v.op.path, RequestID: v.jti,
		Status: status, Header: v.w.Header().Clone(), Body: body, Ending: v.wire.Ending,
	}
	if m.At.IsZero() && v.worldID != "" {
		m.At, _ = s.engine.Now(v.worldID) // a world that is gone has no time
	}
	if m.NumberField, m.Number = v.op.numberName(), v.number; m.NumberField == "" {
		m.NumberField = v.op.bodyNumber()
		m.Number, _ = findText(v.body, m.NumberField)
	}
	if v.spoilt {
		m.FaultIDs = s.strikesOf(v.worldID, v.row)
	}
	s.observer.Sent(m)
}

// strikesOf are the rules that struck in a journal row.
func (s *Server) strikesOf(worldID string, row int64) []string {
	var ids []string
	_ = s.engine.Read(worldID, func(w *simulator.World) { ids = ruleIDs(w, row) }) // a world that is gone has none
	return ids
}

// ruleIDs are the rules that struck in a journal row.
func ruleIDs(w *simulator.World, row int64) []string {
	var ids []string
	for _, kept := range w.Journal(row-1, 1) {
		if kept.Seq != row {
			break
		}
		for _, strike := range kept.Faults {
			ids = append(ids, strike.RuleID)
		}
	}
	return ids
}

// note remembers what an outcome tells of the exchange.
func (v *visit) note(out *simulator.Outcome) {
	v.row, v.struck = out.Row, out.Struck
	v.spoilt = out.Reply.Withheld || out.Reply.Answer != (simulator.AnswerFault{}) || out.Reply.Wire != (simulator.WireFault{})
}

// Observe has an observer see every notification on its way out. Call it before the
// first one.
func (n *Notifier) Observe(o Observer) { n.observer = o }

// observe tells the observer of a notification.
func (n *Notifier) observe(s *engine.Copy, target string, header http.Header, body []byte) {
	if n.observer == nil {
		return
	}
	n.observer.Sent(&Sent{
		At: s.At, WorldID: s.WorldID, ChannelID: s.Member.ChannelID, Member: s.Member, Row: s.Row,
		Operation: simulator.OpNotification, Method: http.MethodPost, Target: target, Header: header, Body: body, FaultIDs: s.FaultIDs,
	})
}
