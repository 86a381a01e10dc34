package cli

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// newReady asks whether an instance is ready: for scripts, and for the health check of a container without a shell.
func newReady(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "ready", Short: "Is it ready? Exit code 0 when every port answers, 1 if not; --wait waits for it",
		Long: "Ask each port of a running instance for /readyz, or with --control-url that port alone: exit code 0 when all say yes, 1 if not.\n" +
			"--wait 10s asks until they do, so that no script needs a loop; a container's health check calls it without.",
		Args: wantArgs(0, 0, "no arguments"),
	}
	at := whereFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		patience, _ := cmd.Flags().GetDuration("wait")
		ports, err := at.awaitReady(cmd.Context(), patience)
		if err != nil {
			return err
		}
		return c.show(map[string]any{"ready": true, "urls": ports}, "ready: "+strings.Join(ports, " "))
	}
	cmd.Flags().Duration("wait", 0, "how long to wait for it, as 10s")
	return cmd
}

// awaitReady asks until all ports are ready, or patience ends; the folder is looked at anew each time.
func (w *where) awaitReady(ctx context.Context, patience time.Duration) ([]string, error) {
	const pause = 20 * time.Millisecond
	giveUp, again := time.After(patience), time.NewTicker(pause)
	defer again.Stop()
	for {
		ports, err := w.askReady(ctx)
		if err == nil {
			return ports, nil
		}
		select {
		case <-ctx.Done():
			return nil, interrupted()
		case <-giveUp:
			return nil, refused("not ready: "+oneLine(firstPart(err)), "start `countersign up`, wait with --wait 10s, or name another place with --data or --control-url")
		case <-again.C:
		}
	}
}

// firstPart is an error without its next step.
func firstPart(err error) string {
	if f, ok := err.(*failure); ok { //nolint:errorlint // all errors of these commands are failures as they are
		return f.what
	}
	return err.Error()
}

// askReady asks each port once.
func (w *where) askReady(ctx context.Context) ([]string, error) {
	const each = 2 * time.Second
	ctx, cancel := context.WithTimeout(ctx, each)
	defer cancel()
	found, err := w.find()
	if err != nil {
		return nil, err
	}
	var ready []string
	for _, p := range []port{found.control(), {name: "the channels' port", base: found.Simulator}, {name: "the orchestrator", base: found.Platform}} {
		if p.base == "" {
			continue
		}
		got, err := p.send(ctx, http.MethodGet, "/readyz", nil)
		if err == nil && !got.ok() {
			err = problemOf(p.name, got)
		}
		if err != nil {
			return nil, err
		}
		ready = append(ready, p.base)
	}
	return ready, nil
}
