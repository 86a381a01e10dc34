package simulator

import (
	"time"
)

// Step carries one input out: first everything that has become due by its
// instant, then the command. The world changes only here, and by nothing but the
// input, so that the same inputs always lead to the same world.
func (w *World) Step(in Input) Outcome {
	w.effects = nil
	w.advance(in.Now)
	w.strikes, w.inMoment = nil, Moment{}
	var out Outcome
	switch c := in.Command.(type) {
	case nil, Tick:
	case RefuseRequest:
		problem := c.Problem
		out.Problem = &problem
		w.inMoment.OrderNo = c.Number
		w.note(in, &out)
	case SendSMS, SendWeChat:
		out = w.gateway(in)
	default:
		if in.Command.Operation() == OpControl || in.Command.Operation() == OpNotification {
			out = w.control(in)
			break
		}
		out = w.protocol(in)
		w.note(in, &out)
	}
	w.advance(in.Now) // what the command made due at once, a notification without a pause
	out.Effects = w.effects
	w.effects = nil
	return out
}

// protocol takes a request past the points where faults may meet it.
func (w *World) protocol(in Input) Outcome {
	m := w.members[in.Request.MemberNo]
	if m == nil || m.ChannelID != in.Request.ChannelID {
		return Outcome{Problem: refuse(ProblemUnknownMember, "no such member at this channel")}
	}
	w.inMoment = w.momentOf(m, in.Command)
	if in.Resumed == "" {
		if reply, stop := w.holdOrLose(w.strike(PointBeforeReceive), PointBeforeReceive); stop {
			return Outcome{Reply: reply}
		}
	}
	if in.Resumed != PointReceived {
		if in.Request.JTI != "" && !w.jtis.accept(m.MemberNo, in.Request.JTI, w.now) {
			return Outcome{Problem: refuse(ProblemReplayed, "this jti was accepted before")}
		}
		d := w.strike(PointReceived)
		if d.Maintenance {
			return Outcome{Problem: refuse(ProblemMaintenance, "the channel is in maintenance; nothing was done")}
		}
		if reply, stop := w.holdOrLose(d, PointReceived); stop {
			return Outcome{Reply: reply}
		}
	}
	if problem := w.shut(m, in.Command.Operation()); problem != nil {
		return Outcome{Problem: problem}
	}
	out := w.run(m, in.Command)
	if out.Problem == nil {
		out.committed = true
		out.Reply = w.afterCommit(w.strike(PointCommitted))
	}
	return out
}

// holdOrLose says what a fault before the command does to the request; stop means
// that the command is not carried out now.
func (w *World) holdOrLose(d Disposition, point Point) (Reply, bool) {
	switch {
	case d.Withhold:
		return Reply{Withheld: true}, true
	case d.Hang:
		return Reply{Hold: w.hold(time.Time{}, point), Withheld: true, Deferred: point}, true
	case d.Slow > 0:
		return Reply{Hold: w.hold(w.now.Add(d.Slow), point), Deferred: point}, true
	}
	return Reply{}, false
}

// afterCommit says what faults do to the answer of a command carried out.
func (w *World) afterCommit(d Disposition) Reply {
	reply := Reply{Withheld: d.Withhold}
	switch {
	case d.Hang:
		reply.Hold, reply.Withheld = w.hold(time.Time{}, PointCommitted), true
	case d.Slow > 0:
		reply.Hold = w.hold(w.now.Add(d.Slow), PointCommitted)
	}
	return reply
}

// hold is a wait that the rules which just struck at a point ask for.
func (w *World) hold(until time.Time, point Point) *Hold {
	h := &Hold{Until: until}
	for _, s := range w.strikes {
		if s.Point == point {
			h.Rules = append(h.Rules, s.RuleID)
		}
	}
	return h
}

// shut refuses work a channel does not take just now, or ever again.
func (w *World) shut(m *member, op Operation) *Problem {
	if m.channel.retired && op.goneWhenRetired() {
		return refuse(ProblemChannelRetired, "the channel has ended this service for good; nothing was done")
	}
	if op.shutInMaintenance() && !m.channel.open(w.now) {
		return refuse(ProblemMaintenance, "the channel is in maintenance; nothing was done")
	}
	return nil
}

