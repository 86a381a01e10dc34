package httpapi

import (
	"crypto/ed25519"
	"crypto/sha256"

	"countersign/simulator"
	"countersign/simulator/engine"
)

// signatureOf is the signature header of a notification in its variant; "" for one
// that goes out unsigned. signed is the body that the signature is over.
func (n *Notifier) signatureOf(s *engine.Copy, method, target string, signed []byte) string {
	signer := &s.Signer
	if signer.MemberNo == "" {
		signer = &s.Member
	}
	key := n.ring.of(signer).reply
	switch s.Variant {
	case simulator.VariantUnsigned:
		return ""
	case simulator.VariantWrongKey:
		key = strangeKey(&signer.Keys)
	case simulator.VariantWrongAlgorithm:
		key = confusedKey(&signer.Keys)
	default:
	}
	signing := n.signer
	signing.jti = s.JTI
	return signing.notification(key, s.Member.MemberNo, method, target, s.Now, signed)
}

// strangeKey is a key that nobody else has, under the kid and the algorithm of the
// right one: everything fits but the signature (N-7).
func strangeKey(keys *simulator.MemberKeys) *signKey {
	seed := sha256.Sum256(append([]byte("a key nobody has/"), keys.Reply.Private...))
	return keyFrom(keys.Alg, keys.Reply.KID, seed[:])
}

// confusedKey is the right key used with the other algorithm (RFC 8725 section
// 2.1): the public half as an HMAC key, which the platform has, or the secret as a
// seed. A verifier that believes the header's alg would take the first for good.
func confusedKey(keys *simulator.MemberKeys) *signKey {
	if keys.Alg == algEdDSA {
		return keyFrom(algHS256, keys.Reply.KID, keys.Reply.Public)
	}
	seed := sha256.Sum256(keys.Reply.Private)
	return keyFrom(algEdDSA, keys.Reply.KID, seed[:])
}

// keyFrom makes a signing key of an algorithm from 32 bytes.
func keyFrom(alg, kid string, material []byte) *signKey {
	key := &signKey{alg: alg, kid: kid}
	if alg == algEdDSA {
		key.private = ed25519.NewKeyFromSeed(material)
		return key
	}
	key.mac = newMACPool(material)
	return key
}
