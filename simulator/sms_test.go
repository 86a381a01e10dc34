package simulator_test

import (
	"strings"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

func TestSMSSayWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	s, c := codeCharge(t)
	s.do(sample.CodeEveryPayment, confirmCharge(c, s.code(simulator.AboutPayment)))
	s.do(sample.AgreementThirdParty, apply("sgn_third"))
	texts := map[string]string{}
	for _, m := range s.w.Messages(simulator.MessageFilter{}) {
		texts[m.ChannelID+"/"+string(m.About)] = m.Text
	}
	for key, row := range map[string]struct{ has, lacks []string }{
		sample.CodeEveryPayment + "/signing":    {[]string{"【工商银行】", "签约", "尾号0001", "5分钟"}, []string{"支付验证码", "元", merchant}},
		sample.CodeEveryPayment + "/payment":    {[]string{"【示例付】", "支付验证码", "123.45元", "尾号0001", "5分钟"}, []string{"签约", merchant}},
		sample.AgreementThirdParty + "/signing": {[]string{"【示例付】", "签约", merchant}, []string{"支付验证码", "元"}},
	} {
		text := texts[key]
		for _, word := range row.has {
			if !strings.Contains(text, word) {
				t.Errorf("%s lacks %q: %s", key, word, text)
			}
		}
		for _, word := range row.lacks {
			if strings.Contains(text, word) {
				t.Errorf("%s has %q: %s", key, word, text)
			}
		}
	}
}

func TestTheCodeStandsFirstAndIsTheExtractedOne(t *testing.T) {
	t.Parallel()
	s, _ := codeCharge(t)
	for _, m := range s.w.Messages(simulator.MessageFilter{WithCode: true}) {
		_, rest, _ := strings.Cut(m.Text, "】")
		if !strings.HasPrefix(rest, m.Code+"，") {
			t.Errorf("code %q in %s", m.Code, m.Text)
		}
	}
}

func TestAChannelWithoutABrandSignsWithAName(t *testing.T) {
	t.Parallel()
	u := sample.Universe()
	u.Channels[0].SMSBrandZH, u.Channels[1].SMSBrandZH = "", ""
	template, err := simulator.Compile(u)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, now: sample.Start, w: simulator.NewWorld("wld_test", 7, sample.Start, template, nil)}
	for _, channel := range []string{sample.AgreementBank, sample.AgreementThirdParty} {
		s.control(simulator.AddMember{Member: simulator.Member{MemberNo: memberOf(channel), ChannelID: channel}})
		s.do(channel, apply("sgn_1"))
	}
	got := s.w.Messages(simulator.MessageFilter{To: sample.Mobile(1), Medium: simulator.MediumSMS})
	if len(got) != 2 || got[0].Brand != "工商银行" || got[1].Brand != "示例渠道" || strings.Contains(got[0].Text, "开通快捷") {
		t.Errorf("got %+v", got)
	}
	if third := s.w.Messages(simulator.MessageFilter{Sender: simulator.PartyThirdParty}); len(third) != 1 {
		t.Errorf("by sender: %+v", third)
	}
}

func TestOnlySubscribersGetTheBanksDebitNotice(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 12_345))
	s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(2), 12_345))
	got := s.w.Messages(simulator.MessageFilter{About: simulator.AboutDebitNotice})
	if len(got) != 1 || got[0].To.Reveal() != sample.Mobile(2) || got[0].From != "ICBC" || got[0].Code != "" {
		t.Fatalf("notices: %+v", got)
	}
	for _, word := range []string{"【工商银行】", "06月06日12:00", "123.45元", "376.55元", "尾号0002"} {
		if !strings.Contains(got[0].Text, word) {
			t.Errorf("lacks %q: %s", word, got[0].Text)
		}
	}
}

func TestADeclinedChargeBringsNoDebitNotice(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	wantCharge(t, s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(2), 50_001)), simulator.ChargeDeclined, simulator.ReasonInsufficientBalance)
	if len(s.w.Messages(simulator.MessageFilter{})) != 0 {
		t.Error("a notice went out")
	}
}

func TestABanksSMSMayTakeAWhile(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.control(simulator.ChangeBank{Bank: "ICBC", SMSDelaySeconds: new(20)})
	s.do(sample.AgreementBank, apply("sgn_1"))
	s.pass(19 * time.Second)
	if len(s.w.Messages(simulator.MessageFilter{})) != 0 {
		t.Fatal("arrived early")
	}
	out := s.pass(time.Second)
	got := s.w.Messages(simulator.MessageFilter{})
	if len(got) != 1 || !got[0].At.Equal(s.now) || len(out.Effects) != 2 {
		t.Fatalf("got %+v, effects %+v", got, out.Effects)
	}
	wantSigning(t, s.do(sample.AgreementBank, confirm("sgn_1", got[0].Code)), simulator.SigningSigned, "")
}

func TestThePlatformsGatewaysReachTheHandset(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	sms := s.control(simulator.SendSMS{
		About: simulator.AboutPlatformCode, Mobile: mobile(t, 1), Text: "【晨星】您的验证码是 004211，5分钟内有效", Reference: "vrf_1",
	})
	s.control(simulator.SendWeChat{About: simulator.AboutPlatformNotice, OpenID: "open-1", Text: "扣款123456元成功", Reference: "pay_1"})
	if sms.MessageID != "msg_1" {
		t.Errorf("message id %q", sms.MessageID)
	}
	code := s.w.Messages(simulator.MessageFilter{Mobile: sample.Mobile(1), About: simulator.AboutPlatformCode})
	if len(code) != 1 || code[0].Code != "004211" || code[0].Ref != "vrf_1" || code[0].Sender != simulator.PartyPlatform {
		t.Errorf("sms: %+v", code)
	}
	chat := s.w.Messages(simulator.MessageFilter{OpenID: "open-1"})
	if len(chat) != 1 || chat[0].Medium != simulator.MediumWeChat || chat[0].Code != "" {
		t.Errorf("wechat: %+v", chat)
	}
	if got := s.w.Messages(simulator.MessageFilter{After: 1}); len(got) != 1 || got[0].Cursor != 2 {
		t.Errorf("after the cursor: %+v", got)
	}
	wantProblem(t, s.w.Step(simulator.Input{Now: s.now, Command: simulator.SendSMS{About: simulator.AboutSigning, Text: "x"}}), simulator.ProblemInvalidRequest)
	wantProblem(t, s.w.Step(simulator.Input{Now: s.now, Command: simulator.SendSMS{About: simulator.AboutPlatformCode}}), simulator.ProblemInvalidRequest)
}
