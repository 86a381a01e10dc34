package httpapi

import (
	"bytes"
	"crypto/ed25519"
	"sync"
	"sync/atomic"

	"countersign/simulator"
)

// mostKeyPairs bounds the cache of keys; past it the cache starts anew.
const mostKeyPairs = 8192

// keyPair are the two keys of a member, ready for work.
type keyPair struct {
	source  simulator.MemberKeys
	request *signKey // verifies what the platform sends
	reply   *signKey // signs what the channel sends
}

// keyRing caches key pairs by member number. Keys are configuration: an entry
// made of other keys than the member has today is replaced.
type keyRing struct {
	pairs sync.Map
	count atomic.Int64
}

// of returns the keys of a member.
func (r *keyRing) of(m *simulator.Member) *keyPair {
	if known, ok := r.pairs.Load(m.MemberNo); ok {
		if pair, _ := known.(*keyPair); pair.made(m) {
			return pair
		}
	}
	pair := &keyPair{
		source:  m.Keys,
		request: &signKey{alg: m.Keys.Alg, kid: m.Keys.Request.KID},
		reply:   &signKey{alg: m.Keys.Alg, kid: m.Keys.Reply.KID},
	}
	switch m.Keys.Alg {
	case algHS256:
		pair.request.mac, pair.reply.mac = newMACPool(m.Keys.Request.Public), newMACPool(m.Keys.Reply.Private)
	case algEdDSA:
		pair.request.public, pair.reply.private = ed25519.PublicKey(m.Keys.Request.Public), ed25519.PrivateKey(m.Keys.Reply.Private)
	}
	if r.count.Add(1) > mostKeyPairs {
		r.pairs.Clear()
		r.count.Store(1)
	}
	r.pairs.Store(m.MemberNo, pair)
	return pair
}

// made reports whether the pair was made of the member's keys of today.
func (p *keyPair) made(m *simulator.Member) bool {
	a, b := &p.source, &m.Keys
	return a.Alg == b.Alg && a.Request.KID == b.Request.KID && a.Reply.KID == b.Reply.KID &&
		bytes.Equal(a.Request.Public, b.Request.Public) && bytes.Equal(a.Reply.Private, b.Reply.Private)
}
