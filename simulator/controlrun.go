package simulator

// gateway takes messages of the platform to the handset (T9): from whatever
// platform, so that its codes can be read where the bank's are.
func (w *World) gateway(in Input) Outcome {
	m := Message{Sender: PartyPlatform, From: partPlatform}
	switch c := in.Command.(type) {
	case SendSMS:
		m.Medium, m.To, m.About, m.Text, m.Ref = MediumSMS, c.Mobile, c.About, c.Text, c.Reference
	case SendWeChat:
		m.Medium, m.OpenID, m.About, m.Text, m.Ref = MediumWeChat, c.OpenID, c.About, c.Text, c.Reference
	}
	if m.About != AboutPlatformCode && m.About != AboutPlatformNotice {
		return Outcome{Problem: invalid("purpose", "must be a code or a notice of the platform")}
	}
	if m.Text == "" {
		return Outcome{Problem: invalid("text", "must not be empty")}
	}
	w.arrive(&m)
	return Outcome{MessageID: m.ID, Row: w.journal.last, committed: true}
}

// control carries the commands of the control plane out.
func (w *World) control(in Input) Outcome {
	switch c := in.Command.(type) {
	case AddMember:
		return w.addMember(c)
	case PutAccount:
		return w.putAccount(c)
	case ChangeAccount:
		return w.changeAccount(c)
	case ChangeBank:
		return w.changeBank(c)
	case SwitchChannel:
		return w.switchChannel(c)
	case SetLimits:
		return w.setLimits(c)
	case CancelAtBank:
		return w.cancelAtBank(c)
	case ForgetAgreement:
		return w.forgetAgreement(c)
	case AddFault:
		return w.addFault(c.Rule)
	case RemoveFault:
		return w.removeFault(c.ID)
	case Redeliver:
		return w.redeliver(c.EventID)
	case Delivered:
		return w.delivered(c)
	case ResetWorld:
		return w.reset()
	}
	return Outcome{Problem: refuse(ProblemInvalidRequest, "no such command")}
}

// addMember makes a member.
func (w *World) addMember(c AddMember) Outcome {
	ch := w.channels[c.Member.ChannelID]
	switch {
	case ch == nil:
		return Outcome{Problem: invalid("channel_id", "no such channel in this world")}
	case c.Member.MemberNo == "" || w.members[c.Member.MemberNo] != nil:
		return Outcome{Problem: invalid("member_no", "missing, or taken already")}
	}
	w.members[c.Member.MemberNo] = &member{Member: c.Member, channel: ch}
	return Outcome{}
}

// putAccount adds or replaces a card.
func (w *World) putAccount(c PutAccount) Outcome {
	a := c.Account
	switch {
	case !a.Holder.Complete():
		return Outcome{Problem: invalid("account", "needs name, ID number, card number and mobile")}
	case !w.template.CardAllowed(a.Holder.CardNumber):
		return Outcome{Problem: notATestCard("account.card_number")}
	case a.Balance < 0:
		return Outcome{Problem: invalid("account.balance", "must not be below zero")}
	}
	if a.State == "" {
		a.State = CardNormal
	}
	if !knownState(a.State) {
		return Outcome{Problem: invalid("account.state", "no such card state")}
	}
	if known := w.accounts[a.Holder.CardNumber.Reveal()]; known != nil {
		known.Account = a
		return Outcome{}
	}
	w.keepAccount(a)
	return Outcome{}
}

// knownState reports whether a card state exists.
func knownState(s CardState) bool { return s == CardNormal || cardStateReason(s) != "" }

// changeAccount changes what is given.
func (w *World) changeAccount(c ChangeAccount) Outcome {
	a := w.account(c.CardNumber.Reveal())
	switch {
	case a == nil:
		return Outcome{Problem: refuse(ProblemNotFound, "no bank knows the card")}
	case c.Balance != nil && *c.Balance < 0:
		return Outcome{Problem: invalid("balance", "must not be below zero")}
	case c.State != nil && !knownState(*c.State):
		return Outcome{Problem: invalid("state", "no such card state")}
	}
	if c.Balance != nil {
		a.Balance = *c.Balance
	}
	if c.State != nil {
		a.State = *c.State
	}
	if c.DebitNotice != nil {
		a.DebitNotice = *c.DebitNotice
	}
	if c.Mobile != nil {
		a.Holder.Mobile = *c.Mobile
	}
	if c.Name != nil {
		a.Holder.Name = *c.Name
	}
	return Outcome{}
}

// changeBank changes a bank's pace in this world.
func (w *World) changeBank(c ChangeBank) Outcome {
	known := w.bank(c.Bank)
	switch {
	case known == nil:
		return Outcome{Problem: invalid("bank", "no such bank in this world")}
	case c.SettleAfterSeconds != nil && *c.SettleAfterSeconds < 0:
		return Outcome{Problem: invalid("settle_after_seconds", "must not be below zero")}
	case c.SMSDelaySeconds != nil && *c.SMSDelaySeconds < 0:
		return Outcome{Problem: invalid("sms_delay_seconds", "must not be below zero")}
	}
	changed := *known
	if c.SettleAfterSeconds != nil {
		changed.SettleAfterSeconds = *c.SettleAfterSeconds
	}
	if c.SMSDelaySeconds != nil {
		changed.SMSDelaySeconds = *c.SMSDelaySeconds
	}
	if w.banks == nil {
		w.banks = map[string]*Bank{}
	}
	w.banks[c.Bank] = &changed
	return Outcome{}
}

// switchChannel turns a channel's switches.
func (w *World) switchChannel(c SwitchChannel) Outcome {
	ch := w.channels[c.ChannelID]
	if ch == nil {
		return Outcome{Problem: invalid("channel_id", "no such channel in this world")}
	}
	if c.Maintenance != nil {
		ch.maintenance = *c.Maintenance
	}
	if c.Retired != nil {
		ch.retired = *c.Retired
	}
	return Outcome{}
}

// setLimits replaces the limits for a bank.
func (w *World) setLimits(c SetLimits) Outcome {
	ch := w.channels[c.ChannelID]
	if ch == nil {
		return Outcome{Problem: invalid("channel_id", "no such channel in this world")}
	}
	l := c.Limits
	if l.Single < 0 || l.Daily < 0 || l.Monthly < 0 || l.DailyCount < 0 {
		return Outcome{Problem: invalid("limits", "must not be below zero")}
	}
	for _, terms := range ch.profile.Banks {
		if terms.Bank == c.Bank {
			if ch.limits == nil {
				ch.limits = map[string]Limits{}
			}
			ch.limits[c.Bank] = l
			return Outcome{}
		}
	}
	return Outcome{Problem: invalid("bank", "the channel does not reach this bank")}
}

// reset starts the world anew at its present instant and keeps the members.
func (w *World) reset() Outcome {
	fresh := NewWorld(w.id, w.seed, w.now, w.template, w.rules.catalogue)
	for _, no := range sortedKeys(w.members) {
		m := w.members[no].Member
		fresh.members[no] = &member{Member: m, channel: fresh.channels[m.ChannelID]}
	}
	*w = *fresh
	return Outcome{}
}
