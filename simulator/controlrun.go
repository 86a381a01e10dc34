package simulator

import (
	"errors"
	"strings"
)

// gateway takes messages of the platform to the handset (T9): from whatever
// platform, so that its codes can be read where the bank's are.
func (w *World) gateway(in Input) Outcome {
	m := Message{Sender: PartyPlatform, From: partPlatform}
	var number, template string
	switch c := in.Command.(type) {
	case SendSMS:
		number, template = c.MessageNo, c.Template
		m.Medium, m.To, m.About, m.Text, m.Ref = MediumSMS, c.Mobile, c.About, c.Text, c.Reference
	case SendWeChat:
		number, template = c.MessageNo, c.Template
		m.Medium, m.OpenID, m.About, m.Text, m.Ref = MediumWeChat, c.OpenID, c.About, c.Text, c.Reference
	}
	if m.About != AboutPlatformCode && m.About != AboutPlatformNotice {
		return Outcome{Problem: invalid("purpose", "must be a code or a notice of the platform")}
	}
	if m.Text == "" {
		return Outcome{Problem: invalid("text", "must not be empty")}
	}
	content := fingerprint(string(m.Medium), m.To.Reveal(), m.OpenID, string(m.About), template, m.Text, m.Ref)
	if known, sent := w.sent.find(number); sent {
		return w.repeatMessage(&m, known, content)
	}
	w.inMoment = Moment{Operation: in.Command.Operation(), OrderNo: m.Ref}
	way := w.passageNow(m.To)
	if way.detained() {
		w.numberText(&m)
	}
	before := w.journal.last
	id := w.sendOff(m, 0, way)
	w.sent.keep(number, sentMessage{content: content, id: id})
	row := int64(0)
	if w.journal.last > before { // the first is its own: what it overtook comes after it
		row = before + 1
	}
	return Outcome{MessageID: id, Row: row, committed: true}
}

// control carries the commands of the control plane out.
func (w *World) control(in Input) Outcome {
	switch c := in.Command.(type) {
	case AddMember:
		return w.addMember(c)
	case RotateKeys:
		return w.rotateKeys(c)
	case SwitchChannel:
		return w.switchChannel(c)
	case ChangeProfile:
		return w.changeProfile(c)
	case ForgetAgreement:
		return w.forgetAgreement(c)
	case AddFault:
		return w.addFault(c.Rule)
	case RemoveFault:
		return w.removeFault(c.ID)
	case SwitchFault:
		return w.switchFault(c)
	case ChangeSettings:
		return w.changeSettings(c)
	case Redeliver:
		return w.redeliver(c)
	case AddNotificationPlan:
		return w.addPlan(c.Plan)
	case RemoveNotificationPlan:
		return w.removePlan(c.ID)
	case Delivered:
		return w.delivered(c)
	case ResetWorld:
		return w.reset()
	default:
		return w.controlBank(in.Command)
	}
}

// controlBank carries out what happens at banks and between them and their customers.
func (w *World) controlBank(command Command) Outcome {
	switch c := command.(type) {
	case PutAccount:
		return w.putAccount(c)
	case ChangeAccount:
		return w.changeAccount(c)
	case ChangeBank:
		return w.changeBank(c)
	case CancelAtBank:
		return w.cancelAtBank(c)
	}
	return Outcome{Problem: refuse(ProblemInvalidRequest, "no such command")}
}

// MostMembers bounds the members of a world, at all channels together.
const MostMembers = 1000

// addMember makes a member.
func (w *World) addMember(c AddMember) Outcome {
	ch := w.channels[c.Member.ChannelID]
	switch {
	case ch == nil:
		return Outcome{Problem: invalid("channel_id", "no such channel in this world")}
	case len(w.members) >= MostMembers:
		return Outcome{Problem: TooManyMembers()}
	case c.Member.MemberNo == "" || w.members[c.Member.MemberNo] != nil:
		return Outcome{Problem: invalid("member_no", "missing, or taken already")}
	case c.Member.Merchant != "" && w.hasMerchant(c.Member.Merchant, ch):
		return Outcome{Problem: invalid("merchant", "has a member number at this channel already")}
	}
	w.members[c.Member.MemberNo] = &member{Member: c.Member, channel: ch, ordinal: w.ordinalAt(c.Member.Merchant, ch)}
	return Outcome{}
}

// TooManyMembers is the problem of a merchant for whom a world has no room left.
func TooManyMembers() *Problem {
	p := invalid("merchant", "a world has 1000 members at most, at all channels together")
	p.Hint = "make another world, or one with fewer channels"
	return p
}

// hasMerchant reports whether a merchant trades at a channel.
func (w *World) hasMerchant(merchant string, at *channel) bool {
	for _, m := range w.members {
		if m.channel == at && m.Merchant == merchant {
			return true
		}
	}
	return false
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

// changeProfile replaces a channel's profile.
func (w *World) changeProfile(c ChangeProfile) Outcome {
	ch, profile := w.channels[c.ChannelID], c.Profile
	switch {
	case ch == nil:
		return Outcome{Problem: invalid("channel_id", "no such channel in this world")}
	case profile.ChannelID != c.ChannelID:
		return Outcome{Problem: invalid("profile.channel_id", "a channel keeps its id")}
	case profile.SignatureAlg != ch.profile.SignatureAlg:
		return Outcome{Problem: invalid("profile.signature_alg", "members hold keys for the algorithm as it is")}
	}
	windows, errs := w.template.compileProfile(&profile)
	if err := errors.Join(errs...); err != nil {
		return Outcome{Problem: invalid("profile", strings.ReplaceAll(err.Error(), "\n", "; "))}
	}
	ch.profile, ch.windows = &profile, windows
	return Outcome{}
}

// reset starts the world anew at its present instant and keeps the members.
func (w *World) reset() Outcome {
	fresh := NewWorld(w.id, w.seed, w.now, w.template, w.rules.catalogue)
	for _, no := range sortedKeys(w.members) {
		m := w.members[no]
		fresh.members[no] = &member{Member: m.Member, channel: fresh.channels[m.ChannelID], ordinal: m.ordinal}
	}
	fresh.settings = w.settings
	fresh.takeTemper()
	*w = *fresh
	return Outcome{}
}
