// Package storetest is what every implementation of orchestrator.Store owes its callers, as tests. An
// implementation runs it with a function that opens an empty store.
package storetest

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"countersign/orchestrator"
)

// Opener opens an empty store and closes it when the test ends.
type Opener func(t *testing.T) orchestrator.Store

// Run runs the whole suite.
func Run(t *testing.T, open Opener) {
	t.Helper()
	for _, group := range []struct {
		name string
		run  func(*testing.T, Opener)
	}{
		{"every member of a row comes back", roundTrips},
		{"merchants are kept apart", isolation},
		{"unique promises hold", uniqueness},
		{"versions compare and set", versions},
		{"transactions are whole", transactions},
		{"queries answer in order", queries},
		{"cards taken away and open work are found", cardQueries},
		{"due rows are found", dueRows},
		{"a due row that cannot be begun is put off", putOff},
		{"events only grow", eventLog},
		{"many writers at once", concurrency},
	} {
		t.Run(group.name, func(t *testing.T) { t.Parallel(); group.run(t, open) })
	}
}

// noon is a moment in the middle of the suite's time.
var noon = time.Date(2018, 6, 6, 4, 0, 0, 123456789, time.UTC)

// update runs a transaction that must succeed.
func update(t *testing.T, store orchestrator.Store, fn func(orchestrator.Tx) error) {
	t.Helper()
	if err := store.Update(context.Background(), fn); err != nil {
		t.Fatalf("update: %v", err)
	}
}

// refuse runs a transaction that must fail with the error.
func refuse(t *testing.T, store orchestrator.Store, want error, fn func(orchestrator.Tx) error) {
	t.Helper()
	if err := store.Update(context.Background(), fn); !errors.Is(err, want) {
		t.Fatalf("update: got error %v, want %v", err, want)
	}
}

// view runs a view that must succeed.
func view(t *testing.T, store orchestrator.Store, fn func(orchestrator.Tx) error) {
	t.Helper()
	if err := store.View(context.Background(), fn); err != nil {
		t.Fatalf("view: %v", err)
	}
}

// with opens a store that has the merchants, on the system's clock.
func with(t *testing.T, open Opener, merchants ...string) orchestrator.Store {
	t.Helper()
	store := open(t)
	update(t, store, func(tx orchestrator.Tx) error {
		for _, id := range merchants {
			row := orchestrator.Merchant{ID: id, TokenHash: "hash-" + id, Clock: orchestrator.ClockSystem}
			if err := tx.Merchants().Put(&row); err != nil {
				return err
			}
		}
		return nil
	})
	return store
}

// payment is a payment of a merchant, told apart by a number.
func payment(merchant string, n int) orchestrator.Payment {
	no := strconv.Itoa(n)
	return orchestrator.Payment{
		MerchantID: merchant, ID: "pay_" + no, MerchantOrderNo: "order-" + no, PayerID: "payer", CardID: "crd_1",
		Amount: 1999, Status: orchestrator.PaymentProcessing, CreatedAt: noon.Add(time.Duration(n) * time.Second),
	}
}

// attempt is a live attempt of a payment.
func attempt(merchant, paymentID string, n int) orchestrator.Attempt {
	no := strconv.Itoa(n)
	return orchestrator.Attempt{
		MerchantID: merchant, ID: "att_" + no, PaymentID: paymentID, PayerID: "payer", CardID: "crd_1",
		ChannelID: "bridge-pay", MemberNo: "M" + merchant, OrderNo: "ord_" + no, OrderTime: noon.Add(time.Duration(n) * time.Hour),
		Amount: 1999, State: orchestrator.AttemptSending,
	}
}

// signing is an open signing of the payer's card at a channel.
func signing(merchant string, n int) orchestrator.Signing {
	no := strconv.Itoa(n)
	return orchestrator.Signing{
		MerchantID: merchant, ID: "sgn_" + no, PayerID: "payer", CardID: "crd_1", ChannelID: "bridge-pay",
		Owner: orchestrator.Owner{Kind: orchestrator.OwnerPayment, ID: "pay_1"}, MemberNo: "M" + merchant, SignNo: "sign-" + no,
		State: orchestrator.SigningCodeSentState, SMSCount: n, CreatedAt: noon.Add(time.Duration(n) * time.Minute),
	}
}

// agreement is an active agreement of the payer's card.
func agreement(merchant string, n int) orchestrator.Agreement {
	no := strconv.Itoa(n)
	return orchestrator.Agreement{
		MerchantID: merchant, ID: "agr_" + no, PayerID: "payer", CardID: "crd_1", ChannelID: "bridge-pay",
		MemberNo: "M" + merchant, AgreementNo: "no-" + no, State: orchestrator.AgreementActive, SignedAt: noon.Add(time.Duration(n) * time.Minute),
	}
}

// card is a bound card of the payer.
func card(merchant string, n int) orchestrator.Card {
	no := strconv.Itoa(n)
	return orchestrator.Card{
		MerchantID: merchant, ID: "crd_" + no, PayerID: "payer", State: orchestrator.CardBound, Fingerprint: "print",
	}
}
