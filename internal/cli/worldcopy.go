package cli

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// newWorldFork makes a second world in the same state.
func newWorldFork(c *console, at *where) *cobra.Command {
	cmd := completeArgs(&cobra.Command{
		Use: "fork [WORLD]", Short: "Make a second world in the same state, with member numbers and keys of its own", Args: wantArgs(0, 1, "[WORLD]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.about(args)
			if err != nil {
				return err
			}
			p := pick(cmd)
			request := control.ForkRequest{WorldId: word[string](p, "as"), SnapshotId: word[string](p, "snapshot"), TtlSeconds: p.seconds("ttl")}
			if p.given("virtual") || p.given("start") {
				request.Clock = clockOf(p)
			}
			if p.err != nil {
				return p.err
			}
			return c.toWorld(cmd.Context(), found, http.MethodPost, found.path("fork"), request)
		},
	}, worldNames)
	flags := cmd.Flags()
	flags.String("as", "", "name of the new world; one is made up if not given")
	flags.String("snapshot", "", "fork from this snapshot, not from the world as it is")
	flags.Duration("ttl", 0, "real time until the new world deletes itself, as 1h")
	flags.Bool("virtual", false, "the time of the new world stands until it is moved")
	flags.String("start", "", "instant at which the new world's time begins")
	complete(cmd, "snapshot", snapshotNames)
	return cmd
}

// newSnapshot groups the commands about snapshots of --world.
func newSnapshot(c *console, at *where) *cobra.Command {
	cmd := group(&cobra.Command{Use: "snapshot", Short: "Remember a world as it is, and put it back"})
	cmd.AddCommand(newSnapshotTake(c, at), newSnapshotList(c, at), newSnapshotRestore(c, at), completeArgs(&cobra.Command{
		Use: "delete SNAPSHOT", Short: "Forget a snapshot", Args: wantArgs(1, 1, "SNAPSHOT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			return c.remove(cmd.Context(), found, found.path("snapshots", args[0]), args[0], "snapshot "+args[0]+" is gone")
		},
	}, snapshotNames))
	return cmd
}

// newSnapshotTake remembers the world as it is.
func newSnapshotTake(c *console, at *where) *cobra.Command {
	return &cobra.Command{
		Use: "take [SNAPSHOT]", Short: "Remember the world as it is; a name is made up if none is given", Args: wantArgs(0, 1, "[SNAPSHOT]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			var request control.SnapshotRequest
			if len(args) == 1 {
				request.SnapshotId = &args[0]
			}
			s, err := ask[control.Snapshot](cmd.Context(), found.control(), http.MethodPost, found.path("snapshots"), request)
			if err != nil {
				return err
			}
			return c.show(s.raw, "snapshot "+s.value.SnapshotId+" of "+found.World+" at "+instant(s.value.At))
		},
	}
}

// newSnapshotList lists the snapshots.
func newSnapshotList(c *console, at *where) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the snapshots of the world, oldest first", Args: wantArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			all, err := read[control.SnapshotList](cmd.Context(), found.control(), found.path("snapshots"))
			if err != nil {
				return err
			}
			rows := make([][]string, 0, len(all.value.Snapshots))
			for _, s := range all.value.Snapshots {
				rows = append(rows, []string{s.SnapshotId, instant(s.At), instant(s.TakenAt), strconv.FormatInt(s.Bytes, 10)})
			}
			return c.table(all.raw, []string{"snapshot", "at", "taken", "bytes"}, rows, "no snapshots")
		},
	}
}

// newSnapshotRestore puts the world back.
func newSnapshotRestore(c *console, at *where) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: "restore SNAPSHOT", Short: "Put the world back to a snapshot; member numbers and keys stay", Args: wantArgs(1, 1, "SNAPSHOT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			return c.toWorld(cmd.Context(), found, http.MethodPost, found.path("snapshots", args[0], "restore"), nil)
		},
	}, snapshotNames)
}

// newWorldExport prints the canonical state.
func newWorldExport(c *console, at *where) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: "export [WORLD]", Short: "Print the canonical state: same seed and same calls give the same bytes", Args: wantArgs(0, 1, "[WORLD]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.about(args)
			if err != nil {
				return err
			}
			text, err := found.control().raw(cmd.Context(), http.MethodGet, found.path("export"), nil)
			if err != nil {
				return err
			}
			say(c.out, string(bytes.TrimRight(text, "\n")))
			return nil
		},
	}, worldNames)
}

// newWorldSave writes a world into a file that can be imported.
func newWorldSave(c *console, at *where) *cobra.Command {
	return &cobra.Command{
		Use: "save FILE", Short: "Write everything in the world into a file that can be imported",
		Long: "Write everything in the world (--world) into a file that can be imported: invented elements, keys and codes too, so that\n" +
			"only its owner can read it. - is standard output.",
		Args: wantArgs(1, 1, "FILE, or - for standard output"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			text, err := found.control().raw(cmd.Context(), http.MethodGet, found.path("file"), nil)
			if err != nil {
				return err
			}
			if args[0] == "-" {
				_, err = c.out.Write(text)
				return err
			}
			if err := writeWhole(args[0], text); err != nil {
				return usage("the file cannot be written: "+reason(err), "name a file in a folder you can write")
			}
			return c.show(map[string]any{"file": args[0], "world_id": found.World, "bytes": len(text)},
				"world "+found.World+" is in "+args[0]+" ("+strconv.Itoa(len(text))+" bytes, elements and keys included)")
		},
	}
}

// newWorldImport makes a world from a file.
func newWorldImport(c *console, at *where) *cobra.Command {
	cmd := &cobra.Command{
		Use: "import FILE", Short: "Make a world from a file that `world save` wrote", Args: wantArgs(1, 1, "FILE, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			file, err := c.readInput(args[0])
			if err != nil {
				return err
			}
			if !json.Valid(file) {
				return usage(args[0]+" is no JSON", "name a file that `countersign world save` wrote")
			}
			p, query := pick(cmd), url.Values{}
			if as := word[string](p, "as"); as != nil {
				query.Set("world_id", *as)
			}
			if ttl := p.seconds("ttl"); ttl != nil {
				query.Set("ttl_seconds", strconv.Itoa(*ttl))
			}
			if p.err != nil {
				return p.err
			}
			return c.toWorld(cmd.Context(), found, http.MethodPost, withQuery("/v1/worlds/import", query), json.RawMessage(file))
		},
	}
	cmd.Flags().String("as", "", "name of the world; the one in the file if not given")
	cmd.Flags().Duration("ttl", 0, "real time until it deletes itself, as 1h")
	return cmd
}
