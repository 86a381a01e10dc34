package simulator

import (
	"maps"

	"countersign/internal/cardholder"
)

// Ledger lists all movements of money, oldest first: the truth, whatever anybody
// was told.
func (w *World) Ledger() []LedgerRow {
	rows := make([]LedgerRow, 0, len(w.ledger))
	for i := range w.ledger {
		rows = append(rows, w.ledger[i].view(int64(i+1)))
	}
	return rows
}

// LedgerOf lists the movements of one order number, over all members.
func (w *World) LedgerOf(orderNo string) []LedgerRow {
	var rows []LedgerRow
	for i := range w.ledger {
		if w.ledger[i].charge.orderNo == orderNo {
			rows = append(rows, w.ledger[i].view(int64(i+1)))
		}
	}
	return rows
}

// LedgerAfter lists at most so many movements after a number, oldest first.
func (w *World) LedgerAfter(after int64, limit int) []LedgerRow {
	var rows []LedgerRow
	for i := max(after, 0); i < int64(len(w.ledger)) && len(rows) < limit; i++ {
		rows = append(rows, w.ledger[i].view(i+1))
	}
	return rows
}

// LedgerAbout is LedgerAfter for the movements of one order or refund number.
func (w *World) LedgerAbout(number string, after int64, limit int) []LedgerRow {
	var rows []LedgerRow
	for i := max(after, 0); i < int64(len(w.ledger)) && len(rows) < limit; i++ {
		r := &w.ledger[i]
		if r.charge.orderNo == number || !r.reversal() && r.refund != nil && r.refund.no == number {
			rows = append(rows, r.view(i+1))
		}
	}
	return rows
}

// view shows a ledger row.
func (r *ledgerRow) view(seq int64) LedgerRow {
	o := r.charge
	row := LedgerRow{
		Seq: seq, Kind: LedgerDebit, At: instant(r.at), Bank: o.account.bank, MaskedCard: o.account.Holder.CardNumber.Masked(),
		ChannelID: o.member.ChannelID, MemberNo: o.member.MemberNo, OrderNo: o.orderNo, PayerRef: o.payer(), Amount: o.amount,
	}
	if o.agreement != nil {
		row.AgreementNo = o.agreement.no
	}
	switch {
	case r.reversal():
		row.Kind = LedgerReversal
	case r.refund != nil:
		row.Kind, row.RefundNo, row.Amount = LedgerRefund, r.refund.no, r.refund.amount
	}
	return row
}

// Account shows one card at its bank; false if no bank knows it.
func (w *World) Account(card cardholder.CardNumber) (AccountView, bool) {
	number := card.Reveal()
	if a := w.accounts[number]; a != nil {
		return a.view(a.bank, a.cardType), true
	}
	shared := w.template.accounts[number]
	if shared == nil {
		return AccountView{}, false
	}
	bin, _ := w.template.bins.find(number)
	return shared.view(bin.Bank, bin.CardType), true
}

// Accounts shows all cards, by number.
func (w *World) Accounts() []AccountView {
	numbers := make(map[string]*Account, len(w.template.accounts))
	maps.Copy(numbers, w.template.accounts)
	for number, a := range w.accounts {
		numbers[number] = &a.Account
	}
	views := make([]AccountView, 0, len(numbers))
	for _, number := range sortedKeys(numbers) {
		bin, _ := w.template.bins.find(number)
		views = append(views, numbers[number].view(bin.Bank, bin.CardType))
	}
	return views
}

// view masks an account.
func (a *Account) view(bank string, cardType CardType) AccountView {
	return AccountView{
		MaskedCard: a.Holder.CardNumber.Masked(), Last4: a.Holder.CardNumber.Last4(), Bank: bank, CardType: cardType,
		MaskedName: a.Holder.Name.Masked(), MaskedPhone: a.Holder.Mobile.Masked(), Balance: a.Balance,
		State: a.State, DebitNotice: a.DebitNotice,
	}
}

// Card is a card at its bank with the holder's elements in full.
type Card struct {
	Holder cardholder.FourElements
	AccountView
}

// Card shows one card in full; false if no bank knows it. It is for the control
// plane alone: all people here are invented.
func (w *World) Card(number cardholder.CardNumber) (Card, bool) {
	view, known := w.Account(number)
	if !known {
		return Card{}, false
	}
	if a := w.accounts[number.Reveal()]; a != nil {
		return Card{Holder: a.Holder, AccountView: view}, true
	}
	return Card{Holder: w.template.accounts[number.Reveal()].Holder, AccountView: view}, true
}

// Cards shows all cards in full, by number.
func (w *World) Cards() []Card {
	numbers := make(map[string]cardholder.CardNumber, len(w.template.accounts)+len(w.accounts))
	for text, a := range w.template.accounts {
		numbers[text] = a.Holder.CardNumber
	}
	for text, a := range w.accounts {
		numbers[text] = a.Holder.CardNumber
	}
	cards := make([]Card, 0, len(numbers))
	for _, text := range sortedKeys(numbers) {
		card, _ := w.Card(numbers[text])
		cards = append(cards, card)
	}
	return cards
}

// Channels shows all channels and their switches, by id.
func (w *World) Channels() []ChannelView {
	views := make([]ChannelView, 0, len(w.channels))
	for _, id := range sortedKeys(w.channels) {
		c := w.channels[id]
		views = append(views, ChannelView{
			Profile: c.profile, Maintenance: c.maintenance, Retired: c.retired, Open: !c.retired && c.open(w.now),
		})
	}
	return views
}

// Channel finds a channel's profile.
func (w *World) Channel(channelID string) (*Profile, bool) {
	c := w.channels[channelID]
	if c == nil {
		return nil, false
	}
	return c.profile, true
}

// Bank shows a bank with the changes made in this world; false if there is none.
func (w *World) Bank(code string) (Bank, bool) {
	b := w.bank(code)
	if b == nil {
		return Bank{}, false
	}
	return *b, true
}

// Member finds a member by number. Its keys are for the door and for handing
// them to the platform once.
func (w *World) Member(memberNo string) (Member, bool) {
	m := w.members[memberNo]
	if m == nil {
		return Member{}, false
	}
	return m.Member, true
}

// Members lists all members by number.
func (w *World) Members() []Member {
	members := make([]Member, 0, len(w.members))
	for _, no := range sortedKeys(w.members) {
		members = append(members, w.members[no].Member)
	}
	return members
}

// Charges lists all orders of a member by number, tombstones included; of all
// members when the number is "".
func (w *World) Charges(memberNo string) []ChargeView {
	var views []ChargeView
	for _, no := range sortedKeys(w.members) {
		if memberNo != "" && no != memberNo {
			continue
		}
		m := w.members[no]
		for _, orderNo := range sortedKeys(m.charges) {
			views = append(views, *w.viewCharge(m.charges[orderNo]))
		}
	}
	return views
}

// VisitLedger shows the movements of money after a number, oldest first.
func (w *World) VisitLedger(after int64, visit func(*LedgerRow)) {
	for i := max(after, 0); i < int64(len(w.ledger)); i++ {
		row := w.ledger[i].view(i + 1)
		visit(&row)
	}
}
