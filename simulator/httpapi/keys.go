package httpapi

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"
)

// The signature algorithms of the wire (RFC 7518 section 3.2, RFC 8037).
const (
	algHS256 = "HS256"
	algEdDSA = "EdDSA"
)

// macPool keeps keyed hashes ready: resetting one costs two block copies, making
// one costs two compressions more.
type macPool struct{ pool sync.Pool }

// newMACPool returns a pool for one key.
func newMACPool(key []byte) *macPool {
	own := append([]byte(nil), key...)
	p := &macPool{}
	p.pool.New = func() any { return &keyedHash{hash: hmac.New(sha256.New, own)} }
	return p
}

// keyedHash is a keyed hash with room for its sum.
type keyedHash struct {
	hash hash.Hash
	sum  [sha256.Size]byte
}

// sum computes HMAC-SHA-256 over the parts with a dot between (RFC 7515 section
// 5.1, step 5, with the payload as it is: RFC 7797 section 3).
func (p *macPool) sum(protected, body []byte) [sha256.Size]byte {
	m, _ := p.pool.Get().(*keyedHash)
	m.hash.Reset()
	_, _ = m.hash.Write(protected)
	_, _ = m.hash.Write(dot)
	_, _ = m.hash.Write(body)
	m.hash.Sum(m.sum[:0])
	sum := m.sum
	p.pool.Put(m)
	return sum
}

// dot stands between header and payload of a signing input.
var dot = []byte{'.'}

// signKey is one key of one direction, ready for work. Only the halves that a
// direction needs are set.
type signKey struct {
	alg     string
	kid     string
	mac     *macPool
	private ed25519.PrivateKey
	public  ed25519.PublicKey
}

// good reports whether a signature over protected and body was made with the key.
func (k *signKey) good(protected, body, signature []byte) bool {
	switch k.alg {
	case algHS256:
		sum := k.mac.sum(protected, body)
		return hmac.Equal(sum[:], signature)
	case algEdDSA:
		return len(k.public) == ed25519.PublicKeySize &&
			ed25519.Verify(k.public, signingInput(protected, body), signature)
	default:
		return false
	}
}

// sign appends the signature over protected and body.
func (k *signKey) sign(to, protected, body []byte) []byte {
	switch k.alg {
	case algHS256:
		sum := k.mac.sum(protected, body)
		return append(to, sum[:]...)
	case algEdDSA:
		return append(to, ed25519.Sign(k.private, signingInput(protected, body))...)
	default:
		return to
	}
}

// signingInput joins protected and body with a dot.
func signingInput(protected, body []byte) []byte {
	input := make([]byte, 0, len(protected)+1+len(body))
	input = append(input, protected...)
	input = append(input, '.')
	return append(input, body...)
}
