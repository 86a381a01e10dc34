package httpapi

import (
	"countersign/internal/cardholder"
	"countersign/simulator"
)

// checkBody is the schema ElementCheckRequest.
type checkBody struct {
	MemberNo string       `json:"member_no"`
	CheckNo  string       `json:"check_no"`
	Elements elementsBody `json:"elements"`
}

// check names the first wrong member.
func (b *checkBody) check() *refusal {
	if bad := checkNumbers(b.MemberNo, "/check_no", b.CheckNo); bad != nil {
		return bad
	}
	return b.Elements.check()
}

// command is what the world is asked.
func (b *checkBody) command(string) simulator.Command {
	return simulator.ElementCheck{CheckNo: b.CheckNo, Elements: b.Elements.value()}
}

// signingBody is the schema SigningRequest.
type signingBody struct {
	MemberNo  string       `json:"member_no"`
	SignNo    string       `json:"sign_no"`
	PayerRef  string       `json:"payer_ref"`
	Elements  elementsBody `json:"elements"`
	NotifyURL string       `json:"notify_url,omitempty"`
}

// check names the first wrong member.
func (b *signingBody) check() *refusal {
	if bad := checkNumbers(b.MemberNo, "/sign_no", b.SignNo); bad != nil {
		return bad
	}
	if bad := checkPayer(b.PayerRef); bad != nil {
		return bad
	}
	if bad := b.Elements.check(); bad != nil {
		return bad
	}
	return checkURL(b.NotifyURL)
}

// command is what the world is asked.
func (b *signingBody) command(string) simulator.Command {
	return simulator.ApplySigning{
		SignNo: b.SignNo, PayerRef: b.PayerRef, Elements: b.Elements.value(), NotifyURL: orEmpty(b.NotifyURL),
	}
}

// evidenceBody is the schema Evidence.
type evidenceBody struct {
	Kind      string `json:"kind"`
	Reference string `json:"reference"`
	CheckNo   string `json:"check_no,omitempty"`
	SignedOn  string `json:"signed_on,omitempty"`
}

// check names the first wrong member.
func (e *evidenceBody) check() *refusal {
	switch {
	case e.Kind != string(simulator.EvidencePlatformVerified) && e.Kind != string(simulator.EvidenceLegacy):
		return wrongMember("/evidence/kind", "platform_verified or legacy is wanted")
	case !validNumber(e.Reference):
		return wrongMember("/evidence/reference", wantedNumber)
	case given(e.CheckNo) && !validNumber(e.CheckNo):
		return wrongMember("/evidence/check_no", wantedNumber)
	case given(e.SignedOn) && !validDate(e.SignedOn):
		return wrongMember("/evidence/signed_on", "a date like 2016-05-04 is wanted")
	}
	return nil
}

// bindingBody is the schema BindingRequest.
type bindingBody struct {
	MemberNo  string       `json:"member_no"`
	SignNo    string       `json:"sign_no"`
	PayerRef  string       `json:"payer_ref"`
	Elements  elementsBody `json:"elements"`
	Evidence  evidenceBody `json:"evidence"`
	NotifyURL string       `json:"notify_url,omitempty"`
}

// check names the first wrong member.
func (b *bindingBody) check() *refusal {
	if bad := checkNumbers(b.MemberNo, "/sign_no", b.SignNo); bad != nil {
		return bad
	}
	if bad := checkPayer(b.PayerRef); bad != nil {
		return bad
	}
	if bad := b.Elements.check(); bad != nil {
		return bad
	}
	if bad := b.Evidence.check(); bad != nil {
		return bad
	}
	return checkURL(b.NotifyURL)
}

// command is what the world is asked.
func (b *bindingBody) command(string) simulator.Command {
	return simulator.Bind{
		SignNo: b.SignNo, PayerRef: b.PayerRef, Elements: b.Elements.value(), NotifyURL: orEmpty(b.NotifyURL),
		Evidence: simulator.Evidence{
			Kind: simulator.EvidenceKind(b.Evidence.Kind), Reference: b.Evidence.Reference,
			SignedOn: orEmpty(b.Evidence.SignedOn), CheckNo: orEmpty(b.Evidence.CheckNo),
		},
	}
}

// agreementQueryBody is the schema AgreementQuery.
type agreementQueryBody struct {
	MemberNo    string `json:"member_no"`
	AgreementNo string `json:"agreement_no,omitempty"`
	PayerRef    string `json:"payer_ref,omitempty"`
	CardNumber  string `json:"card_number,omitempty"`
}

// check names the first wrong member.
func (b *agreementQueryBody) check() *refusal {
	switch {
	case !validMemberNo(b.MemberNo):
		return wrongMember("/member_no", wantedMember)
	case given(b.AgreementNo) && !validNumber(b.AgreementNo):
		return wrongMember("/agreement_no", wantedNumber)
	case given(b.PayerRef) && !validPayerRef(b.PayerRef):
		return wrongMember("/payer_ref", wantedPayer)
	case given(b.CardNumber) && !validCard(b.CardNumber):
		return wrongMember("/card_number", "13 to 19 digits are wanted")
	}
	return nil
}

// command is what the world is asked.
func (b *agreementQueryBody) command(string) simulator.Command {
	query := simulator.QueryAgreement{AgreementNo: orEmpty(b.AgreementNo), PayerRef: orEmpty(b.PayerRef)}
	if card, err := cardholder.NewCardNumber(orEmpty(b.CardNumber)); err == nil {
		query.CardNumber = card
	}
	return query
}
