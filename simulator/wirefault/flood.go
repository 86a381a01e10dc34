package wirefault

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

// Sizes of what floods a client, in bytes.
const (
	mostEndless  = 64 << 20 // after so much an endless body is reset
	unpackedBomb = 64 << 20
	chunk        = 16 << 10
)

// chunkPause, in real time, is what keeps an endless body from taking a whole
// processor: it comes at no more than 16 MiB a second.
const chunkPause = time.Millisecond

// endless writes chunks of blanks until the connection breaks, the context ends or
// the cap is reached.
func endless(ctx context.Context, to io.Writer) {
	piece := fmt.Appendf(nil, "%x\r\n%s\r\n", chunk, bytes.Repeat([]byte{' '}, chunk))
	pace := time.NewTicker(chunkPause)
	defer pace.Stop()
	for range mostEndless / chunk {
		if _, err := to.Write(piece); err != nil {
			return
		}
		select {
		case <-pace.C:
		case <-ctx.Done():
			return
		}
	}
}

// bomb is the compressed body, made when it is first asked for.
//
//nolint:gochecknoglobals // always the same bytes, which nobody changes
var bomb = sync.OnceValue(func() []byte {
	var packed bytes.Buffer
	to := gzip.NewWriter(&packed)
	blanks := bytes.Repeat([]byte{' '}, chunk)
	for range unpackedBomb / chunk {
		_, _ = to.Write(blanks) // a buffer takes everything
	}
	_ = to.Close()
	return packed.Bytes()
})
