package httpapi

import (
	"bytes"
	"crypto/ed25519"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"countersign/simulator"
)

// mostKeyPairs bounds the cache of keys; past it the cache starts anew.
const mostKeyPairs = 8192

// keyPair are the two keys of a member, ready for work.
type keyPair struct {
	source  simulator.MemberKeys
	request *signKey // verifies what the platform sends
	reply   *signKey // signs what the channel sends

	sourceOld []simulator.OldKey
	old       []formerKey
}

// formerKey is a request key rotated out, taken until an instant.
type formerKey struct {
	key   *signKey
	until time.Time
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
	pair := newKeyPair(m)
	if r.count.Add(1) > mostKeyPairs {
		r.pairs.Clear()
		r.count.Store(1)
	}
	r.pairs.Store(m.MemberNo, pair)
	return pair
}

// newKeyPair makes a member's keys ready.
func newKeyPair(m *simulator.Member) *keyPair {
	pair := &keyPair{
		source: m.Keys, sourceOld: m.OldKeys, request: verifying(m.Keys.Alg, &m.Keys.Request),
		reply: &signKey{alg: m.Keys.Alg, kid: m.Keys.Reply.KID},
	}
	switch m.Keys.Alg {
	case algHS256:
		pair.reply.mac = newMACPool(m.Keys.Reply.Private)
	case algEdDSA:
		pair.reply.private = ed25519.PrivateKey(m.Keys.Reply.Private)
	}
	for i := range m.OldKeys {
		former := &m.OldKeys[i]
		pair.old = append(pair.old, formerKey{key: verifying(m.Keys.Alg, &former.Key), until: former.Until})
	}
	return pair
}

// verifying makes a request key ready.
func verifying(alg string, from *simulator.Key) *signKey {
	key := &signKey{alg: alg, kid: from.KID}
	switch alg {
	case algHS256:
		key.mac = newMACPool(from.Public)
	case algEdDSA:
		key.public = ed25519.PublicKey(from.Public)
	}
	return key
}

// made reports whether the pair was made of the member's keys of today.
func (p *keyPair) made(m *simulator.Member) bool {
	a, b := &p.source, &m.Keys
	return a.Alg == b.Alg && a.Request.KID == b.Request.KID && a.Reply.KID == b.Reply.KID &&
		bytes.Equal(a.Request.Public, b.Request.Public) && bytes.Equal(a.Reply.Private, b.Reply.Private) &&
		slices.EqualFunc(p.sourceOld, m.OldKeys, sameOldKey)
}

// sameOldKey compares two keys rotated out.
func sameOldKey(a, b simulator.OldKey) bool {
	return a.Key.KID == b.Key.KID && a.Until.Equal(b.Until) && bytes.Equal(a.Key.Public, b.Key.Public)
}
