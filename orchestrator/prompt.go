package orchestrator

// PromptForSigning is what the payer is asked while a signing waits for a code. promptAbout is what the page
// asks for: at a payment always the payment (T10), at a verification the signing. It is computed from
// profile and step, not from what the channel says of its SMS. No channel is ever named (T11).
func PromptForSigning(s Signing, profile ChannelProfile, promptAbout About) *Prompt {
	about, sender := AboutSigning, profile.Sender
	if profile.PlatformSMS {
		about, sender = promptAbout, PartyPlatform
	}
	p := &Prompt{
		Prompt: promptText(promptAbout), PromptAbout: promptAbout, Sender: sender, About: about,
		Mismatch: promptAbout != about, Reason: s.Reason, MaskedMobile: s.SMS.MaskedMobile, SMSSeq: s.SMS.Seq,
		TriesLeft: s.TriesLeft, ExpiresAt: s.SMS.ExpiresAt, ResendAfter: s.SMS.ResendAfter,
	}
	if p.Mismatch {
		hint := hintText(sender, s.Reason)
		p.Hint = &hint
	}
	return p
}

// PromptForCharge is what the payer is asked where a channel wants a code about the payment itself.
func PromptForCharge(a Attempt, profile ChannelProfile) *Prompt {
	return &Prompt{
		Prompt: promptText(AboutPayment), PromptAbout: AboutPayment, Sender: profile.PaymentSender(), About: AboutPayment,
		MaskedMobile: a.SMS.MaskedMobile, SMSSeq: a.SMS.Seq, TriesLeft: a.TriesLeft,
		ExpiresAt: a.SMS.ExpiresAt, ResendAfter: a.SMS.ResendAfter,
	}
}

// LandingPrompt is the text of the code box that a landing shows; nil when no box is shown.
func LandingPrompt(mode CheckoutMode) *Text {
	if mode != CheckoutCode {
		return nil
	}
	t := promptText(AboutPayment)
	return &t
}

func promptText(about About) Text {
	if about == AboutPayment {
		return Text{ZH: "请输入支付验证码", EN: "Enter the payment code"}
	}
	return Text{ZH: "请输入验证码", EN: "Enter the verification code"}
}

// senders names who texts, for people.
var senders = map[Party]Text{
	PartyBank:       {ZH: "您的银行", EN: "your bank"},
	PartyThirdParty: {ZH: "支付服务方", EN: "the payment service"},
	PartyPlatform:   {ZH: "本平台", EN: "us"},
	PartyNobody:     {ZH: "本平台", EN: "us"},
}

// causes says why the card must be signed (again), for people.
var causes = map[SigningReason]Text{
	ReasonFirstSigning:     {ZH: "这是该卡的首次签约", EN: "this card is being signed for the first time"},
	ReasonSignedElsewhere:  {ZH: "本次支付需要再签约一次", EN: "this payment needs one more signing of your card"},
	ReasonExpired:          {ZH: "原签约已到期", EN: "the earlier signing has expired"},
	ReasonCancelledAtBank:  {ZH: "原签约已在银行取消", EN: "the earlier signing was cancelled at the bank"},
	ReasonTerminated:       {ZH: "原签约已解除", EN: "the earlier signing was ended"},
	ReasonUnknownToChannel: {ZH: "原签约已失效", EN: "the earlier signing is no longer valid"},
	ReasonRawRetired:       {ZH: "原扣款方式已停用", EN: "the earlier way of debiting is no longer in use"},
}

// hintText is the ready hint for the quirk: the page says payment, the SMS says signing.
func hintText(sender Party, reason SigningReason) Text {
	who, why := senders[sender], causes[reason]
	return Text{
		ZH: "短信由" + who.ZH + "发送，内容为签约验证码（" + why.ZH + "），输入后即完成签约并支付。",
		EN: "The SMS comes from " + who.EN + " and speaks of signing (" + why.EN + "); its code signs and pays.",
	}
}

// FailureText is a sentence for a failure code.
func FailureText(code string) Text {
	switch ClassOf(code) {
	case ClassChannel, ClassAgreement, ClassCheck:
		return Text{ZH: "暂时无法支付，请稍后再试。", EN: "Paying is not possible at the moment; try again later."}
	}
	if t, ok := failureTexts[code]; ok {
		return t
	}
	return Text{ZH: "支付未成功。", EN: "The payment did not succeed."}
}

var failureTexts = map[string]Text{
	FailurePayerNeeded:        {ZH: "需要付款人在场验证。", EN: "The payer must be present to give a code."},
	FailureNoChannel:          {ZH: "暂不支持该卡或该金额。", EN: "This card or amount cannot be taken at the moment."},
	FailureElementsRequired:   {ZH: "请重新填写银行卡信息。", EN: "The card details must be entered again."},
	FailureSuperseded:         {ZH: "该卡已在另一笔支付中验证，请重试。", EN: "The card is being verified for a newer payment; try again."},
	ReasonElementsMismatch:    {ZH: "银行卡信息与银行预留信息不一致。", EN: "The card details differ from the bank's records."},
	ReasonIDTypeUnsupported:   {ZH: "仅支持居民身份证。", EN: "Only resident ID cards are taken."},
	ReasonInsufficientBalance: {ZH: "余额不足。", EN: "The balance is too low."},
	ReasonCodeExpired:         {ZH: "验证码已过期，请重新获取。", EN: "The code has expired; ask for a new one."},
	ReasonCodeExhausted:       {ZH: "验证码错误次数过多。", EN: "Too many wrong codes."},
	FailureCardUnbound:        {ZH: "银行卡已解绑。", EN: "The card was taken away."},
	ReasonOrderClosed:         {ZH: "支付已关闭，未扣款。", EN: "The payment was closed; nothing was debited."},
}
