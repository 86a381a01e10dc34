package bench

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// The hidden command that a limit is measured with, and its two servers.
const (
	bareCommand = "bench-bare"
	bareEcho    = "echo"
	bareSign    = "sign"
)

// longestKey is how much of a key is read, in bytes.
const longestKey = 128

// headerRead is how long a client of a bare server may take for its header.
const headerRead = 10 * time.Second

// ServeBare runs one of the servers that limits are measured with, on a free port of the loopback, until ctx ends. It
// prints its address as a line of JSON. The one that signs reads the seed of the requests' key from in, base64.
func ServeBare(ctx context.Context, kind string, in io.Reader, out io.Writer) error {
	handler := http.HandlerFunc(echo)
	if kind == bareSign {
		seed, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, io.LimitReader(in, longestKey)))
		if err != nil || len(seed) != ed25519.SeedSize {
			return errors.New("what was read is no seed of a key")
		}
		handler = verifyAndSign(ed25519.NewKeyFromSeed(seed))
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(map[string]string{"address": listener.Addr().String()}); err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerRead}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// echo answers what it was sent.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header()["Content-Type"] = []string{"application/json"}
	_, _ = w.Write(body)
}

// verifyAndSign verifies the one signature of a charge and makes the one of its answer, as the contract has them, and does
// nothing else.
func verifyAndSign(key ed25519.PrivateKey) http.HandlerFunc {
	public, _ := key.Public().(ed25519.PublicKey)
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		protected, signature, _ := strings.Cut(r.Header.Get("Countersign-Signature"), "..")
		raw, err := base64.RawURLEncoding.DecodeString(signature)
		if err != nil || !ed25519.Verify(public, []byte(protected+"."+string(body)), raw) {
			http.Error(w, fmt.Sprint("signature does not hold: ", err), http.StatusUnauthorized)
			return
		}
		made := base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte(protected+"."+string(body))))
		header := w.Header()
		header["Content-Type"] = []string{"application/json"}
		header["Countersign-Signature"] = []string{protected + ".." + made}
		_, _ = w.Write(body)
	}
}
