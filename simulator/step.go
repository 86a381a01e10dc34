package simulator

import (
	"time"
)

// Step carries one input out: first everything that has become due by its
// instant, then the command. The world changes only here, and by nothing but the
// input, so that the same inputs always lead to the same world.
func (w *World) Step(in Input) Outcome {
	if back, restores := in.Command.(LoadState); restores {
		return w.become(back) // what was due before is no concern of the state's
	}
	w.effects, w.struck = nil, nil
	w.advance(in.Now)
	w.judgeTime()
	w.strikes, w.inMoment = nil, Moment{}
	var out Outcome
	switch c := in.Command.(type) {
	case nil, Tick:
	case RefuseRequest:
		problem := c.Problem
		out.Problem = &problem
		w.inMoment.OrderNo = c.Number
		w.note(in, &out, w.begin())
	case SendSMS, SendWeChat:
		out = w.messageRequest(in)
	default:
		if in.Command.Operation() == OpControl || in.Command.Operation() == OpNotification {
			out = w.control(in)
			break
		}
		place := w.begin()
		w.call, w.early = place, ""
		out = w.protocol(in)
		w.call, out.Reply.After = 0, w.early
		w.note(in, &out, place)
		w.judge(in, &out)
		if out.twice {
			out = w.again(in)
		}
	}
	w.advance(in.Now) // what the command made due at once, a notification without a pause
	out.Effects, out.Struck = w.effects, w.struck
	w.effects, w.struck = nil, nil
	return out
}

// protocol takes a request past the points where faults may meet it.
func (w *World) protocol(in Input) Outcome {
	m := w.members[in.Request.MemberNo]
	if m == nil || m.ChannelID != in.Request.ChannelID {
		return Outcome{Problem: refuse(ProblemUnknownMember, "no such member at this channel")}
	}
	w.inMoment = w.momentOf(m, in.Command)
	twice := false
	if in.Resumed == "" {
		d := w.strike(PointBeforeReceive)
		if reply, stop := w.holdOrLose(d, PointBeforeReceive); stop {
			return Outcome{Reply: reply}
		}
		twice = d.Twice
	}
	out := w.receive(in, m)
	out.twice = twice && out.Reply.Deferred == ""
	return out
}

// receive takes a request from its arrival at the channel to its answer.
func (w *World) receive(in Input, m *member) Outcome {
	if in.Resumed != PointReceived {
		if in.Request.JTI != "" && !w.jtis.accept(m.name(), in.Request.JTI, w.now) {
			w.blame(VerdictJTIReused, w.inMoment.OrderNo)
			return Outcome{Problem: refuse(ProblemReplayed, "this jti was accepted before")}
		}
		d := w.strike(PointReceived)
		if d.Maintenance && !d.Withhold && !d.Hang {
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
		w.inMoment.Status = out.stands()
		withheld, d := out.Reply.Withheld, w.strike(PointCommitted)
		out.Reply = w.afterCommit(d)
		out.Reply.Withheld = out.Reply.Withheld || withheld
		if d.Key.Rotate {
			w.rotateByFault(m, d.Key.Overlap)
		}
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
	case d.Answer != (AnswerFault{}) || d.Wire != (WireFault{}):
		reply := d.instead()
		if d.Slow > 0 {
			reply.Hold = w.hold(w.now.Add(d.Slow), point)
		}
		return reply, true
	case d.Slow > 0:
		return Reply{Hold: w.hold(w.now.Add(d.Slow), point), Deferred: point}, true
	}
	return Reply{}, false
}

// afterCommit says what faults do to the answer of a command carried out.
func (w *World) afterCommit(d Disposition) Reply {
	reply := Reply{Withheld: d.Withhold, Answer: d.Answer, Wire: d.Wire}
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
	case BindBatch:
		return w.bindBatch(m, c)
	case QueryBindingBatch:
		return w.queryBindingBatch(m, c)
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
	case QueryStatement:
		return w.queryStatement(m, c)
	case QueryAgreementFile:
		return w.queryAgreementFile(m, c)
	}
	return Outcome{Problem: refuse(ProblemInvalidRequest, "no such operation")}
}

// Advance is a step without a command: what is due by the instant happens.
func (w *World) Advance(now time.Time) Outcome { return w.Step(Input{Now: now, Command: Tick{}}) }
