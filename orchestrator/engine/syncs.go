package engine

import (
	"context"
	"errors"
	"strconv"

	"countersign/internal/clock"
	"countersign/orchestrator"
)

// largestSync bounds one batch.
const largestSync = 100

// SyncAgreements brings up to 100 old customers along (T7). Each item carries its evidence and ends for
// itself; one that is still unknown is asked about until evidence comes.
func (e *Engine) SyncAgreements(ctx context.Context, merchantID string, key Key, items []SyncCommand) ([]SyncView, error) {
	if len(items) == 0 || len(items) > largestSync {
		return nil, orchestrator.RefuseField("items", "Between 1 and 100 items are taken at once.")
	}
	if err := e.checkItems(items); err != nil {
		return nil, err
	}
	batchID, err := e.command(ctx, merchantID, "sync_agreements", key, func(w *work) (string, error) {
		batch := w.e.opt.IDs.New("syn_")
		for i, item := range items {
			if err := w.syncItem(batch, item); err != nil {
				return "", ofItem(i, err)
			}
		}
		return batch, nil
	})
	if err != nil {
		return nil, err
	}
	var stored []orchestrator.SyncItem
	err = e.view(ctx, func(tx orchestrator.Tx) (err error) {
		stored, err = tx.Syncs().ByBatch(merchantID, batchID)
		return err
	})
	views := make([]SyncView, 0, len(stored))
	for _, s := range stored {
		views = append(views, SyncView{ItemID: s.ItemID, CardID: s.CardID, Result: s.Result})
	}
	return views, err
}

// checkItems refuses identifiers of a batch that are no such thing.
func (e *Engine) checkItems(items []SyncCommand) error {
	for i, item := range items {
		err := e.checkIdentifiers(named{"item_id", item.ItemID}, named{"payer_id", item.PayerID}, named{"old_reference", item.OldReference})
		if err != nil {
			return ofItem(i, err)
		}
	}
	return nil
}

// ofItem makes a refusal about a member of an item name the item too.
func ofItem(index int, err error) error {
	refusal, ok := errors.AsType[*orchestrator.Error](err)
	if !ok || refusal.Field == "" {
		return err
	}
	placed := *refusal
	placed.Field = "items." + strconv.Itoa(index) + "." + refusal.Field
	return &placed
}

// syncItem stores one item and begins its binding, or its element check where the channel keeps no binding.
func (w *work) syncItem(batch string, cmd SyncCommand) error {
	config, err := w.tx.Channels().Get(w.m.ID, cmd.ChannelID)
	if errors.Is(err, orchestrator.ErrNotFound) {
		return orchestrator.RefuseField("channel_id", "There is no such channel.")
	}
	if err != nil {
		return err
	}
	if cmd.SignedOn > clock.BusinessDay(w.now) { // both are ISO 8601 days
		return orchestrator.RefuseField("signed_on", "Nobody has signed on a day to come.")
	}
	card, err := w.syncCard(cmd)
	if err != nil {
		return err
	}
	item := orchestrator.SyncItem{
		ID: w.e.opt.IDs.New("syn_"), MerchantID: w.m.ID, BatchID: batch, ItemID: cmd.ItemID, PayerID: cmd.PayerID,
		CardID: card.ID, ChannelID: cmd.ChannelID, Result: orchestrator.SyncUnknown, CreatedAt: w.now,
		Legacy: &orchestrator.LegacyEvidence{Reference: cmd.OldReference, SignedOn: cmd.SignedOn},
	}
	imprint := w.e.elementsPrint(cmd.Elements)
	owner := orchestrator.Owner{Kind: orchestrator.OwnerSync, ID: item.ID}
	_, live, err := w.liveAgreement(card.ID, cmd.ChannelID)
	if err != nil {
		return err
	}
	standing, err := w.standing(card.ID, cmd.ChannelID)
	if err != nil {
		return err
	}
	switch {
	case live && card.Confirmed() && card.ElementsPrint == imprint:
		item.Result = orchestrator.SyncBound
	case !config.Profile.Binds && standing.Checked() && card.ElementsPrint == imprint:
		item.Result = orchestrator.SyncElementCheckPassed
		err = w.codeByEvidence(item)
	case !config.Profile.Binds:
		w.keep(item.ID, &cmd.Elements)
		item.CheckID, err = w.newCheck(owner, card, config, imprint)
	default:
		w.keep(item.ID, &cmd.Elements)
		item.SigningID, err = w.legacySigning(owner, card, config, item.Legacy, imprint)
	}
	if err != nil {
		return err
	}
	return w.tx.Syncs().Insert(&item)
}

// syncCard binds the item's card at the platform where it is not bound yet. A known card keeps its elements until those
// of the item were held against the bank's.
func (w *work) syncCard(cmd SyncCommand) (orchestrator.Card, error) {
	if cmd.Elements.Complete() && cmd.PayerID != "" {
		card, err := w.tx.Cards().ByFingerprint(w.m.ID, cmd.PayerID, w.e.fingerprint(cmd.Elements.CardNumber))
		if err == nil {
			return card, nil
		}
	}
	card, _, err := w.bindCard(BindCardCommand{PayerID: cmd.PayerID, Elements: cmd.Elements})
	return card, err
}

// legacySigning begins a binding on the evidence of former days.
func (w *work) legacySigning(owner orchestrator.Owner, card orchestrator.Card, config orchestrator.ChannelConfig,
	evidence *orchestrator.LegacyEvidence, imprint string,
) (string, error) {
	if err := w.nothingRevoking(card.ID, config.ChannelID); err != nil {
		return "", err
	}
	s := orchestrator.Signing{
		ID: w.e.opt.IDs.New("sgn_"), MerchantID: w.m.ID, Owner: owner, PayerID: card.PayerID, CardID: card.ID,
		ChannelID: config.ChannelID, MemberNo: config.MemberNo, SignNo: w.e.opt.IDs.New("sgn_"),
		Method: orchestrator.MethodLegacy, Reason: orchestrator.ReasonFirstSigning, RouteVersion: 1,
		Legacy: evidence, ElementsPrint: imprint, Binding: card.Bindings,
	}
	if err := w.supersede(s); err != nil {
		return "", err
	}
	s, begun := orchestrator.NewSigning(s, orchestrator.SigningBinding, config.Profile, w.now)
	s.ConfirmSent = true
	w.leaseSigning(&s, config)
	if err := w.tx.Signings().Insert(&s); err != nil {
		return "", err
	}
	if err := w.trial(config.ChannelID); err != nil {
		return "", err
	}
	w.add(job{kind: jobBind, id: s.ID, fence: s.Lease.Fence})
	return s.ID, w.record(begun)
}
