package steps

import "context"

// The same steps in Chinese, for the feature files of features/zh. An expression here is bound to the
// function of its English twin; parties, subjects and reasons keep the words of the wire.

// zhSteps are the Chinese expressions.
func zhSteps() []Step {
	return []Step{
		{`商户接入通道([A-D])，类型为` + reWord, hasChannel},
		{`商户的路由策略为(silent-first|route-first)`, routes},
		{`付款人已在通道([A-D])完成鉴权`, verifiedAt},
		{`付款人已在通道([A-D])支付(\d+\.\d\d)元`, zhPaidAt},
		{`通道([A-D])停用`, zhSwitch("switched off")},
		{`通道([A-D])退役`, zhSwitch("retired")},
		{`通道([A-D])成为首选`, becomesPreferred},
		{`持卡人在银行取消签约`, cancelAtBank},
		{`付款人进入支付页，准备支付(\d+\.\d\d)元`, land},
		{`页面显示支付验证码输入框`, zhBox},
		{`付款人支付(\d+\.\d\d)元`, pay},
		{`页面要求输入支付验证码，而短信由(\w+)发出，内容关于(\w+)`, askedWhile},
		{`页面提示与短信内容不一致，原因是(\w+)，并有中英文提示`, promptDiffers},
		{`页面提示与短信内容一致`, promptAgrees},
		{`手机收到的短信与告知的一致`, smsAsTold},
		{`付款人输入短信中的验证码`, typeCode},
		{`支付状态为(code_required|processing|succeeded|failed|closed)`, paymentIs},
		{`银行账上恰有一笔(\d+\.\d\d)元的扣款`, oneDebit},
		{`银行账上没有扣款`, noDebit},
		{`付款人和商户看到的内容不含任何通道名称`, namesNoChannel},
	}
}

// zhPaidAt has the places of the English step the other way round.
func zhPaidAt(ctx context.Context, letter, amount string) error { return paidAt(ctx, amount, letter) }

func zhSwitch(words string) func(context.Context, string) error {
	return func(ctx context.Context, letter string) error { return switchTo(ctx, letter, words) }
}

func zhBox(ctx context.Context) error { return pageShows(ctx, "shows a box for a payment code") }
