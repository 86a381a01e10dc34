package sample

import (
	"bytes"
	"fmt"
	"time"

	"countersign/internal/cardholder"
	"countersign/internal/clock"
	"countersign/internal/money"
	"countersign/simulator"
)

// Player drives a world through accidental but sensible traffic: signings, codes
// right and wrong, charges, repeats, refunds, closes, faults, time. What it does
// next it asks Choose, so that a seed or a property test decides.
type Player struct {
	World  *simulator.World
	Choose func(n int) int // 0..n-1
	Inputs []simulator.Input

	now        time.Time
	serial     int
	agreements map[string][]string // by channel
	signings   []placed
	charges    []placedCharge
	deliveries []simulator.Delivery
}

// placed is a signing somewhere.
type placed struct{ channel, no string }

// placedCharge is a charge somewhere.
type placedCharge struct {
	channel string
	apply   simulator.ApplyCharge
}

// NewPlayer makes a member at each channel of a new world and is ready to play.
func NewPlayer(w *simulator.World, choose func(n int) int) *Player {
	p := &Player{World: w, Choose: choose, now: w.Now(), agreements: map[string][]string{}}
	for _, c := range Channels() {
		p.step(simulator.Input{Command: simulator.AddMember{Member: simulator.Member{
			MemberNo: "M-" + c.ChannelID, ChannelID: c.ChannelID, MerchantName: "晨星借贷", Keys: keys(c.SignatureAlg),
		}}})
	}
	return p
}

// keys are keys of the right lengths, which nobody signs with.
func keys(alg string) simulator.MemberKeys {
	private := simulator.KeyBytes(bytes.Repeat([]byte{1}, 32))
	key := simulator.Key{KID: "sample", Private: private, Public: private}
	if alg == "EdDSA" {
		key.Private = bytes.Repeat([]byte{1}, 64)
	}
	return simulator.MemberKeys{Alg: alg, Request: key, Reply: key}
}

// Play makes so many moves.
func (p *Player) Play(moves int) {
	for range moves {
		p.move()
	}
}

// step steps and remembers the input.
func (p *Player) step(in simulator.Input) simulator.Outcome {
	in.Now = p.now
	in = p.World.Admit(in)
	p.Inputs = append(p.Inputs, in)
	out := p.World.Step(in)
	for _, effect := range out.Effects {
		if effect.Kind == simulator.EffectDeliver {
			p.deliveries = append(p.deliveries, *effect.Delivery)
		}
	}
	return out
}

// do steps a command of a channel's member, with a jti of its own or, now and
// then, one used before.
func (p *Player) do(channel string, c simulator.Command) simulator.Outcome {
	p.serial++
	jti := fmt.Sprint("jti-", p.serial)
	if p.Choose(20) == 0 {
		jti = fmt.Sprint("jti-", p.serial-1)
	}
	return p.step(simulator.Input{Command: c, Request: simulator.Request{
		ChannelID: channel, MemberNo: "M-" + channel, Method: "POST", Target: "/v1", JTI: jti, Signature: "valid",
	}})
}

// move makes one move.
func (p *Player) move() {
	moves := []func(){
		p.sign, p.sign, p.confirm, p.confirm, p.confirm, p.charge, p.charge, p.charge, p.repeat,
		p.confirmCharge, p.close, p.refund, p.fault, p.plan, p.deliver, p.disturb, p.pass, p.pass, p.ask,
	}
	moves[p.Choose(len(moves))]()
}

// channel picks a channel.
func (p *Player) channel() string {
	all := Channels()
	return all[p.Choose(len(all))].ChannelID
}

// who picks a person and his name as a payer.
func (p *Player) who() (cardholder.FourElements, string) {
	n := 1 + p.Choose(3)
	if n == 3 {
		return CMBPerson(3), "payer-3"
	}
	return Person(n), fmt.Sprint("payer-", n)
}

