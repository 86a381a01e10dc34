package engine

import (
	"context"
	"io"
	"strconv"

	"countersign/internal/chance"
	"countersign/simulator"
)

// NewMember says what member is wanted at a channel.
type NewMember struct {
	ChannelID    string
	Merchant     string // the merchant's id, unique in the world; may be empty
	MerchantName string // as it stands in SMS texts
	NotifyURL    string
	// MemberNo is given by callers that keep numbers over restarts; default: a new
	// one, unknown in every world of this engine.
	MemberNo string
	// Keys are given by callers that brought their own; default: new ones.
	Keys *simulator.MemberKeys
}

// memberDigits is how many digits follow the M of a member number.
const memberDigits = 14

// AddMember makes a member at a channel, with a number unknown elsewhere and a
// pair of keys for either direction, after the channel's algorithm. A channel or
// number the world refuses comes back as a *simulator.Problem.
func (e *Engine) AddMember(ctx context.Context, worldID string, n NewMember) (simulator.Member, error) {
	r, err := e.find(worldID)
	if err != nil {
		return simulator.Member{}, err
	}
	var profile *simulator.Profile
	var known bool
	_ = e.Read(worldID, func(w *simulator.World) { profile, known = w.Channel(n.ChannelID) })
	if !known {
		return simulator.Member{}, &simulator.Problem{
			Code: simulator.ProblemInvalidRequest, Field: "channel_id", Detail: "no such channel in this world",
		}
	}
	m := simulator.Member{ChannelID: n.ChannelID, Merchant: n.Merchant, MerchantName: n.MerchantName, NotifyURL: n.NotifyURL}
	if m.MemberNo, err = e.reserve(r, n); err != nil {
		return simulator.Member{}, err
	}
	if n.Keys != nil {
		m.Keys = *n.Keys
	} else if m.Keys, err = newKeys(e.opts.Entropy, profile.SignatureAlg, m.MemberNo); err != nil {
		e.unreserve(m.MemberNo)
		return simulator.Member{}, err
	}
	out, err := e.Do(ctx, worldID, simulator.Input{Command: simulator.AddMember{Member: m}})
	if err == nil && out.Problem != nil {
		err = out.Problem
	}
	if err != nil {
		e.unreserve(m.MemberNo)
		return simulator.Member{}, err
	}
	return m, nil
}

// reserve finds a free number, or takes the wanted one, in the index of all worlds.
func (e *Engine) reserve(r *runner, n NewMember) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	no := n.MemberNo
	for try := 0; no == ""; try++ {
		draw := "M" + chance.Digits(r.info.Seed, r.info.ID+"/"+n.ChannelID, "member/"+strconv.Itoa(try), memberDigits)
		if e.members[draw] == nil {
			no = draw
		}
	}
	if e.members[no] != nil {
		return "", &simulator.Problem{Code: simulator.ProblemInvalidRequest, Field: "member_no", Detail: "taken already"}
	}
	e.members[no] = r
	return no, nil
}

// unreserve gives a number back.
func (e *Engine) unreserve(no string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.members, no)
}

// FindMember finds a member by number, in whichever world it is.
func (e *Engine) FindMember(memberNo string) (worldID string, m simulator.Member, err error) {
	r := e.ownerOf(memberNo)
	if r == nil {
		return "", m, ErrWorldNotFound
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m, known := r.world.Member(memberNo)
	if !known {
		return "", m, ErrWorldNotFound
	}
	return r.info.ID, m, nil
}

// ownerOf finds the world of a member number; nil: nobody has it.
func (e *Engine) ownerOf(memberNo string) *runner {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.members[memberNo]
}

// newKeys makes the first keys of a member.
func newKeys(entropy io.Reader, alg, memberNo string) (simulator.MemberKeys, error) {
	return drawKeys(entropy, alg, memberNo, 1)
}
