package httpapi

import (
	"time"

	"countersign/internal/money"
	"countersign/simulator"
)

// What is wanted, in the words of problems.
const (
	wantedNumber = "4 to 64 letters, digits, hyphens or underscores are wanted"
	wantedMember = "M and 6 to 20 digits are wanted"
	wantedPayer  = "1 to 64 letters, digits, hyphens or underscores are wanted"
	wantedCode   = "4 to 8 digits in a string are wanted"
	wantedTime   = "an instant like 2018-06-06T19:30:00Z is wanted"
)

// checkNumbers checks the member number and the number that keys the operation.
func checkNumbers(memberNo, field, number string) *refusal {
	if !validMemberNo(memberNo) {
		return wrongMember("/member_no", wantedMember)
	}
	if !validNumber(number) {
		return wrongMember(field, wantedNumber)
	}
	return nil
}

// checkPayer checks a payer reference.
func checkPayer(ref string) *refusal {
	if !validPayerRef(ref) {
		return wrongMember("/payer_ref", wantedPayer)
	}
	return nil
}

// checkMoney checks amount and currency.
func checkMoney(amount money.Fen, currency string) *refusal {
	switch {
	case amount < 1 || amount > mostFen:
		return wrongMember("/amount", "1 to 99999999999 fen are wanted")
	case currency != money.Currency:
		return wrongMember("/currency", "CNY is wanted")
	}
	return nil
}

// checkURL checks an optional notify_url.
func checkURL(text string) *refusal {
	if given(text) && !validURL(text) {
		return wrongMember("/notify_url", "an http or https URL of at most 512 characters is wanted")
	}
	return nil
}

// checkInstant reads a required instant.
func checkInstant(field, text string, to *time.Time) *refusal {
	at, ok := instant(text)
	if !ok {
		return wrongMember(field, wantedTime)
	}
	*to = at
	return nil
}

// memberBody is the schema MemberRequest: the number is in the path.
type memberBody struct {
	MemberNo string `json:"member_no"`
}

// check names the first wrong member.
func (b *memberBody) check() *refusal {
	if !validMemberNo(b.MemberNo) {
		return wrongMember("/member_no", wantedMember)
	}
	return nil
}

// resendBody and terminateBody are the two requests of that schema.
type (
	resendBody    struct{ memberBody }
	terminateBody struct{ memberBody }
)

// command is what the world is asked.
func (b *resendBody) command(number string) simulator.Command {
	return simulator.ResendSigningCode{SignNo: number}
}

// command is what the world is asked.
func (b *terminateBody) command(number string) simulator.Command {
	return simulator.TerminateAgreement{AgreementNo: number}
}

// codeBody is the schema CodeRequest.
type codeBody struct {
	MemberNo string `json:"member_no"`
	Code     string `json:"code"`
}

// check names the first wrong member.
func (b *codeBody) check() *refusal {
	switch {
	case !validMemberNo(b.MemberNo):
		return wrongMember("/member_no", wantedMember)
	case !validCode(b.Code):
		return wrongMember("/code", wantedCode)
	}
	return nil
}

// command is what the world is asked.
func (b *codeBody) command(number string) simulator.Command {
	return simulator.ConfirmSigning{SignNo: number, Code: b.Code}
}

// orderBody is the schema OrderRequest.
type orderBody struct {
	MemberNo  string `json:"member_no"`
	OrderTime string `json:"order_time"`

	orderTime time.Time
}

// check names the first wrong member.
func (b *orderBody) check() *refusal {
	if !validMemberNo(b.MemberNo) {
		return wrongMember("/member_no", wantedMember)
	}
	return checkInstant("/order_time", b.OrderTime, &b.orderTime)
}

// closeBody and chargeResendBody are the two requests of that schema.
type (
	closeBody        struct{ orderBody }
	chargeResendBody struct{ orderBody }
)

// command is what the world is asked.
func (b *closeBody) command(number string) simulator.Command {
	return simulator.CloseCharge{OrderNo: number, OrderTime: b.orderTime}
}

// command is what the world is asked.
func (b *chargeResendBody) command(number string) simulator.Command {
	return simulator.ResendChargeCode{OrderNo: number, OrderTime: b.orderTime}
}

// orderCodeBody is the schema OrderCodeRequest.
type orderCodeBody struct {
	MemberNo  string `json:"member_no"`
	OrderTime string `json:"order_time"`
	Code      string `json:"code"`

	orderTime time.Time
}

// check names the first wrong member.
func (b *orderCodeBody) check() *refusal {
	switch {
	case !validMemberNo(b.MemberNo):
		return wrongMember("/member_no", wantedMember)
	case !validCode(b.Code):
		return wrongMember("/code", wantedCode)
	}
	return checkInstant("/order_time", b.OrderTime, &b.orderTime)
}

// command is what the world is asked.
func (b *orderCodeBody) command(number string) simulator.Command {
	return simulator.ConfirmCharge{OrderNo: number, OrderTime: b.orderTime, Code: b.Code}
}
