package orchestrator

import (
	"crypto/subtle"
	"time"
)

// Rules for codes that the platform sends itself (mission, kinds of channel; NIST 800-63B-4: six digits,
// at most ten minutes, accepted once, failures survive a resend).
const (
	OwnCodeDigits    = 6
	OwnCodeLifetime  = 5 * time.Minute
	OwnCodeTries     = 5
	OwnCodeResendGap = 60 * time.Second
)

// OwnCode is a platform-sent code as it is kept: a keyed hash bound to its signing, never the code.
type OwnCode struct {
	Hash  []byte
	Spent bool // given back right once; accepted never again
}

// OwnCodePurpose is the purpose under which the code of a signing is hashed. It holds the signing's id and
// the number of the SMS, so that equal digits elsewhere, or of an older SMS, never match.
func OwnCodePurpose(signingID string, seq int) string {
	return "own-code:" + signingID + ":" + itoa(seq)
}

// CodeVerdict is the outcome of comparing a typed code.
type CodeVerdict string

// Verdicts on a code.
const (
	CodeRight     CodeVerdict = "right"
	CodeIsWrong   CodeVerdict = "wrong"
	CodeTooOld    CodeVerdict = "expired"
	CodeExhausted CodeVerdict = "exhausted"
	CodeSpent     CodeVerdict = "spent"
)

// CheckOwnCode compares the keyed hash of what was typed with the kept one, at now, after that many wrong
// tries. The comparison takes the same time wherever the hashes differ.
func CheckOwnCode(kept OwnCode, sms SMS, failures int, typed []byte, now time.Time) CodeVerdict {
	switch {
	case kept.Spent:
		return CodeSpent
	case failures >= OwnCodeTries:
		return CodeExhausted
	case sms.Expired(now):
		return CodeTooOld
	case len(kept.Hash) > 0 && subtle.ConstantTimeCompare(kept.Hash, typed) == 1:
		return CodeRight
	default:
		return CodeIsWrong
	}
}

// OwnSMS is the SMS of the platform's own code number seq, sent at now. At a payment our own text speaks
// of the payment, so prompt and SMS agree.
func OwnSMS(seq int, about About, maskedMobile string, now time.Time) SMS {
	return SMS{
		Seq: seq, Sender: PartyPlatform, About: about, MaskedMobile: maskedMobile, SentAt: now,
		ExpiresAt: now.Add(OwnCodeLifetime), ResendAfter: now.Add(OwnCodeResendGap),
	}
}

// itoa writes a small non-negative number.
func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + max(n, 0)))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}
