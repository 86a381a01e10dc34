package orchestrator

import "time"

// Text is a sentence in both languages.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// Prompt is what the payer is asked and what really arrives on the phone (T10).
type Prompt struct {
	Prompt       Text
	PromptAbout  About
	Sender       Party
	About        About // of the SMS
	Mismatch     bool  // PromptAbout and About differ
	Reason       SigningReason
	Hint         *Text
	MaskedMobile string
	SMSSeq       int
	TriesLeft    int // -1 = unknown
	ExpiresAt    time.Time
	ResendAfter  time.Time
}
