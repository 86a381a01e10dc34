package controlapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"countersign/contract/control"
	"countersign/simulator"
)

// The default number of rows of an answer.
const (
	usualMessages = 100
	usualRows     = 200
)

// ReadInbox shows messages on handsets, and waits for a first one when asked.
func (s *Server) ReadInbox(w http.ResponseWriter, r *http.Request, world control.WorldID, params control.ReadInboxParams) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		found, err := s.messages(r.Context(), world, &params)
		if err != nil {
			return nil, err
		}
		limit := usualMessages
		if params.Limit != nil {
			limit = *params.Limit
		}
		inbox := control.Inbox{Messages: []control.Message{}, Cursor: value(params.After)}
		for _, m := range found[:min(limit, len(found))] {
			inbox.Messages = append(inbox.Messages, messageOf(&m))
			inbox.Cursor = m.Cursor
		}
		return inbox, nil
	})
}

// messages finds what is there or, within the wait, what comes. The wait is on
// real time: it is the caller's patience, not the world's.
func (s *Server) messages(ctx context.Context, world string, params *control.ReadInboxParams) ([]simulator.Message, error) {
	filter := simulator.MessageFilter{
		After: value(params.After), About: simulator.About(value(params.About)), Ref: value(params.Reference),
	}
	if to := value(params.To); mobileForm(to) {
		filter.Mobile = to
	} else {
		filter.OpenID = to
	}
	found, err := s.config.Engine.Messages(world, filter)
	if err != nil {
		return nil, err
	}
	chosen := choice(found, params)
	wait := time.Duration(value(params.WaitMs)) * time.Millisecond
	if len(chosen) > 0 || wait == 0 {
		return chosen, nil
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		if n := len(found); n > 0 {
			filter.After = found[n-1].Cursor
		}
		if found, err = s.config.Engine.WaitMessages(ctx, world, filter); err != nil || len(found) == 0 {
			return nil, err
		}
		if chosen = choice(found, params); len(chosen) > 0 {
			return chosen, nil
		}
	}
}

// choice selects by what the world's own filter does not know.
func choice(found []simulator.Message, params *control.ReadInboxParams) []simulator.Message {
	var chosen []simulator.Message
	for _, m := range found {
		if (params.Sender == nil || string(*params.Sender) == string(m.Sender)) &&
			(params.Medium == nil || string(*params.Medium) == string(m.Medium)) {
			chosen = append(chosen, m)
		}
	}
	return chosen
}

// mobileForm reports whether a recipient is a mobile number.
func mobileForm(to string) bool {
	const length = 11
	for _, c := range to {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(to) == length
}

// messageOf is the schema Message: the one place where a code can be read.
func messageOf(m *simulator.Message) control.Message {
	to := m.OpenID
	if m.Medium == simulator.MediumSMS {
		to = m.To.Reveal()
	}
	return control.Message{
		Cursor: m.Cursor, At: m.At.UTC(), Medium: control.Medium(m.Medium), To: to, Sender: control.Party(m.Sender),
		Brand: brandOf(m.Text), About: control.MessageAbout(m.About), Text: m.Text, Code: given(m.Code),
		Reference: given(m.Ref), ChannelId: given(m.ChannelID),
	}
}

// brandOf is the sign in brackets that a text begins or ends with, "" when it has
// none.
func brandOf(text string) string {
	const opening, closing = "【", "】"
	if rest, begins := strings.CutPrefix(text, opening); begins {
		if brand, _, closed := strings.Cut(rest, closing); closed {
			return brand
		}
	}
	if rest, ends := strings.CutSuffix(text, closing); ends {
		if at := strings.LastIndex(rest, opening); at >= 0 {
			return rest[at+len(opening):]
		}
	}
	return ""
}
