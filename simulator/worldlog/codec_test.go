package worldlog

import (
	"bytes"
	"testing"
	"time"

	"countersign/internal/cardholder"
	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// everyCommand is one of each command, with all members set.
func everyCommand(t *testing.T) []simulator.Command {
	t.Helper()
	who := sample.Person(1)
	on, seconds, fen, state := true, 3, money.Fen(5), simulator.CardLost
	at := sample.Start.Add(time.Nanosecond)
	return []simulator.Command{
		simulator.ElementCheck{CheckNo: "c", Elements: who},
		simulator.ApplySigning{SignNo: "s", PayerRef: "p", Elements: who},
		simulator.ResendSigningCode{SignNo: "s"},
		simulator.ConfirmSigning{SignNo: "s", Code: "000001"},
		simulator.QuerySigning{SignNo: "s"},
		simulator.Bind{SignNo: "s", PayerRef: "p", Elements: who, Evidence: simulator.Evidence{Kind: simulator.EvidenceLegacy, Reference: "r", SignedOn: "2016-01-01", CheckNo: "c"}},
		simulator.BindBatch{BatchNo: "b", Items: []simulator.Bind{{SignNo: "s", PayerRef: "p", Elements: who, Evidence: simulator.Evidence{Kind: simulator.EvidenceLegacy, Reference: "r"}}}},
		simulator.QueryBindingBatch{BatchNo: "b"},
		simulator.QueryStatement{Day: "2018-06-06"},
		simulator.QueryAgreementFile{Day: "2018-06-06"},
		simulator.QueryAgreement{AgreementNo: "a", PayerRef: "p", CardNumber: who.CardNumber},
		simulator.TerminateAgreement{AgreementNo: "a"},
		simulator.ApplyCharge{OrderNo: "o", OrderTime: at, Amount: 1, Currency: "CNY", AgreementNo: "a", Elements: who, CheckNo: "c", PayerRef: "p", ExpiresAt: at, NotifyURL: "u", Summary: "x"},
		simulator.ApplyCharge{OrderNo: "o", OrderTime: at, AgreementNo: "a"},
		simulator.QueryCharge{OrderNo: "o", OrderTime: at},
		simulator.CloseCharge{OrderNo: "o", OrderTime: at},
		simulator.ConfirmCharge{OrderNo: "o", OrderTime: at, Code: "000001"},
		simulator.ResendChargeCode{OrderNo: "o", OrderTime: at},
		simulator.ApplyRefund{RefundNo: "r", OrderNo: "o", OrderTime: at, Amount: 1, Currency: "CNY"},
		simulator.QueryRefund{RefundNo: "r"},
		simulator.QueryLimits{},
		simulator.QueryProfile{},
		simulator.SendSMS{About: simulator.AboutPlatformCode, Template: "t", Mobile: who.Mobile, Text: "x", Reference: "r"},
		simulator.SendWeChat{About: simulator.AboutPlatformNotice, Template: "t", OpenID: "o", Text: "x", Reference: "r"},
		simulator.RefuseRequest{Problem: simulator.Problem{Code: simulator.ProblemTooFrequent, Field: "f", Detail: "d", RetryAfter: time.Second}},
		simulator.AddMember{Member: simulator.Member{MemberNo: "M1", ChannelID: "c", Merchant: "i", MerchantName: "m", NotifyURL: "u", Keys: simulator.MemberKeys{
			Alg: "HS256", Request: simulator.Key{KID: "1", Private: []byte{1}, Public: []byte{2}}, Reply: simulator.Key{KID: "2", Private: []byte{3}, Public: []byte{4}},
		}}},
		simulator.PutAccount{Account: simulator.Account{Holder: who, Balance: 5, State: simulator.CardFrozen, DebitNotice: true}},
		simulator.ChangeAccount{CardNumber: who.CardNumber, Balance: &fen, State: &state, DebitNotice: &on, Mobile: &who.Mobile, Name: &who.Name},
		simulator.ChangeAccount{CardNumber: who.CardNumber},
		simulator.RotateKeys{MemberNo: "M1", OverlapSeconds: 5, Keys: simulator.MemberKeys{
			Alg: "HS256", Request: simulator.Key{KID: "3", Private: []byte{1}, Public: []byte{2}}, Reply: simulator.Key{KID: "4", Private: []byte{3}, Public: []byte{4}},
		}},
		simulator.ChangeBank{Bank: "b", SettleAfterSeconds: &seconds, SMSDelaySeconds: &seconds},
		simulator.SwitchChannel{ChannelID: "c", Maintenance: &on, Retired: &on},
		simulator.ChangeProfile{ChannelID: "c", Profile: sample.Universe().Channels[0]},
		simulator.CancelAtBank{AgreementNo: "a", CardNumber: who.CardNumber, ChannelID: "c"},
		simulator.ForgetAgreement{ChannelID: "c", CardNumber: who.CardNumber},
		simulator.AddFault{Rule: simulator.FaultRule{ID: "f", Fault: "slow", Operation: simulator.OpCharge, Operations: []simulator.Operation{simulator.OpCharge}, Point: simulator.PointBank, When: simulator.When{ChannelID: "c", MemberNo: "m", OrderNo: "o", CardLast4: "0001", Amount: 1, Nth: 2, Every: 3, Permille: 4}, Times: 5, ExpiresAt: at, Reason: simulator.ReasonCardLost, DelayMS: 6000, Copies: 7}},
		simulator.RemoveFault{ID: "f"},
		simulator.SwitchFault{ID: "f", Off: true},
		simulator.ChangeSettings{
			Temper: simulator.TemperHostile, Oddities: &simulator.OddityRates{"sms_lost": 5}, MagicOff: &on,
			Budget: &simulator.FaultBudget{PerWorld: &seconds, PerNumber: &seconds},
		},
		simulator.Redeliver{EventID: "e", Variant: simulator.VariantReplay, Copies: 2},
		simulator.AddNotificationPlan{Plan: simulator.NotificationPlan{
			Match: simulator.When{OrderNo: "o"}, Times: 2, Order: simulator.OrderBeforeAnswer, ThenSchedule: true,
			Sendings: []simulator.PlannedSending{{AfterMS: 5, Copies: 2, Variant: simulator.VariantStale, IgnoreAck: true}},
		}},
		simulator.RemoveNotificationPlan{ID: "npl_1"},
		simulator.Delivered{EventID: "e", Attempt: 2, Acknowledged: true, Status: 200},
		simulator.Delivered{EventID: "e", Attempt: 3, Refused: "a link-local address"},
		simulator.LoadState{State: simulator.State{ID: "w", Seed: 1, Now: at, Channels: []simulator.ChannelState{{ChannelID: "c", Retired: true}}}},
		simulator.ResetWorld{},
		simulator.Tick{},
	}
}

func TestEveryCommandSurvivesTheLog(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, command := range everyCommand(t) {
		in := simulator.Input{Now: sample.Start, Command: command, Resumed: simulator.PointReceived, Request: simulator.Request{
			ChannelID: "c", MemberNo: "m", Method: "POST", Target: "/t?q", JTI: "j", Signature: "valid",
		}}
		text, err := encodeInput(in)
		if err != nil {
			t.Fatalf("%T: %v", command, err)
		}
		back, err := decodeInput(text)
		if err != nil || !sameInput(in, back) {
			t.Errorf("%T: %v\n%s", command, err, text)
		}
		seen[nameOf(command)] = true
	}
	for name := range codecs {
		if !seen[name] {
			t.Errorf("command %s is not tried here", name)
		}
	}
}

func TestACommandWithoutACodecIsNotLost(t *testing.T) {
	t.Parallel()
	if _, err := encodeInput(simulator.Input{Command: stranger{}}); err == nil {
		t.Error("written without a codec")
	}
}

// stranger is a command the log does not know.
type stranger struct{}

// Operation names the command.
func (stranger) Operation() simulator.Operation { return simulator.OpControl }

// sameInput compares inputs; cards by content.
func sameInput(a, b simulator.Input) bool {
	left, errLeft := encodeInput(a)
	right, errRight := encodeInput(b)
	return errLeft == nil && errRight == nil && bytes.Equal(left, right) && revealAll(a) == revealAll(b)
}

// revealAll lists the personal data of commands that have some.
func revealAll(in simulator.Input) string {
	all := func(e cardholder.FourElements) string {
		return e.Name.Reveal() + e.IDNumber.Reveal() + e.CardNumber.Reveal() + e.Mobile.Reveal() + string(e.IDType)
	}
	switch c := in.Command.(type) {
	case simulator.ElementCheck:
		return all(c.Elements)
	case simulator.ApplySigning:
		return all(c.Elements)
	case simulator.Bind:
		return all(c.Elements)
	case simulator.ApplyCharge:
		return all(c.Elements)
	case simulator.PutAccount:
		return all(c.Account.Holder)
	case simulator.QueryAgreement:
		return c.CardNumber.Reveal()
	case simulator.CancelAtBank:
		return c.CardNumber.Reveal()
	case simulator.ForgetAgreement:
		return c.CardNumber.Reveal()
	case simulator.SendSMS:
		return c.Mobile.Reveal()
	}
	return ""
}
