package httpapi

import (
	"crypto/ed25519"
	"crypto/sha256"

	"countersign/simulator"
)

// keyAtFault is the key that an answer is signed with, nil when it is not signed.
func (v *visit) keyAtFault(how simulator.SpoiltSignature) *signKey {
	if v.keys == nil {
		return nil
	}
	right := v.keys.reply
	switch how {
	case simulator.SignatureMissing:
		return nil
	case simulator.SignatureWrongKey:
		return foreignKey(right.alg, right.kid)
	case simulator.SignatureWrongAlgorithm:
		if right.alg == algHS256 {
			return foreignKey(algEdDSA, right.kid)
		}
		// The public key, which everybody may know, as if it were a shared secret.
		return &signKey{alg: algHS256, kid: right.kid, mac: newMACPool(v.member.Keys.Reply.Public)}
	}
	return right
}

// foreignKey is a key that nobody was given, under the key id of one that somebody
// was. It is the same at each call, so that the same seed leads to the same bytes.
func foreignKey(alg, kid string) *signKey {
	seed := sha256.Sum256([]byte("countersign: a foreign key in the place of " + kid))
	key := &signKey{alg: alg, kid: kid}
	if alg == algEdDSA {
		key.private = ed25519.NewKeyFromSeed(seed[:])
		return key
	}
	key.mac = newMACPool(seed[:])
	return key
}
