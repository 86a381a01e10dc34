package console_test

import (
	"bufio"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"countersign/internal/console"
)

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestEveryAnswerForbidsForeignScripts(t *testing.T) {
	t.Parallel()
	server := serve(t, &fakeSource{snapshot: lively()})
	for _, path := range []string{"/", "/state", "/story?number=1&format=svg", "/static/page.js", "/nowhere", "/read/fault-kinds", "/do/add-fault"} {
		response, _ := get(t, server.URL+path)
		policy := response.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if response.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: content may be sniffed", path)
		}
	}
}

func TestWhatIsReadIsNotWritten(t *testing.T) {
	t.Parallel()
	server := serve(t, &fakeSource{snapshot: lively()})
	for _, path := range []string{"/", "/state", "/story", "/read/fault-kinds"} {
		response, err := http.Post(server.URL+path, "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d, want 405", path, response.StatusCode)
		}
	}
}

func TestStateCarriesMessagesAndTheLatestPayment(t *testing.T) {
	t.Parallel()
	server := serve(t, &fakeSource{snapshot: lively()})
	_, body := get(t, server.URL+"/state")
	for _, want := range []string{"签约", "pay_1", `"lost":true`, `"seed":"7"`} {
		if !strings.Contains(body, want) {
			t.Errorf("state lacks %s: %s", want, body)
		}
	}
}

func TestABrokenSourceIsToldWithoutItsCause(t *testing.T) {
	t.Parallel()
	server := serve(t, &fakeSource{broken: errDown})
	response, body := get(t, server.URL+"/state")
	if response.StatusCode != http.StatusBadGateway || strings.Contains(body, errDown.Error()) {
		t.Errorf("%d %q", response.StatusCode, body)
	}
}

func TestEventsComeOnlyWhenSomethingChanged(t *testing.T) {
	t.Parallel()
	ticking := empty("first")
	ticking.Clock.Virtual = false
	source := &fakeSource{snapshot: ticking}
	server := serve(t, source)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	lines := bufio.NewScanner(response.Body)
	for range partsOfEmpty {
		if data := nextData(lines); data == "" {
			t.Fatal("a part is missing")
		}
	}
	later := empty("first")
	later.Clock.Virtual, later.Clock.Now = false, at.Add(time.Minute) // only a real clock went on
	source.set(later)
	later.Messages = lively().Messages
	source.set(later)
	if data := nextData(lines); !strings.Contains(data, "042917") {
		t.Errorf("what has changed: %s", data)
	}
}

// partsOfEmpty are the parts that a page is told of a world without payments: worlds, world, clock, faults, messages,
// journal, deliveries, verdicts and breaks.
const partsOfEmpty = 9

func nextData(lines *bufio.Scanner) string {
	for lines.Scan() {
		if data, found := strings.CutPrefix(lines.Text(), "data: "); found {
			return data
		}
	}
	return ""
}

func TestThePictureEscapesWhatChannelsWrite(t *testing.T) {
	t.Parallel()
	s := hostile()
	picture := console.Picture(s.Latest)
	if strings.Contains(string(picture), "<script") || strings.Contains(string(picture), "<img") {
		t.Errorf("markup came through: %s", picture)
	}
	wellFormed(t, picture)
}

func TestThePictureShowsALostAnswerAsLost(t *testing.T) {
	t.Parallel()
	s := lively()
	picture := string(console.Picture(s.Latest))
	wellFormed(t, []byte(picture))
	for _, want := range []string{"answer lost", "charge query", ">merchant<", ">handset<"} {
		if !strings.Contains(picture, want) {
			t.Errorf("picture lacks %q", want)
		}
	}
	if strings.Index(picture, ">merchant<") > strings.Index(picture, ">bridge-pay<") || strings.Index(picture, ">handset<") < strings.Index(picture, ">ICBC<") {
		t.Error("merchant stands left, the handset right")
	}
}

func TestThePictureIsThereBeforeTheFirstPayment(t *testing.T) {
	t.Parallel()
	wellFormed(t, console.Picture(nil))
}

func wellFormed(t *testing.T, picture []byte) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(string(picture)))
	for {
		if _, err := decoder.Token(); err == io.EOF { //nolint:errorlint // io.EOF is returned bare here
			return
		} else if err != nil {
			t.Fatalf("not XML: %v\n%s", err, picture)
		}
	}
}

func TestTheFoldersOfThePageAreNotListed(t *testing.T) {
	t.Parallel()
	server := serve(t, &fakeSource{snapshot: lively()})
	for path, status := range map[string]int{
		"/static/": 404, "/static": 404, "/static/page.js": 200, "/static/page.css": 200, "/static/none.js": 404, "/static/../static/": 404,
	} {
		if response, body := get(t, server.URL+path); response.StatusCode != status || strings.Contains(body, "<pre>") {
			t.Errorf("%s: %d %s", path, response.StatusCode, body)
		}
	}
}
