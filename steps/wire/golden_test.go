package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	golden "countersign/fixtures/wire"
)

func vectors(t *testing.T) []golden.Vector {
	t.Helper()
	all, err := golden.Vectors()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// judge verifies a vector as this package's callers do.
func judge(v golden.Vector) error {
	key, err := NewKey(v.Alg, v.KID, v.Key)
	if err != nil {
		return err
	}
	p, err := Verify(key, v.Header, []byte(v.Body))
	if err != nil {
		return err
	}
	now := time.Unix(v.Now, 0)
	if v.Shape == "answer" {
		return CheckAnswer(p, v.Audience, v.Status, v.RequestJTI, now)
	}
	return CheckNotification(p, v.Audience, v.Method, v.Target, now)
}

func TestGoldenSignaturesAreJudgedRightly(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			if err := judge(v); (err == nil) != v.Valid {
				t.Errorf("valid is %v, our judgement: %v", v.Valid, err)
			}
		})
	}
}

// What we sign for a valid vector says the same and holds under its key.
func TestOurSignaturesSayWhatTheGoldenOnesSay(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		if !v.Valid {
			continue
		}
		var p Protected
		if err := json.Unmarshal(v.Protected, &p); err != nil {
			t.Fatal(err)
		}
		signing, err := NewKey(v.Alg, v.KID, v.SigningKey)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := Sign(signing, p, []byte(v.Body))
		if err != nil {
			t.Fatal(err)
		}
		w := v
		w.Header = ours
		if err := judge(w); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
		if a, b := members(t, ours), members(t, v.Header); !bytes.Equal(a, b) {
			t.Errorf("%s: our protected header is\n%s, the golden one\n%s", v.Name, a, b)
		}
	}
}

// members gives a protected header with its members in order.
func members(t *testing.T, header string) []byte {
	t.Helper()
	encoded, _, _ := strings.Cut(header, ".")
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	sorted, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return sorted
}
