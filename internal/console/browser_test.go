package console_test

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"countersign/internal/console"
)

// browser opens headless Chromium. It is asked for by COUNTERSIGN_BROWSER=1; asked for and missing fails.
func browser(t *testing.T) context.Context {
	t.Helper()
	if os.Getenv("COUNTERSIGN_BROWSER") == "" {
		t.Skip("no browser asked for: set COUNTERSIGN_BROWSER=1")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("COUNTERSIGN_BROWSER is set and there is no chromium: %v", err)
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.WindowSize(1280, 800), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true))
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("the browser did not start: %v", err)
	}
	ctx, cancel = context.WithTimeout(ctx, 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// keep saves a screenshot where somebody can look at it.
func keep(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	dir := os.Getenv("COUNTERSIGN_SCREENSHOTS")
	if dir == "" {
		dir = t.TempDir()
	}
	if err := os.WriteFile(filepath.Join(dir, name), picture, 0o600); err != nil {
		t.Fatal(err)
	}
	if len(picture) < 5_000 {
		t.Errorf("screenshot of %d bytes: an empty page?", len(picture))
	}
}

// eventually waits for an expression to become true in the page.
func eventually(ctx context.Context, t *testing.T, expression string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression)); err != nil {
		t.Fatalf("never true: %s: %v", expression, err)
	}
}

// press clicks on what a selector finds first.
func press(ctx context.Context, t *testing.T, selector string) {
	t.Helper()
	eventually(ctx, t, `document.querySelector(`+"`"+selector+"`"+`) !== null`)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(document.querySelector(`+"`"+selector+"`"+`).click(), true)`)); err != nil {
		t.Fatalf("click %s: %v", selector, err)
	}
}

// called waits until the page has asked the control plane for something.
func called(ctx context.Context, t *testing.T, source *fakeSource, method, path, body string) {
	t.Helper()
	for ctx.Err() == nil {
		calls, _ := source.asked()
		for _, c := range calls {
			if c.Method == method && c.Path == path && string(c.Body) == body {
				return
			}
		}
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[int](`new Promise((done) => setTimeout(() => done(1), 20))`, chromedp.EvalAwaitPromise)); err != nil {
			break
		}
	}
	calls, _ := source.asked()
	t.Fatalf("never called: %s %s %s; but %s", method, path, body, calls)
}

func TestBrowserShowsHandsetAndSequenceLive(t *testing.T) {
	ctx := browser(t)
	source := &fakeSource{snapshot: empty("demo")}
	server := serve(t, source)
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	eventually(ctx, t, `document.getElementById("live").className === "live live"`)
	keep(ctx, t, "empty.png")
	source.set(lively())
	eventually(ctx, t, `document.querySelectorAll("#messages li.sms, #messages li.wechat").length === 2`)
	eventually(ctx, t, `document.getElementById("status").textContent === "succeeded"`)
	eventually(ctx, t, `(() => { const p = document.getElementById("picture"); return p.complete && p.naturalWidth > 700; })()`)
	text, err := chromedp.Run(ctx, chromedp.Text("#messages"))
	if err != nil || !strings.Contains(text, "042917") {
		t.Errorf("the handset shows %q, %v", text, err)
	}
	keep(ctx, t, "lively.png")
}

func TestBrowserSwitchesAFaultAndStepsTheClock(t *testing.T) {
	ctx := browser(t)
	source := &fakeSource{snapshot: lively()}
	server := serve(t, source)
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/#demo/faults")); err != nil {
		t.Fatal(err)
	}
	press(ctx, t, `#switch-flt_1`)
	called(ctx, t, source, "PATCH", "/v1/worlds/demo/faults/flt_1", `{"enabled":false}`)
	press(ctx, t, `#faults button`)
	called(ctx, t, source, "DELETE", "/v1/worlds/demo/faults/flt_1", "")
	press(ctx, t, `[data-step=next]`)
	eventually(ctx, t, `document.getElementById("alert").textContent.includes("notification evt_1")`)
	press(ctx, t, `[data-step="600000"]`)
	eventually(ctx, t, `!document.querySelector('[data-step="600000"]').disabled`)
	if _, moves := source.asked(); len(moves) != 2 || !moves[0].Next || moves[1].ByMs != 600_000 {
		t.Errorf("moves %+v", moves)
	}
}

