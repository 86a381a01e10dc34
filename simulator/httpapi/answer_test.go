package httpapi

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"countersign/contract/channel"
	"countersign/internal/httpjson"
	"countersign/simulator"
)

func TestTheHandWrittenChargeIsTheOneOfTheContract(t *testing.T) {
	t.Parallel()
	sms := &simulator.SMSView{
		Sender: simulator.PartyBank, About: simulator.AboutPayment, MaskedMobile: "138****0001", Seq: 2,
		SentAt: start, ExpiresAt: start.Add(time.Minute), ResendAfter: start.Add(1500 * time.Millisecond),
	}
	for name, c := range map[string]simulator.ChargeView{
		"succeeded": {OrderNo: "ord_0001", OrderTime: start, Status: simulator.ChargeSucceeded, Amount: 1234, FinishedAt: start.Add(time.Nanosecond), Refunded: 12},
		"declined":  {OrderNo: "ord_0001", OrderTime: start, Status: simulator.ChargeDeclined, Reason: simulator.ReasonCardLost, Amount: 1, FinishedAt: start},
		"tombstone": {OrderNo: "ord_0001", OrderTime: start.In(time.FixedZone("", 8*3600)), Status: simulator.ChargeClosed},
		"code":      {OrderNo: "ord_0001", OrderTime: start, Status: simulator.ChargeCodeRequired, Amount: 99999999999, TriesLeft: 5, SMS: sms},
	} {
		var got channel.Charge
		if err := httpjson.DecodeStrict(appendCharge(nil, &c), &got); err != nil {
			t.Fatalf("%s: %v in %s", name, err, appendCharge(nil, &c))
		}
		if want := chargeOf(&c); !reflect.DeepEqual(&got, want) {
			a, _ := json.Marshal(got)
			b, _ := json.Marshal(want)
			t.Errorf("%s: got %s, want %s", name, a, b)
		}
	}
}