func (p *Player) sign() {
	p.serial++
	channel, no := p.channel(), fmt.Sprint("sgn_", p.serial)
	who, payer := p.who()
	if channel == BindingPlatform {
		p.do(channel, simulator.ElementCheck{CheckNo: "chk_" + no, Elements: who})
		p.keep(channel, p.do(channel, simulator.Bind{SignNo: no, PayerRef: payer, Elements: who, Evidence: simulator.Evidence{
			Kind: simulator.EvidencePlatformVerified, Reference: "vrf",
		}}))
		return
	}
	p.keep(channel, p.do(channel, simulator.ApplySigning{
		SignNo: no, PayerRef: payer, Elements: who, NotifyURL: []string{"", "http://127.0.0.1/s"}[p.Choose(2)],
	}))
	p.signings = append(p.signings, placed{channel, no})
}

// keep remembers an agreement.
func (p *Player) keep(channel string, out simulator.Outcome) {
	if out.Signing != nil && out.Signing.Agreement != nil {
		p.agreements[channel] = append(p.agreements[channel], out.Signing.Agreement.AgreementNo)
	}
}

// code picks a code from the inbox, mostly the newest.
func (p *Player) code() string {
	found := p.World.Messages(simulator.MessageFilter{WithCode: true})
	if len(found) == 0 {
		return "000000"
	}
	back := max(p.Choose(6)-3, 0)
	return found[max(len(found)-1-back, 0)].Code
}

func (p *Player) confirm() {
	if len(p.signings) == 0 {
		return
	}
	back := max(p.Choose(4)-2, 0)
	s := p.signings[max(len(p.signings)-1-back, 0)]
	if p.Choose(8) == 0 {
		p.do(s.channel, simulator.ResendSigningCode{SignNo: s.no})
	}
	p.keep(s.channel, p.do(s.channel, simulator.ConfirmSigning{SignNo: s.no, Code: p.code()}))
}

func (p *Player) charge() {
	p.serial++
	channel := p.channel()
	who, payer := p.who()
	c := simulator.ApplyCharge{
		OrderNo: fmt.Sprint("ord_", p.serial), OrderTime: p.now, Amount: money.Fen(1 + p.Choose(30_000)),
		Currency: money.Currency, PayerRef: payer, ExpiresAt: p.now.Add(time.Minute), NotifyURL: "http://127.0.0.1/n",
	}
	if known := p.agreements[channel]; len(known) > 0 {
		c.AgreementNo = known[p.Choose(len(known))]
	}
	if channel == WithholdingRaw || channel == WithholdingPlatform {
		c.Elements, c.AgreementNo = who, ""
	}
	p.charges = append(p.charges, placedCharge{channel, c})
	p.do(channel, c)
}

// some picks a charge, mostly a recent one; false if there is none.
func (p *Player) some() (placedCharge, bool) {
	if len(p.charges) == 0 {
		return placedCharge{}, false
	}
	return p.charges[max(len(p.charges)-1-p.Choose(5), 0)], true
}

func (p *Player) repeat() {
	if c, ok := p.some(); ok {
		c.apply.Amount += money.Fen(p.Choose(2))
		p.do(c.channel, c.apply)
	}
}

func (p *Player) confirmCharge() {
	if c, ok := p.some(); ok {
		p.do(c.channel, simulator.ConfirmCharge{OrderNo: c.apply.OrderNo, OrderTime: c.apply.OrderTime, Code: p.code()})
	}
}

func (p *Player) close() {
	if c, ok := p.some(); ok {
		no := c.apply.OrderNo
		if p.Choose(3) == 0 {
			p.serial++
			no = fmt.Sprint("ord_", p.serial)
		}
		p.do(c.channel, simulator.CloseCharge{OrderNo: no, OrderTime: c.apply.OrderTime})
	}
}

func (p *Player) refund() {
	if c, ok := p.some(); ok {
		p.serial++
		p.do(c.channel, simulator.ApplyRefund{
			RefundNo: fmt.Sprint("rfd_", p.serial-p.Choose(2)), OrderNo: c.apply.OrderNo, OrderTime: c.apply.OrderTime,
			Amount: 1 + money.Fen(p.Choose(int(c.apply.Amount)+1)), Currency: money.Currency,
		})
	}
}

