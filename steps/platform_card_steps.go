package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/oapi-codegen/runtime/types"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/contract/platform"
)

// platformCardSteps are about the card at the platform: binding it once, verifying it, taking it away,
// bringing old customers along.
func platformCardSteps() []Step {
	return []Step{
		{`the payer binds the card with somebody else's (name|ID number|card number|mobile)`, bindWrong},
		{`the payer binds the card with ID type ` + reWord, bindIDType},
		{`the payer binds the card again`, bindAgain},
		{`the payer takes the card away`, unbindCard},
		{`the platform keeps no elements of the card`, keepsNoElements},
		{`the payer verifies the card`, applyVerification},
		{`the payer has verified the card at ` + reLetter, verifiedAt},
		{`the card is verified`, cardVerified},
		{`the agreement at ` + reLetter + ` is terminated there`, terminatedThere},
		{reLetter + ` loses the agreement`, losesAgreement},
		{`the card has ` + reNumber + ` live agreements?`, liveAgreements},
		{reLetter + ` keeps ` + reNumber + ` live agreements?`, liveAgreementsAt},
		{`the merchant brings the card along, signed in former days at ` + reLetter, syncCard},
		{`the merchant brings the card along, signed in former days at ` + reLetter + `, with somebody else's (name|ID number|card number|mobile)`, syncWrong},
		{`the card is brought along as ` + reWord, syncIs},
	}
}

func platformElements(e channel.Elements) platform.Elements {
	return platform.Elements{
		Name: e.Name, IdType: platform.ElementsIdType(e.IdType), IdNumber: e.IdNumber, CardNumber: e.CardNumber, Mobile: e.Mobile,
	}
}

// elementsTyped are the elements as the payer gives them to the platform.
func (w *World) elementsTyped(s *platformState) platform.Elements {
	if s.typed != nil {
		return *s.typed
	}
	return platformElements(w.elements())
}

// openID is the payer's WeChat id.
func (w *World) openID() string { return "wx-" + strings.ToLower(w.prefix) }

// bindCard binds the card at the platform; the payer types the four elements here and never again (T10).
func bindCard(ctx context.Context) error {
	w := From(ctx)
	s := platformNote(w)
	openID := w.openID()
	return w.postPlatform(ctx, "/v1/cards", platform.BindCardRequest{
		PayerId: w.Payer, Elements: w.elementsTyped(s), OpenId: &openID,
	}, keepCard)
}

// bound binds the card unless it is bound.
func (w *World) bound(ctx context.Context) (*platformState, error) {
	s, err := w.atPlatform(ctx)
	if err != nil || s.card != nil {
		return s, err
	}
	if err := bindCard(ctx); err != nil {
		return nil, err
	}
	if s.card == nil {
		return nil, s.unexpected("a card that is bound")
	}
	return s, nil
}

func bindWrong(ctx context.Context, which string) error {
	w := From(ctx)
	e, err := w.wrongElements(which)
	if err != nil {
		return err
	}
	typed := platformElements(e)
	platformNote(w).typed = &typed
	return bindCard(ctx)
}

func bindIDType(ctx context.Context, idType string) error {
	w := From(ctx)
	typed := platformElements(w.elements())
	typed.IdType = platform.ElementsIdType(idType)
	platformNote(w).typed = &typed
	return bindCard(ctx)
}

// bindAgain binds the card with the elements that are the card's own.
func bindAgain(ctx context.Context) error {
	s := platformNote(From(ctx))
	s.typed, s.card = nil, nil
	if err := bindCard(ctx); err != nil {
		return err
	}
	if s.card == nil {
		return s.unexpected("a card that is bound")
	}
	return nil
}

func keepsNoElements(ctx context.Context) error {
	w := From(ctx)
	s, err := w.bound(ctx)
	if err != nil {
		return err
	}
	err = w.ask(ctx, s, platformRequest{method: http.MethodGet, path: "/v1/cards/" + s.card.CardId, keep: keepCard})
	if err == nil && s.card.ElementsKept {
		return errors.New("the card shows kept elements")
	}
	return err
}

func unbindCard(ctx context.Context) error {
	w := From(ctx)
	s, err := w.bound(ctx)
	if err != nil {
		return err
	}
	return w.ask(ctx, s, platformRequest{method: http.MethodDelete, path: "/v1/cards/" + s.card.CardId, keep: keepCard})
}

func applyVerification(ctx context.Context) error {
	w := From(ctx)
	s, err := w.bound(ctx)
	if err != nil {
		return err
	}
	r := platform.VerificationRequest{PayerId: w.Payer, CardId: s.card.CardId}
	if w.forgets() {
		e := w.elementsTyped(s)
		r.Elements = &e
	}
	return w.postPlatform(ctx, "/v1/verifications", r, keepVerification)
}

// forgets tells whether the merchant keeps no elements, so that they go along.
func (w *World) forgets() bool { return platformNote(w).setup.ForgetElements }

// verifiedAt verifies the card at one channel, in the way of its kind.
func verifiedAt(ctx context.Context, letter string) error {
	w := From(ctx)
	return w.only(ctx, letter, func() error {
		if err := applyVerification(ctx); err != nil {
			return err
		}
		if err := giveCodes(ctx); err != nil {
			return err
		}
		return cardVerified(ctx)
	})
}

