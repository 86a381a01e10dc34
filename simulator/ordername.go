package simulator

import (
	"cmp"
	"strings"
)

// OrderName names an order: numbers are unique for each member.
type OrderName struct{ MemberNo, OrderNo string }

// Compare orders names by member, then number.
func (n OrderName) Compare(other OrderName) int {
	return cmp.Or(strings.Compare(n.MemberNo, other.MemberNo), strings.Compare(n.OrderNo, other.OrderNo))
}

// OrderNames names all orders, or those of one number. They come in no order, so that
// a world of many is not held up by the sorting: sort them before anything depends on it.
func (w *World) OrderNames(number string) []OrderName {
	var names []OrderName
	for memberNo, m := range w.members {
		if number != "" {
			if m.charges[number] != nil {
				names = append(names, OrderName{MemberNo: memberNo, OrderNo: number})
			}
			continue
		}
		for orderNo := range m.charges {
			names = append(names, OrderName{MemberNo: memberNo, OrderNo: orderNo})
		}
	}
	return names
}

// ChargeOf shows an order; false if there is none.
func (w *World) ChargeOf(name OrderName) (ChargeView, bool) {
	m := w.members[name.MemberNo]
	if m == nil || m.charges[name.OrderNo] == nil {
		return ChargeView{}, false
	}
	return *w.viewCharge(m.charges[name.OrderNo]), true
}
