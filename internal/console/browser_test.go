package console_test

import (
	"context"
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

func TestBrowserShowsHandsetAndSequenceLive(t *testing.T) {
	ctx := browser(t)
	source := &fakeSource{snapshot: console.Snapshot{World: "demo", Seed: 7, Now: at}}
	server := serve(t, source)
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	eventually(ctx, t, `document.getElementById("world").textContent.includes("world demo")`)
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

func TestBrowserRunsNothingThatAChannelWrote(t *testing.T) {
	ctx := browser(t)
	server := serve(t, &fakeSource{snapshot: hostile()})
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	eventually(ctx, t, `document.querySelectorAll("#messages li").length === 2`)
	eventually(ctx, t, `document.getElementById("picture").complete`)
	title, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.title + document.querySelectorAll("#messages img, #messages script").length`))
	if err != nil || title != "Countersign0" {
		t.Errorf("title and injected elements: %q, %v", title, err)
	}
	keep(ctx, t, "hostile.png")
}