// run carries a channel command out.
func (w *World) run(m *member, command Command) Outcome {
	switch c := command.(type) {
	case ElementCheck:
		return w.checkElements(m, c)
	case ApplySigning:
		return w.applySigning(m, c)
	case ResendSigningCode:
		return w.resendSigning(m, c)
	case ConfirmSigning:
		return w.confirmSigning(m, c)
	case QuerySigning:
		return w.querySigning(m, c)
	case Bind:
		return w.bind(m, c)
	case QueryAgreement:
		return w.queryAgreement(m, c)
	case TerminateAgreement:
		return w.terminate(m, c)
	default:
		return w.runMoney(m, command)
	}
}

// runMoney carries the commands about money and terms out.
func (w *World) runMoney(m *member, command Command) Outcome {
	switch c := command.(type) {
	case ApplyCharge:
		return w.applyCharge(m, c)
	case QueryCharge:
		return w.queryCharge(m, c)
	case CloseCharge:
		return w.closeCharge(m, c)
	case ConfirmCharge:
		return w.confirmCharge(m, c)
	case ResendChargeCode:
		return w.resendCharge(m, c)
	case ApplyRefund:
		return w.applyRefund(m, c)
	case QueryRefund:
		return w.queryRefund(m, c)
	case QueryLimits:
		return Outcome{Limits: append([]BankTerms(nil), m.channel.profile.Banks...)}
	case QueryProfile:
		return Outcome{Profile: m.channel.profile}
	}
	return Outcome{Problem: refuse(ProblemInvalidRequest, "no such operation")}
}

// momentOf collects what fault rules can select a request by.
func (w *World) momentOf(m *member, command Command) Moment {
	at := Moment{Operation: command.Operation(), ChannelID: m.ChannelID, MemberNo: m.MemberNo}
	switch c := command.(type) {
	case ElementCheck:
		at.OrderNo, at.CardLast4 = c.CheckNo, c.Elements.CardNumber.Last4()
	case ApplySigning:
		at.OrderNo, at.CardLast4 = c.SignNo, c.Elements.CardNumber.Last4()
	case Bind:
		at.OrderNo, at.CardLast4 = c.SignNo, c.Elements.CardNumber.Last4()
	case ResendSigningCode:
		at.OrderNo, at.CardLast4 = c.SignNo, m.cardOfSigning(c.SignNo)
	case ConfirmSigning:
		at.OrderNo, at.CardLast4 = c.SignNo, m.cardOfSigning(c.SignNo)
	case QuerySigning:
		at.OrderNo, at.CardLast4 = c.SignNo, m.cardOfSigning(c.SignNo)
	case QueryAgreement:
		at.OrderNo, at.CardLast4 = c.AgreementNo, c.CardNumber.Last4()
	case TerminateAgreement:
		at.OrderNo = c.AgreementNo
	case ApplyCharge:
		at.OrderNo, at.Amount, at.CardLast4 = c.OrderNo, c.Amount, c.Elements.CardNumber.Last4()
		if g := w.memberAgreement(m, c.AgreementNo); g != nil {
			at.CardLast4 = g.account.Holder.CardNumber.Last4()
		}
	case ApplyRefund:
		at = m.orderMoment(at, c.OrderNo)
		at.OrderNo, at.Amount = c.RefundNo, c.Amount
	case QueryRefund:
		at.OrderNo = c.RefundNo
	case QueryCharge:
		at = m.orderMoment(at, c.OrderNo)
	case CloseCharge:
		at = m.orderMoment(at, c.OrderNo)
	case ConfirmCharge:
		at = m.orderMoment(at, c.OrderNo)
	case ResendChargeCode:
		at = m.orderMoment(at, c.OrderNo)
	}
	return at
}

// cardOfSigning is the last four digits of the card a signing is about.
func (m *member) cardOfSigning(signNo string) string {
	if s := m.signings[signNo]; s != nil {
		return s.elements.CardNumber.Last4()
	}
	return ""
}

// orderMoment adds what is known of an order.
func (m *member) orderMoment(at Moment, orderNo string) Moment {
	at.OrderNo = orderNo
	if o := m.charges[orderNo]; o != nil {
		at.Amount = o.amount
		if o.account != nil {
			at.CardLast4 = o.account.Holder.CardNumber.Last4()
		}
	}
	return at
}

// Advance is a step without a command: what is due by the instant happens.
func (w *World) Advance(now time.Time) Outcome { return w.Step(Input{Now: now, Command: Tick{}}) }
