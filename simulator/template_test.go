package simulator_test

import (
	"fmt"
	"strings"
	"testing"

	"countersign/internal/cardholder"
	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

func TestUniversesThatContradictThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		spoil func(*simulator.Universe)
		says  string
	}{
		"bank twice":        {func(u *simulator.Universe) { u.Banks = append(u.Banks, u.Banks[0]) }, "listed twice"},
		"BIN without bank":  {func(u *simulator.Universe) { u.BINs[0].Bank = "NONE" }, "not listed"},
		"BIN twice":         {func(u *simulator.Universe) { u.BINs = append(u.BINs, u.BINs[0]) }, "listed twice"},
		"channel twice":     {func(u *simulator.Universe) { u.Channels = append(u.Channels, u.Channels[0]) }, "listed twice"},
		"terms of no bank":  {func(u *simulator.Universe) { u.Channels[0].Banks[0].Bank = "NONE" }, "not listed"},
		"account twice":     {func(u *simulator.Universe) { u.Accounts = append(u.Accounts, u.Accounts[0]) }, "listed twice"},
		"bad window":        {func(u *simulator.Universe) { u.Channels[0].Maintenance = []simulator.Window{{From: "x"}} }, "window"},
		"no algorithm":      {func(u *simulator.Universe) { u.Channels[0].SignatureAlg = "none" }, "signature_alg"},
		"code of 3 digits":  {func(u *simulator.Universe) { u.Channels[0].Code.Length = 3 }, "code length"},
		"no tries":          {func(u *simulator.Universe) { u.Channels[0].Code.Tries = 0 }, "tries"},
		"unknown resend":    {func(u *simulator.Universe) { u.Channels[0].Code.Resend = "maybe" }, "resend"},
		"binds by elements": {func(u *simulator.Universe) { u.Channels[0].ChargeBy = simulator.ByElements }, "by agreement"},
		"negative pause":    {func(u *simulator.Universe) { u.Channels[0].Notification.ScheduleSeconds[0] = -1 }, "pause"},
	} {
		u := sample.Universe()
		row.spoil(&u)
		if _, err := simulator.Compile(u); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: got %v, want something with %q", name, err, row.says)
		}
	}
}

func TestAnAgreementChannelThatBreaksT6IsLoadedAllTheSame(t *testing.T) {
	t.Parallel()
	u := sample.Universe()
	u.Channels[0].Sender = simulator.PartyThirdParty
	if _, err := simulator.Compile(u); err != nil {
		t.Errorf("the harness could not find the breach: %v", err)
	}
}

func TestOnlyTestCardsAreAllowed(t *testing.T) {
	t.Parallel()
	u := sample.Universe()
	u.AllowedCards = []string{"6222021234567890123"}
	template, err := simulator.Compile(u)
	if err != nil {
		t.Fatal(err)
	}
	for number, allowed := range map[string]bool{
		"6222020000000000011": true,
		"6225880000009999":    true,
		"6222021234567890123": true,  // listed by name
		"6222021234567890124": false, // no marker
		"6222020000010000011": false, // marker too short
		"4111110000000011":    false, // no such BIN
		"622202000000001":     false, // wrong length
	} {
		card, err := cardholder.NewCardNumber(number)
		if err != nil {
			t.Fatal(err)
		}
		if template.CardAllowed(card) != allowed {
			t.Errorf("card ending %s: allowed = %v", card.Last4(), !allowed)
		}
	}
}

func TestRealDataAreReplacedBeforeAnythingIsLogged(t *testing.T) {
	t.Parallel()
	foreign := sample.Person(1)
	foreign.CardNumber, _ = cardholder.NewCardNumber("6222021234567890123")
	realID := sample.Person(1)
	realID.IDNumber, _ = cardholder.NewIDNumber("11010519491231002X")
	for name, row := range map[string]struct {
		command simulator.Command
		field   string
	}{
		"element check":   {simulator.ElementCheck{Elements: foreign}, "elements.card_number"},
		"signing":         {simulator.ApplySigning{Elements: foreign}, "elements.card_number"},
		"binding":         {simulator.Bind{Elements: foreign}, "elements.card_number"},
		"charge":          {simulator.ApplyCharge{Elements: foreign}, "elements.card_number"},
		"agreement query": {simulator.QueryAgreement{CardNumber: foreign.CardNumber}, "card_number"},
		"account":         {simulator.PutAccount{Account: simulator.Account{Holder: foreign}}, "elements.card_number"},
		"real ID number":  {simulator.ElementCheck{Elements: realID}, "elements.id_number"},
	} {
		s := setStage(t)
		in := s.w.Admit(simulator.Input{Now: s.now, Command: row.command, Request: simulator.Request{
			ChannelID: sample.WithholdingRaw, MemberNo: memberOf(sample.WithholdingRaw), Body: []byte(`{"card_number":"6222021234567890123"}`),
		}})
		if _, refused := in.Command.(simulator.RefuseRequest); !refused || in.Request.Body != nil {
			t.Fatalf("%s: admitted %T", name, in.Command)
		}
		out := s.w.Step(in)
		wantProblem(t, out, simulator.ProblemInvalidRequest)
		if out.Problem.Field != row.field {
			t.Errorf("%s: field %q", name, out.Problem.Field)
		}
		if rows := s.w.Journal(0, 0); len(rows) != 1 || rows[0].Committed || rows[0].RequestBody() != nil {
			t.Errorf("%s: journal %+v", name, rows)
		}
	}
}

func TestTestDataAreAdmittedUnchanged(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	for _, c := range []simulator.Command{
		simulator.ElementCheck{Elements: sample.Person(1)},
		simulator.ApplyCharge{AgreementNo: "agr_1"},
		simulator.QueryAgreement{AgreementNo: "agr_1"},
		simulator.Tick{},
	} {
		if got := s.w.Admit(simulator.Input{Command: c}); fmt.Sprintf("%T", got.Command) != fmt.Sprintf("%T", c) {
			t.Errorf("%T became %T", c, got.Command)
		}
	}
}

func TestWorldsShareATemplateAndNothingElse(t *testing.T) {
	t.Parallel()
	template := sample.Template()
	one := simulator.NewWorld("wld_1", 1, sample.Start, template, nil)
	two := simulator.NewWorld("wld_2", 2, sample.Start, template, nil)
	card := sample.Person(1).CardNumber
	one.Step(simulator.Input{Now: sample.Start, Command: simulator.ChangeAccount{CardNumber: card, Balance: new(money.Fen(5))}})
	a, _ := one.Account(card)
	b, _ := two.Account(card)
	if a.Balance != 5 || b.Balance != 1_000_000 {
		t.Errorf("balances %d and %d", a.Balance, b.Balance)
	}
}