func TestBrowserShowsARefusalAtItsField(t *testing.T) {
	ctx := browser(t)
	source := &fakeSource{snapshot: lively(), reply: console.Reply{
		Status: 422, Body: []byte(`{"code":"invalid","detail":"the delay is wanted","field":"/delay_ms","hint":"1 to 2592000000"}`),
	}}
	server := serve(t, source)
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/#demo/faults")); err != nil {
		t.Fatal(err)
	}
	// The second family is that of answers; both faults of the test are in the list by their effect.
	eventually(ctx, t, `[...document.querySelectorAll("#kinds code")].some((c) => c.textContent === "slow")`)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](
		`([...document.querySelectorAll("#kinds .kind")].find((k) => k.querySelector("code").textContent === "slow").querySelector("button").click(), true)`)); err != nil {
		t.Fatal(err)
	}
	fields, err := chromedp.Run(ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("#rulefields > label [name]")].map((f) => f.name).join()`))
	if err != nil || fields != "delay_ms,jitter_ms,operation,channel_id,point" {
		t.Errorf("fields %q, %v", fields, err)
	}
	keep(ctx, t, "form.png")
	press(ctx, t, `#ruleform button:not([type=button])`)
	eventually(ctx, t, `document.getElementById("error-delay_ms").textContent.includes("the delay is wanted")`)
	eventually(ctx, t, `document.activeElement.name === "delay_ms" && document.activeElement.getAttribute("aria-invalid") === "true"`)
	called(ctx, t, source, "POST", "/v1/worlds/demo/faults", `{"effect":"slow","point":"committed"}`)
}

func TestBrowserOpensARowAndItsStory(t *testing.T) {
	ctx := browser(t)
	server := serve(t, &fakeSource{snapshot: lively()})
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/#demo/journal")); err != nil {
		t.Fatal(err)
	}
	eventually(ctx, t, `document.getElementById("verdictcount").textContent === "1"`)
	press(ctx, t, `#journal summary`)
	eventually(ctx, t, `document.querySelectorAll("#journal pre").length === 2`)
	press(ctx, t, `#verdicts .link`)
	eventually(ctx, t, `document.getElementById("storyhead").textContent.includes("ord_1") && document.getElementById("picture").naturalWidth > 700`)
	if hash, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.hash`)); err != nil || hash != "#demo/story/ord_1" {
		t.Errorf("%q, %v", hash, err)
	}
}

func TestBrowserRunsNothingThatAnybodyWrote(t *testing.T) {
	ctx := browser(t)
	server := serve(t, &fakeSource{snapshot: hostile()})
	for _, tab := range []string{"story", "journal", "faults", "worlds", "story/" + url.PathEscape(evil)} {
		if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/?"+tab[:5]+"#demo/"+tab)); err != nil {
			t.Fatal(err)
		}
		eventually(ctx, t, `document.querySelectorAll("#messages li").length === 2 && document.querySelectorAll("#faults li").length === 1`)
		eventually(ctx, t, `document.querySelectorAll("#breaks li").length === 1 && document.querySelectorAll("#deliveries li").length === 1`)
		if tab == "journal" {
			press(ctx, t, `#journal summary`)
			eventually(ctx, t, `document.querySelectorAll("#journal pre").length === 2`)
		}
		seen, err := chromedp.Run(ctx, chromedp.Evaluate[string](
			`document.title + document.querySelectorAll("body img:not(#picture), body script, body [onerror]").length`))
		if err != nil || seen != "Countersign0" {
			t.Errorf("%s: title and injected elements: %q, %v", tab, seen, err)
		}
		requests, err := chromedp.Run(ctx, chromedp.Evaluate[string](
			`performance.getEntriesByType("resource").map((e) => e.name).filter((n) => !n.startsWith(location.origin) || n.endsWith("/x")).join()`))
		if err != nil || requests != "" {
			t.Errorf("%s: requests that nobody asked for: %q, %v", tab, requests, err)
		}
	}
	keep(ctx, t, "hostile.png")
}
