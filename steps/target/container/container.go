// Package container starts the target of the features in a container: the image is built from this very
// tree, FROM scratch, and nothing is pulled. Only tests import it.
package container

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/testcontainers/testcontainers-go"

	"countersign/docker"
	"countersign/steps/runner"
	"countersign/steps/target"
)

// image is the tag that the tests build and run.
const image = "countersign:features"

// inside is the protocol port as the platform in the same container reaches it.
const inside = "http://127.0.0.1:7100"

// contained is a container as a target.
type contained struct {
	target.Target
}

// Start builds the image, starts one container with both sides and cleans it up after the test. It fails
// the test when there is no engine: whoever asked for containers wants to know.
func Start(t *testing.T) target.Target {
	t.Helper()
	// Without these the library looks for a reaper image, and for the engine at a gateway's address.
	t.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
	t.Setenv("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")
	build(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c, err := docker.Run(ctx, image, docker.WithTestClock())
	if c != nil && c.Container != nil {
		testcontainers.CleanupContainer(t, c.Container)
	}
	if err != nil {
		t.Fatal(err)
	}
	config := target.RemoteConfig{Addresses: target.Addresses{
		Protocol: address(ctx, t, c.ProtocolURL), Control: address(ctx, t, c.ControlURL),
		Platform: address(ctx, t, c.PlatformURL), PlatformControl: address(ctx, t, c.PlatformControlURL),
		ProtocolForPlatform: inside,
		ControlToken:        target.Token(c.ControlToken()), OperatorToken: target.Token(c.OperatorToken()),
	}}
	remote, err := target.Remote(config)
	if err != nil {
		t.Fatal(err)
	}
	return &contained{Target: remote}
}

// Name implements target.Target.
func (*contained) Name() string { return "container" }

// Abilities implements target.Target: a container reaches no listener of the test.
func (c *contained) Abilities() []runner.Ability {
	var without []runner.Ability
	for _, a := range c.Target.Abilities() {
		if a != runner.AbilitySocket {
			without = append(without, a)
		}
	}
	return without
}

func address(ctx context.Context, t *testing.T, url func(context.Context) (string, error)) string {
	t.Helper()
	text, err := url(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// build makes the image with the script that users have.
func build(t *testing.T) {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		t.Fatalf("find the module: %v", err)
	}
	script := exec.CommandContext(t.Context(), filepath.Join(string(root[:len(root)-1]), "docker", "build.sh"), image) //nolint:gosec // the script of this very tree
	if out, err := script.CombinedOutput(); err != nil {
		t.Fatalf("build the image: %v\n%s", err, out)
	}
}
