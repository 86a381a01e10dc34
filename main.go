// Command countersign runs simulated banks and payment channels, an orchestrator beside them, and the features that
// state the contract of both. Start with: go run . up
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"countersign/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