func cardVerified(ctx context.Context) error {
	s := platformNote(From(ctx))
	if s.proof == nil || s.answer.problem != nil {
		return s.unexpected("a verification")
	}
	if s.proof.Status != platform.VerificationVerified {
		return fmt.Errorf("the verification is %s", s.proof.Status)
	}
	return nil
}

// terminatedThere is the merchant itself, by another hand than the platform's.
func terminatedThere(ctx context.Context, letter string) error {
	w := From(ctx)
	w.pardon("charged_after_termination") // the platform cannot know of it
	c, err := platformNote(w).named(letter)
	if err != nil {
		return err
	}
	if err := w.useChannel(c.sim); err != nil {
		return err
	}
	live, err := w.liveAt(ctx, c.sim.ChannelId)
	if err != nil {
		return err
	}
	if len(live) == 0 {
		return fmt.Errorf("channel %s keeps no live agreement", letter)
	}
	err = post(ctx, w, "/v1/agreements/"+live[0].AgreementNo+"/terminate", channel.MemberRequest{MemberNo: w.channel.client.MemberNo},
		func(h *heard, v *channel.Agreement) { h.agreement = v })
	if err == nil && w.heard.agreement == nil {
		return w.unexpected("an agreement")
	}
	return err
}

func losesAgreement(ctx context.Context, letter string) error {
	w := From(ctx)
	c, err := platformNote(w).named(letter)
	if err != nil {
		return err
	}
	r, err := w.suite.control.ForgetAgreementWithResponse(ctx, w.Sim.WorldId, c.sim.ChannelId, control.ForgetRequest{CardNumber: w.Card.Elements.CardNumber})
	return Done(r, err)
}

// liveAt lists the live agreements of the card at a channel, as they really are.
func (w *World) liveAt(ctx context.Context, channelID string) ([]control.TruthAgreement, error) {
	truth, err := w.Truth(ctx)
	if err != nil {
		return nil, err
	}
	var live []control.TruthAgreement
	for _, a := range truth.Agreements {
		if a.ChannelId == channelID && a.CardLast4 == w.last4() && a.Status == string(channel.AgreementStatusAgreementActive) {
			live = append(live, a)
		}
	}
	return live, nil
}

func liveAgreementsAt(ctx context.Context, letter string, n int) error {
	w := From(ctx)
	c, err := platformNote(w).named(letter)
	if err != nil {
		return err
	}
	live, err := w.liveAt(ctx, c.sim.ChannelId)
	if err == nil && len(live) != n {
		return fmt.Errorf("channel %s keeps %d live agreements, not %d", letter, len(live), n)
	}
	return err
}

// liveAgreements asks the platform, which tells them without channels (T11).
func liveAgreements(ctx context.Context, n int) error {
	w := From(ctx)
	s, err := w.bound(ctx)
	if err != nil {
		return err
	}
	var list *platform.CardAgreements
	err = w.ask(ctx, s, platformRequest{
		method: http.MethodGet, path: "/v1/cards/" + s.card.CardId + "/agreements",
		keep: func(_ *platformState, body []byte) (err error) {
			list, err = read[platform.CardAgreements](body)
			return err
		},
	})
	if err != nil {
		return err
	}
	if list == nil {
		return s.unexpected("the card's agreements")
	}
	live := 0
	for _, a := range list.Agreements {
		if a.Status == "active" {
			live++
		}
	}
	if live != n {
		return fmt.Errorf("the platform tells of %d live agreements, not %d", live, n)
	}
	return nil
}

func syncCard(ctx context.Context, letter string) error {
	w := From(ctx)
	return w.syncAt(ctx, letter, platformElements(w.elements()))
}

func syncWrong(ctx context.Context, letter, which string) error {
	w := From(ctx)
	e, err := w.wrongElements(which)
	if err != nil {
		return err
	}
	return w.syncAt(ctx, letter, platformElements(e))
}

// syncAt brings one old customer along (T7).
func (w *World) syncAt(ctx context.Context, letter string, e platform.Elements) error {
	s, err := w.atPlatform(ctx)
	if err != nil {
		return err
	}
	c, err := s.named(letter)
	if err != nil {
		return err
	}
	item := platform.SyncItem{
		ItemId: w.NewNumber("item"), PayerId: w.Payer, Elements: e, ChannelId: c.sim.ChannelId,
		OldReference: w.NewNumber("old"), SignedOn: types.Date{Time: time.Date(2016, 3, 9, 0, 0, 0, 0, time.UTC)},
	}
	return w.postPlatform(ctx, "/v1/agreements/sync", platform.SyncRequest{Items: []platform.SyncItem{item}}, keepSync)
}

func syncIs(ctx context.Context, result string) error {
	s := platformNote(From(ctx))
	if s.sync == nil || s.answer.problem != nil {
		return s.unexpected("the result of a sync")
	}
	if len(s.sync.Items) != 1 {
		return errors.New("the result has not one item")
	}
	if got := string(s.sync.Items[0].Result); got != result {
		return fmt.Errorf("the card is brought along as %s, not %s", got, result)
	}
	return nil
}
