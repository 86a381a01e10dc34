package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"countersign/contract/control"
	"countersign/contract/platform"
	"countersign/contract/testclock"
	"countersign/internal/app"
	"countersign/internal/jointclock"
)

// shop is a merchant's shop beside a whole app, with the clocks of both sides.
type shop struct {
	t       *testing.T
	running *app.App
	demo    app.Demo
	clocks  *jointclock.Clocks
	calls   atomic.Int64
}

// ask sends a call to any port and reads the answer.
func (s *shop) ask(method, url string, token app.Secret, body, answer any) int {
	s.t.Helper()
	text := ""
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		text = string(raw)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, url, strings.NewReader(text))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token.Reveal())
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Idempotency-Key", fmt.Sprintf("\"key-%d\"", s.calls.Add(1)))
	}
	response, err := s.running.Transport().RoundTrip(request)
	if err != nil {
		s.t.Error(err)
		return 0
	}
	defer func() { _ = response.Body.Close() }()
	if answer != nil && response.StatusCode < http.StatusMultipleChoices {
		if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
			s.t.Error(err)
		}
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		text, _ := io.ReadAll(response.Body)
		s.t.Errorf("%s %s: %d %s", method, url, response.StatusCode, text)
	}
	return response.StatusCode
}

// merchant asks the platform.
func (s *shop) merchant(method, path string, body, answer any) int {
	s.t.Helper()
	return s.ask(method, s.running.Addresses().Platform+path, s.demo.MerchantToken, body, answer)
}

// world asks the control plane about the demo world.
func (s *shop) world(method, path string, body, answer any) {
	s.t.Helper()
	if status := s.ask(method, s.running.Addresses().Control+"/v1/worlds/"+app.DemoWorld+path, "", body, answer); status >= 300 {
		s.t.Fatalf("%s %s: %d", method, path, status)
	}
}

