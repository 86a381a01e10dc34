package simtest

import (
	"fmt"
	"testing"

	"countersign/contract/control"
)

// Card is the nth card of the world's people, from 0: an invented holder with the four
// elements, a balance and the issuing bank.
func (w *World) Card(n int) control.Card {
	w.t.Helper()
	if n < 0 || n >= len(w.About.People) {
		w.t.Fatalf("simtest: no card %d, the world has %d", n, len(w.About.People))
	}
	return w.About.People[n]
}

// CardOf is the first card of a bank, as ICBC.
func (w *World) CardOf(bank string) control.Card {
	w.t.Helper()
	for _, card := range w.About.People {
		if card.Bank == bank && card.State == control.CardNormal {
			return card
		}
	}
	w.t.Fatalf("simtest: nobody has a card of %s here", bank)
	return control.Card{}
}

// Issue makes a bank issue one more card.
func (w *World) Issue(card control.CardRequest) control.Card {
	w.t.Helper()
	r, err := w.api.IssueCardWithResponse(w.t.Context(), w.ID(), card)
	made := answer[control.Card](w.t, "issue a card", r, err)
	w.About.People = append(w.About.People, *made)
	return *made
}

// SetBalance puts a card's balance to so many fen.
func (w *World) SetBalance(card control.Card, fen int64) {
	w.t.Helper()
	w.ChangeCard(card, control.CardChange{Balance: &fen})
}

// ChangeCard changes what a bank has on record for a card: balance, state, registered
// mobile, debit notices.
func (w *World) ChangeCard(card control.Card, change control.CardChange) control.Card {
	w.t.Helper()
	r, err := w.api.ChangeCardWithResponse(w.t.Context(), w.ID(), card.Elements.CardNumber, change)
	return *answer[control.Card](w.t, "change a card", r, err)
}

// CancelAtBank lets the holder cancel all agreements of a card at the bank: the channels
// learn of it, the platform does not. It says how many ended.
func (w *World) CancelAtBank(card control.Card) int {
	w.t.Helper()
	r, err := w.api.CancelAtBankWithResponse(w.t.Context(), w.ID(), card.Elements.CardNumber, control.CancelRequest{})
	return answer[control.Cancelled](w.t, "cancel at the bank", r, err).Ended
}

// AddMerchant makes one more merchant at every channel.
func (w *World) AddMerchant(m control.MemberRequest) {
	w.t.Helper()
	r, err := w.api.AddMemberWithResponse(w.t.Context(), w.ID(), m)
	w.About.Members = append(w.About.Members, answer[control.MemberSet](w.t, "add a merchant", r, err).Members...)
}

// Fork makes a second world in the same state, with member numbers and keys of its own.
// It ends with the test it is given.
func (w *World) Fork(tb testing.TB) *World {
	tb.Helper()
	r, err := w.api.ForkWorldWithResponse(tb.Context(), w.ID(), control.ForkRequest{})
	fork := &World{t: tb, api: w.api, hub: w.hub, proto: w.proto}
	if w.hub == nil {
		fork.transport = w.transport
	}
	fork.adopt(answer[control.World](tb, "fork the world", r, err))
	return fork
}

// Snapshot remembers the world as it is, under a name that is given back.
func (w *World) Snapshot() string {
	w.t.Helper()
	r, err := w.api.TakeSnapshotWithResponse(w.t.Context(), w.ID(), control.SnapshotRequest{})
	return answer[control.Snapshot](w.t, "take a snapshot", r, err).SnapshotId
}

// Restore puts the world back to a snapshot; member numbers and keys stay.
func (w *World) Restore(snapshot string) {
	w.t.Helper()
	r, err := w.api.RestoreSnapshotWithResponse(w.t.Context(), w.ID(), snapshot)
	answer[control.World](w.t, "restore "+snapshot, r, err)
}

// Reset puts the world back to how it was made; member numbers and keys stay.
func (w *World) Reset() {
	w.t.Helper()
	r, err := w.api.ResetWorldWithResponse(w.t.Context(), w.ID())
	answer[control.World](w.t, "reset the world", r, err)
}

// number makes a number that is new in this world.
func (w *World) number(prefix string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.numbers++
	return fmt.Sprintf("%s_%06d", prefix, w.numbers)
}
