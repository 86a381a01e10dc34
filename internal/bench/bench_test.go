package bench_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"countersign/internal/bench"
)

func TestAFigureHoldsByItsRatioAndDirection(t *testing.T) {
	for _, c := range []struct {
		name   string
		figure bench.Figure
		limit  float64
		bar    float64
		ratio  float64
		holds  bool
	}{
		{"fast enough", bench.Figure{Value: 60, Better: bench.Higher}, 100, 0.5, 0.6, true},
		{"too slow", bench.Figure{Value: 40, Better: bench.Higher}, 100, 0.5, 0.4, false},
		{"small enough", bench.Figure{Value: 25, Better: bench.Lower}, 100, 0.3, 0.25, true},
		{"too big", bench.Figure{Value: 31, Better: bench.Lower}, 30, 1, 31.0 / 30, false},
		{"nothing promised", bench.Figure{Value: 31, Better: bench.Lower}, 10, 0, 3.1, true},
		{"no limit", bench.Figure{Value: 31, Better: bench.Higher}, 0, 0.5, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.figure.Against(c.limit, "a limit", c.bar)
			if got.Ratio != c.ratio || got.Holds != c.holds || got.Limit != c.limit || got.LimitIs != "a limit" {
				t.Errorf("got %+v, want ratio %v, holds %v", got, c.ratio, c.holds)
			}
		})
	}
}

func TestOnlyTheFiguresAskedForAreMade(t *testing.T) {
	asked := []string{}
	more := []bench.Measurement{{Names: []string{"one", "two"}, Measure: func(context.Context, *bench.Options) ([]bench.Figure, error) {
		return []bench.Figure{{Name: "one"}, {Name: "two"}}, nil
	}}}
	var made []string
	err := bench.Run(t.Context(), bench.Options{
		Only: []string{"two", "world-create"}, More: more, Progress: func(name string) { asked = append(asked, name) },
	}, func(f bench.Figure) { made = append(made, f.Name) })
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"world-create", "two"}; !slices.Equal(made, want) {
		t.Errorf("made %q, want %q", made, want)
	}
	if want := []string{"world-create, world-fork", "one, two"}; !slices.Equal(asked, want) {
		t.Errorf("told of %q, want %q", asked, want)
	}
}

func TestAFigureThatIsNotThereIsNamed(t *testing.T) {
	err := bench.Run(t.Context(), bench.Options{Only: []string{"sped"}}, func(bench.Figure) { t.Error("something was measured") })
	if err == nil || !strings.Contains(err.Error(), `"sped"`) || !strings.Contains(err.Error(), "charge-hs256") {
		t.Errorf("got %v", err)
	}
}

// served starts a bare server and gives its base URL.
func served(t *testing.T, kind, key string) string {
	t.Helper()
	reader, writer := io.Pipe()
	go func() { _ = writer.CloseWithError(bench.ServeBare(t.Context(), kind, strings.NewReader(key), writer)) }()
	line, err := bufio.NewReader(reader).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Address string `json:"address"`
	}
	if err := json.Unmarshal(line, &said); err != nil {
		t.Fatal(err)
	}
	return "http://" + said.Address
}

// posted is the answer to a body with a signature.
func posted(t *testing.T, base, signature string, body []byte) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Countersign-Signature", signature)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	got, _ := io.ReadAll(response.Body)
	return response, got
}

func TestTheBareServersDoWhatTheyAreTheLimitOf(t *testing.T) {
	body := []byte(`{"order_no":"ord_1"}`)
	if r, got := posted(t, served(t, "echo", ""), "", body); r.StatusCode != http.StatusOK || !bytes.Equal(got, body) {
		t.Errorf("echo answered %d %s", r.StatusCode, got)
	}

	seed := bytes.Repeat([]byte{7}, ed25519.SeedSize)
	key := ed25519.NewKeyFromSeed(seed)
	base := served(t, "sign", base64.StdEncoding.EncodeToString(seed))
	good := "e30.." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte("e30."+string(body))))
	r, _ := posted(t, base, good, body)
	_, signature, _ := strings.Cut(r.Header.Get("Countersign-Signature"), "..")
	raw, err := base64.RawURLEncoding.DecodeString(signature)
	if r.StatusCode != http.StatusOK || err != nil || !ed25519.Verify(key.Public().(ed25519.PublicKey), []byte("e30."+string(body)), raw) {
		t.Errorf("a good signature: %d, answer signed %q", r.StatusCode, signature)
	}
	if r, _ := posted(t, base, good, []byte(`{"order_no":"ord_2"}`)); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("a signature over something else: %d", r.StatusCode)
	}
}