// pay makes a payment and lets time pass until it is answered.
func (s *shop) pay(order, payer, card string, fen int64, present bool) platform.Payment {
	s.t.Helper()
	answered := make(chan platform.Payment, 1)
	go func() {
		var made platform.Payment
		s.merchant(http.MethodPost, "/v1/payments", map[string]any{
			"merchant_order_no": order, "payer_id": payer, "card_id": card, "amount": fen, "currency": "CNY", "payer_present": present,
		}, &made)
		answered <- made
	}()
	s.underWay(func() bool { return len(answered) > 0 })
	for {
		select {
		case made := <-answered:
			return made
		default:
		}
		if _, err := s.clocks.Settle(s.t.Context(), func() bool { return len(answered) > 0 }); err != nil {
			s.t.Fatal(err)
		}
		if len(answered) == 0 {
			if _, err := s.clocks.Next(s.t.Context()); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

// underWay waits until the platform is at work on a call, or the call is done: time that passed before it began would make it late.
func (s *shop) underWay(done func() bool) {
	for !done() {
		if at, err := (merchantClock{s}).Read(s.t.Context()); err != nil || at.Open > 0 || at.Busy > 0 {
			return
		}
	}
}

// worldClock and merchantClock are the two clocks as sides of a joint step.
type worldClock struct{ *shop }

type merchantClock struct{ *shop }

func (s worldClock) Read(context.Context) (jointclock.Reading, error) {
	var at control.ClockState
	s.world(http.MethodGet, "/clock", nil, &at)
	return jointclock.Reading{Name: "simulator", Now: at.Now, Next: at.NextDue, Activity: at.Activity, Busy: at.Busy, Parked: at.Parked}, nil
}

func (s worldClock) Set(_ context.Context, to time.Time) ([]string, error) {
	drain := 0
	s.world(http.MethodPost, "/clock", control.ClockSet{To: &to, DrainMs: &drain}, &control.ClockState{})
	return nil, nil
}

func (s merchantClock) path() string {
	return s.running.Addresses().PlatformControl + "/v1/merchants/" + app.DemoMerchant + "/clock"
}

func (s merchantClock) Read(context.Context) (jointclock.Reading, error) {
	var at testclock.ClockState
	s.ask(http.MethodGet, s.path(), s.demo.OperatorToken, nil, &at)
	return jointclock.Reading{Name: "orchestrator", Now: at.Now, Next: at.NextDue, Activity: at.Activity, Busy: at.Busy, Open: at.OpenCalls}, nil
}

func (s merchantClock) Set(_ context.Context, to time.Time) ([]string, error) {
	s.ask(http.MethodPost, s.path(), s.demo.OperatorToken, map[string]time.Time{"to": to}, &testclock.ClockState{})
	return nil, nil
}

// openShop starts everything, binds the payer's card and signs it by a first payment.
func openShop(t *testing.T) (s *shop, payer, card string) {
	t.Helper()
	running := start(t, inMemory())
	demo, err := running.Demo()
	if err != nil {
		t.Fatal(err)
	}
	s = &shop{t: t, running: running, demo: demo}
	sides := []jointclock.Side{merchantClock{s}, worldClock{s}}
	s.clocks = &jointclock.Clocks{
		Sides: func() []jointclock.Side { return sides }, Strangers: true, Stride: 150 * time.Second,
	}
	var world control.World
	s.world(http.MethodGet, "", nil, &world)
	e := world.People[0].Elements
	var bound platform.Card
	payer = "payer-1"
	s.merchant(http.MethodPost, "/v1/cards", map[string]any{"payer_id": payer, "elements": map[string]any{
		"name": e.Name, "id_type": e.IdType, "id_number": e.IdNumber, "card_number": e.CardNumber, "mobile": e.Mobile,
	}}, &bound)
	card = bound.CardId
	first := s.pay("order-first", payer, card, 8800, true)
	if err := s.clocks.Pass(t.Context(), 5*time.Second); err != nil {
		t.Fatal(err)
	}
	var inbox control.Inbox
	s.world(http.MethodGet, "/inbox", nil, &inbox)
	if len(inbox.Messages) == 0 || inbox.Messages[0].Code == nil {
		t.Fatalf("payment %+v, no code", first)
	}
	s.merchant(http.MethodPost, "/v1/payments/"+first.PaymentId+"/confirm", map[string]string{"code": *inbox.Messages[0].Code}, &first)
	if first.Status != platform.PaymentSucceeded {
		t.Fatalf("first payment: %+v", first)
	}
	return s, payer, card
}

// However hostile the channels, what the platform says it took is what the bank moved.
func TestInAHostileWorldLedgerAndBooksAreEqualToTheFen(t *testing.T) {
	t.Parallel()
	s, payer, card := openShop(t)
	hostile, calm := control.Hostile, control.OddityRates{"key_rotation": 0} // the platform is told new keys by people
	s.world(http.MethodPatch, "", control.WorldChange{Temper: &hostile, Oddities: &calm}, nil)
	const payments = 200
	made := make([]platform.Payment, 0, payments)
	for i := range payments {
		made = append(made, s.pay(fmt.Sprintf("order-%04d", i), payer, card, int64(100+i), false))
		if err := s.clocks.Pass(t.Context(), 10*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.clocks.Pass(t.Context(), 3*time.Hour); err != nil {
		t.Fatal(err)
	}
	books, unknown := int64(8800), 0
	for _, p := range made {
		var now platform.Payment
		s.merchant(http.MethodGet, "/v1/payments/"+p.PaymentId, nil, &now)
		switch now.Status {
		case platform.PaymentSucceeded:
			books += now.Amount
		case platform.PaymentProcessing:
			unknown++
		default:
		}
	}
	var truth control.Truth
	s.world(http.MethodGet, "/truth", nil, &truth)
	ledger, debits := int64(0), map[string]int{}
	for _, entry := range truth.Ledger {
		if entry.Kind != control.LedgerEntryKindDebit {
			ledger -= entry.Amount
			continue
		}
		ledger += entry.Amount
		if debits[entry.OrderNo]++; debits[entry.OrderNo] > 1 {
			t.Errorf("order %s was debited twice", entry.OrderNo)
		}
	}
	var faults control.FaultList
	s.world(http.MethodGet, "/faults", nil, &faults)
	strikes := 0
	for _, f := range faults.Faults {
		strikes += f.Hits
	}
	if ledger != books || unknown > 0 || strikes < payments || len(debits) < payments/2 {
		t.Errorf("ledger %d fen, books %d fen, %d payments without an end, %d strikes", ledger, books, unknown, strikes)
	}
	t.Logf("%d strikes, %d debits, %d fen", strikes, len(debits), ledger)
}
