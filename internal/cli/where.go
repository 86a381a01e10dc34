package cli

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"countersign/internal/app"
)

// where says which simulator, and which of its worlds, a command is about.
type where struct {
	flags                    *cobra.Command
	data, url, token, worlds string
}

// whereFlags gives a command, and all below it, the flags that name a simulator and a world.
func whereFlags(cmd *cobra.Command) *where {
	w := &where{flags: cmd}
	flags := cmd.PersistentFlags()
	flags.StringVar(&w.data, "data", defaultData, "data folder of the instance")
	flags.StringVar(&w.url, "control-url", "", "control port of any simulator, as http://127.0.0.1:7101; goes before --data")
	flags.StringVar(&w.token, "control-token", "", "bearer token of the control port; in the data folder if not given")
	flags.StringVar(&w.worlds, "world", "", "world; the demo world if not given")
	complete(cmd, "world", worldNames)
	return w
}

// find gives the instance the flags name: by its control port, by its data folder, or the one at the usual address.
func (w *where) find() (*instance, error) {
	if w.url != "" {
		return w.elsewhere(w.url)
	}
	if _, err := os.Stat(filepath.Join(w.data, instanceFile)); err != nil && !w.flags.PersistentFlags().Changed("data") {
		return w.elsewhere("http://" + app.DefaultControl)
	}
	found, err := running(w.data)
	if err != nil {
		return nil, err
	}
	found.Data = w.data // as it is reached from here
	if w.token != "" {
		found.ControlToken = w.token
	}
	if w.worlds != "" && w.worlds != found.World {
		found.World = w.worlds
		found.unlink()
	}
	return found, nil
}

// elsewhere is a simulator of which only the control port is known.
func (w *where) elsewhere(base string) (*instance, error) {
	at, err := url.Parse(base)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" {
		return nil, usage("--control-url is no URL", "write it as http://127.0.0.1:7101")
	}
	found := &instance{Control: strings.TrimRight(base, "/"), ControlToken: w.token, World: app.DemoWorld}
	if w.worlds != "" {
		found.World = w.worlds
	}
	return found, nil
}

// unlink leaves the platform out: it belongs to the demo world only.
func (i *instance) unlink() { i.Platform, i.PlatformControl, i.Merchant = "", "", "" }

// path is a resource of the instance's world, its parts escaped.
func (i *instance) path(parts ...string) string { return worldPath(i.World, parts...) }

// worldPath is a resource of a world, its parts escaped.
func worldPath(world string, parts ...string) string {
	path := []string{"/v1/worlds", url.PathEscape(world)}
	for _, part := range parts {
		path = append(path, url.PathEscape(part))
	}
	return strings.Join(path, "/")
}

// withQuery hangs a query on a path.
func withQuery(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
