package controlapi

import (
	"net/http"

	"countersign/contract/control"
	"countersign/internal/mask"
	"countersign/simulator"
)

// ListDeliveries shows the delivery log.
func (s *Server) ListDeliveries(w http.ResponseWriter, r *http.Request, world control.WorldID, params control.ListDeliveriesParams) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		var log []simulator.DeliveryRecord
		if err := s.config.Engine.Read(world, func(w *simulator.World) { log = w.Deliveries() }); err != nil {
			return nil, err
		}
		limit := usualRows
		if params.Limit != nil {
			limit = *params.Limit
		}
		list := control.DeliveryList{Deliveries: []control.Delivery{}, Cursor: value(params.After)}
		for i := range log {
			d := &log[i]
			if d.Cursor <= value(params.After) {
				continue
			}
			if len(list.Deliveries) == limit {
				break
			}
			list.Cursor = d.Cursor
			if (params.EventId == nil || *params.EventId == d.EventID) && (params.Number == nil || *params.Number == d.Ref) {
				list.Deliveries = append(list.Deliveries, deliveryOf(d))
			}
		}
		return list, nil
	})
}

// deliveryOf is the schema Delivery.
func deliveryOf(d *simulator.DeliveryRecord) control.Delivery {
	made := control.Delivery{
		Cursor: d.Cursor, EventId: d.EventID, Type: control.EventType(d.Type), ChannelId: given(d.ChannelID),
		MemberNo: mask.Number(d.MemberNo), Number: given(mask.Number(d.Ref)), Attempt: d.Attempt, At: d.At.UTC(),
		Variant: showVariant(d.Variant), Copies: d.Copies, Outcome: control.DeliveryOutcome(d.Outcome), Status: given(d.Status),
		PlanId: given(d.PlanID), Cause: given(d.Cause),
	}
	if len(d.Rows) > 0 {
		made.Rows = &d.Rows
	}
	if len(d.Faults) > 0 {
		ids := make([]string, 0, len(d.Faults))
		for _, f := range d.Faults {
			ids = append(ids, f.RuleID)
		}
		made.Faults = &ids
	}
	return made
}

// Redeliver sends a notification once more.
func (s *Server) Redeliver(w http.ResponseWriter, r *http.Request, world control.WorldID, eventID control.ID) {
	s.answer(w, r, http.StatusAccepted, func() (any, error) {
		var wanted control.RedeliverRequest
		if r.ContentLength > 0 {
			var err error
			if wanted, err = read[control.RedeliverRequest](r); err != nil {
				return nil, err
			}
		}
		err := s.do(r.Context(), world, simulator.Redeliver{
			EventID: eventID, Variant: variantOf(wanted.Variant), Copies: value(wanted.Copies),
		})
		return control.RedeliverResult{EventId: eventID}, err
	})
}
