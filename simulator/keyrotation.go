package simulator

import (
	"crypto/ed25519"
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"countersign/internal/chance"
)

// mostOldKeys is how many request keys a member has besides the newest: those
// still taken, and those told apart from unknown ones when they are refused.
const mostOldKeys = 8

// NoSuchMember is the problem of a member number that a world does not know.
func NoSuchMember() *Problem {
	return &Problem{Code: ProblemNotFound, Field: "member_no", Detail: "no such member in this world", Hint: "GET the world lists its members with their numbers"}
}

// OldKey is a request key that was rotated out (K1). It is taken until Until; later
// a message made with it is refused with a finding that says so.
type OldKey struct {
	Key   Key       `json:"key"`
	Until time.Time `json:"until"`
}

// RotateKeys gives a member other keys. Answers are signed with the new reply key
// at once; the old request key is taken so many seconds more. The keys come along,
// so that a replay makes the same world.
type RotateKeys struct {
	MemberNo       string     `json:"member_no"`
	Keys           MemberKeys `json:"keys"`
	OverlapSeconds int        `json:"overlap_seconds"`
}

// Operation names the command.
func (RotateKeys) Operation() Operation { return OpControl }

// MakeKeys makes the two keys of a member out of seeds of 32 bytes. The kids name
// member, direction and how many pairs there were, so that a log of kids tells who
// was meant.
func MakeKeys(alg, memberNo string, serial int, requestSeed, replySeed []byte) MemberKeys {
	number := strconv.Itoa(serial)
	return MemberKeys{
		Alg:     alg,
		Request: makeKey(alg, memberNo+"-request-"+number, requestSeed),
		Reply:   makeKey(alg, memberNo+"-reply-"+number, replySeed),
	}
}

// makeKey makes one key out of a seed.
func makeKey(alg, kid string, seed []byte) Key {
	if alg != "EdDSA" {
		return Key{KID: kid, Private: seed, Public: seed}
	}
	private := ed25519.NewKeyFromSeed(seed)
	return Key{KID: kid, Private: KeyBytes(private), Public: KeyBytes(private[ed25519.SeedSize:])}
}

// NextSerial is the number of the pair of keys that would come next, 2 or more.
func (m *Member) NextSerial() int {
	const second = 2
	_, text, _ := strings.Cut(m.Keys.Request.KID, m.MemberNo+"-request-")
	serial, err := strconv.Atoi(text)
	if err != nil || serial < 1 {
		return second
	}
	return serial + 1
}

// rotateKeys carries the command out.
func (w *World) rotateKeys(c RotateKeys) Outcome {
	m := w.members[c.MemberNo]
	switch {
	case m == nil:
		return Outcome{Problem: NoSuchMember()}
	case c.OverlapSeconds < 0:
		return Outcome{Problem: invalid("overlap_seconds", "must not be below zero")}
	case c.Keys.Alg != m.Keys.Alg:
		return Outcome{Problem: invalid("keys.alg", "the algorithm of a channel stays")}
	case c.Keys.Request.KID == m.Keys.Request.KID:
		return Outcome{Problem: invalid("keys.request.kid", "new keys have a new kid")}
	}
	m.rotate(c.Keys, w.now.Add(time.Duration(c.OverlapSeconds)*time.Second))
	return Outcome{}
}

// rotate puts other keys in force. The list is made anew: doors hold copies of it.
func (m *Member) rotate(to MemberKeys, until time.Time) {
	old := append([]OldKey{{Key: m.Keys.Request, Until: until}}, m.OldKeys...)
	m.OldKeys = old[:min(len(old), mostOldKeys):min(len(old), mostOldKeys)]
	m.Keys = to
}

// rotateByFault gives a member keys drawn from the world's seed: they are no
// secret, like everything here, and the same seed makes the same ones.
func (w *World) rotateByFault(m *member, overlap time.Duration) {
	serial := m.NextSerial()
	entity := "keys/" + m.MemberNo
	m.rotate(MakeKeys(m.Keys.Alg, m.MemberNo, serial,
		drawSeed(w.seed, entity, "request/"+strconv.Itoa(serial)), drawSeed(w.seed, entity, "reply/"+strconv.Itoa(serial)),
	), w.now.Add(overlap))
}

// drawSeed draws the seed of a key.
func drawSeed(seed uint64, entity, event string) []byte {
	drawn := make([]byte, 0, ed25519.SeedSize)
	for part := 0; len(drawn) < ed25519.SeedSize; part++ {
		drawn = binary.BigEndian.AppendUint64(drawn, chance.Draw(seed, entity, event+"/"+strconv.Itoa(part)))
	}
	return drawn
}
