package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/oapi-codegen/runtime/types"

	"countersign/contract/channel"
	"countersign/steps/wire"
)

// signingSteps are about making an agreement at a channel (T3, T5, T6, T7).
func signingSteps() []Step {
	return []Step{
		{`the member applies for a signing`, applySigning},
		{`the member has applied for a signing`, signingApplied},
		{`the member applies for a signing with somebody else's (name|ID number|card number|mobile)`, applyWrong},
		{`the member applies for a signing with ID type ` + reWord, applyIDType},
		{`the member repeats the signing application`, repeatSigning},
		{`the member repeats the signing application with somebody else's (name|ID number|card number|mobile)`, repeatSigningWrong},
		{`the member applies for another signing`, applySigning},
		{`the member has applied for another signing`, signingApplied},
		{`the member queries the signing`, querySigning},
		{`the member queries a signing that was never applied for`, queryUnknownSigning},
		{`the member binds the card on its own verification`, bindVerified},
		{`the member binds the card on its own verification, without an element check`, bindUnchecked},
		{`the member binds the card on a signing of former days`, bindLegacy},
		{`the member binds the card on a signing of former days with somebody else's (name|ID number|card number|mobile)`, bindLegacyWrong},
		{`the card is signed`, cardIsSigned},
		{`the card is ready to be charged`, cardIsReady},
		{`the signing is (code_sent|signed|declined|expired|locked)`, signingIs},
		{`the signing is (code_sent|signed|declined|expired|locked) because of ` + reWord, signingIsBecause},
		{`the answer says that ` + reWord + ` texted about ` + reWord + ` and shows the mobile masked`, saysWhoTexts},
		{`the answer tells until when the code lives and when it can be sent again`, saysCodeTimes},
		{`the answer carries an agreement`, carriesAgreement},
	}
}

func (w *World) signing(ctx context.Context, path string, body any) error {
	return post(ctx, w, path, body, func(h *heard, v *channel.Signing) {
		h.signing = v
		if v.Agreement != nil {
			w.channel.agreementNo = v.Agreement.AgreementNo
		}
	})
}

func (w *World) apply(ctx context.Context, e channel.Elements) error {
	c, err := w.at()
	if err != nil {
		return err
	}
	c.earlierSign = c.signNo
	c.signNo = w.NewNumber("sgn")
	c.signed = channel.SigningRequest{MemberNo: c.client.MemberNo, SignNo: c.signNo, PayerRef: w.Payer, Elements: e}
	if c.notifyURL != "" {
		c.signed.NotifyUrl = &c.notifyURL
	}
	return w.signing(ctx, "/v1/signings", c.signed)
}

func applySigning(ctx context.Context) error {
	w := From(ctx)
	return w.apply(ctx, w.elements())
}

// signingApplied is applySigning as something given.
func signingApplied(ctx context.Context) error {
	if err := applySigning(ctx); err != nil {
		return err
	}
	return signingIs(ctx, string(channel.SigningStatusCodeSent))
}

func applyWrong(ctx context.Context, which string) error {
	w := From(ctx)
	e, err := w.wrongElements(which)
	if err != nil {
		return err
	}
	return w.apply(ctx, e)
}

func applyIDType(ctx context.Context, idType string) error {
	w := From(ctx)
	e := w.elements()
	e.IdType = channel.ElementsIdType(idType)
	return w.apply(ctx, e)
}

func repeatSigning(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.signing(ctx, "/v1/signings", c.signed)
}

func repeatSigningWrong(ctx context.Context, which string) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	again := c.signed
	if again.Elements, err = w.wrongElements(which); err != nil {
		return err
	}
	return w.signing(ctx, "/v1/signings", again)
}

func (w *World) querySigning(ctx context.Context, no string) error {
	c, err := w.at()
	if err != nil {
		return err
	}
	return exchange(ctx, w, wire.Message{Method: http.MethodGet, Path: "/v1/signings/" + no, Query: c.memberQuery()},
		func(h *heard, v *channel.Signing) { h.signing = v })
}

func querySigning(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.querySigning(ctx, c.signNo)
}

func queryUnknownSigning(ctx context.Context) error {
	w := From(ctx)
	return w.querySigning(ctx, w.NewNumber("sgn"))
}

func (w *World) bind(ctx context.Context, e channel.Elements, evidence channel.Evidence) error {
	c, err := w.at()
	if err != nil {
		return err
	}
	c.signNo = w.NewNumber("sgn")
	request := channel.BindingRequest{
		MemberNo: c.client.MemberNo, SignNo: c.signNo, PayerRef: w.Payer, Elements: e, Evidence: evidence,
	}
	if c.notifyURL != "" {
		request.NotifyUrl = &c.notifyURL
	}
	return w.signing(ctx, "/v1/bindings", request)
}

