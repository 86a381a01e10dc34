package simulator_test

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"countersign/internal/money"
	"countersign/simulator"
)

// moves are what may happen next; "" is looked at after each.
func (d *duel) moves() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"": d.agrees, "apply": d.apply, "confirm": d.confirm, "resend": d.resend, "query signing": d.querySigning,
		"check and bind": d.checkAndBind, "charge": d.charge, "charge more": d.charge, "repeat": d.repeat, "query": d.query, "close": d.close,
		"confirm charge": d.confirmCharge, "resend charge": d.resendCharge, "refund": d.refund, "end agreement": d.endAgreement,
		"freeze": d.freeze, "time": d.pass, "a minute": d.minute, "save and load": d.throughFile,
	}
}

// with makes the move's draws those of the running move.
func (d *duel) with(t *rapid.T) { d.T = t }

func (d *duel) apply(t *rapid.T) {
	d.with(t)
	no := d.number("sgn_", d.signings)
	card, mismatch, e := d.person()
	if !slices.Contains(d.signings, no) {
		d.signings = append(d.signings, no)
	}
	d.meet(simulator.ApplySigning{SignNo: no, PayerRef: "payer-" + card, Elements: e}, func() told { return d.r.apply(no, card, mismatch) })
}

// typed draws a code: mostly the newest, an earlier one, or one that nobody sent.
func (d *duel) typed() string {
	if len(d.texts) > 0 {
		if back := rapid.IntRange(0, 5).Draw(d.T, "code"); back < 5 {
			return d.texts[max(len(d.texts)-1-max(back-2, 0), 0)]
		}
	}
	return "not-it"
}

func (d *duel) confirm(t *rapid.T) {
	d.with(t)
	no, code := d.number("sgn_", lastOf(d.signings)), d.typed()
	d.meet(simulator.ConfirmSigning{SignNo: no, Code: code}, func() told { return d.r.confirm(no, code) })
}

// lastOf are the newest three, which are the ones worth confirming.
func lastOf(all []string) []string { return all[max(len(all)-3, 0):] }

func (d *duel) resend(t *rapid.T) {
	d.with(t)
	no := d.number("sgn_", lastOf(d.signings))
	d.meet(simulator.ResendSigningCode{SignNo: no}, func() told { return d.r.resend(no) })
}

func (d *duel) querySigning(t *rapid.T) {
	d.with(t)
	no := d.number("sgn_", d.signings)
	d.meet(simulator.QuerySigning{SignNo: no}, func() told { return d.r.querySigning(no) })
}

func (d *duel) checkAndBind(t *rapid.T) {
	d.with(t)
	card, mismatch, e := d.person()
	if rapid.Bool().Draw(t, "check first") {
		d.serial++
		check := d.number("chk_", nil)
		d.meet(simulator.ElementCheck{CheckNo: check, Elements: e}, func() told { return d.r.check(card, mismatch) })
	}
	no := d.number("sgn_", d.signings)
	if !slices.Contains(d.signings, no) {
		d.signings = append(d.signings, no)
	}
	evidence := simulator.Evidence{Kind: simulator.EvidencePlatformVerified, Reference: "vrf_1"}
	d.meet(simulator.Bind{SignNo: no, PayerRef: "payer-" + card, Elements: e, Evidence: evidence}, func() told {
		return d.r.bind(no, card, mismatch)
	})
}

func (d *duel) charge(t *rapid.T) {
	d.with(t)
	card, mismatch, e := d.person()
	a := asked{card: card, mismatch: mismatch, order: d.number("ord_", nil), expired: rapid.IntRange(0, 9).Draw(t, "expired") == 9}
	a.amount = rapid.SampledFrom([]money.Fen{1, 10_000, 50_000, 300_000, 500_000, 500_001}).Draw(t, "amount")
	c := simulator.ApplyCharge{
		OrderNo: a.order, OrderTime: d.r.now, Amount: a.amount, Currency: money.Currency, PayerRef: "payer-" + card, ExpiresAt: d.r.now.Add(time.Minute),
	}
	if a.expired {
		c.ExpiresAt = d.r.now
	}
	if d.r.byElements {
		c.Elements = e
	} else {
		a.agreement = d.pickAgreement()
		c.AgreementNo = a.agreement
		if g := d.r.agreements[a.agreement]; g != nil {
			c.PayerRef = "payer-" + g.card
		}
	}
	taken := false
	d.orders = append(d.orders, c)
	d.meet(c, func() told {
		answer := d.r.charge(a)
		taken = answer.problem == ""
		return answer
	})
	if !taken {
		d.orders = d.orders[:len(d.orders)-1]
	}
}

