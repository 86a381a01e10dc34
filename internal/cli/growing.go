package cli

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

// growing reads what a list of the world that grows holds after a cursor; waiting is done by the simulator, in pieces of
// a minute.
func growing[T any](ctx context.Context, i *instance, list string, query url.Values, after int64, wait time.Duration) (told[T], error) {
	query.Set("after", strconv.FormatInt(after, 10))
	query.Del("wait_ms")
	if wait > 0 {
		query.Set("wait_ms", strconv.FormatInt(min(wait, longestWait).Milliseconds(), 10))
	}
	return read[T](ctx, i.control(), withQuery(i.path(list), query))
}

// newest is the cursor of the newest entry of a list that is read page by page.
func newest(next func(after int64) (cursor int64, empty bool, err error)) (int64, error) {
	for after := int64(0); ; {
		cursor, empty, err := next(after)
		if err != nil || empty {
			return after, err
		}
		after = cursor
	}
}

// beginAt is where a command begins to read, and how long it waits: with --wait and no --after, behind the newest entry.
func beginAt(cmd *cobra.Command, end func() (int64, error)) (after int64, wait time.Duration, err error) {
	after, _ = cmd.Flags().GetInt64("after")
	if !value(pick(cmd).flag("wait")) {
		return after, 0, nil
	}
	wait, _ = cmd.Flags().GetDuration("timeout")
	if !cmd.Flags().Changed("after") {
		after, err = end()
	}
	return after, wait, err
}
