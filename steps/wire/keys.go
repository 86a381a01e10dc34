package wire

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"

	"github.com/go-jose/go-jose/v4"
)

// Algorithms of the contract (design 3.1).
const (
	HS256 = "HS256"
	EdDSA = "EdDSA"
)

// ErrKey means that key material does not fit its algorithm.
var ErrKey = errors.New("key does not fit its algorithm")

// Key is one key of one direction. It hides its material from printers and loggers.
type Key struct {
	Alg, ID  string
	material []byte
}

// NewKey reads a key as the control plane hands it out: base64, for HS256 the secret, for EdDSA the
// 32-byte seed of a signing key or the 32-byte public part of a verifying one.
func NewKey(alg, id, material string) (Key, error) {
	raw, err := decodeBase64(material)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %s is no base64", ErrKey, id)
	}
	switch {
	case alg == HS256 && len(raw) >= 16:
	case alg == EdDSA && (len(raw) == ed25519.SeedSize || len(raw) == ed25519.PrivateKeySize):
	default:
		return Key{}, fmt.Errorf("%w: %s of %d bytes for %s", ErrKey, id, len(raw), alg)
	}
	return Key{Alg: alg, ID: id, material: raw}, nil
}

func decodeBase64(text string) ([]byte, error) {
	for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if raw, err := e.DecodeString(text); err == nil {
			return raw, nil
		}
	}
	return nil, ErrKey
}

// Other is a key of the same algorithm and id with other material: what a forger has.
func (k Key) Other() Key {
	other := make([]byte, len(k.material))
	for i, b := range k.material {
		other[i] = b ^ 0x5a
	}
	return Key{Alg: k.Alg, ID: k.ID, material: other}
}

// String hides the material.
func (k Key) String() string { return k.Alg + " key " + k.ID }

// GoString hides the material.
func (k Key) GoString() string { return k.String() }

// LogValue hides the material.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

func (k Key) signing() jose.SigningKey {
	key := jose.SigningKey{Algorithm: jose.SignatureAlgorithm(k.Alg)}
	var material any = k.material
	if k.Alg == EdDSA {
		switch len(k.material) {
		case ed25519.SeedSize:
			material = ed25519.NewKeyFromSeed(k.material)
		default:
			material = ed25519.PrivateKey(k.material)
		}
	}
	key.Key = material
	return key
}

func (k Key) verifying() any {
	if k.Alg == EdDSA {
		return ed25519.PublicKey(k.material)
	}
	return k.material
}
