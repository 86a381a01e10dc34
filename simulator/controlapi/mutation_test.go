package controlapi

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/fault"
	played "countersign/simulator/internal/sample"
)

// How much of the mutation test is run: every shape of a place (indexes left out) so
// many times, 0 for each place; and how many mutations out of those, 0 for all.
var (
	mutationPlaces = flag.Int("mutation-places", 1, "places of one shape that TestEveryMutationOfAFile changes; 0: all")
	mutationCount  = flag.Int("mutations", 250, "mutations that TestEveryMutationOfAFile tries; 0: all")
	mutationSeed   = flag.Uint64("mutation-seed", 1, "chooses them")
)

// mutation puts a value, or nothing, into one place of a file.
type mutation struct {
	place []any // names and indexes
	value any
	name  string
}

// deleted stands for taking the member out.
type deleted struct{}

// TestEveryMutationOfAFile changes one place of an exported file at a time, with the
// right digest. The answer is a world or a 4xx with a field, and a world goes on.
func TestEveryMutationOfAFile(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	file := richFile(t, p)
	all := chosen(mutationsOf(file))
	tree := treeOf(t, file)
	taken, refused := 0, 0
	for i := range all {
		m := &all[i]
		undo := m.apply(tree)
		body := sealed(t, tree)
		undo()
		done := make(chan string, 1)
		go func() { done <- p.tryFile(body) }()
		patience := time.NewTimer(20 * time.Second)
		select {
		case wrong := <-done:
			patience.Stop()
			switch {
			case wrong == "refused":
				refused++
			case wrong != "":
				t.Errorf("%s: %s", m.name, wrong)
			default:
				taken++
			}
		case <-patience.C:
			t.Fatalf("%s: hangs", m.name)
		}
	}
	t.Logf("%d mutations: %d taken, %d refused", len(all), taken, refused)
	if refused == 0 || taken == 0 {
		t.Errorf("%d taken, %d refused", taken, refused)
	}
}

// richFile exports a world in which nearly everything happened.
func richFile(t *testing.T, p *plane) string {
	t.Helper()
	w := simulator.NewWorld("mutant", 11, played.Start, played.Template(), fault.All())
	player := played.NewPlayer(w, rand.New(rand.NewPCG(*mutationSeed, 3)).IntN)
	player.Play(150)
	if _, err := p.engine.AdoptWorld(t.Context(), w, engine.NewWorld{Virtual: true}); err != nil {
		t.Fatal(err)
	}
	file := p.want(http.StatusOK, "GET", "/v1/worlds/mutant/file", "").body
	p.want(http.StatusNoContent, "DELETE", "/v1/worlds/mutant", "")
	return file
}

// treeOf reads a file as a tree with its numbers as they stand.
func treeOf(t *testing.T, file string) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(file))
	decoder.UseNumber()
	var tree map[string]any
	if err := decoder.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// sealed writes a tree as a file with the right digest.
func sealed(t *testing.T, tree map[string]any) string {
	t.Helper()
	f := worldFile{}
	f.Universe, _ = json.Marshal(tree["universe"])
	f.State, _ = json.Marshal(tree["state"])
	digest, err := digestOf(&f)
	if err != nil {
		t.Fatal(err)
	}
	tree["digest"] = digest
	text, _ := json.Marshal(tree)
	return string(text)
}

// mutationsOf lists what is done to each place of universe and state.
func mutationsOf(file string) []mutation {
	var tree map[string]any
	decoder := json.NewDecoder(strings.NewReader(file))
	decoder.UseNumber()
	_ = decoder.Decode(&tree)
	var all []mutation
	seen := map[string]int{}
	for _, half := range []string{"universe", "state"} {
		walkTree(tree[half], []any{half}, func(place []any, value any) {
			shape := shapeOf(place)
			if seen[shape]++; *mutationPlaces > 0 && seen[shape] > *mutationPlaces {
				return
			}
			for _, to := range valuesFor(value) {
				text, _ := json.Marshal(to)
				all = append(all, mutation{place: slices.Clone(place), value: to, name: fmt.Sprintf("%v = %.40s", place, text)})
			}
		})
	}
	return all
}

// indexes are what a shape leaves out.
var indexes = regexp.MustCompile(`^\d+$`)

// shapeOf is a place without its indexes.
func shapeOf(place []any) string {
	var shape strings.Builder
	for _, step := range place {
		if name, named := step.(string); named && !indexes.MatchString(name) {
			shape.WriteString("/" + name)
		}
	}
	return shape.String()
}

// walkTree visits all places, members in order.
func walkTree(value any, place []any, visit func([]any, any)) {
	visit(place, value)
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			walkTree(value[name], append(slices.Clone(place), name), visit)
		}
	case []any:
		for i := range value {
			walkTree(value[i], append(slices.Clone(place), i), visit)
		}
	}
}

