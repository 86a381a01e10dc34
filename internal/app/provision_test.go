package app

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/memnet"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// at is everything with the durable demo, its ports at hosts of their own.
func at(folder, host string) Config {
	network := &memnet.Network{}
	return Config{
		Simulator:    SimulatorConfig{Protocol: "channels." + host + ":80", Control: "control." + host + ":80"},
		Orchestrator: OrchestratorConfig{Platform: "platform." + host + ":80"},
		Demo:         true, Seed: 7, DataDir: folder,
		Network: Network{Listen: network.Listen, DialContext: network.DialContext},
	}
}

// begin starts an app that ends with the test at the latest.
func begin(t *testing.T, config Config) *App {
	t.Helper()
	running, err := Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close() })
	return running
}

// rows reads what is stored of the demo merchant.
func rows(t *testing.T, a *App) (orchestrator.Merchant, map[string]orchestrator.ChannelConfig) {
	t.Helper()
	var merchant orchestrator.Merchant
	channels := map[string]orchestrator.ChannelConfig{}
	err := a.platform.store.View(t.Context(), func(tx orchestrator.Tx) (err error) {
		if merchant, err = tx.Merchants().Get(DemoMerchant); err != nil {
			return err
		}
		list, err := tx.Channels().List(DemoMerchant)
		for _, c := range list {
			channels[c.ChannelID] = c
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return merchant, channels
}

func TestARestartOnOtherPortsKeepsWhatAnOperatorHasChanged(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	first := begin(t, at(folder, "one.test"))
	operate(t, first)
	merchant, channels := rows(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	second := begin(t, at(folder, "two.test"))
	movedMerchant, movedChannels := rows(t, second)
	if !strings.HasPrefix(movedMerchant.GatewayURL, "http://channels.two.test/") {
		t.Errorf("the gateway has not moved: %s", movedMerchant.GatewayURL)
	}
	if want, got := still(merchant), still(movedMerchant); want != got {
		t.Errorf("merchant\n%s, before the restart\n%s", got, want)
	}
	for id, before := range channels {
		after := movedChannels[id]
		if id == "plain-withhold" && after.BaseURL != "http://operators-own.test/elsewhere" {
			t.Errorf("%s: what the operator pointed elsewhere was moved to %s", id, after.BaseURL)
		}
		if id != "plain-withhold" && !strings.HasPrefix(after.BaseURL, "http://channels.two.test/") {
			t.Errorf("%s has not moved: %s", id, after.BaseURL)
		}
		if want, got := stillAt(before), stillAt(after); want != got {
			t.Errorf("%s\n%s, before the restart\n%s", id, got, want)
		}
	}
}

// operate changes what an operator may change, at the merchant and at channels in every state.
func operate(t *testing.T, a *App) {
	t.Helper()
	to := a.platform.engine
	merchant, channels := rows(t, a)
	gateway := a.demoWorld.Messaging.Token
	if _, err := to.PutMerchant(t.Context(), engine.MerchantCommand{
		ID: DemoMerchant, Name: "Another name", BrandZH: "另一个名字", Token: orchestrator.NewSecret("the-operator-gave-this-token"),
		Routing: orchestrator.RouteFirst, KeepElements: false, Notices: false,
		GatewayURL: merchant.GatewayURL, GatewayToken: orchestrator.NewSecret(gateway),
		WebhookURL: "https://shop.example/hook", WebhookSecret: orchestrator.NewSecret("whsec_" + strings.Repeat("c2VjcmV0", 4)),
	}); err != nil {
		t.Fatal(err)
	}
	states := []orchestrator.ChannelState{
		orchestrator.ChannelRetired, orchestrator.ChannelMaintenance, orchestrator.ChannelDisabled, orchestrator.ChannelEnabled,
	}
	for n, id := range slices.Sorted(maps.Keys(channels)) {
		c := channels[id]
		_, member, _ := a.demoWorld.at(id)
		command := engine.ChannelCommand{
			ChannelID: id, BaseURL: c.BaseURL, MemberNo: c.MemberNo, Keys: member.keys(), Profile: c.Profile, Enabled: true,
			Priority: c.Priority + 10, Fee: orchestrator.Fee{Fixed: 77}, NotifyURL: "https://notify.example/" + id,
			CallTimeout: 3 * time.Second,
		}
		command.Profile.Code.Tries = 9
		if id == "plain-withhold" {
			command.BaseURL = "http://operators-own.test/elsewhere"
		}
		if _, err := to.PutChannel(t.Context(), DemoMerchant, command); err != nil {
			t.Fatal(err)
		}
		if _, err := to.SwitchChannel(t.Context(), DemoMerchant, id, states[n%len(states)]); err != nil {
			t.Fatal(err)
		}
	}
}

// still is what of a merchant a move of ports must not touch.
func still(m orchestrator.Merchant) string {
	m.GatewayURL, m.SealedGateway, m.Version, m.UpdatedAt = "", nil, 0, time.Time{}
	return text(m)
}

// stillAt is what of a channel a move of ports must not touch.
func stillAt(c orchestrator.ChannelConfig) string {
	c.BaseURL, c.SealedKeys, c.Version, c.UpdatedAt = "", nil, 0, time.Time{}
	return text(c)
}

// text is a value in JSON.
func text(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

func TestARestartInPlaceChangesNoRow(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	first := begin(t, at(folder, "one.test"))
	merchant, channels := rows(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, againChannels := rows(t, begin(t, at(folder, "one.test")))
	if text(merchant) != text(again) || text(channels) != text(againChannels) {
		t.Error("rows were written although nothing has moved")
	}
}

func TestANewWorldBringsItsKeysToAStoreThatKnowsTheNumbers(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	if err := begin(t, at(folder, "one.test")).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(folder, worldPart)); err != nil {
		t.Fatal(err)
	}
	running := begin(t, at(folder, "one.test")) // the same seed: the same numbers, and other keys
	if status := applies(t, running); status != "code_required" {
		t.Errorf("a payment is %q, want code_required: the channel did not take the signature", status)
	}
}

func TestAMerchantTokenGivenAnewOpensTheDoor(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	if err := begin(t, at(folder, "one.test")).Close(); err != nil {
		t.Fatal(err)
	}
	given := at(folder, "one.test")
	given.Orchestrator.MerchantToken = NewSecret()
	running := begin(t, given)
	if status := applies(t, running); status != "code_required" {
		t.Errorf("a payment is %q, want code_required", status)
	}
}

// applies binds the demo card and applies for a payment with the merchant's token; it gives the payment's status.
func applies(t *testing.T, a *App) string {
	t.Helper()
	set, err := a.config.fixtures()
	if err != nil {
		t.Fatal(err)
	}
	person, card := set.Demo()
	var bound struct {
		CardID string `json:"card_id"`
	}
	post(t, a, "/v1/cards", map[string]any{"payer_id": "payer-1", "elements": map[string]any{
		"name": person.Name, "id_type": "resident_id", "id_number": person.IDNumber, "card_number": card.Number, "mobile": person.Mobile,
	}}, &bound)
	var payment struct {
		Status string `json:"status"`
	}
	post(t, a, "/v1/payments", map[string]any{
		"merchant_order_no": "order-1", "payer_id": "payer-1", "card_id": bound.CardID, "amount": 1000, "currency": "CNY",
	}, &payment)
	return payment.Status
}

// post sends a request of the merchant and reads the answer.
func post(t *testing.T, a *App, path string, body, into any) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost,
		a.addresses.Platform+path, strings.NewReader(text(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+a.platform.tokens.Merchant.Reveal())
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", "key"+path)
	response, err := a.transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s: %d %s", path, response.StatusCode, answer)
	}
	if err := json.Unmarshal(answer, into); err != nil {
		t.Fatal(err)
	}
}
