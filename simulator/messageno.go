package simulator

// messageNumbers is how many message numbers of the gateways a world remembers at
// least.
const messageNumbers = 10_000

// sentMessage is what was sent under a number.
type sentMessage struct {
	content digest
	id      string
}

// sentBook remembers message numbers in two generations, so that forgetting costs
// nothing and memory is bounded.
type sentBook struct {
	now, then map[string]sentMessage
}

// find looks a number up.
func (b *sentBook) find(number string) (sentMessage, bool) {
	if known, sent := b.now[number]; sent {
		return known, true
	}
	known, sent := b.then[number]
	return known, sent
}

// keep remembers a number; a message without one is never a repeat.
func (b *sentBook) keep(number string, m sentMessage) {
	if number == "" {
		return
	}
	if len(b.now) >= messageNumbers {
		b.then, b.now = b.now, nil
	}
	if b.now == nil {
		b.now = map[string]sentMessage{}
	}
	b.now[number] = m
}

// repeatMessage answers a number that is known: as the first for the same content,
// else with a refusal. Nothing reaches the handset.
func (w *World) repeatMessage(m *Message, known sentMessage, content digest) Outcome {
	if known.content != content {
		return Outcome{Problem: &Problem{
			Code: ProblemNumberReused, Field: "message_no", Detail: "message_no was used for another message",
		}}
	}
	row := w.journal.add(JournalRow{
		At: w.now, From: m.From, To: partHandset, Operation: m.operation(), Ref: m.Ref,
		Result: "repeat, not sent again", Cause: string(m.About),
	})
	return Outcome{MessageID: known.id, Row: row, committed: true}
}
