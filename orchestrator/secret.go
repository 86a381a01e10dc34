package orchestrator

import (
	"fmt"
	"log/slog"
)

// redacted is what every printing road shows of a Secret.
const redacted = "[redacted]"

// Secret is a key, a token or an SMS code. The content sits behind a function value, because a masking
// String method does not mask a value inside an unexported field: fmt then walks the memory itself.
type Secret struct{ reveal func() string }

// NewSecret hides s.
func NewSecret(s string) Secret { return Secret{reveal: func() string { return s }} }

// Reveal is the content; "" for the zero Secret.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero says that there is no content.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// String never shows the content.
func (s Secret) String() string { return redacted }

// GoString never shows the content.
func (s Secret) GoString() string { return redacted }

// Format never shows the content, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue never shows the content.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON never shows the content.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
