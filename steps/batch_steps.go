package steps

import (
	"context"
	"fmt"
	"net/http"

	"countersign/contract/channel"
	"countersign/steps/wire"
)

// batchSteps are about bringing old customers along, many at once (T7).
func batchSteps() []Step {
	return []Step{
		{`the member brings the card and somebody else's along in a batch`, bringBoth},
		{`the member brings the card along in a batch beside one whose (name|ID number|card number|mobile) is wrong`, bringBesideWrong},
		{`the member brings the card along in a batch that names its signing twice`, bringTwice},
		{`the member brings the card along once more in a batch with the number of its signing`, bringAgain},
		{`the member repeats the batch`, repeatBatch},
		{`the member repeats the batch with another day of signing`, repeatBatchChanged},
		{`the member queries the batch`, queryBatch},
		{`the member queries a batch that never was`, queryUnknownBatch},
		{`the batch has ` + reNumber + ` signed and ` + reNumber + ` declined`, batchCounts},
		{`item ` + reNumber + ` of the batch is (signed|declined)`, itemIs},
		{`item ` + reNumber + ` of the batch is declined because of ` + reWord, itemIsBecause},
		{`item ` + reNumber + ` of the batch is refused with ` + reWord, itemRefused},
		{`item ` + reNumber + ` of the batch carries the agreement that is alive`, itemKeepsAgreement},
	}
}

// oldSigning is an item for elements, with a number of its own.
func (w *World) oldSigning(e channel.Elements) channel.BindingItem {
	return channel.BindingItem{SignNo: w.NewNumber("sgn"), PayerRef: w.Payer, Elements: e, Evidence: w.legacy()}
}

// sendBatch sends a batch as a new one.
func (w *World) sendBatch(ctx context.Context, items ...channel.BindingItem) error {
	c, err := w.at()
	if err != nil {
		return err
	}
	c.signNo = items[0].SignNo
	c.batch = channel.BindingBatchRequest{MemberNo: c.client.MemberNo, BatchNo: w.NewNumber("bat"), Items: items}
	return w.postBatch(ctx, c.batch)
}

func (w *World) postBatch(ctx context.Context, batch channel.BindingBatchRequest) error {
	if err := post(ctx, w, "/v1/binding-batches", batch, keepBatch); err != nil {
		return err
	}
	if b := w.heard.batch; b != nil && len(b.Items) > 0 && b.Items[0].Signing != nil && b.Items[0].Signing.Agreement != nil {
		w.channel.agreementNo = b.Items[0].Signing.Agreement.AgreementNo
	}
	return nil
}

func keepBatch(h *heard, v *channel.BindingBatch) { h.batch = v }

func bringBoth(ctx context.Context) error {
	w := From(ctx)
	other, err := w.other()
	if err != nil {
		return err
	}
	second := w.oldSigning(elementsOf(other))
	second.PayerRef += "-2"
	return w.sendBatch(ctx, w.oldSigning(w.elements()), second)
}

func bringBesideWrong(ctx context.Context, which string) error {
	w := From(ctx)
	e, err := w.wrongElements(which)
	if err != nil {
		return err
	}
	return w.sendBatch(ctx, w.oldSigning(w.elements()), w.oldSigning(e))
}

func bringTwice(ctx context.Context) error {
	w := From(ctx)
	item := w.oldSigning(w.elements())
	return w.sendBatch(ctx, item, item)
}

// bringAgain sends the first item of the batch before in a batch of another number.
func bringAgain(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	before := c.agreementNo
	if err := w.sendBatch(ctx, c.batch.Items[0]); err != nil {
		return err
	}
	c.agreementNo = before
	return nil
}

func repeatBatch(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.postBatch(ctx, c.batch)
}

func repeatBatchChanged(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	again := c.batch
	again.Items = append([]channel.BindingItem(nil), c.batch.Items...)
	last := &again.Items[len(again.Items)-1]
	earlier := *last.Evidence.SignedOn
	earlier.Time = earlier.AddDate(0, 0, -1)
	last.Evidence.SignedOn = &earlier
	return w.postBatch(ctx, again)
}

func (w *World) queryBatch(ctx context.Context, no string) error {
	c, err := w.at()
	if err != nil {
		return err
	}
	return exchange(ctx, w, wire.Message{Method: http.MethodGet, Path: "/v1/binding-batches/" + no, Query: c.memberQuery()}, keepBatch)
}

func queryBatch(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.queryBatch(ctx, c.batch.BatchNo)
}

func queryUnknownBatch(ctx context.Context) error {
	w := From(ctx)
	return w.queryBatch(ctx, w.NewNumber("bat"))
}

func batchCounts(ctx context.Context, signed, declined int) error {
	w := From(ctx)
	b := w.heard.batch
	if b == nil {
		return w.unexpected("a batch")
	}
	if b.Signed != signed || b.Declined != declined || len(b.Items) != signed+declined {
		return fmt.Errorf("the batch has %d signed, %d declined and %d items", b.Signed, b.Declined, len(b.Items))
	}
	return nil
}

// item is one of the batch that the last answer is, counted from 1.
func (w *World) item(n int) (channel.BindingItemResult, error) {
	b := w.heard.batch
	if b == nil || n < 1 || n > len(b.Items) {
		return channel.BindingItemResult{}, w.unexpected("a batch with that item")
	}
	if got, sent := b.Items[n-1].SignNo, w.channel.batch.Items[n-1].SignNo; got != sent {
		return channel.BindingItemResult{}, fmt.Errorf("item %d is about another signing than the item that was sent", n)
	}
	return b.Items[n-1], nil
}

func itemIs(ctx context.Context, n int, status string) error {
	item, err := From(ctx).item(n)
	if err == nil && (item.Signing == nil || string(item.Signing.Status) != status) {
		return fmt.Errorf("item %d is not %s; its problem is %q", n, status, word(item.Problem))
	}
	return err
}

func itemIsBecause(ctx context.Context, n int, reason string) error {
	if err := itemIs(ctx, n, string(channel.SigningStatusDeclined)); err != nil {
		return err
	}
	item, err := From(ctx).item(n)
	if err == nil && word(item.Signing.Reason) != reason {
		return fmt.Errorf("item %d is declined because of %s, not %s", n, word(item.Signing.Reason), reason)
	}
	return err
}

func itemRefused(ctx context.Context, n int, code string) error {
	item, err := From(ctx).item(n)
	if err == nil && word(item.Problem) != code {
		return fmt.Errorf("item %d has the problem %q, not %s", n, word(item.Problem), code)
	}
	return err
}

func itemKeepsAgreement(ctx context.Context, n int) error {
	w := From(ctx)
	item, err := w.item(n)
	if err != nil {
		return err
	}
	if item.Signing == nil || item.Signing.Agreement == nil || item.Signing.Agreement.AgreementNo != w.channel.agreementNo {
		return fmt.Errorf("item %d does not carry the agreement that is alive", n)
	}
	return nil
}
