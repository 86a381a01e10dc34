package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"countersign/internal/console"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// How much the page lists.
const (
	latestMessages   = 60
	latestRows       = 100
	latestDeliveries = 50
	latestVerdicts   = 50
	listedWorlds     = 200
	listedDue        = "50"
)

// Snapshot is what a view shows now. It reads the control plane as any client does; the list of worlds and what needs the
// end of a list comes from the engine.
func (p pageSource) Snapshot(ctx context.Context, view console.View) (console.Snapshot, error) {
	var s console.Snapshot
	if view.Worlds {
		s.Worlds = p.worlds()
	}
	info, err := p.app.simulator.engine.World(view.World)
	if errors.Is(err, engine.ErrWorldNotFound) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	err = errors.Join(
		p.look(info, &s), p.messages(view.World, &s), p.clock(ctx, view.World, &s), p.journal(ctx, view, &s),
		p.verdicts(ctx, view.World, &s), p.deliveries(ctx, view.World, &s),
	)
	if err == nil {
		s.Faults, err = p.whole(ctx, view.World, "faults")
	}
	if err == nil {
		s.Breaks, err = p.whole(ctx, view.World, "breaks?undeclared=true")
	}
	if err == nil && view.World == DemoWorld {
		s.Latest, err = p.latest(ctx)
	}
	if errors.Is(err, ErrUnknownNumber) || errors.Is(err, engine.ErrWorldNotFound) {
		return console.Snapshot{Worlds: s.Worlds}, nil // deleted meanwhile
	}
	return s, err
}

// worlds lists the worlds with what is in them.
func (p pageSource) worlds() *console.WorldList {
	all := p.app.simulator.engine.Worlds()
	list := &console.WorldList{Worlds: []console.WorldRow{}, Omitted: max(len(all)-listedWorlds, 0)}
	for _, info := range all[:min(len(all), listedWorlds)] {
		row := console.WorldRow{ID: info.ID, Seed: info.Seed, Virtual: info.Virtual, Durable: info.Durable, Parent: info.Parent}
		err := p.app.simulator.engine.Read(info.ID, func(w *simulator.World) { count(w, &row) })
		if err == nil {
			list.Worlds = append(list.Worlds, row)
		}
	}
	return list
}

// count fills in what is in a world.
func count(w *simulator.World, row *console.WorldRow) {
	row.Members = len(w.Members())
	row.Temper = string(w.Settings().Temper)
	if row.Temper == "" {
		row.Temper = string(simulator.TemperFriendly)
	}
	for _, f := range w.Faults() {
		if !f.Off && !f.Spent {
			row.Faults++
		}
	}
	w.VisitLedger(0, func(l *simulator.LedgerRow) {
		if l.Kind == simulator.LedgerDebit {
			row.Charges++
		}
	})
	if row.Virtual {
		now := w.Now().UTC()
		row.Now = &now
	}
}

// look tells of the chosen world itself.
func (p pageSource) look(info engine.WorldInfo, s *console.Snapshot) error {
	s.World = &console.World{
		ID: info.ID, Virtual: info.Virtual, Durable: info.Durable, Joint: info.Virtual && p.joint(info.ID), Channels: []console.Channel{},
	}
	return p.app.simulator.engine.Read(info.ID, func(w *simulator.World) {
		for _, c := range w.Channels() {
			s.World.Channels = append(s.World.Channels, console.Channel{
				ID: c.Profile.ChannelID, NameZH: c.Profile.NameZH, NameEN: c.Profile.NameEN,
			})
		}
	})
}

// messages are the newest on the handsets.
func (p pageSource) messages(world string, s *console.Snapshot) error {
	found, err := p.app.simulator.engine.Messages(world, simulator.MessageFilter{})
	s.Messages = []console.Message{}
	for i := range found[max(len(found)-latestMessages, 0):] {
		s.Messages = append(s.Messages, shown(&found[max(len(found)-latestMessages, 0)+i]))
	}
	slices.Reverse(s.Messages)
	return err
}

// shown is a message on the page; the recipient is masked, the text is what the page is for.
func shown(m *simulator.Message) console.Message {
	to := m.OpenID
	if !m.To.IsZero() {
		to = m.To.Masked()
	}
	return console.Message{
		Cursor: m.Cursor, At: m.At, Medium: string(m.Medium), To: to, Brand: brandOf(m), Sender: string(m.Sender),
		About: string(m.About), Text: m.Text, Code: m.Code, Ref: m.Ref,
	}
}

// brandOf is the sign in brackets that the text begins with; who sent it where there is none.
func brandOf(m *simulator.Message) string {
	if rest, signed := strings.CutPrefix(m.Text, "【"); signed {
		if brand, _, closed := strings.Cut(rest, "】"); closed {
			return brand
		}
	}
	return m.From
}

// verdicts are the newest, without the bodies of their evidence.
func (p pageSource) verdicts(ctx context.Context, world string, s *console.Snapshot) error {
	s.Verdicts = &console.Verdicts{}
	err := p.read(ctx, world, "verdicts", s.Verdicts)
	slices.Reverse(s.Verdicts.Verdicts)
	if more := len(s.Verdicts.Verdicts) - latestVerdicts; more > 0 {
		s.Verdicts.Verdicts, s.Verdicts.Omitted = s.Verdicts.Verdicts[:latestVerdicts], s.Verdicts.Omitted+int64(more)
	}
	return err
}

// deliveries are the newest deliveries of notifications, oldest first.
func (p pageSource) deliveries(ctx context.Context, world string, s *console.Snapshot) error {
	after := int64(0)
	err := p.app.simulator.engine.Read(world, func(w *simulator.World) {
		if log := w.Deliveries(); len(log) > latestDeliveries {
			after = log[len(log)-latestDeliveries-1].Cursor
		}
	})
	if err == nil {
		s.Deliveries, err = p.whole(ctx, world, "deliveries?after="+strconv.FormatInt(after, 10))
	}
	return err
}

// read reads something of a world from the control plane.
func (p pageSource) read(ctx context.Context, world, path string, into any) error {
	return pageReader(p).Control(ctx, "/v1/worlds/"+url.PathEscape(world)+"/"+path, into)
}

// whole is an answer of the control plane as it is; nothing where the operation is not served.
func (p pageSource) whole(ctx context.Context, world, path string) (json.RawMessage, error) {
	reply, err := p.Control(ctx, console.Call{Method: http.MethodGet, Path: "/v1/worlds/" + url.PathEscape(world) + "/" + path})
	switch {
	case err != nil:
		return nil, err
	case reply.Status == http.StatusNotFound:
		return nil, ErrUnknownNumber
	case reply.Status == http.StatusNotImplemented:
		return nil, nil
	case reply.Status != http.StatusOK:
		return nil, &statusError{url: path, status: reply.Status}
	case !json.Valid(reply.Body):
		return nil, fmt.Errorf("read %s: %w", path, errNoJSON)
	}
	return reply.Body, nil
}
