package channelclient

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"

	"countersign/orchestrator"
)

// Signature algorithms of the contract; which one holds is configuration, never the message's choice.
const (
	algHMAC    = "HS256"
	algEdwards = "EdDSA"
)

// shortestHMAC is the least length of an HS256 key in bytes (RFC 7518 section 3.2).
const shortestHMAC = 32

// errKey says that a configured key cannot be used. The key is not in the text.
var errKey = errors.New("signature key is not usable")

// signingKey is the key for our requests, in the form go-jose takes.
func signingKey(keys orchestrator.ChannelKeys) (jose.SigningKey, error) {
	raw, err := decodeKey(keys.RequestKey)
	if err != nil {
		return jose.SigningKey{}, err
	}
	switch {
	case keys.Alg == algHMAC && len(raw) >= shortestHMAC:
		return jose.SigningKey{Algorithm: jose.HS256, Key: raw}, nil
	case keys.Alg == algEdwards && len(raw) == ed25519.SeedSize:
		return jose.SigningKey{Algorithm: jose.EdDSA, Key: ed25519.NewKeyFromSeed(raw)}, nil
	}
	return jose.SigningKey{}, fmt.Errorf("request key for %q: %w", keys.Alg, errKey)
}

// replyKey is the key that the channel's answers and notifications are verified with.
func replyKey(keys orchestrator.ChannelKeys) (jose.SignatureAlgorithm, any, error) {
	raw, err := decodeKey(keys.ReplyKey)
	if err != nil {
		return "", nil, err
	}
	switch {
	case keys.Alg == algHMAC && len(raw) >= shortestHMAC:
		return jose.HS256, raw, nil
	case keys.Alg == algEdwards && len(raw) == ed25519.PublicKeySize:
		return jose.EdDSA, ed25519.PublicKey(raw), nil
	}
	return "", nil, fmt.Errorf("reply key for %q: %w", keys.Alg, errKey)
}

// decodeKey reads base64url without padding. The decoder's own error would tell a position in the
// key, so it is dropped.
func decodeKey(key orchestrator.Secret) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(key.Reveal())
	if err != nil || len(raw) == 0 {
		return nil, errKey
	}
	return raw, nil
}
