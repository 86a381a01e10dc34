package sqlstore

import (
	"fmt"

	o "countersign/orchestrator"
)

var (
	eventTable = newTable("events", 1, nil, func(e *o.Event) []field {
		return []field{
			{"seq", &e.Seq},
			{"merchant_id", &e.MerchantID},
			{"reference", &e.Reference},
			{"subject", &e.Subject},
			{"subject_id", &e.SubjectID},
			{"channel_id", &e.ChannelID},
			{"actor", &e.Actor},
			{"name", &e.Name},
			{"old", &e.Old},
			{"new", &e.New},
			{"cause", &e.Cause},
			{"evidence_id", &e.EvidenceID},
			{"fence", &e.Fence},
			{"at", instant{&e.At}},
		}
	})
	eventsOfReference = eventTable.query("WHERE merchant_id = ? AND reference = ? ORDER BY seq")

	evidenceTable = newTable("evidence", 2, nil, func(e *o.Evidence) []field {
		return []field{
			{"merchant_id", &e.MerchantID},
			{"id", &e.ID},
			{"channel_id", &e.ChannelID},
			{"operation", &e.Operation},
			{"number", &e.Number},
			{"proof", &e.Proof},
			{"code", &e.Code},
			{"detail", &e.Detail},
			{"wire_status", &e.Wire.Status},
			{"wire_digest", &e.Wire.Digest},
			{"wire_masked", blob{&e.Wire.Masked}},
			{"at", instant{&e.At}},
		}
	})
)

// events is orchestrator.Events.
type events struct{ tx *tx }

// Events answers the tables of events and evidence, which triggers keep from change.
func (t *tx) Events() o.Events { return events{t} }

// Append stores events and gives each its Seq, one higher than any before it. Rolled back numbers may come
// again; kept ones never do.
func (e events) Append(added ...o.Event) error {
	for i := range added {
		values := eventTable.arguments(&added[i])
		values[0] = nil // SQLite counts
		seq, err := e.tx.insert(eventTable.insert, values)
		if err != nil {
			return fmt.Errorf("insert into events: %w", err)
		}
		added[i].Seq = seq
	}
	return nil
}

// ByReference answers the events of one payment, verification or sync item in order.
func (e events) ByReference(merchantID, reference string) ([]o.Event, error) {
	return rows[o.Event]{e.tx, eventTable}.many(eventsOfReference, merchantID, reference)
}

// AddEvidence stores what was seen.
func (e events) AddEvidence(row o.Evidence) error {
	return rows[o.Evidence]{e.tx, evidenceTable}.add(&row)
}

// Evidence answers what was seen.
func (e events) Evidence(merchantID, id string) (o.Evidence, error) {
	return rows[o.Evidence]{e.tx, evidenceTable}.Get(merchantID, id)
}