// valuesFor are what takes the place of a value.
func valuesFor(value any) []any {
	number := func(text string) any { return json.Number(text) }
	values := []any{
		nil,
		deleted{},
		"", true, number("-1"), number("0"), number("-9223372036854775808"), number("9223372036854775807"),
		number("9007199254740992"), number("1.5"),
		map[string]any{},
		[]any{},
	}
	if text, is := value.(string); is {
		values = append(values, strings.Repeat("x", 5000), "x", "ｘ\u0000\n")
		if _, err := time.Parse(time.RFC3339, text); err == nil {
			values = append(values, "0001-01-01T00:00:00Z", "1950-01-01T00:00:00Z", "2200-01-01T00:00:00Z", "9998-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59-23:59")
		}
	}
	return values
}

// chosen draws the mutations of this run.
func chosen(all []mutation) []mutation {
	draw := rand.New(rand.NewPCG(*mutationSeed, 5))
	draw.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if *mutationCount > 0 && len(all) > *mutationCount {
		all = all[:*mutationCount]
	}
	return all
}

// apply puts the value in and gives what takes it out again.
func (m *mutation) apply(tree map[string]any) (undo func()) {
	var parent any = tree
	for _, step := range m.place[:len(m.place)-1] {
		if name, named := step.(string); named {
			parent = parent.(map[string]any)[name]
		} else {
			parent = parent.([]any)[step.(int)]
		}
	}
	value := m.value
	_, takeOut := value.(deleted)
	if takeOut {
		value = nil
	}
	switch parent := parent.(type) {
	case map[string]any:
		name := m.place[len(m.place)-1].(string)
		old := parent[name]
		if parent[name] = value; takeOut {
			delete(parent, name)
		}
		return func() { parent[name] = old }
	case []any:
		at := m.place[len(m.place)-1].(int)
		old := parent[at]
		parent[at] = value
		return func() { parent[at] = old }
	}
	return func() {}
}

// tryFile imports a file and, when it is taken, goes on with its world: "" is well,
// "refused" a refusal that names a field.
func (p *plane) tryFile(body string) (wrong string) {
	defer func() {
		if cause := recover(); cause != nil {
			wrong = fmt.Sprintf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	status, answer := p.serve("POST", "/v1/worlds/import?world_id=mutant", body)
	switch {
	case status/100 == 4 && strings.Contains(answer, `"field":"/`):
		return "refused"
	case status != http.StatusCreated:
		return fmt.Sprintf("import: %d %s", status, answer)
	}
	defer p.serve("DELETE", "/v1/worlds/mutant", "")
	for _, call := range []struct{ method, path, body string }{
		{"POST", "/clock", `{"by_ms":600000,"drain_ms":1000}`},
		{"GET", "", ""},
		{"GET", "/clock", ""},
		{"GET", "/truth", ""},
		{"GET", "/export", ""},
		{"GET", "/journal", ""},
		{"GET", "/deliveries", ""},
		{"GET", "/faults", ""},
		{"GET", "/file", ""},
	} {
		if status, answer := p.serve(call.method, "/v1/worlds/mutant"+call.path, call.body); status != http.StatusOK {
			return fmt.Sprintf("%s %s: %d %.300s", call.method, call.path, status, answer)
		}
	}
	return p.chargeMutant()
}

// chargeMutant charges by the first live agreement, and once by elements.
func (p *plane) chargeMutant() string {
	var agreements []simulator.AgreementView
	var now time.Time
	err := p.engine.Read("mutant", func(w *simulator.World) { agreements, now = w.Agreements(), w.Now() })
	if err != nil {
		return err.Error()
	}
	for i := range agreements {
		a := &agreements[i]
		_, err := p.engine.Do(context.Background(), "mutant", simulator.Input{
			Command: simulator.ApplyCharge{
				OrderNo: "ord_mutant_" + a.AgreementNo, OrderTime: now, Amount: 12, Currency: "CNY", AgreementNo: a.AgreementNo,
				PayerRef: a.PayerRef, ExpiresAt: now.Add(time.Hour), NotifyURL: "http://127.0.0.1/n",
			},
			Request: simulator.Request{ChannelID: a.ChannelID, MemberNo: a.MemberNo, Method: "POST", Target: "/", Signature: "valid"},
		})
		if err != nil {
			return "charge: " + err.Error()
		}
	}
	if status, answer := p.serve("POST", "/v1/worlds/mutant/clock", `{"by_ms":60000,"drain_ms":1000}`); status != http.StatusOK {
		return fmt.Sprintf("clock after the charge: %d %s", status, answer)
	}
	return ""
}

// serve is call without the network.
func (p *plane) serve(method, path, body string) (status int, answer string) {
	request := httptest.NewRequestWithContext(context.Background(), method, "http://127.0.0.1"+path, strings.NewReader(body))
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	recorder := httptest.NewRecorder()
	p.server.Config.Handler.ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.String()
}
