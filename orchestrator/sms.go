package orchestrator

import "time"

// SMS is what is known about the newest code of a signing or an attempt; never the code. Seq is the
// platform's own count: it rises *before* a resend goes out, so the newest SMS is the right one whether
// or not the answer came back.
type SMS struct {
	Seq          int
	Sender       Party
	About        About
	MaskedMobile string
	SentAt       time.Time
	ExpiresAt    time.Time
	ResendAfter  time.Time
}

// Expired says whether the code is too old at now.
func (s SMS) Expired(now time.Time) bool { return !s.ExpiresAt.IsZero() && !now.Before(s.ExpiresAt) }

// Counted is what is known when an SMS of the channel's side is asked for, before it is: whether or not the answer
// comes back, the payer may have been texted, and the gap of the profile begins.
func (s SMS) Counted(profile ChannelProfile, now time.Time) SMS {
	s.Seq++
	s.SentAt, s.ResendAfter = now, now.Add(time.Duration(profile.Code.ResendGapSeconds)*time.Second)
	return s
}

// Undone is what is known once it is proven that the SMS which Seq counted in advance did not go out: the one
// before is the newest, and another may be asked for at resendAfter.
func (s SMS) Undone(resendAfter time.Time) SMS {
	s.Seq, s.ResendAfter = max(s.Seq-1, 1), resendAfter
	return s
}

// Observe takes over what a channel says about its SMS, but keeps our count and fills gaps from the
// profile, so that a silent channel still gives the payer an expiry and a resend time.
func (s SMS) Observe(report *SMSReport, profile ChannelProfile, sender Party, about About, now time.Time) SMS {
	s.Sender, s.About = sender, about
	if s.Seq == 0 {
		s.Seq = 1
	}
	if report == nil {
		if s.SentAt.IsZero() {
			s.SentAt = now
		}
		s.ExpiresAt = s.SentAt.Add(time.Duration(profile.Code.LifetimeSeconds) * time.Second)
		s.ResendAfter = s.SentAt.Add(time.Duration(profile.Code.ResendGapSeconds) * time.Second)
		return s
	}
	if report.MaskedMobile != "" {
		s.MaskedMobile = report.MaskedMobile
	}
	s.SentAt, s.ExpiresAt, s.ResendAfter = report.SentAt, report.ExpiresAt, later(s.ResendAfter, report.ResendAfter)
	return s
}
