package controlapi

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// algEdDSA is the algorithm whose two halves differ.
const algEdDSA = "EdDSA"

// seedBytes is the length of an Ed25519 seed, the first half of a private key
// (RFC 8032 section 5.1.5).
const seedBytes = 32

// AddMember makes another merchant, at every channel of the world.
func (s *Server) AddMember(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusCreated, func() (any, error) {
		wanted, err := read[control.MemberRequest](r)
		if err != nil {
			return nil, err
		}
		members, err := s.addMember(r.Context(), world, &wanted)
		return control.MemberSet{Members: members}, err
	})
}

// addMember makes a merchant as the request describes it.
func (s *Server) addMember(ctx context.Context, world string, wanted *control.MemberRequest) ([]control.Member, error) {
	if !reachable(value(wanted.NotifyUrl)) {
		return nil, unprocessable("/notify_url", "nobody can be reached there", "give an http or https URL with a host and, if any, a port of 1 to 65535")
	}
	name := wanted.Merchant
	if wanted.NameZh != nil {
		if !simulator.PlainText(*wanted.NameZh) {
			return nil, unprocessable("/name_zh", "a name has no control characters: it stands in SMS", "")
		}
		name = *wanted.NameZh
	}
	return s.addMerchant(ctx, world, wanted.Merchant, name, value(wanted.NotifyUrl))
}

// reachable reports a URL with a host, and a port that can be connected to; "" is none
// and will do.
func reachable(text string) bool {
	if text == "" {
		return true
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Hostname() == "" {
		return false
	}
	if parsed.Port() == "" {
		return !strings.HasSuffix(parsed.Host, ":")
	}
	port, err := strconv.ParseUint(parsed.Port(), 10, 16)
	return err == nil && port > 0
}

// addMerchant makes a member at every channel.
func (s *Server) addMerchant(ctx context.Context, worldID, merchant, name, notifyURL string) ([]control.Member, error) {
	var channels []string
	taken, members := false, 0
	err := s.config.Engine.Read(worldID, func(w *simulator.World) {
		for _, c := range w.Channels() {
			channels = append(channels, c.Profile.ChannelID)
		}
		all := w.Members()
		members = len(all)
		for _, m := range all {
			taken = taken || m.Merchant == merchant
		}
	})
	if err != nil {
		return nil, err
	}
	if taken {
		p := hint(httpjson.NewProblem(http.StatusConflict, codeConflict, "the world has a merchant of that name"), "GET the world shows its numbers and keys")
		p.Field = "/merchant"
		return nil, p
	}
	if members+len(channels) > simulator.MostMembers {
		return nil, simulator.TooManyMembers() // before the first is made: a merchant is at all channels, or at none
	}
	made := []control.Member{}
	for _, id := range channels {
		m, err := s.config.Engine.AddMember(ctx, worldID, engine.NewMember{
			ChannelID: id, Merchant: merchant, MerchantName: name, NotifyURL: notifyURL,
		})
		if err != nil {
			return nil, err
		}
		made = append(made, memberOf(&m))
	}
	return made, nil
}

// memberOf shows a member and the platform's half of its keys.
func memberOf(m *simulator.Member) control.Member {
	made := control.Member{
		Merchant: m.Merchant, ChannelId: m.ChannelID, MemberNo: m.MemberNo,
		RequestKey: control.Key{Alg: control.KeyAlg(m.Keys.Alg), Kid: m.Keys.Request.KID},
		ReplyKey:   control.Key{Alg: control.KeyAlg(m.Keys.Alg), Kid: m.Keys.Reply.KID},
	}
	request := []byte(m.Keys.Request.Private)
	if m.Keys.Alg == algEdDSA && len(request) > seedBytes {
		request = request[:seedBytes]
	}
	made.RequestKey.Material = base64.StdEncoding.EncodeToString(request)
	made.ReplyKey.Material = base64.StdEncoding.EncodeToString(m.Keys.Reply.Public)
	return made
}
