package steps

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"countersign/contract/channel"
)

// codeSteps are about codes: sending them again and bringing them back, for signings and for charges.
func codeSteps() []Step {
	return []Step{
		{`the member asks for the code again`, resendCode},
		{`the member has asked for the code again`, codeResent},
		{`the member confirms with the code texted`, confirmWithText},
		{`the member confirms with the (first|second) code texted`, confirmWithNth},
		{`the member confirms with a wrong code`, confirmWithWrong},
		{`the member confirms with a wrong code ` + reNumber + ` times`, confirmWithWrongTimes},
		{`the member has confirmed with a wrong code ` + reNumber + ` times`, confirmWithWrongTimes},
		{`the member confirms with the code of the other signing`, confirmWithForeign},
		{`the member has applied for signings until a code begins with a zero`, applyUntilZero},
		{`the member confirms with the code texted but for its leading zero`, confirmWithoutZero},
		{`the member confirms a second time with the code texted`, confirmWithText},
		{`the second code is the same as the first`, secondIsFirst},
		{`the second code differs from the first`, secondIsNew},
		{reNumber + ` tr(?:y is|ies are) left`, triesLeft},
	}
}

// confirmable is what a code belongs to: the order when there is one that waits for a code, else the
// signing.
func (w *World) confirmable() (path, number string, isCharge bool, err error) {
	c, err := w.at()
	if err != nil {
		return "", "", false, err
	}
	if c.orderNo != "" {
		return "/v1/charges/" + c.orderNo, c.orderNo, true, nil
	}
	if c.signNo == "" {
		return "", "", false, errors.New("nothing waits for a code")
	}
	return "/v1/signings/" + c.signNo, c.signNo, false, nil
}

func resendCode(ctx context.Context) error {
	w := From(ctx)
	path, _, isCharge, err := w.confirmable()
	if err != nil {
		return err
	}
	c := w.channel
	if isCharge {
		return w.chargeCall(ctx, path+"/resend", channel.OrderRequest{MemberNo: c.client.MemberNo, OrderTime: c.orderTime})
	}
	return w.signing(ctx, path+"/resend", channel.MemberRequest{MemberNo: c.client.MemberNo})
}

func codeResent(ctx context.Context) error {
	if err := resendCode(ctx); err != nil {
		return err
	}
	_, err := From(ctx).texted()
	return err
}

func (w *World) confirm(ctx context.Context, code string) error {
	path, _, isCharge, err := w.confirmable()
	if err != nil {
		return err
	}
	c := w.channel
	if isCharge {
		return w.chargeCall(ctx, path+"/confirm", channel.OrderCodeRequest{MemberNo: c.client.MemberNo, OrderTime: c.orderTime, Code: code})
	}
	return w.signing(ctx, path+"/confirm", channel.CodeRequest{MemberNo: c.client.MemberNo, Code: code})
}

func confirmWithText(ctx context.Context) error { return confirmNth(ctx, 0) }

func confirmWithNth(ctx context.Context, which string) error {
	nth := 1
	if which == "second" {
		nth = 2
	}
	return confirmNth(ctx, nth)
}

func confirmNth(ctx context.Context, nth int) error {
	w := From(ctx)
	_, number, _, err := w.confirmable()
	if err != nil {
		return err
	}
	code, err := w.code(ctx, number, nth)
	if err != nil {
		return err
	}
	return w.confirm(ctx, code)
}

func confirmWithWrong(ctx context.Context) error {
	w := From(ctx)
	_, number, _, err := w.confirmable()
	if err != nil {
		return err
	}
	sent, err := w.messages(ctx, number)
	if err != nil {
		return err
	}
	var taken []string
	for _, m := range sent {
		taken = append(taken, *m.Code)
	}
	return w.confirm(ctx, otherCode(w.channel.profile.Code.Length, taken))
}

// otherCode is a code of the right length that is none of those sent.
func otherCode(length int, taken []string) string {
	for digit := '1'; ; digit++ {
		code := strings.Repeat(string(digit), length)
		free := true
		for _, t := range taken {
			free = free && t != code
		}
		if free {
			return code
		}
	}
}

func confirmWithWrongTimes(ctx context.Context, n int) error {
	for range n {
		if err := confirmWithWrong(ctx); err != nil {
			return err
		}
	}
	return nil
}

func confirmWithForeign(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	code, err := w.code(ctx, c.earlierSign, 0)
	if err != nil {
		return err
	}
	own, err := w.code(ctx, c.signNo, 0)
	if err != nil {
		return err
	}
	if code == own {
		return errors.New("both signings drew the same code; another seed is needed")
	}
	return w.confirm(ctx, code)
}

// applyUntilZero applies anew until chance gives a code with a leading zero: one in ten does.
func applyUntilZero(ctx context.Context) error {
	w := From(ctx)
	const most = 200
	for range most {
		if err := signingApplied(ctx); err != nil {
			return err
		}
		code, err := w.code(ctx, w.channel.signNo, 0)
		if err != nil {
			return err
		}
		if strings.HasPrefix(code, "0") {
			return nil
		}
	}
	return fmt.Errorf("none of %d codes begins with a zero", most)
}

func confirmWithoutZero(ctx context.Context) error {
	w := From(ctx)
	code, err := w.code(ctx, w.channel.signNo, 0)
	if err != nil {
		return err
	}
	return w.confirm(ctx, code[1:])
}

func twoCodes(ctx context.Context) (first, second string, err error) {
	w := From(ctx)
	_, number, _, err := w.confirmable()
	if err != nil {
		return "", "", err
	}
	if first, err = w.code(ctx, number, 1); err != nil {
		return "", "", err
	}
	second, err = w.code(ctx, number, 2)
	return first, second, err
}

func secondIsFirst(ctx context.Context) error {
	first, second, err := twoCodes(ctx)
	if err == nil && first != second {
		return errors.New("the second code differs")
	}
	return err
}

func secondIsNew(ctx context.Context) error {
	first, second, err := twoCodes(ctx)
	if err == nil && first == second {
		return errors.New("the second code is the first again")
	}
	return err
}

func triesLeft(ctx context.Context, n int) error {
	w := From(ctx)
	var got *int
	switch {
	case w.heard.signing != nil:
		got = w.heard.signing.TriesLeft
	case w.heard.charge != nil:
		got = w.heard.charge.TriesLeft
	default:
		return w.unexpected("a signing or a charge")
	}
	if got == nil || *got != n {
		return fmt.Errorf("the answer says %s tries are left, not %d", number(got), n)
	}
	return nil
}

func number(p *int) string {
	if p == nil {
		return "no number of"
	}
	return strconv.Itoa(*p)
}
