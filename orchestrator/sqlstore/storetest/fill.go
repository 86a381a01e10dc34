package storetest

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"countersign/orchestrator"
)

// filler gives every member of a row a value of its own, so that a column forgotten or exchanged shows.
type filler struct{ count int64 }

// fill sets all members below v.
func (f *filler) fill(t *testing.T, v reflect.Value) {
	t.Helper()
	f.count++
	switch v.Kind() {
	case reflect.String:
		v.SetString("text-" + strconv.FormatInt(f.count, 10))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(f.count)
	case reflect.Uint64:
		v.SetUint(1<<63 + uint64(f.count))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(t, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			f.fillElement(t, v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(noon.Add(time.Duration(f.count))))
			return
		}
		for _, field := range v.Fields() {
			f.fill(t, field)
		}
	default:
		t.Fatalf("a row has a member of kind %s, which the suite cannot fill", v.Kind())
	}
}

// fillElement fills one element of a slice; bytes are single.
func (f *filler) fillElement(t *testing.T, v reflect.Value) {
	t.Helper()
	if v.Kind() == reflect.Uint8 {
		f.count++
		v.SetUint(uint64(f.count % 251))
		return
	}
	f.fill(t, v)
}

// full is a row with every member set.
func full[T any](t *testing.T) T {
	t.Helper()
	var row T
	(&filler{}).fill(t, reflect.ValueOf(&row).Elem())
	return row
}

// same compares what was stored with what came back.
func same[T any](t *testing.T, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("row came back changed:\n got %+v\nwant %+v", got, want)
	}
}

// putBack stores a full row and an empty one and reads them.
func putBack[T any](t *testing.T, store orchestrator.Store, key func(*T) (merchant, id *string),
	insert func(orchestrator.Tx, *T) error, get func(tx orchestrator.Tx, merchant, id string) (T, error),
) {
	t.Helper()
	for _, c := range []struct {
		id  string
		row T
	}{{"full", full[T](t)}, {"empty", *new(T)}} {
		merchant, id := key(&c.row)
		*merchant, *id = "mer_1", c.id
		update(t, store, func(tx orchestrator.Tx) error { return insert(tx, &c.row) })
		view(t, store, func(tx orchestrator.Tx) error {
			got, err := get(tx, "mer_1", c.id)
			same(t, got, c.row)
			return err
		})
	}
}

// roundTrips puts a row of each type in and takes it out.
func roundTrips(t *testing.T, open Opener) {
	store := with(t, open, "mer_1")
	roundTripsOfSettings(t, store)
	roundTripsOfWork(t, store)
	roundTripsOfRecords(t, store)
}

// roundTripsOfSettings covers merchants, channels and what is known of cards.
func roundTripsOfSettings(t *testing.T, store orchestrator.Store) {
	t.Helper()
	merchant := full[orchestrator.Merchant](t)
	merchant.Version = 0
	update(t, store, func(tx orchestrator.Tx) error { return tx.Merchants().Put(&merchant) })
	view(t, store, func(tx orchestrator.Tx) error {
		got, err := tx.Merchants().Get(merchant.ID)
		same(t, got, merchant)
		return err
	})
	putBack(t, store, func(c *orchestrator.ChannelConfig) (*string, *string) {
		c.Version = 0
		return &c.MerchantID, &c.ChannelID
	},
		func(tx orchestrator.Tx, c *orchestrator.ChannelConfig) error { return tx.Channels().Put(c) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.ChannelConfig, error) {
			return tx.Channels().Get(m, id)
		})
	putBack(t, store, func(h *orchestrator.Health) (*string, *string) { h.Version = 0; return &h.MerchantID, &h.ChannelID },
		func(tx orchestrator.Tx, h *orchestrator.Health) error { return tx.Healths().Put(h) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Health, error) { return tx.Healths().Get(m, id) })
	putBack(t, store, func(c *orchestrator.Card) (*string, *string) { return &c.MerchantID, &c.ID },
		func(tx orchestrator.Tx, c *orchestrator.Card) error { return tx.Cards().Insert(c) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Card, error) { return tx.Cards().Get(m, id) })
	putBack(t, store, func(s *orchestrator.Standing) (*string, *string) {
		s.Version, s.CardID = 0, "crd_1"
		return &s.MerchantID, &s.ChannelID
	},
		func(tx orchestrator.Tx, s *orchestrator.Standing) error { return tx.Standings().Put(s) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Standing, error) {
			return tx.Standings().Get(m, "crd_1", id)
		})
}

