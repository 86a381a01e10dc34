package sqlstore

import (
	"testing"
	"time"

	o "countersign/orchestrator"
)

func TestARowThatCannotBeDecodedIsPutOffLikeAnyOther(t *testing.T) {
	t.Parallel()
	store, _, err := OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	at := time.Date(2026, 1, 5, 2, 0, 0, 0, time.UTC)
	s := o.Signing{MerchantID: "mer_1", ID: "sgn_1", PayerID: "p", CardID: "c", ChannelID: "ch", SignNo: "sgn_1", DueAt: at}
	err = store.Update(t.Context(), func(tx o.Tx) error { return tx.Signings().Insert(&s) })
	if err != nil {
		t.Fatal(err)
	}
	err = store.Update(t.Context(), func(each o.Tx) error {
		_, err := each.(*tx).exec("UPDATE signings SET legacy_json = 'no document'")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = store.Update(t.Context(), func(tx o.Tx) error {
		if _, err := tx.Signings().Get("mer_1", "sgn_1"); err == nil {
			t.Error("the row can be read")
		}
		refs, err := tx.Dues().Due("mer_1", at, 1)
		if err != nil || len(refs) != 1 {
			t.Fatalf("due: %v, %v", refs, err)
		}
		return tx.Dues().PutOff(refs[0], at.Add(time.Minute))
	})
	if err != nil {
		t.Fatal(err)
	}
	err = store.View(t.Context(), func(tx o.Tx) error {
		next, _, err := tx.Dues().Next("mer_1")
		if !next.Equal(at.Add(time.Minute)) {
			t.Errorf("next due at %v", next)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
