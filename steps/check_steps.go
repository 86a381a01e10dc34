package steps

import (
	"context"
	"fmt"

	"countersign/contract/channel"
)

// checkSteps are about the element check (T1, T2): are these the four elements of one card?
func checkSteps() []Step {
	return []Step{
		{`the member checks the four elements`, checkElements},
		{`the four elements have been checked`, elementsChecked},
		{`the member checks the four elements with somebody else's (name|ID number|card number|mobile)`, checkWrong},
		{`the member checks the four elements with ID type ` + reWord, checkIDType},
		{`the member repeats the element check`, repeatCheck},
		{`the member repeats the element check with somebody else's (name|ID number|card number|mobile)`, repeatCheckWrong},
		{`the element check has passed`, checkPassed},
		{`the element check is declined because of ` + reWord, checkDeclined},
	}
}

func (w *World) check(ctx context.Context, no string, e channel.Elements) error {
	c, err := w.at()
	if err != nil {
		return err
	}
	c.checkNo = no
	return post(ctx, w, "/v1/element-checks", channel.ElementCheckRequest{MemberNo: c.client.MemberNo, CheckNo: no, Elements: e},
		func(h *heard, v *channel.ElementCheck) { h.check = v })
}

func checkElements(ctx context.Context) error {
	w := From(ctx)
	return w.check(ctx, w.NewNumber("chk"), w.elements())
}

func elementsChecked(ctx context.Context) error {
	if err := checkElements(ctx); err != nil {
		return err
	}
	return checkPassed(ctx)
}

func checkWrong(ctx context.Context, which string) error {
	w := From(ctx)
	e, err := w.wrongElements(which)
	if err != nil {
		return err
	}
	return w.check(ctx, w.NewNumber("chk"), e)
}

func checkIDType(ctx context.Context, idType string) error {
	w := From(ctx)
	e := w.elements()
	e.IdType = channel.ElementsIdType(idType)
	return w.check(ctx, w.NewNumber("chk"), e)
}

func repeatCheck(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.check(ctx, c.checkNo, w.elements())
}

func repeatCheckWrong(ctx context.Context, which string) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	e, err := w.wrongElements(which)
	if err != nil {
		return err
	}
	return w.check(ctx, c.checkNo, e)
}

func checkPassed(ctx context.Context) error {
	w := From(ctx)
	if w.heard.check == nil {
		return w.unexpected("an element check")
	}
	if w.heard.check.Result != channel.CheckPassed {
		return fmt.Errorf("the element check is %s: %s", w.heard.check.Result, word(w.heard.check.Reason))
	}
	return nil
}

func checkDeclined(ctx context.Context, reason string) error {
	w := From(ctx)
	if w.heard.check == nil {
		return w.unexpected("an element check")
	}
	if w.heard.check.Result != channel.CheckDeclined || word(w.heard.check.Reason) != reason {
		return fmt.Errorf("the element check is %s: %s", w.heard.check.Result, word(w.heard.check.Reason))
	}
	return nil
}
