package httpapi

import (
	"fmt"
	"net/http"
	"time"

	"countersign/contract/platform"
	"countersign/internal/httpjson"
	"countersign/orchestrator/engine"
)

// SyncAgreements brings old customers along (T7). One malformed item refuses the whole batch before anything is begun.
func (a *api) SyncAgreements(w http.ResponseWriter, r *http.Request, _ platform.SyncAgreementsParams) {
	a.serve(w, r, func(c *call) (int, any, error) {
		body, err := decode[platform.SyncRequest](c)
		if err != nil {
			return 0, nil, err
		}
		items, err := syncCommands(body.Items)
		if err != nil {
			return 0, nil, err
		}
		views, err := a.options.Engine.SyncAgreements(c.ctx, c.merchantID, c.key, items)
		return http.StatusOK, syncResult(views), err
	})
}

// syncCommands converts the items of a batch; an item's id stands once in it.
func syncCommands(wire []platform.SyncItem) ([]engine.SyncCommand, error) {
	seen := make(map[string]bool, len(wire))
	items := make([]engine.SyncCommand, 0, len(wire))
	for i, item := range wire {
		at := fmt.Sprintf("/items/%d", i)
		if seen[item.ItemId] {
			return nil, httpjson.InvalidField(at+"/item_id", "duplicate", "an item of this batch has the same id")
		}
		seen[item.ItemId] = true
		elements, err := elementsOf(item.Elements, at+"/elements")
		if err != nil {
			return nil, err
		}
		items = append(items, engine.SyncCommand{
			ItemID: item.ItemId, PayerID: item.PayerId, Elements: elements, ChannelID: item.ChannelId,
			OldReference: item.OldReference, SignedOn: item.SignedOn.Format(time.DateOnly),
		})
	}
	return items, nil
}
