package simulator

// magicOf is the table of a catalogue, nil for none.
func magicOf(catalogue FaultCatalogue) *MagicTable {
	if known, has := catalogue.(MagicCatalogue); has {
		return known.Magic()
	}
	return nil
}

// MagicValues reports whether the table of magic values is in force.
func (w *World) MagicValues() bool { return w.magic != nil && !w.settings.MagicOff }

// mayBeMagic reports whether a moment could choose an outcome by a value. It is asked
// on every request and looks at no more than the amount.
func (w *World) mayBeMagic(at *Moment) bool {
	return (isMagic(at.Amount) || at.Point == PointTexting) && w.MagicValues()
}

// strikeMagic lets the magic values of a moment strike. They count against no budget
// of the world and of no rule; their own is for one number.
func (w *World) strikeMagic(at Moment, d *Disposition) {
	if isMagic(at.Amount) {
		w.strikeValues(w.magic.amounts[at.Amount-FirstMagicAmount], at, d)
	}
	if at.Point == PointTexting {
		w.strikeValues(w.magic.mobiles[at.MobileLast4], at, d)
	}
}

// strikeValues applies the rules of one value.
func (w *World) strikeValues(rules []*faultRule, at Moment, d *Disposition) {
	at.Seed, at.Strike = w.seed, 1
	for _, r := range rules {
		if !r.fits(at) {
			continue
		}
		if r.PerNumber > 0 {
			number := r.ID + "/" + r.Fault + "/" + at.MemberNo + "/" + at.OrderNo
			if w.rules.magic.of(number) >= r.PerNumber {
				continue
			}
			w.rules.magic.add(number)
		}
		r.kind.Apply(r.FaultRule, at, d)
		if d.Notice.Drop && d.Notice.DroppedBy == "" {
			d.Notice.DroppedBy = r.ID
		}
		w.strikes = append(w.strikes, FaultStrike{RuleID: r.ID, Fault: r.Fault, Point: at.Point})
	}
}

// tryCode judges a typed code, a magic one by what it asks for.
func (w *World) tryCode(s *codeState, typed string) codeVerdict {
	asked := magicCodeOf(typed)
	if asked == magicCodeNone || !w.MagicValues() {
		return s.try(typed, w.now)
	}
	w.strikes = append(w.strikes, FaultStrike{RuleID: magicCodeID(asked), Fault: magicCodeID(asked), Point: PointReceived})
	if asked == magicCodeExpired {
		return codeTooOld
	}
	s.failures = max(s.failures, s.profile.Code.Tries)
	return codeWrong
}
