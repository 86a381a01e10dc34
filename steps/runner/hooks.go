package runner

import (
	"context"
	"runtime/debug"
	"strings"

	"github.com/cucumber/godog"

	"countersign/internal/mask"
)

// After registers a hook to run when the scenario is over, with a panic in it
// turned into an error of the scenario. Use it in place of sc.After.
func After(sc *godog.ScenarioContext, hook godog.AfterScenarioHook) {
	sc.After(func(ctx context.Context, s *godog.Scenario, err error) (rctx context.Context, rerr error) {
		defer func() {
			if v := recover(); v != nil {
				rctx, rerr = ctx, &panicError{value: v, stack: string(debug.Stack())}
			}
		}()
		return hook(ctx, s, err)
	})
}

// Attachment is a piece of evidence beside a step.
type Attachment struct {
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	// Text is the content when the media type is a textual one.
	Text string `json:"text,omitempty"`
	// Size is the length of the content in bytes before it was cut.
	Size int `json:"size"`
	// Truncated says that Text is only the beginning.
	Truncated bool `json:"truncated,omitempty"`
}

// attachmentLimit bounds one attachment in a result, in bytes.
const attachmentLimit = 256 << 10

type recorderKey struct{}

// Attach adds evidence to the running step: the content is masked and goes
// into the result when mediaType is textual. It may be called from any
// goroutine of the step. Outside a scenario it does nothing. What steps add
// with godog.Attach is collected as well.
func Attach(ctx context.Context, name, mediaType, text string) {
	if r, ok := ctx.Value(recorderKey{}).(*recorder); ok {
		r.attach(r.run.attachment(name, mediaType, []byte(text)))
	}
}

// attachment masks and bounds what a step hands over.
func (x *execution) attachment(name, mediaType string, body []byte) Attachment {
	a := Attachment{Name: x.options.Mask(name), MediaType: mediaType, Size: len(body)}
	if !textual(mediaType) {
		return a
	}
	if base := baseType(mediaType); base == "application/json" || strings.HasSuffix(base, "+json") {
		body = mask.JSON(body) // knows fields by name, which plain text does not
	}
	// Masked before it is cut, or half a number could stay.
	text := strings.ToValidUTF8(x.options.Mask(string(body)), "\uFFFD")
	if len(text) > attachmentLimit {
		text, a.Truncated = strings.ToValidUTF8(text[:attachmentLimit], ""), true
	}
	a.Text = text
	return a
}

func textual(mediaType string) bool {
	base := baseType(mediaType)
	switch {
	case strings.HasPrefix(base, "text/"), strings.HasSuffix(base, "+json"), strings.HasSuffix(base, "+xml"):
		return true
	}
	return base == "application/json" || base == "application/xml" || base == "application/x-ndjson"
}

// baseType is a media type without its parameters.
func baseType(mediaType string) string {
	base, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	return strings.TrimSpace(base)
}