// pickAgreement draws one that was made, or one that never was.
func (d *duel) pickAgreement() string {
	if len(d.agreement) == 0 || rapid.IntRange(0, 9).Draw(d.T, "foreign") == 9 {
		return "agr_never"
	}
	return rapid.SampledFrom(d.agreement).Draw(d.T, "agreement")
}

// known draws an order; false when there is none.
func (d *duel) known() (simulator.ApplyCharge, bool) {
	if len(d.orders) == 0 {
		return simulator.ApplyCharge{}, false
	}
	return d.orders[len(d.orders)-1-rapid.IntRange(0, min(len(d.orders)-1, 4)).Draw(d.T, "order")], true
}

func (d *duel) repeat(t *rapid.T) {
	d.with(t)
	c, ok := d.known()
	if !ok {
		return
	}
	same := rapid.Bool().Draw(t, "same")
	if !same {
		c.Amount++
	}
	d.meet(c, func() told { return d.r.repeat(c.OrderNo, same) })
}

func (d *duel) query(t *rapid.T) {
	d.with(t)
	c, ok := d.known()
	if !ok {
		c.OrderNo, c.OrderTime = "ord_never", d.r.now
	}
	d.meet(simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}, func() told { return d.r.query(c.OrderNo) })
}

// close closes an order that is there, or one that was never seen, and then it can never come.
func (d *duel) close(t *rapid.T) {
	d.with(t)
	c, ok := d.known()
	if !ok || rapid.Bool().Draw(t, "unseen") {
		c = simulator.ApplyCharge{
			OrderNo: d.number("ord_", nil), OrderTime: d.r.now, Amount: 100, Currency: money.Currency, PayerRef: "payer-one", AgreementNo: "agr_never",
		}
		if d.r.byElements {
			c.AgreementNo, c.Elements = "", people("one")
		}
	}
	d.meet(simulator.CloseCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}, func() told { return d.r.close(c.OrderNo) })
	if d.r.orders[c.OrderNo] != nil && d.r.orders[c.OrderNo].tombstone {
		d.orders = append(d.orders, c)
	}
}

func (d *duel) confirmCharge(t *rapid.T) {
	d.with(t)
	if c, ok := d.known(); ok {
		code := d.typed()
		d.meet(simulator.ConfirmCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime, Code: code}, func() told {
			return d.r.confirmCharge(c.OrderNo, code)
		})
	}
}

func (d *duel) resendCharge(t *rapid.T) {
	d.with(t)
	if c, ok := d.known(); ok {
		d.meet(simulator.ResendChargeCode{OrderNo: c.OrderNo, OrderTime: c.OrderTime}, func() told { return d.r.resendCharge(c.OrderNo) })
	}
}

func (d *duel) refund(t *rapid.T) {
	d.with(t)
	c, ok := d.known()
	if !ok {
		return
	}
	no := d.number("rfd_", d.refunds)
	if !slices.Contains(d.refunds, no) {
		d.refunds = append(d.refunds, no)
	}
	amount := rapid.SampledFrom([]money.Fen{c.Amount, 1, c.Amount/2 + 1, c.Amount + 1}).Draw(t, "refunded")
	d.meet(simulator.ApplyRefund{RefundNo: no, OrderNo: c.OrderNo, OrderTime: c.OrderTime, Amount: amount, Currency: money.Currency}, func() told {
		return d.r.refund(no, c.OrderNo, amount)
	})
}

// endAgreement is the member ending an agreement, or the payer at the bank.
func (d *duel) endAgreement(t *rapid.T) {
	d.with(t)
	if rapid.Bool().Draw(t, "at the bank") {
		card, _, e := d.person()
		d.step(simulator.CancelAtBank{CardNumber: e.CardNumber, ChannelID: d.r.channel}, false)
		d.r.cancelAtBank(card)
		return
	}
	no := d.pickAgreement()
	d.meet(simulator.TerminateAgreement{AgreementNo: no}, func() told { return d.r.terminate(no) })
}

func (d *duel) freeze(t *rapid.T) {
	d.with(t)
	card, _, e := d.person()
	state := rapid.SampledFrom([]simulator.CardState{simulator.CardNormal, simulator.CardNormal, simulator.CardFrozen}).Draw(t, "state")
	d.step(simulator.ChangeAccount{CardNumber: e.CardNumber, State: &state}, false)
	d.r.cards[card].frozen = state == simulator.CardFrozen
}

func (d *duel) pass(t *rapid.T) {
	d.with(t)
	d.r.pass(rapid.SampledFrom(leaps).Draw(t, "leap"))
	d.step(simulator.Tick{}, false)
}

func (d *duel) minute(t *rapid.T) {
	d.with(t)
	d.r.pass(time.Minute)
	d.step(simulator.Tick{}, false)
}
