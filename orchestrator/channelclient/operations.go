package channelclient

import (
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"countersign/contract/channel"
	"countersign/internal/cardholder"
	"countersign/internal/money"
	"countersign/orchestrator"
)

// wireOf is the request of a call, by operation.
func wireOf(member string, call orchestrator.Call) (wire, error) {
	switch call.Operation {
	case orchestrator.OpElementCheck:
		return elementCheck(member, call)
	case orchestrator.OpAgreementQuery:
		return agreementQuery(member, call)
	}
	number := call.Number
	if number == "" && call.Operation == orchestrator.OpAgreementTerminate {
		number = call.AgreementNo
	}
	if !numberForm.MatchString(number) {
		return wire{}, fmt.Errorf("number of %s: %w", call.Operation, errCall)
	}
	switch call.Operation {
	case orchestrator.OpSigningApply, orchestrator.OpSigningResend, orchestrator.OpSigningConfirm,
		orchestrator.OpSigningQuery, orchestrator.OpBind:
		return signingWire(member, call)
	case orchestrator.OpAgreementTerminate:
		return post("/v1/agreements/"+number+"/terminate", channel.MemberRequest{MemberNo: member})
	default:
		return chargeWire(member, call)
	}
}

// elementCheck asks whether four elements are those of one card.
func elementCheck(member string, call orchestrator.Call) (wire, error) {
	elements, err := elementsOf(call)
	if err != nil {
		return wire{}, err
	}
	return post("/v1/element-checks", channel.ElementCheckRequest{MemberNo: member, CheckNo: call.Number, Elements: elements})
}

// agreementQuery asks by the channel's number, else by payer and card.
func agreementQuery(member string, call orchestrator.Call) (wire, error) {
	query := channel.AgreementQuery{MemberNo: member}
	switch number := agreementNo(call); {
	case number != "":
		query.AgreementNo = &number
	case call.Elements != nil && !call.Elements.CardNumber.IsZero() && call.PayerRef != "":
		card := call.Elements.CardNumber.Reveal()
		query.PayerRef, query.CardNumber = &call.PayerRef, &card
	default:
		return wire{}, fmt.Errorf("agreement query without number or card: %w", errCall)
	}
	return post("/v1/agreements/query", query)
}

// agreementNo is the agreement a call is about, "" when it names none.
func agreementNo(call orchestrator.Call) string {
	if call.AgreementNo != "" {
		return call.AgreementNo
	}
	return call.Number
}

// signingWire is every operation on a signing.
func signingWire(member string, call orchestrator.Call) (wire, error) {
	path := "/v1/signings/" + call.Number
	switch call.Operation {
	case orchestrator.OpSigningQuery:
		return get(path, url.Values{"member_no": {member}})
	case orchestrator.OpSigningResend:
		return post(path+"/resend", channel.MemberRequest{MemberNo: member})
	case orchestrator.OpSigningConfirm:
		return post(path+"/confirm", channel.CodeRequest{MemberNo: member, Code: call.Code.Reveal()})
	case orchestrator.OpBind:
		return bindWire(member, call)
	}
	elements, err := elementsOf(call)
	if err != nil {
		return wire{}, err
	}
	return post("/v1/signings", channel.SigningRequest{
		MemberNo: member, SignNo: call.Number, PayerRef: call.PayerRef, Elements: elements, NotifyUrl: optional(call.NotifyURL),
	})
}

// bindWire is a binding without a code, with its evidence.
func bindWire(member string, call orchestrator.Call) (wire, error) {
	elements, err := elementsOf(call)
	if err != nil {
		return wire{}, err
	}
	if call.Evidence == nil {
		return wire{}, fmt.Errorf("binding without evidence: %w", errCall)
	}
	evidence := channel.Evidence{
		Kind: channel.EvidenceKind(call.Evidence.Kind), Reference: call.Evidence.Reference, CheckNo: optional(call.Evidence.CheckNo),
	}
	if day := call.Evidence.SignedOn; day != "" {
		quoted, _ := json.Marshal(day)
		if json.Unmarshal(quoted, &evidence.SignedOn) != nil {
			return wire{}, fmt.Errorf("day of the old signing: %w", errCall)
		}
	}
	return post("/v1/bindings", channel.BindingRequest{
		MemberNo: member, SignNo: call.Number, PayerRef: call.PayerRef, Elements: elements,
		Evidence: evidence, NotifyUrl: optional(call.NotifyURL),
	})
}

// chargeWire is every operation on a charge.
func chargeWire(member string, call orchestrator.Call) (wire, error) {
	path := "/v1/charges/" + call.Number
	order := channel.OrderRequest{MemberNo: member, OrderTime: call.OrderTime.UTC()}
	switch call.Operation {
	case orchestrator.OpCharge:
		return newCharge(member, call)
	case orchestrator.OpChargeQuery:
		at := call.OrderTime.UTC().Format(time.RFC3339Nano)
		return get(path, url.Values{"member_no": {member}, "order_time": {at}})
	case orchestrator.OpChargeClose:
		return post(path+"/close", order)
	case orchestrator.OpChargeResend:
		return post(path+"/resend", order)
	case orchestrator.OpChargeConfirm:
		return post(path+"/confirm", channel.OrderCodeRequest{
			MemberNo: member, OrderTime: order.OrderTime, Code: call.Code.Reveal(),
		})
	}
	return wire{}, fmt.Errorf("operation %q: %w", call.Operation, errCall)
}

// newCharge is the debit itself: by agreement, else by elements.
func newCharge(member string, call orchestrator.Call) (wire, error) {
	charge := channel.ChargeRequest{
		MemberNo: member, OrderNo: call.Number, OrderTime: call.OrderTime.UTC(), PayerRef: call.PayerRef,
		Amount: int64(call.Amount), Currency: money.Currency, ExpiresAt: call.ExpiresAt.UTC(),
		AgreementNo: optional(call.AgreementNo), CheckNo: optional(call.CheckNo),
		NotifyUrl: optional(call.NotifyURL), Summary: optional(call.Summary),
	}
	if call.AgreementNo == "" {
		elements, err := elementsOf(call)
		if err != nil {
			return wire{}, err
		}
		charge.Elements = &elements
	}
	return post("/v1/charges", charge)
}

// elementsOf reveals the four elements for the wire.
func elementsOf(call orchestrator.Call) (channel.Elements, error) {
	if call.Elements == nil || !call.Elements.Complete() {
		return channel.Elements{}, fmt.Errorf("%s without the four elements: %w", call.Operation, errCall)
	}
	return reveal(*call.Elements), nil
}

// reveal is the one place of this package where the four elements become text.
func reveal(e cardholder.FourElements) channel.Elements {
	return channel.Elements{
		Name: e.Name.Reveal(), IdType: channel.ElementsIdType(e.IDType), IdNumber: e.IDNumber.Reveal(),
		CardNumber: e.CardNumber.Reveal(), Mobile: e.Mobile.Reveal(),
	}
}

// optional is nil for "".
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
