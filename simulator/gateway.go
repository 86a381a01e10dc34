package simulator

// messageRequest takes a message for a gateway past the points where faults may
// meet it, like a request to a channel. A maintenance of a channel is none of a
// gateway's; the wire faults and those of its answer are.
func (w *World) messageRequest(in Input) Outcome {
	moment := messageMoment(in.Command)
	w.inMoment = moment
	if in.Resumed == "" {
		if reply, stop := w.holdOrLose(w.strike(PointBeforeReceive), PointBeforeReceive); stop {
			return w.messageStopped(in, reply)
		}
	}
	if in.Resumed != PointReceived {
		if reply, stop := w.holdOrLose(w.strike(PointReceived), PointReceived); stop {
			return w.messageStopped(in, reply)
		}
	}
	out := w.gateway(in)
	w.inMoment = moment // on its way to the handset it was another
	if out.Problem == nil {
		out.Reply = w.afterCommit(w.strike(PointCommitted))
	}
	if row := w.journal.at(out.Row); row != nil && len(w.strikes) > 0 {
		row.Faults, row.Lost = w.strikes, out.Reply.lost()
	}
	return out
}

// messageStopped writes the journal row of a message that a fault held or lost
// before the gateway carried it out.
func (w *World) messageStopped(in Input, reply Reply) Outcome {
	out := Outcome{Reply: reply}
	result, _ := out.summary()
	out.Row = w.journal.add(JournalRow{
		At: w.now, From: partPlatform, To: partHandset, Operation: in.Command.Operation(), Ref: w.inMoment.OrderNo,
		Method: in.Request.Method, Target: in.Request.Target, Result: result, Faults: w.strikes, Cause: causeRequest,
		Lost: reply.lost(),
	})
	return out
}

// messageMoment is what fault rules can select a message by: the platform's
// reference, or the number of the message where it gave none.
func messageMoment(command Command) Moment {
	at := Moment{Operation: command.Operation()}
	number := ""
	switch c := command.(type) {
	case SendSMS:
		number, at.OrderNo = c.MessageNo, c.Reference
	case SendWeChat:
		number, at.OrderNo = c.MessageNo, c.Reference
	}
	if at.OrderNo == "" {
		at.OrderNo = number
	}
	return at
}