func (p *Player) fault() {
	if p.Choose(4) == 0 {
		p.step(simulator.Input{Command: simulator.RemoveFault{}})
		return
	}
	rules := []simulator.FaultRule{
		{Fault: "withhold_reply"},
		{Fault: "hang", Operation: simulator.OpCharge},
		{Fault: "slow", DelayMS: 7000},
		{Fault: "maintenance"},
		{Fault: "notification_drop"},
		{Fault: "notification_duplicate"},
		{Fault: "notification_late", DelayMS: 60000},
		{Fault: "decline", Operation: simulator.OpCharge, Reason: simulator.ReasonRiskRefused},
		{Fault: "withhold_reply", Point: simulator.PointReceived, Operation: simulator.OpCharge},
		{Fault: "bank_silent"},
		{Fault: "bank_reverses", DelayMS: 90_000},
		{Fault: "late_debit", DelayMS: 90_000},
		{Fault: "partial_debit", Amount: money.Fen(1 + p.Choose(40_000))},
		{Fault: "agreement_revoked"},
		{Fault: "code_unrecorded"},
		{Fault: "code_leading_zero"},
		{Fault: "sms_late", DelayMS: 4000, JitterMS: 4000},
		{Fault: "sms_lose"},
		{Fault: "sms_duplicate"},
		{Fault: "sms_reorder"},
		{Fault: "key_rotate", DelayMS: 60_000},
	}
	rule := rules[p.Choose(len(rules))]
	rule.Times, rule.When.Permille = 1+p.Choose(3), 1+p.Choose(500)
	p.step(simulator.Input{Command: simulator.AddFault{Rule: rule}})
}

func (p *Player) deliver() {
	if len(p.deliveries) == 0 {
		return
	}
	d := p.deliveries[0]
	p.deliveries = p.deliveries[1:]
	p.step(simulator.Input{Command: simulator.Delivered{
		EventID: d.Event.EventID, Attempt: d.Attempt, Acknowledged: p.Choose(3) > 0, Status: 200,
	}})
}

// disturb changes something at a bank or channel.
func (p *Player) disturb() {
	who, _ := p.who()
	states := []simulator.CardState{simulator.CardNormal, simulator.CardNormal, simulator.CardFrozen}
	state := states[p.Choose(len(states))]
	seconds, on := p.Choose(2)*3, p.Choose(3) == 0
	commands := []simulator.Command{
		simulator.ChangeAccount{CardNumber: who.CardNumber, State: &state},
		simulator.ChangeBank{Bank: "ICBC", SettleAfterSeconds: &seconds, SMSDelaySeconds: &seconds},
		simulator.SwitchChannel{ChannelID: p.channel(), Maintenance: &on},
		simulator.CancelAtBank{CardNumber: who.CardNumber},
		simulator.ChangeProfile{ChannelID: AgreementBank, Profile: p.otherRules()},
		simulator.SendSMS{
			MessageNo: fmt.Sprint("msg_", p.Choose(10)), About: simulator.AboutPlatformCode, Mobile: who.Mobile, Text: "验证码012345",
		},
	}
	p.step(simulator.Input{Command: commands[p.Choose(len(commands))]})
}

// otherRules is the first channel's profile with other rules for codes.
func (p *Player) otherRules() simulator.Profile {
	profile := Channels()[0]
	profile.Code.Tries, profile.Code.Length = 1+p.Choose(3), 4+p.Choose(3)
	return profile
}

func (p *Player) pass() {
	steps := []time.Duration{time.Second, 5 * time.Second, time.Minute, 10 * time.Minute, 5 * time.Hour}
	p.now = p.now.Add(steps[p.Choose(len(steps))])
	p.step(simulator.Input{Command: simulator.Tick{}})
}

// ask queries something.
func (p *Player) ask() {
	if c, ok := p.some(); ok {
		p.do(c.channel, simulator.QueryCharge{OrderNo: c.apply.OrderNo, OrderTime: c.apply.OrderTime})
	}
	who, payer := p.who()
	p.do(p.channel(), simulator.QueryAgreement{PayerRef: payer, CardNumber: who.CardNumber})
	p.do(p.channel(), simulator.QueryStatement{Day: clock.BusinessDay(p.now.Add(-24 * time.Hour))})
	p.do(p.channel(), simulator.QueryAgreementFile{Day: clock.BusinessDay(p.now.Add(-24 * time.Hour))})
}
