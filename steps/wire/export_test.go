package wire

import (
	"crypto/ed25519"
	"testing"
)

func publicOf(t *testing.T, key any) []byte {
	t.Helper()
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		t.Fatal("no Ed25519 key")
	}
	public, _ := private.Public().(ed25519.PublicKey)
	return public
}
