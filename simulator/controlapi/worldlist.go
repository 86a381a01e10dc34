package controlapi

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"countersign/contract/control"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// mostWorlds is how many one answer has, the document's maximum.
const mostWorlds = 1000

// ListWorlds lists the worlds, oldest first, page by page.
func (s *Server) ListWorlds(w http.ResponseWriter, r *http.Request, params control.ListWorldsParams) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		limit := mostWorlds
		if params.Limit != nil {
			limit = *params.Limit
		}
		after, err := worldCursorOf(value(params.After))
		if err != nil {
			return nil, err
		}
		list := control.WorldList{Worlds: make([]control.WorldRow, 0)}
		for _, info := range s.config.Engine.Worlds() {
			at := cursorAt(&info)
			if !after.before(at) {
				continue
			}
			if len(list.Worlds) == limit {
				more := true
				list.Truncated = &more
				return list, nil
			}
			if row, there := s.worldRow(&info); there {
				list.Worlds = append(list.Worlds, row)
				list.Cursor = given(at.text())
			}
		}
		list.Cursor = nil
		return list, nil
	})
}

// worldRow is the schema WorldRow, of a world that is still there.
func (s *Server) worldRow(info *engine.WorldInfo) (control.WorldRow, bool) {
	now, err := s.config.Engine.Now(info.ID)
	if err != nil {
		return control.WorldRow{}, false // deleted meanwhile
	}
	temper := simulator.TemperFriendly
	_ = s.config.Engine.Read(info.ID, func(w *simulator.World) { temper = w.Temper() })
	return control.WorldRow{
		WorldId: info.ID, Seed: int64(info.Seed), Now: now.UTC(), Virtual: info.Virtual, Durable: info.Durable,
		CreatedAt: info.CreatedAt.UTC(), ExpiresAt: given(info.ExpiresAt), Parent: given(info.Parent), Temper: control.Temper(temper),
	}, true
}

// worldCursor is where a page of worlds ended. It holds when that world is deleted.
type worldCursor struct {
	created time.Time
	id      string
}

// cursorAt is the place of a world.
func cursorAt(info *engine.WorldInfo) worldCursor { return worldCursor{info.CreatedAt, info.ID} }

// before reports whether a place is behind the cursor, in the order of Engine.Worlds.
func (c worldCursor) before(other worldCursor) bool {
	return c.created.Before(other.created) || c.created.Equal(other.created) && c.id < other.id
}

// text is the cursor as it stands in an answer: nanoseconds and id.
func (c worldCursor) text() string { return strconv.FormatInt(c.created.UnixNano(), 10) + "." + c.id }

// worldCursorOf reads a cursor back; none is before all worlds.
func worldCursorOf(text string) (worldCursor, error) {
	if text == "" {
		return worldCursor{}, nil
	}
	nanos, id, _ := strings.Cut(text, ".")
	at, err := strconv.ParseInt(nanos, 10, 64)
	if err != nil {
		return worldCursor{}, unprocessable("after", "is no cursor of the worlds", "give the cursor of the page before")
	}
	return worldCursor{time.Unix(0, at), id}, nil
}
