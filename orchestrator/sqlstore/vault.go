package sqlstore

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"countersign/orchestrator"
)

// Errors of the vault. None of them tells anything of a key or of what was sealed.
var (
	ErrSealed  = errors.New("sealed value does not open: it was changed, moved, or belongs to other data")
	ErrKey     = errors.New("vault key is not usable")
	ErrKeyLost = errors.New("vault key is missing")
	ErrKeyMode = errors.New("vault key file can be read by others")
)

const (
	keyLength   = 32
	keyIDLength = 4
	sealVersion = 1
	headLength  = 1 + keyIDLength
)

// Vault seals what must not be read in the store (AES-256-GCM, a random nonce each time) and hashes what must
// be found there (HMAC-SHA-256). All keys are derived from a master key by purpose (HKDF, RFC 5869). A sealed
// value names its key, so that a new master key can be put beside an old one: the newest seals, each opens its
// own, and the oldest hashes, since a fingerprint must stay what it was.
//
// Sealed form: version (1 byte), key id (4), nonce (12), ciphertext with tag.
type Vault struct {
	newest  keyID
	sealers map[keyID]cipher.AEAD
	hash    []byte
}

// Compile-time proof that the vault is the port.
var _ orchestrator.Vault = (*Vault)(nil)

// keyID names a master key without telling it: four bytes derived from it.
type keyID [keyIDLength]byte

// NewVault returns a vault over master keys of 32 bytes, oldest first.
func NewVault(masters ...[]byte) (*Vault, error) {
	if len(masters) == 0 {
		return nil, fmt.Errorf("no key: %w", ErrKey)
	}
	v := &Vault{sealers: map[keyID]cipher.AEAD{}}
	for i, master := range masters {
		if len(master) != keyLength {
			return nil, fmt.Errorf("key %d has not %d bytes: %w", i+1, keyLength, ErrKey)
		}
		id, sealer, err := derive(master)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		v.newest, v.sealers[id] = id, sealer
	}
	hash, err := hkdf.Key(sha256.New, masters[0], nil, "countersign vault hash", keyLength)
	if err != nil {
		return nil, fmt.Errorf("derive hash key: %w", ErrKey)
	}
	v.hash = hash
	return v, nil
}

// newKey is a fresh master key from the operating system.
func newKey() []byte {
	key := make([]byte, keyLength)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the program itself when the system gives no bytes
	return key
}

// derive makes id and sealer of one master key.
func derive(master []byte) (id keyID, sealer cipher.AEAD, err error) {
	name, err := hkdf.Key(sha256.New, master, nil, "countersign vault key id", keyIDLength)
	if err != nil {
		return id, nil, ErrKey
	}
	key, err := hkdf.Key(sha256.New, master, nil, "countersign vault seal", keyLength)
	if err != nil {
		return id, nil, ErrKey
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return id, nil, ErrKey
	}
	sealer, err = cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return id, nil, ErrKey
	}
	return keyID(name), sealer, nil
}

// Seal encrypts plain for one place: scope goes into the additional data, so that a sealed value cannot be
// moved to another row, card or merchant.
func (v *Vault) Seal(scope string, plain []byte) ([]byte, error) {
	head := append([]byte{sealVersion}, v.newest[:]...)
	return v.sealers[v.newest].Seal(head, nil, plain, additional(head, scope)), nil //nolint:gosec // the sealer draws the nonce itself
}

// Open decrypts what Seal made for the same scope; anything else is ErrSealed.
func (v *Vault) Open(scope string, sealed []byte) ([]byte, error) {
	if len(sealed) < headLength || sealed[0] != sealVersion {
		return nil, fmt.Errorf("form: %w", ErrSealed)
	}
	head, body := sealed[:headLength:headLength], sealed[headLength:]
	sealer, ok := v.sealers[keyID(head[1:])]
	if !ok {
		return nil, fmt.Errorf("sealed by an unknown key: %w", ErrSealed)
	}
	plain, err := sealer.Open(nil, nil, body, additional(head, scope))
	if err != nil {
		return nil, fmt.Errorf("open: %w", ErrSealed)
	}
	return plain, nil
}

// MAC is the keyed hash of data; purpose separates its uses. Keyed, since card numbers are few enough to try
// them all.
func (v *Vault) MAC(purpose string, data []byte) []byte {
	mac := hmac.New(sha256.New, v.hash)
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(purpose)))
	mac.Write(length[:]) // so that no purpose and data run into another pair
	mac.Write([]byte(purpose))
	mac.Write(data)
	return mac.Sum(nil)
}

// additional is the authenticated but not encrypted part: form, key and place.
func additional(head []byte, scope string) []byte {
	return append(append([]byte{}, head...), scope...)
}
