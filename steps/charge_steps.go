package steps

import (
	"context"
	"net/http"
	"time"

	"countersign/contract/channel"
	"countersign/internal/money"
	"countersign/steps/wire"
)

// chargeSteps are about debiting a card at a channel (T4, T5, T8).
func chargeSteps() []Step {
	return []Step{
		{`the member charges ` + reYuan, charge},
		{`the member has charged ` + reYuan, charged},
		{`the member charges ` + reYuan + ` again under a new order number`, charge},
		{`the member charges ` + reYuan + ` by (agreement|elements)`, chargeBy},
		{`the member charges ` + reYuan + ` naming an element check that never was`, chargeUnchecked},
		{`the member charges ` + reYuan + ` under an agreement that does not exist`, chargeForeign},
		{`the member charges ` + reYuan + ` with a request that has expired`, chargeExpired},
		{`the member repeats the charge`, repeatCharge},
		{`the member repeats the charge with ` + reYuan, repeatChargeWith},
		{`the member repeats the charge with a later expiry`, repeatChargeLater},
		{`the member repeats the charge with another notification address`, repeatChargeElsewhere},
		{`the member queries the charge`, queryCharge},
		{`the member queries the charge with another order time`, queryOtherTime},
		{`the member queries a charge that was never asked for`, queryUnknownCharge},
		{`the member closes the order`, closeOrder},
		{`the member closes an order that the channel has never seen`, closeUnseen},
		{`the member charges ` + reYuan + ` under the closed number`, chargeClosed},
		{`the charge is (code_required|processing|succeeded|declined|closed)`, chargeIs},
		{`the charge is (code_required|processing|succeeded|declined|closed) because of ` + reWord, chargeIsBecause},
	}
}

func (w *World) chargeCall(ctx context.Context, path string, body any) error {
	return post(ctx, w, path, body, func(h *heard, v *channel.Charge) { h.charge = v })
}

// request is a charge as the channel's kind wants it.
func (w *World) request(amount string) (channel.ChargeRequest, error) {
	c, err := w.at()
	if err != nil {
		return channel.ChargeRequest{}, err
	}
	fen, err := money.Parse(amount)
	if err != nil {
		return channel.ChargeRequest{}, err
	}
	now := w.Now().UTC().Truncate(time.Second)
	r := channel.ChargeRequest{
		MemberNo: c.client.MemberNo, OrderNo: w.NewNumber("ord"), OrderTime: now, PayerRef: w.Payer,
		Amount: int64(fen), Currency: channel.CNY, ExpiresAt: now.Add(time.Minute),
	}
	if c.notifyURL != "" {
		r.NotifyUrl = &c.notifyURL
	}
	if c.profile.ChargeBy == channel.ChannelProfileChargeByAgreement {
		r.AgreementNo = &c.agreementNo
		return r, nil
	}
	e := w.elements()
	r.Elements = &e
	if c.checkNo != "" {
		r.CheckNo = &c.checkNo
	}
	return r, nil
}

func (w *World) charge(ctx context.Context, amount string, change func(*channel.ChargeRequest)) error {
	r, err := w.request(amount)
	if err != nil {
		return err
	}
	if change != nil {
		change(&r)
	}
	w.channel.charged, w.channel.orderNo, w.channel.orderTime = r, r.OrderNo, r.OrderTime
	return w.chargeCall(ctx, "/v1/charges", r)
}

func charge(ctx context.Context, amount string) error { return From(ctx).charge(ctx, amount, nil) }

func charged(ctx context.Context, amount string) error {
	if err := charge(ctx, amount); err != nil {
		return err
	}
	return chargeIs(ctx, string(channel.ChargeStatusChargeSucceeded))
}

func chargeBy(ctx context.Context, amount, by string) error {
	w := From(ctx)
	return w.charge(ctx, amount, func(r *channel.ChargeRequest) {
		r.AgreementNo, r.Elements, r.CheckNo = nil, nil, nil
		if by == "agreement" {
			no := w.channel.agreementNo
			if no == "" {
				no = w.NewNumber("agr")
			}
			r.AgreementNo = &no
			return
		}
		e := w.elements()
		r.Elements = &e
	})
}

func chargeUnchecked(ctx context.Context, amount string) error {
	w := From(ctx)
	return w.charge(ctx, amount, func(r *channel.ChargeRequest) {
		no := w.NewNumber("chk")
		r.CheckNo = &no
	})
}

func chargeForeign(ctx context.Context, amount string) error {
	w := From(ctx)
	return w.charge(ctx, amount, func(r *channel.ChargeRequest) {
		no := w.NewNumber("agr")
		r.AgreementNo = &no
	})
}

func chargeExpired(ctx context.Context, amount string) error {
	return From(ctx).charge(ctx, amount, func(r *channel.ChargeRequest) {
		r.OrderTime = r.OrderTime.Add(-2 * time.Minute)
		r.ExpiresAt = r.OrderTime.Add(time.Minute)
	})
}

func repeatCharge(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.chargeCall(ctx, "/v1/charges", c.charged)
}

func repeatChargeWith(ctx context.Context, amount string) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	fen, err := money.Parse(amount)
	if err != nil {
		return err
	}
	again := c.charged
	again.Amount = int64(fen)
	return w.chargeCall(ctx, "/v1/charges", again)
}

func repeatChargeLater(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	again := c.charged
	again.ExpiresAt = again.ExpiresAt.Add(time.Minute)
	return w.chargeCall(ctx, "/v1/charges", again)
}

func repeatChargeElsewhere(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	again, elsewhere := c.charged, "http://127.0.0.1:1/elsewhere"
	again.NotifyUrl = &elsewhere
	return w.chargeCall(ctx, "/v1/charges", again)
}

func (w *World) queryCharge(ctx context.Context, orderNo string, orderTime time.Time) error {
	c, err := w.at()
	if err != nil {
		return err
	}
	query := c.memberQuery()
	query.Set("order_time", orderTime.Format(time.RFC3339Nano))
	return exchange(ctx, w, wire.Message{Method: http.MethodGet, Path: "/v1/charges/" + orderNo, Query: query},
		func(h *heard, v *channel.Charge) { h.charge = v })
}

func queryCharge(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.queryCharge(ctx, c.orderNo, c.orderTime)
}

func queryOtherTime(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.queryCharge(ctx, c.orderNo, c.orderTime.Add(time.Second))
}

func queryUnknownCharge(ctx context.Context) error {
	w := From(ctx)
	return w.queryCharge(ctx, w.NewNumber("ord"), w.Now().UTC().Truncate(time.Second))
}

func closeOrder(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.chargeCall(ctx, "/v1/charges/"+c.orderNo+"/close", channel.OrderRequest{MemberNo: c.client.MemberNo, OrderTime: c.orderTime})
}

func closeUnseen(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	c.orderNo, c.orderTime = w.NewNumber("ord"), w.Now().UTC().Truncate(time.Second)
	return closeOrder(ctx)
}

func chargeClosed(ctx context.Context, amount string) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	orderNo, orderTime := c.orderNo, c.orderTime
	return w.charge(ctx, amount, func(r *channel.ChargeRequest) { r.OrderNo, r.OrderTime = orderNo, orderTime })
}

func chargeIs(ctx context.Context, status string) error { return From(ctx).chargeStanding().is(status) }

func chargeIsBecause(ctx context.Context, status, reason string) error {
	return From(ctx).chargeStanding().isBecause(status, reason)
}
