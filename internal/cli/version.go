package cli

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// buildVersion is set at link time: -ldflags '-X countersign/internal/cli.buildVersion=v1.2.3'.
var buildVersion = ""

// versionView says which program this is.
type versionView struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// newVersion prints the version.
func newVersion(c *console) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: wantArgs(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			v := thisVersion()
			text := "countersign " + v.Version
			if v.Revision != "" {
				text += " (" + v.Revision + ")"
			}
			return c.show(v, text+" "+v.Go+" "+v.Platform)
		},
	}
}

// thisVersion reads what the linker and the version control left in the binary.
func thisVersion() versionView {
	const short = 12
	v := versionView{Version: buildVersion, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision":
				v.Revision = setting.Value[:min(short, len(setting.Value))]
			case "vcs.modified":
				v.Modified = setting.Value == "true"
			}
		}
	}
	if v.Version == "" {
		v.Version = "dev"
	}
	return v
}
