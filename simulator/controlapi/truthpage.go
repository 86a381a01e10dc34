package controlapi

import (
	"encoding/base64"
	"encoding/json"
	"slices"

	"countersign/contract/control"
	"countersign/simulator"
)

// mostTruth is how many entries of each list one answer has, the document's maximum.
const mostTruth = 10_000

// truthCursor is where a page ended in each list. Orders and agreements go by name, which
// stays when others come; accounts have no name that may be told.
type truthCursor struct {
	Ledger    int64  `json:"l,omitempty"`
	Agreement string `json:"a,omitempty"`
	MemberNo  string `json:"m,omitempty"`
	OrderNo   string `json:"o,omitempty"`
	Accounts  int    `json:"c,omitempty"`
}

// text is the cursor as it stands in an answer.
func (c truthCursor) text() string {
	text, _ := json.Marshal(c) //nolint:errchkjson // plain texts and numbers are always written
	return base64.RawURLEncoding.EncodeToString(text)
}

// cursorOf reads a cursor back.
func cursorOf(text string) (c truthCursor, err error) {
	if text == "" {
		return c, nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = strictly(plain, &c)
	}
	if err != nil || c.Ledger < 0 || c.Accounts < 0 || c.text() != text {
		return c, hint(unprocessable("after", "is no cursor of the truth", ""), "give the cursor of the page before")
	}
	return c, nil
}

// truthPage is one page of the truth in the making.
type truthPage struct {
	after, next truthCursor
	number      string
	limit       int
	more        bool
	made        control.Truth
}

// newTruthPage begins a page.
func newTruthPage(params *control.ReadTruthParams) (*truthPage, error) {
	after, err := cursorOf(value(params.After))
	if err != nil {
		return nil, err
	}
	p := &truthPage{after: after, next: after, number: value(params.Number), limit: mostTruth, made: control.Truth{
		Ledger: []control.LedgerEntry{}, Agreements: []control.TruthAgreement{},
		Charges: []control.TruthCharge{}, Accounts: []control.TruthAccount{},
	}}
	if params.Limit != nil {
		p.limit = *params.Limit
	}
	return p, nil
}

// addBooks adds ledger, agreements and accounts. It is called under the world's lock.
func (p *truthPage) addBooks(w *simulator.World) {
	var rows []simulator.LedgerRow
	if p.number == "" {
		rows = w.LedgerAfter(p.after.Ledger, p.limit+1)
	} else {
		rows = w.LedgerAbout(p.number, p.after.Ledger, p.limit+1)
	}
	for _, row := range cut(p, rows) {
		p.made.Ledger = append(p.made.Ledger, ledgerOf(&row))
		p.next.Ledger = row.Seq
	}
	for _, a := range cut(p, slices.DeleteFunc(w.Agreements(), func(a simulator.AgreementView) bool {
		return a.AgreementNo <= p.after.Agreement || p.number != "" && a.AgreementNo != p.number && a.SignNo != p.number
	})) {
		p.made.Agreements = append(p.made.Agreements, truthAgreement(&a))
		p.next.Agreement = a.AgreementNo
	}
	if p.number != "" {
		return
	}
	accounts := w.Accounts()
	for _, a := range cut(p, accounts[min(p.after.Accounts, len(accounts)):]) {
		p.made.Accounts = append(p.made.Accounts, control.TruthAccount{
			Bank: a.Bank, CardLast4: a.Last4, Balance: int64(a.Balance), State: string(a.State),
		})
		p.next.Accounts++
	}
}

// cut keeps what one page has of a list and notes whether there is more.
func cut[T any](p *truthPage, list []T) []T {
	if len(list) > p.limit {
		p.more = true
		return list[:p.limit]
	}
	return list
}

// choose sorts the names of orders and keeps those of the page.
func (p *truthPage) choose(names []simulator.OrderName) []simulator.OrderName {
	after := simulator.OrderName{MemberNo: p.after.MemberNo, OrderNo: p.after.OrderNo}
	names = slices.DeleteFunc(names, func(n simulator.OrderName) bool { return n.Compare(after) <= 0 })
	slices.SortFunc(names, simulator.OrderName.Compare)
	return cut(p, names)
}

// addCharges adds the orders of the page. It is called under the world's lock.
func (p *truthPage) addCharges(w *simulator.World, names []simulator.OrderName) {
	for _, name := range names {
		if c, known := w.ChargeOf(name); known { // else the world was reset meanwhile
			p.made.Charges = append(p.made.Charges, control.TruthCharge{
				ChannelId: c.ChannelID, MemberNo: c.MemberNo, OrderNo: c.OrderNo, Status: string(c.Status),
				Reason: given(string(c.Reason)), Amount: int64(c.Amount),
			})
		}
		p.next.MemberNo, p.next.OrderNo = name.MemberNo, name.OrderNo
	}
}

// truth is the page as it is answered.
func (p *truthPage) truth() *control.Truth {
	if p.more {
		cursor := p.next.text()
		p.made.Truncated, p.made.Cursor = &p.more, &cursor
	}
	return &p.made
}
