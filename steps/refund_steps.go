package steps

import (
	"context"
	"net/http"

	"countersign/contract/channel"
	"countersign/internal/money"
	"countersign/steps/wire"
)

// refundSteps are about giving money back at a channel.
func refundSteps() []Step {
	return []Step{
		{`the member refunds ` + reYuan, refund},
		{`the member has refunded ` + reYuan, refundDone},
		{`the member repeats the refund`, repeatRefund},
		{`the member repeats the refund with ` + reYuan, repeatRefundWith},
		{`the member queries the refund`, queryRefund},
		{`the member queries a refund that was never asked for`, queryUnknownRefund},
		{`the member refunds ` + reYuan + ` of an order that the channel has never seen`, refundUnseen},
		{`the refund is (processing|succeeded|declined)`, refundIs},
		{`the refund is (processing|succeeded|declined) because of ` + reWord, refundIsBecause},
	}
}

func (w *World) refundCall(ctx context.Context, r channel.RefundRequest) error {
	w.channel.refunded, w.channel.refundNo = r, r.RefundNo
	return post(ctx, w, "/v1/refunds", r, func(h *heard, v *channel.Refund) { h.refund = v })
}

func (w *World) refundOf(amount, orderNo string) (channel.RefundRequest, error) {
	c, err := w.at()
	if err != nil {
		return channel.RefundRequest{}, err
	}
	fen, err := money.Parse(amount)
	if err != nil {
		return channel.RefundRequest{}, err
	}
	r := channel.RefundRequest{
		MemberNo: c.client.MemberNo, RefundNo: w.NewNumber("rfd"), OrderNo: orderNo, OrderTime: c.orderTime,
		Amount: int64(fen), Currency: channel.CNY,
	}
	if c.notifyURL != "" {
		r.NotifyUrl = &c.notifyURL
	}
	return r, nil
}

func refund(ctx context.Context, amount string) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	r, err := w.refundOf(amount, c.orderNo)
	if err != nil {
		return err
	}
	return w.refundCall(ctx, r)
}

func refundDone(ctx context.Context, amount string) error {
	if err := refund(ctx, amount); err != nil {
		return err
	}
	return refundIs(ctx, "succeeded")
}

func repeatRefund(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.refundCall(ctx, c.refunded)
}

func repeatRefundWith(ctx context.Context, amount string) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	fen, err := money.Parse(amount)
	if err != nil {
		return err
	}
	again := c.refunded
	again.Amount = int64(fen)
	return w.refundCall(ctx, again)
}

func (w *World) queryRefund(ctx context.Context, no string) error {
	c, err := w.at()
	if err != nil {
		return err
	}
	return exchange(ctx, w, wire.Message{Method: http.MethodGet, Path: "/v1/refunds/" + no, Query: c.memberQuery()},
		func(h *heard, v *channel.Refund) { h.refund = v })
}

func queryRefund(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.queryRefund(ctx, c.refundNo)
}

func queryUnknownRefund(ctx context.Context) error {
	w := From(ctx)
	return w.queryRefund(ctx, w.NewNumber("rfd"))
}

func refundUnseen(ctx context.Context, amount string) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	if c.orderTime.IsZero() {
		c.orderTime = w.Now().UTC()
	}
	r, err := w.refundOf(amount, w.NewNumber("ord"))
	if err != nil {
		return err
	}
	return w.refundCall(ctx, r)
}

func refundIs(ctx context.Context, status string) error { return From(ctx).refundStanding().is(status) }

func refundIsBecause(ctx context.Context, status, reason string) error {
	return From(ctx).refundStanding().isBecause(status, reason)
}
