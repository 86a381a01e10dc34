package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"countersign/internal/app"
	"countersign/internal/sequence"
)

// newStory draws who called whom.
func newStory(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "story [NUMBER]",
		Short: "Draw who called whom for a payment (the last one), or for a number at a channel",
		Long: "Draw who called whom for a payment (the last one), or for a number at a channel: in characters, as a Mermaid diagram, as\n" +
			"an SVG drawing, or as JSON.",
		Args: wantArgs(0, 1, "[NUMBER]"),
	}
	at := whereFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		format, _ := cmd.Flags().GetString("format")
		draw, known := drawings[format]
		if !known {
			return usage("there is no format "+format, "one of text, mermaid, svg, json")
		}
		found, err := at.find()
		if err != nil {
			return err
		}
		number, err := numberOf(found, args)
		if err != nil {
			return err
		}
		story, err := app.TellStory(cmd.Context(), storyReader{found}, found.World, number)
		if err != nil {
			return err
		}
		c.json = c.json && !cmd.Flags().Changed("format") || format == "json"
		return c.show(story, draw(sequence.Diagram{Title: titleOf(story), Steps: story.Steps}))
	}
	cmd.Flags().String("format", "text", "text, mermaid, svg or json")
	complete(cmd, "format", words("text", "mermaid", "svg", "json"))
	return cmd
}

// drawings are the formats of a story.
var drawings = map[string]func(sequence.Diagram) string{
	"text":    func(d sequence.Diagram) string { return sequence.Text(d, time.Local) },
	"mermaid": sequence.Mermaid,
	"svg":     func(d sequence.Diagram) string { return string(sequence.SVG(d)) },
	"json":    func(sequence.Diagram) string { return "" },
}

// numberOf is the number that was named, or the last payment.
func numberOf(found *instance, args []string) (string, error) {
	if len(args) == 1 {
		return args[0], nil
	}
	remembered := &notes{}
	if found.Data != "" {
		var err error
		if remembered, err = recall(found.Data); err != nil {
			return "", err
		}
	}
	if remembered.PaymentID == "" {
		return "", usage("there is no last payment", "make one, for instance `countersign call pay 88.00`, or name one")
	}
	return remembered.PaymentID, nil
}

// titleOf says which payment is drawn and how it stands; a number at a channel needs no title.
func titleOf(story app.Story) string {
	if story.PaymentID == "" {
		return ""
	}
	return story.PaymentID + "  " + story.Status
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
