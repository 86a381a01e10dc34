package simulator

import "slices"

// mostRelated bounds the numbers that a story follows from one.
const mostRelated = 200

// Related lists the numbers that belong to the same story as a number, itself
// first: an order with its refunds, its agreement and the signing that made it; a
// refund with its order; a signing with its agreement and what was charged by it;
// an event with what it told of. References are followed one step both ways.
func (w *World) Related(number string) []string {
	found := &related{numbers: []string{number}}
	for _, no := range sortedKeys(w.members) {
		m := w.members[no]
		if o := m.charges[number]; o != nil {
			found.order(m, o)
		}
		if r := m.refunds[number]; r != nil {
			found.add(r.charge.orderNo)
			found.agreement(r.charge.agreement)
		}
		if s := m.signings[number]; s != nil && s.agreement != nil {
			found.add(s.agreement.no)
			found.ordersOf(m, s.agreement)
		}
	}
	if g := w.agreements[number]; g != nil {
		found.agreement(g)
		found.ordersOf(g.member, g)
	}
	for _, record := range w.notices.log {
		if record.EventID == number {
			found.add(record.Ref)
		}
	}
	return found.numbers
}

// related collects numbers, each once.
type related struct{ numbers []string }

// add takes a number in.
func (r *related) add(number string) {
	if number != "" && len(r.numbers) < mostRelated && !slices.Contains(r.numbers, number) {
		r.numbers = append(r.numbers, number)
	}
}

// agreement takes an agreement and its signing in.
func (r *related) agreement(g *agreement) {
	if g != nil {
		r.add(g.signNo)
		r.add(g.no)
	}
}

// order takes what belongs to an order in.
func (r *related) order(m *member, o *charge) {
	r.agreement(o.agreement)
	if o.refunded() == 0 && len(m.refunds) == 0 {
		return
	}
	for _, no := range sortedKeys(m.refunds) {
		if m.refunds[no].charge == o {
			r.add(no)
		}
	}
}

// ordersOf takes the orders charged by an agreement in.
func (r *related) ordersOf(m *member, g *agreement) {
	var orders []string
	for no, o := range m.charges {
		if o.agreement == g {
			orders = append(orders, no)
		}
	}
	slices.Sort(orders)
	for _, no := range orders {
		r.add(no)
	}
}

// MovementsOf lists the movements of money of orders and refunds, oldest first.
func (w *World) MovementsOf(numbers []string) []LedgerRow {
	var rows []LedgerRow
	for i := range w.ledger {
		row := &w.ledger[i]
		if slices.Contains(numbers, row.charge.orderNo) || row.refund != nil && slices.Contains(numbers, row.refund.no) {
			rows = append(rows, row.view(int64(i+1)))
		}
	}
	return rows
}
