package steps

import "fmt"

// standing is how a charge, a refund or a signing stands by the last answer, in the contract's words.
type standing struct {
	what, status, reason string
	// missing says why there is none: the last answer was about something else.
	missing error
}

func (w *World) chargeStanding() standing {
	if c := w.heard.charge; c != nil {
		return standing{what: "charge", status: string(c.Status), reason: word(c.Reason)}
	}
	return standing{missing: w.unexpected("a charge")}
}

func (w *World) refundStanding() standing {
	if r := w.heard.refund; r != nil {
		return standing{what: "refund", status: string(r.Status), reason: word(r.Reason)}
	}
	return standing{missing: w.unexpected("a refund")}
}

func (w *World) signingStanding() standing {
	if s := w.heard.signing; s != nil {
		return standing{what: "signing", status: string(s.Status), reason: word(s.Reason)}
	}
	return standing{missing: w.unexpected("a signing")}
}

// is holds it against a status.
func (s standing) is(status string) error {
	switch {
	case s.missing != nil:
		return s.missing
	case s.status != status:
		return fmt.Errorf("the %s is %s %s, not %s", s.what, s.status, s.reason, status)
	}
	return nil
}

// isBecause holds it against a status and the reason for it.
func (s standing) isBecause(status, reason string) error {
	if err := s.is(status); err != nil {
		return err
	}
	if s.reason != reason {
		return fmt.Errorf("the %s's reason is %q, not %s", s.what, s.reason, reason)
	}
	return nil
}
