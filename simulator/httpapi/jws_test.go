package httpapi

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"countersign/fixtures/wire"
)

// vectorKey makes the verifier's and the signer's key of a vector.
func vectorKey(t *testing.T, v wire.Vector) *signKey {
	t.Helper()
	public, err := base64.StdEncoding.DecodeString(v.Key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := base64.StdEncoding.DecodeString(v.SigningKey)
	if err != nil {
		t.Fatal(err)
	}
	key := &signKey{alg: v.Alg, kid: v.KID}
	if v.Alg == algHS256 {
		key.mac = newMACPool(public)
		return key
	}
	key.public, key.private = public, ed25519.NewKeyFromSeed(private)
	return key
}

func TestRequestsOfTheGoldenVectorsAreJudgedRight(t *testing.T) {
	t.Parallel()
	vectors, err := wire.Vectors()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		if v.Shape != "request" {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			got := verifySignature([]string{v.Header}, []byte(v.Body), expected{
				key: vectorKey(t, v), aud: v.Audience, method: v.Method, target: v.Target, now: time.Unix(v.Now, 0),
			})
			if got.wrong != v.Wrong {
				t.Errorf("wrong member: got %q, want %q", got.wrong, v.Wrong)
			}
			if v.Valid && got.jti != v.JTI {
				t.Errorf("jti: got %q, want %q", got.jti, v.JTI)
			}
		})
	}
}

func TestSigningTheBytesOfAGoldenVectorGivesItsSignature(t *testing.T) {
	t.Parallel()
	vectors, err := wire.Vectors()
	if err != nil {
		t.Fatal(err)
	}
	signed := 0
	for _, v := range vectors {
		if !v.Valid {
			continue
		}
		signed++
		protected, _, ok := splitDetached([]byte(v.Header))
		if !ok {
			t.Fatalf("%s: not detached", v.Name)
		}
		header, err := strict64.DecodeString(string(protected))
		if err != nil {
			t.Fatal(err)
		}
		if got := (&scratch{header: header}).detached(vectorKey(t, v), []byte(v.Body)); got != v.Header {
			t.Errorf("%s: got %s, want %s", v.Name, got, v.Header)
		}
	}
	if signed == 0 {
		t.Fatal("no valid vectors")
	}
}

func TestAnswersAndNotificationsCarryTheMembersOfTheirShape(t *testing.T) {
	t.Parallel()
	vectors, err := wire.Vectors()
	if err != nil {
		t.Fatal(err)
	}
	s := signer{ids: newJTISource()}
	for _, v := range vectors {
		if !v.Valid || v.Shape == "request" {
			continue
		}
		key := vectorKey(t, v)
		var line string
		if v.Shape == "answer" {
			line = s.answer(key, v.Audience, v.RequestJTI, v.Status, time.Unix(v.Now, 0), []byte(v.Body))
		} else {
			line = s.notification(key, v.Audience, v.Method, v.Target, time.Unix(v.Now, 0), []byte(v.Body))
		}
		protected, signature, _ := strings.Cut(line, "..")
		raw, err := strict64.DecodeString(signature)
		if err != nil || !key.good([]byte(protected), []byte(v.Body), raw) {
			t.Errorf("%s: our own signature does not verify", v.Name)
		}
		sameMembers(t, v, protected)
	}
}

// sameMembers compares a header of ours with the vector's, iat as it is and jti
// by presence.
func sameMembers(t *testing.T, v wire.Vector, protected string) {
	t.Helper()
	text, err := strict64.DecodeString(protected)
	if err != nil {
		t.Fatal(err)
	}
	var got, want map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatalf("%s: header %s: %v", v.Name, text, err)
	}
	if err := json.Unmarshal(v.Protected, &want); err != nil {
		t.Fatal(err)
	}
	if jti, _ := got["jti"].(string); !validJTI([]byte(jti)) {
		t.Errorf("%s: jti %q", v.Name, jti)
	}
	got["jti"], got["iat"] = want["jti"], want["iat"]
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if string(a) != string(b) {
		t.Errorf("%s: got %s, want %s", v.Name, a, b)
	}
}

func TestAProtectedHeaderWithAnythingElseIsRefused(t *testing.T) {
	t.Parallel()
	const good = `{"alg":"HS256","kid":"k","b64":false,"crit":["b64"],"iat":1,"jti":"j","aud":"a","method":"GET","target":"/"}`
	var h protectedHeader
	if wrong := decodeProtected([]byte(good), &h); wrong != "" {
		t.Fatalf("the good header is wrong: %s", wrong)
	}
	for name, row := range map[string]struct{ old, with, want string }{
		"twice the same member": {`"iat":1`, `"iat":1,"iat":1`, "iat"},
		"unknown member":        {`"iat":1`, `"iat":1,"jku":"http://example.org"`, "jku"},
		"iat in a string":       {`"iat":1`, `"iat":"1"`, "iat"},
		"iat with a fraction":   {`"iat":1`, `"iat":1.0`, "signature"},
		"negative iat":          {`"iat":1`, `"iat":-1`, "iat"},
		"iat too big":           {`"iat":1`, `"iat":99999999999999999999`, "iat"},
		"missing iat":           {`"iat":1,`, ``, "iat"},
		"b64 in a string":       {`"b64":false`, `"b64":"false"`, "b64"},
		"crit empty":            {`["b64"]`, `[]`, "crit"},
		"crit with more":        {`["b64"]`, `["b64","exp"]`, "crit"},
		"null alg":              {`"HS256"`, `null`, "alg"},
		"trailing data":         {`"/"}`, `"/"}{}`, "signature"},
		"no object":             {good, `[]`, "signature"},
		"empty":                 {good, ``, "signature"},
		"trailing comma":        {`"/"}`, `"/",}`, "signature"},
		"control character":     {`"j"`, "\"\x01\"", "jti"},
		"not ASCII":             {`"j"`, `"周"`, "jti"},
		"cut in a string":       {good, good[:20], "signature"},
	} {
		var h protectedHeader
		text := strings.Replace(good, row.old, row.with, 1)
		if wrong := decodeProtected([]byte(text), &h); wrong != row.want {
			t.Errorf("%s: got %q, want %q", name, wrong, row.want)
		}
	}
}

func FuzzDecodeProtected(f *testing.F) {
	f.Add([]byte(`{"alg":"HS256","kid":"k","b64":false,"crit":["b64"],"iat":1,"jti":"j","aud":"a","method":"GET","target":"/"}`))
	f.Add([]byte(`{"alg":"\u0048S256"}`))
	f.Add([]byte(`{"crit":["b64"`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var h protectedHeader
		if decodeProtected(text, &h) != "" {
			return
		}
		var std map[string]any
		if err := json.Unmarshal(text, &std); err != nil {
			t.Fatalf("accepted what is no JSON: %q", text)
		}
		if len(std) != len(requestMembers) || std["alg"] != string(h.alg) || std["target"] != string(h.target) {
			t.Fatalf("read %q differently", text)
		}
	})
}
