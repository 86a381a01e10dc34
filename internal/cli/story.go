package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"countersign/internal/app"
)

// newStory draws who called whom.
func newStory(c *console) *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "story [NUMBER]",
		Short: "Draw who called whom for a payment (the last one), or for a number at a channel",
		Args:  wantArgs(0, 1, "[NUMBER]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := running(data)
			if err != nil {
				return err
			}
			remembered, err := recall(data)
			if err != nil {
				return err
			}
			number := remembered.PaymentID
			if len(args) == 1 {
				number = args[0]
			}
			if number == "" {
				return usage("there is no last payment", "make one, for instance `countersign call pay 88.00`, or name one")
			}
			story, err := app.TellStory(cmd.Context(), storyReader{found}, found.World, number)
			if err != nil {
				return err
			}
			return c.show(story, drawStory(story))
		},
	}
	cmd.Flags().StringVar(&data, "data", defaultData, "data folder of the instance")
	return cmd
}

// storyReader reads both sides of an instance.
type storyReader struct{ at *instance }

// Control reads from the control plane.
func (r storyReader) Control(ctx context.Context, path string, into any) error {
	return unknownNumber(r.at.control().get(ctx, path, into))
}

// Operator reads from the operator scope.
func (r storyReader) Operator(ctx context.Context, path string, into any) error {
	return r.at.operator().get(ctx, path, into)
}

// unknownNumber marks the refusal of a number that a side has never seen.
func unknownNumber(err error) error {
	var f *failure
	if errors.As(err, &f) && f.status == http.StatusNotFound {
		return fmt.Errorf("%w: %w", app.ErrUnknownNumber, err)
	}
	return err
}
