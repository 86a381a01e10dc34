package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"countersign/internal/app"
)

// pageState is what these tests read of the page's state.
type pageState struct {
	Worlds struct {
		Worlds []struct {
			ID      string `json:"world_id"`
			Members int    `json:"members"`
			Faults  int    `json:"faults"`
			Parent  string `json:"parent"`
			Temper  string `json:"temper"`
		} `json:"worlds"`
	} `json:"worlds"`
	World *struct {
		ID       string     `json:"world_id"`
		Joint    bool       `json:"joint"`
		Channels []struct{} `json:"channels"`
	} `json:"world"`
	Clock struct {
		Now     time.Time  `json:"now"`
		NextDue *time.Time `json:"next_due"`
	} `json:"clock"`
	Faults struct {
		Faults []struct {
			ID      string `json:"fault_id"`
			Enabled bool   `json:"enabled"`
		} `json:"faults"`
	} `json:"faults"`
	Journal struct {
		Rows []struct {
			Cursor    int64  `json:"cursor"`
			Operation string `json:"operation"`
			Number    string `json:"number"`
		} `json:"rows"`
		Cut bool `json:"cut"`
	} `json:"journal"`
	Messages []struct {
		To   string `json:"to"`
		Text string `json:"text"`
	} `json:"messages"`
}

// page is the page of a running program, as its script uses it.
type page struct {
	t       *testing.T
	running *app.App
}

// state is what a page that looks at a world shows.
func (p page) state(query string) pageState {
	p.t.Helper()
	status, body := get(p.t, p.running, p.running.Addresses().Console+"/state?"+query)
	var s pageState
	if err := json.Unmarshal(body, &s); err != nil || status != http.StatusOK {
		p.t.Fatalf("state: %d, %v", status, err)
	}
	return s
}

// post does something on the page.
func (p page) post(path, body string) (status int, answer string) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.running.Addresses().Console+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	status, text := do(p.t, p.running, request)
	return status, string(text)
}

func TestThePageMakesForksAndEndsWorlds(t *testing.T) {
	t.Parallel()
	p := page{t, start(t, inMemory())}
	for _, step := range []struct {
		path, body string
		want       int
	}{
		{"/do/create-world", `{"body":{"world_id":"w1","seed":7,"clock":{"mode":"virtual"}}}`, http.StatusCreated},
		{"/do/create-world", `{"body":{"world_id":"w1"}}`, http.StatusConflict},
		{"/do/fork-world", `{"world":"w1","body":{"world_id":"w2"}}`, http.StatusCreated},
		{"/do/reset-world", `{"world":"w2"}`, http.StatusOK},
		{"/do/delete-world", `{"world":"w1"}`, http.StatusNoContent},
		{"/do/delete-world", `{"world":"w1"}`, http.StatusNotFound},
	} {
		if status, answer := p.post(step.path, step.body); status != step.want {
			t.Errorf("%s %s: %d %s", step.path, step.body, status, answer)
		}
	}
	s := p.state("world=w2")
	if len(s.Worlds.Worlds) != 2 || s.World == nil || s.World.Joint || len(s.World.Channels) == 0 {
		t.Fatalf("worlds %+v, world %+v", s.Worlds.Worlds, s.World)
	}
	for _, w := range s.Worlds.Worlds {
		if w.ID == "w2" && (w.Parent != "w1" || w.Members == 0 || w.Temper != "friendly") {
			t.Errorf("the fork: %+v", w)
		}
	}
	if gone := p.state("world=w1"); gone.World != nil || gone.Messages != nil {
		t.Errorf("a world that is gone: %+v", gone.World)
	}
}

func TestThePageSwitchesFaults(t *testing.T) {
	t.Parallel()
	p := page{t, start(t, inMemory())}
	if status, answer := p.post("/do/add-fault", `{"world":"demo","body":{"effect":"slow","operation":"charge"}}`); status != http.StatusUnprocessableEntity || !strings.Contains(answer, "delay_ms") {
		t.Errorf("without its delay: %d %s", status, answer)
	}
	if status, answer := p.post("/do/add-fault", `{"world":"demo","body":{"effect":"withhold_reply","operation":"charge"}}`); status != http.StatusCreated {
		t.Fatalf("add: %d %s", status, answer)
	}
	rule := p.state("").Faults.Faults[0]
	if !rule.Enabled || p.state("").Worlds.Worlds[0].Faults != 1 {
		t.Errorf("rule %+v", rule)
	}
	if status, answer := p.post("/do/switch-fault", `{"world":"demo","id":"`+rule.ID+`","body":{"enabled":false}}`); status != http.StatusOK {
		t.Errorf("switch: %d %s", status, answer)
	}
	if s := p.state(""); s.Faults.Faults[0].Enabled || s.Worlds.Worlds[0].Faults != 0 {
		t.Errorf("switched off: %+v", s.Faults)
	}
	if status, answer := p.post("/do/remove-fault", `{"world":"demo","id":"`+rule.ID+`"}`); status != http.StatusNoContent {
		t.Errorf("remove: %d %s", status, answer)
	}
}

