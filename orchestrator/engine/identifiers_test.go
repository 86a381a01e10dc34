package engine_test

import (
	"errors"
	"testing"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// wantField holds a refusal against the member it is to name.
func (r *rig) wantField(err error, field string) {
	r.t.Helper()
	refusal, ok := errors.AsType[*orchestrator.Error](err)
	if !ok || refusal.Code != orchestrator.CodeInvalidRequest || refusal.Field != field {
		r.t.Errorf("refused with %v, want a refusal of %s", err, field)
	}
}

// What lies open in the store, in its log and in stories is never somebody's number.
func TestIdentifiersAreNobodysNumbers(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	for name, number := range map[string]string{
		"card": "6222020000000010", "card in groups": "6222-0200-0000-0010", "card inside": "order-6222020000000010",
		"ID": "99000019900101001X", "mobile": "13800000001",
	} {
		if name == "ID" {
			number = r.elements.IDNumber.Reveal()
		}
		if name != "ID" && name != "mobile" {
			number = withLuhn(number)
		}
		_, err := r.engine.BindCard(t.Context(), merchantID, engine.Key{}, engine.BindCardCommand{PayerID: number, Elements: r.elements})
		r.wantField(err, "payer_id")
		_, err = r.engine.BindCard(t.Context(), merchantID, engine.Key{}, engine.BindCardCommand{PayerID: "p", OpenID: number, Elements: r.elements})
		r.wantField(err, "open_id")
		_, err = r.engine.BindCard(t.Context(), merchantID, engine.Key{Value: number}, engine.BindCardCommand{PayerID: "p", Elements: r.elements})
		r.wantField(err, engine.FieldKey)
		_, err = r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command(number))
		r.wantField(err, "merchant_order_no")
		command := r.command("order-1")
		command.PayerID = number
		_, err = r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, command)
		r.wantField(err, "payer_id")
		if name != "mobile" {
			command = r.command("order-1")
			command.Summary = "第" + number + "号"
			_, err = r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, command)
			r.wantField(err, "summary")
		}
		_, err = r.engine.SyncAgreements(t.Context(), merchantID, engine.Key{}, []engine.SyncCommand{
			{ItemID: "i1", PayerID: "p", Elements: r.elements, ChannelID: "a", OldReference: "ref", SignedOn: "2016-05-01"},
			{ItemID: "i2", PayerID: "p", Elements: r.elements, ChannelID: "a", OldReference: number, SignedOn: "2016-05-01"},
		})
		r.wantField(err, "items.1.old_reference")
	}
}

func TestPlainNumbersAreIdentifiers(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	for _, number := range []string{
		"7", "10001", "20261123000001", "1234567890123456", "4111111111111111" /* no bank that is known here */, "12800000001",
		"0f8fad5b-d9cb-469f-a165-70867728950e", "138000000011",
	} {
		_, err := r.engine.BindCard(t.Context(), merchantID, engine.Key{Value: number}, engine.BindCardCommand{PayerID: number, Elements: r.elements})
		if err != nil {
			t.Errorf("%s: %v", number, err)
		}
	}
}

// withLuhn puts the right last digit behind a number.
func withLuhn(text string) string {
	sum, twice := 0, true
	for i := len(text) - 2; i >= 0; i-- {
		if text[i] < '0' || text[i] > '9' {
			continue
		}
		digit := int(text[i] - '0')
		if twice {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum, twice = sum+digit, !twice
	}
	return text[:len(text)-1] + string(rune('0'+(10-sum%10)%10))
}

func TestARefusedItemOfABatchIsNamed(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	good := engine.SyncCommand{ItemID: "i1", PayerID: "p", Elements: r.elements, ChannelID: "a", OldReference: "ref", SignedOn: "2016-05-01"}
	nowhere, tomorrow := good, good
	nowhere.ChannelID, tomorrow.SignedOn = "b", start.AddDate(0, 0, 1).Format("2006-01-02")
	_, err := r.engine.SyncAgreements(t.Context(), merchantID, engine.Key{}, []engine.SyncCommand{good, nowhere})
	r.wantField(err, "items.1.channel_id")
	_, err = r.engine.SyncAgreements(t.Context(), merchantID, engine.Key{}, []engine.SyncCommand{tomorrow})
	r.wantField(err, "items.0.signed_on")
}
