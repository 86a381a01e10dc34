package simulator

import (
	"crypto/subtle"
	"strconv"
	"time"

	"countersign/internal/chance"
)

// codeState is the life of the SMS codes of one signing or charge, by the profile it
// was begun under. The codes stand here and in the inbox message, nowhere else.
type codeState struct {
	profile  *Profile
	seq      int // how many SMS went out
	failures int // wrong codes; a resend does not reset it
	sentAt   time.Time
	expires  time.Time // of the newest
	live     []issuedCode
}

// issuedCode is a code somebody may still type.
type issuedCode struct {
	text    string
	expires time.Time
}

// codeVerdict is what became of a typed code.
type codeVerdict int

// The verdicts.
const (
	codeRight codeVerdict = iota
	codeWrong
	codeTooOld
)

// issue makes the next code by the channel's semantics and returns its text.
// Codes are drawn from seed and entity, so leading zeros are as common as in life,
// unless a fault wants one: clients that take a code for a number lose it.
func (s *codeState) issue(seed uint64, entity string, now time.Time, leadingZero bool) string {
	rules := s.profile.Code
	s.seq++
	s.sentAt = now
	s.expires = now.Add(time.Duration(rules.LifetimeSeconds) * time.Second)
	if rules.Resend == ResendSameCode && len(s.live) > 0 {
		s.live[0].expires = s.expires
		return s.live[0].text
	}
	text := drawCode(seed, entity, "code/"+strconv.Itoa(s.seq), rules.Length)
	if leadingZero {
		text = "0" + text[1:]
	}
	if rules.Resend != ResendBothValid {
		s.live = s.live[:0]
	}
	s.live = append(s.live, issuedCode{text: text, expires: s.expires})
	return text
}

// drawCode draws a code that is no magic one: those mean something else when typed.
func drawCode(seed uint64, entity, event string, length int) string {
	text := chance.Digits(seed, entity, event, length)
	for magicCodeOf(text) != magicCodeNone {
		event += "/again"
		text = chance.Digits(seed, entity, event, length)
	}
	return text
}

// try judges a typed code. Only a wrong one counts; a superseded or foreign code
// is wrong. A right one is used up.
func (s *codeState) try(typed string, now time.Time) codeVerdict {
	verdict := codeWrong
	for _, c := range s.live {
		if subtle.ConstantTimeCompare([]byte(c.text), []byte(typed)) != 1 {
			continue
		}
		if now.Before(c.expires) {
			s.live = nil
			return codeRight
		}
		verdict = codeTooOld
	}
	if verdict == codeWrong {
		s.failures++
	}
	return verdict
}

// tooSoon says how long a resend still has to wait, rounded up to seconds; 0
// when it need not.
func (s *codeState) tooSoon(now time.Time) time.Duration {
	wait := s.resendAfter().Sub(now)
	if wait <= 0 {
		return 0
	}
	return (wait + time.Second - 1).Truncate(time.Second)
}

// resendAfter is when the next SMS may be asked for.
func (s *codeState) resendAfter() time.Time {
	return s.sentAt.Add(time.Duration(s.profile.Code.ResendGapSeconds) * time.Second)
}

// triesLeft counts down from the channel's number of tries.
func (s *codeState) triesLeft() int { return max(s.profile.Code.Tries-s.failures, 0) }

// view tells of the newest SMS without its code.
func (s *codeState) view(sender Party, about About, maskedMobile string) *SMSView {
	return &SMSView{
		Sender: sender, About: about, MaskedMobile: maskedMobile, Seq: s.seq,
		SentAt: s.sentAt, ExpiresAt: s.expires, ResendAfter: s.resendAfter(),
	}
}