// roundTripsOfWork covers what moves through states.
func roundTripsOfWork(t *testing.T, store orchestrator.Store) {
	t.Helper()
	putBack(t, store, func(a *orchestrator.Agreement) (*string, *string) { return &a.MerchantID, &a.ID },
		func(tx orchestrator.Tx, a *orchestrator.Agreement) error { return tx.Agreements().Insert(a) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Agreement, error) {
			return tx.Agreements().Get(m, id)
		})
	putBack(t, store, func(c *orchestrator.Check) (*string, *string) { return &c.MerchantID, &c.ID },
		func(tx orchestrator.Tx, c *orchestrator.Check) error { return tx.Checks().Insert(c) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Check, error) { return tx.Checks().Get(m, id) })
	putBack(t, store, func(s *orchestrator.Signing) (*string, *string) { return &s.MerchantID, &s.ID },
		func(tx orchestrator.Tx, s *orchestrator.Signing) error { return tx.Signings().Insert(s) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Signing, error) { return tx.Signings().Get(m, id) })
	putBack(t, store, func(p *orchestrator.Payment) (*string, *string) { return &p.MerchantID, &p.ID },
		func(tx orchestrator.Tx, p *orchestrator.Payment) error { return tx.Payments().Insert(p) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Payment, error) { return tx.Payments().Get(m, id) })
	putBack(t, store, func(a *orchestrator.Attempt) (*string, *string) { a.PaymentID = "full"; return &a.MerchantID, &a.ID },
		func(tx orchestrator.Tx, a *orchestrator.Attempt) error { return tx.Attempts().Insert(a) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Attempt, error) { return tx.Attempts().Get(m, id) })
	putBack(t, store, func(v *orchestrator.Verification) (*string, *string) { return &v.MerchantID, &v.ID },
		func(tx orchestrator.Tx, v *orchestrator.Verification) error { return tx.Verifications().Insert(v) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Verification, error) {
			return tx.Verifications().Get(m, id)
		})
	putBack(t, store, func(n *orchestrator.Notice) (*string, *string) { return &n.MerchantID, &n.ID },
		func(tx orchestrator.Tx, n *orchestrator.Notice) error { return tx.Notices().Insert(n) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Notice, error) { return tx.Notices().Get(m, id) })
}

// roundTripsOfRecords covers what is written once or seldom.
func roundTripsOfRecords(t *testing.T, store orchestrator.Store) {
	t.Helper()
	putBack(t, store, func(d *orchestrator.Decision) (*string, *string) { return &d.MerchantID, &d.ID },
		func(tx orchestrator.Tx, d *orchestrator.Decision) error { return tx.Decisions().Insert(d) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Decision, error) {
			return tx.Decisions().Get(m, id)
		})
	putBack(t, store, func(c *orchestrator.Checkout) (*string, *string) { return &c.MerchantID, &c.ID },
		func(tx orchestrator.Tx, c *orchestrator.Checkout) error { return tx.Checkouts().Insert(c) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Checkout, error) {
			return tx.Checkouts().Get(m, id)
		})
	putBack(t, store, func(s *orchestrator.SyncItem) (*string, *string) { return &s.MerchantID, &s.ID },
		func(tx orchestrator.Tx, s *orchestrator.SyncItem) error { return tx.Syncs().Insert(s) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.SyncItem, error) { return tx.Syncs().Get(m, id) })
	putBack(t, store, func(r *orchestrator.IdempotencyRecord) (*string, *string) {
		r.Operation = "pay"
		return &r.MerchantID, &r.Key
	},
		func(tx orchestrator.Tx, r *orchestrator.IdempotencyRecord) error { return tx.Idempotency().Insert(*r) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.IdempotencyRecord, error) {
			return tx.Idempotency().Get(m, "pay", id)
		})
	putBack(t, store, func(e *orchestrator.Evidence) (*string, *string) { return &e.MerchantID, &e.ID },
		func(tx orchestrator.Tx, e *orchestrator.Evidence) error { return tx.Events().AddEvidence(*e) },
		func(tx orchestrator.Tx, m, id string) (orchestrator.Evidence, error) {
			return tx.Events().Evidence(m, id)
		})
}
