package routing

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"countersign/orchestrator"
)

// digest names all that a decision rests on, so that "same inputs, same decision" can be checked later. The
// candidates come sorted by channel id. Texts are written in quotes, so that no two inputs look alike.
func digest(d orchestrator.Decision, all []ranked) string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%#v|%d|%v|%#v\n", d.Policy, int64(d.Amount), d.PayerPresent, d.Terms)
	for _, c := range all {
		_, _ = fmt.Fprintf(h, "%#v|%d|%d|%d|%#v\n", c.ChannelID, int64(c.Fee), c.Priority, c.SuccessPermille, c.Facts)
	}
	return hex.EncodeToString(h.Sum(nil))
}
