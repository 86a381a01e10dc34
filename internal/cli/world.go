package cli

import (
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

// worldRequest is what a new world is asked for with.
type worldRequest struct {
	WorldID string     `json:"world_id,omitempty"`
	Seed    int64      `json:"seed,omitempty"`
	Clock   *clockKind `json:"clock,omitempty"`
}

// clockKind is real or virtual.
type clockKind struct {
	Mode string `json:"mode"`
}

// newWorld groups the commands about worlds.
func newWorld(c *console) *cobra.Command {
	cmd := group(&cobra.Command{Use: "world", Short: "Make, list and delete simulated worlds"})
	data := dataFlag(cmd)
	cmd.AddCommand(newWorldCreate(c, data), newWorldList(c, data), newWorldDelete(c, data))
	return cmd
}

// newWorldCreate makes a world in memory.
func newWorldCreate(c *console, data *string) *cobra.Command {
	var request worldRequest
	var virtual bool
	cmd := &cobra.Command{
		Use: "create [WORLD]", Short: "Make a world with the banks, channels and people of the fixtures",
		Args: wantArgs(0, 1, "[WORLD]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := running(*data)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				request.WorldID = args[0]
			}
			if virtual {
				request.Clock = &clockKind{Mode: "virtual"}
			}
			var made worldView
			if err := found.control().exchange(cmd.Context(), http.MethodPost, "/v1/worlds", request, &made); err != nil {
				return err
			}
			short := map[string]any{"world_id": made.WorldID, "seed": made.Seed, "virtual": made.Clock.Virtual}
			return c.show(short, fmt.Sprintf("world %s, seed %d, %s/w/%s", made.WorldID, made.Seed, found.Simulator, made.WorldID))
		},
	}
	cmd.Flags().Int64Var(&request.Seed, "seed", 0, "what its chance is drawn from; 0 draws one")
	cmd.Flags().BoolVar(&virtual, "virtual", false, "its time stands until it is moved")
	return cmd
}

// newWorldList lists the worlds.
func newWorldList(c *console, data *string) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the worlds", Args: wantArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := running(*data)
			if err != nil {
				return err
			}
			var all struct {
				Worlds []struct {
					WorldID string    `json:"world_id"`
					Seed    int64     `json:"seed"`
					Now     time.Time `json:"now"`
					Virtual bool      `json:"virtual"`
					Durable bool      `json:"durable"`
				} `json:"worlds"`
			}
			if err := found.control().get(cmd.Context(), "/v1/worlds", &all); err != nil {
				return err
			}
			if c.json {
				return c.show(all, "")
			}
			table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
			for _, w := range all.Worlds {
				sayf(table, "%s\tseed %d\t%s\tvirtual %t\tdurable %t\n", w.WorldID, w.Seed, w.Now.Format(time.RFC3339), w.Virtual, w.Durable)
			}
			return table.Flush()
		},
	}
}

// newWorldDelete ends a world.
func newWorldDelete(c *console, data *string) *cobra.Command {
	return &cobra.Command{
		Use: "delete WORLD", Short: "Delete a world", Args: wantArgs(1, 1, "WORLD"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := running(*data)
			if err != nil {
				return err
			}
			if err := found.control().exchange(cmd.Context(), http.MethodDelete, "/v1/worlds/"+args[0], nil, nil); err != nil {
				return err
			}
			return c.show(map[string]string{"deleted": args[0]}, "world "+args[0]+" is gone")
		},
	}
}
