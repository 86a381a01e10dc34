package cli

import (
	"net/url"

	"github.com/spf13/cobra"
)

// givePageFlags gives a list the flags of a page; most is how many there are on one.
func givePageFlags(cmd *cobra.Command, most string) {
	cmd.Flags().Int("limit", 0, "how many at most, to "+most+", which is usual")
	cmd.Flags().String("after", "", "go on after this cursor")
}

// pageFlags puts the flags of a page, where they are given, into a query.
func pageFlags(cmd *cobra.Command, query url.Values) {
	for _, name := range []string{"limit", "after"} {
		if flag := cmd.Flags().Lookup(name); flag.Changed {
			query.Set(name, flag.Value.String())
		}
	}
}

// tellMore says how to go on with a list that has another page. It stands apart from
// what is printed for programs, which have the cursor in it.
func (c *console) tellMore(cursor string) {
	say(c.err, "there are more: go on with --after "+cursor)
}