func TestThePageMovesBothClocksAsOne(t *testing.T) {
	t.Parallel()
	config := inMemory()
	p := page{t, start(t, config)}
	before := p.state("")
	if !before.World.Joint {
		t.Fatal("the demo world's clock is not tied to the merchant's")
	}
	if status, answer := p.post("/step", `{"world":"demo","by_ms":600000}`); status != http.StatusOK {
		t.Fatalf("step: %d %s", status, answer)
	}
	after := p.state("").Clock.Now
	if after.Sub(before.Clock.Now) != 10*time.Minute {
		t.Errorf("from %s to %s", before.Clock.Now, after)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.running.Addresses().PlatformControl+"/v1/merchants/demo/clock", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+config.Orchestrator.OperatorToken.Reveal())
	_, body := do(t, p.running, request)
	var merchant struct {
		Now time.Time `json:"now"`
	}
	if err := json.Unmarshal(body, &merchant); err != nil || !merchant.Now.Equal(after) {
		t.Errorf("the merchant's clock: %s, the world's: %s, %v", merchant.Now, after, err)
	}
	for _, move := range []string{`{"world":"demo","to":"2001-01-01T00:00:00Z"}`, `{"world":"demo"}`, `{"world":"demo","by_ms":-5}`} {
		if status, answer := p.post("/step", move); status/100 != 4 {
			t.Errorf("%s: %d %s", move, status, answer)
		}
	}
}

func TestThePageStepsAWorldByItself(t *testing.T) {
	t.Parallel()
	p := page{t, start(t, inMemory())}
	p.post("/do/create-world", `{"body":{"world_id":"w1","clock":{"mode":"virtual"}}}`)
	p.post("/do/create-world", `{"body":{"world_id":"w2","clock":{"mode":"real"}}}`)
	before := p.state("world=w1").Clock.Now
	if status, answer := p.post("/step", `{"world":"w1","by_ms":60000}`); status != http.StatusOK {
		t.Errorf("virtual: %d %s", status, answer)
	}
	if after := p.state("world=w1").Clock.Now; after.Sub(before) != time.Minute {
		t.Errorf("from %s to %s", before, after)
	}
	if status, answer := p.post("/step", `{"world":"w2","next":true}`); status != http.StatusUnprocessableEntity || !strings.Contains(answer, "real clock") {
		t.Errorf("real: %d %s", status, answer)
	}
}

func TestThePageListsTheNewestRowsOfItsFilter(t *testing.T) {
	t.Parallel()
	p := page{t, start(t, inMemory())}
	var world struct {
		Messaging struct {
			BasePath string `json:"base_path"`
			Token    string `json:"token"`
		} `json:"messaging"`
		People []struct {
			Elements struct {
				Mobile string `json:"mobile"`
			} `json:"elements"`
		} `json:"people"`
	}
	_, body := get(t, p.running, p.running.Addresses().Control+"/v1/worlds/demo")
	if err := json.Unmarshal(body, &world); err != nil {
		t.Fatal(err)
	}
	const hostile = `<script>document.title='pwned'</script>`
	for i := range 130 {
		text, _ := json.Marshal(map[string]string{
			"message_no": fmt.Sprintf("msg_%04d", i), "purpose": "debit_notice", "template": "t1", "mobile": world.People[0].Elements.Mobile, "text": "【店】" + hostile, "reference": "ref_1",
		})
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.running.Addresses().Protocol+world.Messaging.BasePath+"/v1/sms", strings.NewReader(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+world.Messaging.Token)
		if status, answer := do(t, p.running, request); status/100 != 2 {
			t.Fatalf("sms: %d %s", status, answer)
		}
	}
	s := p.state("operation=sms&number=ref_1")
	if len(s.Journal.Rows) != 100 || !s.Journal.Cut || s.Journal.Rows[0].Cursor != s.Journal.Rows[99].Cursor+99 {
		t.Errorf("%d rows, cut %v", len(s.Journal.Rows), s.Journal.Cut)
	}
	if len(s.Messages) != 60 || !strings.Contains(s.Messages[0].Text, hostile) || !strings.Contains(s.Messages[0].To, "****") {
		t.Errorf("%d messages, the first %+v", len(s.Messages), s.Messages[0])
	}
	for _, nothing := range []string{"operation=charge", "number=none", "channel_id=none", "operation=%3Cb%3E", "number=" + strings.Repeat("x", 90)} {
		if s := p.state(nothing); len(s.Journal.Rows) != 0 {
			t.Errorf("%s: %d rows", nothing, len(s.Journal.Rows))
		}
	}
}
