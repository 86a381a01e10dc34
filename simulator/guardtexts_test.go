package simulator_test

import (
	"testing"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

func TestNoNumberOrTextOfARequestHoldsACard(t *testing.T) {
	t.Parallel()
	const card = "4111111111111111"
	who := sample.Person(1)
	for field, commands := range map[string][]simulator.Command{
		"order_no": {
			simulator.ApplyCharge{OrderNo: card},
			simulator.QueryCharge{OrderNo: card},
			simulator.CloseCharge{OrderNo: card},
			simulator.ConfirmCharge{OrderNo: card},
			simulator.ResendChargeCode{OrderNo: card},
			simulator.ApplyRefund{OrderNo: card},
		},
		"refund_no":          {simulator.ApplyRefund{RefundNo: card}, simulator.QueryRefund{RefundNo: card}},
		"payer_ref":          {simulator.ApplyCharge{PayerRef: card}, simulator.ApplySigning{Elements: who, PayerRef: card}},
		"agreement_no":       {simulator.ApplyCharge{AgreementNo: card}, simulator.TerminateAgreement{AgreementNo: card}},
		"summary":            {simulator.ApplyCharge{Summary: "card " + card}},
		"notify_url":         {simulator.ApplyCharge{NotifyURL: "http://a/?c=" + card}},
		"check_no":           {simulator.ElementCheck{Elements: who, CheckNo: card}},
		"sign_no":            {simulator.ResendSigningCode{SignNo: card}, simulator.QuerySigning{SignNo: card}},
		"evidence.reference": {simulator.Bind{Elements: who, Evidence: simulator.Evidence{Reference: card}}},
		"items.0.sign_no":    {simulator.BindBatch{Items: []simulator.Bind{{Elements: who, SignNo: card}}}},
		"text":               {simulator.SendSMS{Text: "您的卡 4111 1111 1111 1111"}, simulator.SendWeChat{Text: card}},
		"message_no":         {simulator.SendSMS{MessageNo: card}},
		"merchant":           {simulator.AddMember{Member: simulator.Member{Merchant: card}}},
	} {
		for _, c := range commands {
			s := setStage(t)
			in := s.w.Admit(simulator.Input{Command: c, Request: simulator.Request{Target: "/v1/charges/" + card, Body: []byte(card)}})
			refused, ok := in.Command.(simulator.RefuseRequest)
			if !ok || refused.Problem.Field != field || refused.Problem.Hint == "" || refused.Number != "" {
				t.Errorf("%T %s: %+v", c, field, in.Command)
			}
			if in.Request.Target != "" || in.Request.Body != nil {
				t.Errorf("%T: kept %q %q", c, in.Request.Target, in.Request.Body)
			}
		}
	}
}

func TestWhatLooksLikeACard(t *testing.T) {
	t.Parallel()
	template := sample.Template()
	for text, want := range map[string]bool{
		"4111111111111111": true, "ord-4111111111111111-x": true, "4111_1111_1111_1111": true, "3782 822463 10005": true, "6011111111111117": true,
		"6222021234567890128": true, "6222 0212 3456 7890 128": true, "2223003122003222": true,
		"4111111111111112": false, "20260101120000123": false, "1530374400000000": false, "41111111111111111111": false, "4111110000001115": false,
		"6222020000000001016": false, "2026-01-01 12:00:00.000123": false, "agr_411111111111111": false, "evt_36000000000008": false,
		"M36000000000008": false, "http://127.0.0.1:18080/w/demo": false, "": false,
	} {
		if got := template.NamesForeignCard(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

func BenchmarkAdmit(b *testing.B) {
	w := simulator.NewWorld("wld_1", 1, sample.Start, sample.Template(), nil)
	in := simulator.Input{Command: simulator.ApplyCharge{
		OrderNo: "ord_16x000001", PayerRef: "payer_1", AgreementNo: "agr_12345678901", Summary: "instalment 3 of 12", NotifyURL: "http://127.0.0.1:8080/notify",
	}, Request: simulator.Request{Target: "/v1/charges"}}
	b.ReportAllocs()
	for b.Loop() {
		w.Admit(in)
	}
}