func bindVerified(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return w.bind(ctx, w.elements(), channel.Evidence{Kind: channel.PlatformVerified, Reference: w.NewNumber("vrf"), CheckNo: &c.checkNo})
}

func bindUnchecked(ctx context.Context) error {
	w := From(ctx)
	return w.bind(ctx, w.elements(), channel.Evidence{Kind: channel.PlatformVerified, Reference: w.NewNumber("vrf")})
}

// legacy is the evidence of a customer who signed in the old days (T7).
func (w *World) legacy() channel.Evidence {
	signedOn := types.Date{Time: time.Date(2016, 3, 9, 0, 0, 0, 0, time.UTC)}
	return channel.Evidence{Kind: channel.Legacy, Reference: w.NewNumber("old"), SignedOn: &signedOn}
}

func bindLegacy(ctx context.Context) error {
	w := From(ctx)
	return w.bind(ctx, w.elements(), w.legacy())
}

func bindLegacyWrong(ctx context.Context, which string) error {
	w := From(ctx)
	e, err := w.wrongElements(which)
	if err != nil {
		return err
	}
	return w.bind(ctx, e, w.legacy())
}

// cardIsSigned makes a live agreement in the way of the channel's kind.
func cardIsSigned(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	switch {
	case !c.profile.Binds:
		return fmt.Errorf("%s keeps no agreements", c.profile.ChannelId)
	case c.profile.PlatformSms:
		if err := elementsChecked(ctx); err != nil {
			return err
		}
		if err := bindVerified(ctx); err != nil {
			return err
		}
	default:
		if err := signingApplied(ctx); err != nil {
			return err
		}
		if err := confirmWithText(ctx); err != nil {
			return err
		}
	}
	return signingIs(ctx, string(channel.SigningStatusSigned))
}

// cardIsReady does what the channel's kind wants before a charge.
func cardIsReady(ctx context.Context) error {
	c, err := From(ctx).at()
	if err != nil {
		return err
	}
	if c.profile.Binds {
		return cardIsSigned(ctx)
	}
	return elementsChecked(ctx)
}

func signingIs(ctx context.Context, status string) error {
	return From(ctx).signingStanding().is(status)
}

func signingIsBecause(ctx context.Context, status, reason string) error {
	return From(ctx).signingStanding().isBecause(status, reason)
}

// texted gives what the last answer says about an SMS, of a signing or of a charge.
func (w *World) texted() (*channel.SMS, error) {
	var sms *channel.SMS
	switch {
	case w.heard.signing != nil:
		sms = w.heard.signing.Sms
	case w.heard.charge != nil:
		sms = w.heard.charge.Sms
	default:
		return nil, w.unexpected("a signing or a charge")
	}
	if sms == nil {
		return nil, errors.New("the answer says nothing about an SMS")
	}
	return sms, nil
}

func saysWhoTexts(ctx context.Context, sender, about string) error {
	w := From(ctx)
	sms, err := w.texted()
	if err != nil {
		return err
	}
	mobile := w.Card.Elements.Mobile
	switch {
	case string(sms.Sender) != sender || string(sms.About) != about:
		return fmt.Errorf("the answer says that %s texted about %s", sms.Sender, sms.About)
	case sms.MaskedMobile == mobile || len(sms.MaskedMobile) < 4 || sms.MaskedMobile[len(sms.MaskedMobile)-4:] != mobile[len(mobile)-4:]:
		return errors.New("the mobile is not masked down to its last four digits")
	}
	return nil
}

func saysCodeTimes(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	sms, err := w.texted()
	if err != nil {
		return err
	}
	rules := c.profile.Code
	if lives := sms.ExpiresAt.Sub(sms.SentAt); lives != time.Duration(rules.LifetimeSeconds)*time.Second {
		return fmt.Errorf("the code lives for %s, the profile says %d s", lives, rules.LifetimeSeconds)
	}
	if gap := sms.ResendAfter.Sub(sms.SentAt); gap != time.Duration(rules.ResendGapSeconds)*time.Second {
		return fmt.Errorf("the code can be sent again after %s, the profile says %d s", gap, rules.ResendGapSeconds)
	}
	return nil
}

func carriesAgreement(ctx context.Context) error {
	w := From(ctx)
	s := w.heard.signing
	if s == nil {
		return w.unexpected("a signing")
	}
	if s.Agreement == nil || s.Agreement.AgreementNo == "" || s.Agreement.Status != channel.AgreementStatusAgreementActive {
		return errors.New("the answer carries no live agreement")
	}
	return nil
}
