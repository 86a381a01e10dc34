package routing_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"countersign/internal/money"
	"countersign/orchestrator"
	"countersign/orchestrator/routing"
)

var now = time.Date(2026, 1, 5, 4, 0, 0, 0, time.UTC)

// channel makes a candidate that takes ICBC debit cards.
func channel(id string, kind orchestrator.ChannelKind, fee money.Fen) routing.Candidate {
	p := orchestrator.ChannelProfile{
		ChannelID: id, Kind: kind, Binds: true, ChargeBy: orchestrator.ChargeByAgreement,
		Banks: []orchestrator.BankSupport{{Bank: "ICBC", CardTypes: []string{"debit"}}},
	}
	switch kind {
	case orchestrator.KindWithholdingRaw:
		p.Binds, p.ChargeBy = false, orchestrator.ChargeByElements
	case orchestrator.KindWithholdingPlatform:
		p.Binds, p.PlatformSMS, p.ChargeBy = false, true, orchestrator.ChargeByElements
	case orchestrator.KindBindingPlatform:
		p.PlatformSMS = true
	case orchestrator.KindCodeEveryPayment:
		p.CodeOnEveryPayment = true
	}
	return routing.Candidate{Config: orchestrator.ChannelConfig{
		ChannelID: id, Profile: p, State: orchestrator.ChannelEnabled, Priority: 100, Fee: orchestrator.Fee{Fixed: fee},
	}}
}

func request() routing.Request {
	return routing.Request{
		Policy: orchestrator.SilentFirst, PayerPresent: true, Amount: 10000, Bank: "ICBC", CardType: "debit", Now: now, ElementsAtHand: true,
	}
}

func agreement(channel string, state orchestrator.AgreementState) orchestrator.Agreement {
	return orchestrator.Agreement{ID: "agr_" + channel, ChannelID: channel, State: state, SignedAt: now.Add(-time.Hour)}
}

func why(t *testing.T, d orchestrator.Decision, id string) string {
	t.Helper()
	for _, c := range d.Candidates {
		if c.ChannelID == id {
			return c.Why
		}
	}
	t.Fatalf("%s is not in the decision", id)
	return ""
}

func TestEligibleMeansAllOfIt(t *testing.T) {
	t.Parallel()
	limits := func(l orchestrator.Limits) func(*routing.Candidate) {
		return func(c *routing.Candidate) { c.Config.Profile.Banks[0].Limits = l }
	}
	for _, c := range []struct {
		want  string
		spoil func(*routing.Candidate)
	}{
		{orchestrator.WhyDisabled, func(c *routing.Candidate) { c.Config.State = orchestrator.ChannelDisabled }},
		{orchestrator.WhyRetired, func(c *routing.Candidate) { c.Config.State = orchestrator.ChannelRetired }},
		{orchestrator.WhyMaintenance, func(c *routing.Candidate) { c.Config.State = orchestrator.ChannelMaintenance }},
		{orchestrator.WhyMaintenance, func(c *routing.Candidate) {
			c.Config.Profile.Maintenance = []orchestrator.Window{{From: now, To: now.Add(1)}}
		}},
		{orchestrator.WhyBest, func(c *routing.Candidate) {
			c.Config.Profile.Maintenance = []orchestrator.Window{{From: now.Add(-1), To: now}}
		}},
		{orchestrator.WhyBreakerOpen, func(c *routing.Candidate) { c.Health.OpenUntil = now.Add(1) }},
		{orchestrator.WhyBest, func(c *routing.Candidate) { c.Health.OpenUntil = now }},
		{orchestrator.WhyBank, func(c *routing.Candidate) { c.Config.Profile.Banks[0].Bank = "CCB" }},
		{orchestrator.WhyCardType, func(c *routing.Candidate) { c.Config.Profile.Banks[0].CardTypes = []string{"credit"} }},
		{orchestrator.WhyLimitSingle, limits(orchestrator.Limits{Single: 9999})},
		{orchestrator.WhyBest, limits(orchestrator.Limits{Single: 10000})},
		{orchestrator.WhyLimitDaily, func(c *routing.Candidate) {
			limits(orchestrator.Limits{Daily: 20000})(c)
			c.UsedToday = 10001
		}},
		{orchestrator.WhyBest, func(c *routing.Candidate) {
			limits(orchestrator.Limits{Daily: 20000})(c)
			c.UsedToday = 10000
		}},
		{orchestrator.WhyLimitMonthly, func(c *routing.Candidate) {
			limits(orchestrator.Limits{Monthly: 20000})(c)
			c.UsedMonth = 10001
		}},
		{orchestrator.WhyLimitCount, func(c *routing.Candidate) {
			limits(orchestrator.Limits{DailyCount: 2})(c)
			c.CountToday = 2
		}},
		{orchestrator.WhyBest, func(c *routing.Candidate) {
			limits(orchestrator.Limits{DailyCount: 2})(c)
			c.CountToday = 1
		}},
	} {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			one := channel("a", orchestrator.KindAgreementBank, 10)
			c.spoil(&one)
			d := routing.Choose(request(), []routing.Candidate{one})
			if got := why(t, d, "a"); got != c.want {
				t.Errorf("why is %s, want %s", got, c.want)
			}
			if (d.Chosen == "a") != (c.want == orchestrator.WhyBest) || (d.Chosen == "") != (d.Failure == orchestrator.FailureNoChannel) {
				t.Errorf("chosen %q, failure %q", d.Chosen, d.Failure)
			}
		})
	}
}

func TestOrderAmongEligible(t *testing.T) {
	t.Parallel()
	a, b := channel("a", orchestrator.KindAgreementBank, 10), channel("b", orchestrator.KindAgreementBank, 10)
	cases := []struct {
		name   string
		change func(a, b *routing.Candidate)
		chosen string
		loser  string
	}{
		{"cheaper wins", func(a, _ *routing.Candidate) { a.Config.Fee.Fixed = 11 }, "b", orchestrator.WhyDearer},
		{"then priority", func(a, _ *routing.Candidate) { a.Config.Priority = 101 }, "b", orchestrator.WhyLowerPriority},
		{"then success rate", func(a, _ *routing.Candidate) { a.Health = a.Health.Charged(false) }, "b", orchestrator.WhyLessReliable},
		{"then the id", func(_, _ *routing.Candidate) {}, "a", orchestrator.WhyTieBreak},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, b := a, b
			c.change(&a, &b)
			d := routing.Choose(request(), []routing.Candidate{a, b})
			if d.Chosen != c.chosen {
				t.Fatalf("chosen %s, want %s", d.Chosen, c.chosen)
			}
			for _, k := range d.Candidates {
				if k.ChannelID != c.chosen && k.Why != c.loser {
					t.Errorf("loser's why is %s, want %s", k.Why, c.loser)
				}
			}
		})
	}
}

func TestPoliciesDifferOnlyInWhatComesFirst(t *testing.T) {
	t.Parallel()
	cheap, signed := channel("cheap", orchestrator.KindAgreementBank, 1), channel("signed", orchestrator.KindAgreementBank, 50)
	req := request()
	req.Agreements = []orchestrator.Agreement{agreement("signed", orchestrator.AgreementActive)}
	d := routing.Choose(req, []routing.Candidate{cheap, signed})
	if d.Chosen != "signed" || !d.Silent || why(t, d, "cheap") != orchestrator.WhyNotSilent {
		t.Fatalf("silent-first: %+v", d)
	}
	req.Policy = orchestrator.RouteFirst
	d = routing.Choose(req, []routing.Candidate{cheap, signed})
	if d.Chosen != "cheap" || d.Silent || d.SignReason != orchestrator.ReasonSignedElsewhere {
		t.Fatalf("route-first: %+v", d)
	}
	req.PayerPresent = false
	if d = routing.Choose(req, []routing.Candidate{cheap, signed}); d.Chosen != "signed" {
		t.Fatalf("payer absent: %+v", d)
	}
	req.Agreements = nil
	if d = routing.Choose(req, []routing.Candidate{cheap, signed}); d.Chosen != "" || d.Failure != orchestrator.FailurePayerNeeded {
		t.Fatalf("payer absent, nothing silent: %+v", d)
	}
}

func TestWhenAKindIsSilent(t *testing.T) {
	t.Parallel()
	alive := []orchestrator.Agreement{agreement("a", orchestrator.AgreementActive)}
	passed := []orchestrator.Standing{{ChannelID: "a", CheckNo: "chk_1", CodeCheckNo: "chk_1", CodePassedAt: now}}
	checked := []orchestrator.Standing{{ChannelID: "a", CheckNo: "chk_1"}}
	for _, c := range []struct {
		name       string
		kind       orchestrator.ChannelKind
		agreements []orchestrator.Agreement
		standings  []orchestrator.Standing
		silent     bool
		signs      bool
	}{
		{"agreement alive", orchestrator.KindAgreementBank, alive, nil, true, false},
		{"no agreement", orchestrator.KindAgreementBank, nil, nil, false, true},
		{"binding platform, alive", orchestrator.KindBindingPlatform, alive, nil, true, false},
		{"check and code passed", orchestrator.KindWithholdingPlatform, nil, passed, true, false},
		{"check passed, code not", orchestrator.KindWithholdingPlatform, nil, checked, false, true},
		{"raw", orchestrator.KindWithholdingRaw, nil, nil, true, false},
		{"code every payment, alive", orchestrator.KindCodeEveryPayment, alive, nil, false, false},
		{"code every payment, unsigned", orchestrator.KindCodeEveryPayment, nil, nil, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			req := request()
			req.Agreements, req.Standings = c.agreements, c.standings
			d := routing.Choose(req, []routing.Candidate{channel("a", c.kind, 1)})
			if d.Silent != c.silent || (d.SignReason != "") != c.signs {
				t.Errorf("silent %v, reason %q", d.Silent, d.SignReason)
			}
		})
	}
}

func TestReasonsForSigning(t *testing.T) {
	t.Parallel()
	aged := agreement("a", orchestrator.AgreementActive)
	aged.ExpiresAt = now
	rawDebit := orchestrator.Standing{ChannelID: "r", CheckNo: "chk", DebitedAt: now.Add(-time.Hour), Raw: true}
	elsewhere := agreement("b", orchestrator.AgreementActive)
	retired := channel("r", orchestrator.KindWithholdingRaw, 1)
	retired.Config.State = orchestrator.ChannelRetired
	resting := retired
	resting.Config.State = orchestrator.ChannelMaintenance
	for _, c := range []struct {
		name       string
		agreements []orchestrator.Agreement
		standings  []orchestrator.Standing
		others     []routing.Candidate
		want       orchestrator.SigningReason
	}{
		{"never signed", nil, nil, nil, orchestrator.ReasonFirstSigning},
		{"signed at another", []orchestrator.Agreement{elsewhere}, nil, nil, orchestrator.ReasonSignedElsewhere},
		{"own code passed at another", nil, []orchestrator.Standing{{ChannelID: "w", CodePassedAt: now}}, nil, orchestrator.ReasonSignedElsewhere},
		{"expired by age", []orchestrator.Agreement{aged}, nil, nil, orchestrator.ReasonExpired},
		{"expired", []orchestrator.Agreement{agreement("a", orchestrator.AgreementExpired)}, nil, nil, orchestrator.ReasonExpired},
		{"cancelled", []orchestrator.Agreement{agreement("a", orchestrator.AgreementCancelledAtBank)}, nil, nil, orchestrator.ReasonCancelledAtBank},
		{"terminated", []orchestrator.Agreement{agreement("a", orchestrator.AgreementTerminated)}, nil, nil, orchestrator.ReasonTerminated},
		{"being terminated", []orchestrator.Agreement{agreement("a", orchestrator.AgreementRevoking)}, nil, nil, orchestrator.ReasonTerminated},
		{"forgotten", []orchestrator.Agreement{agreement("a", orchestrator.AgreementUnknownToChannel)}, nil, nil, orchestrator.ReasonUnknownToChannel},
		{"own history wins", []orchestrator.Agreement{elsewhere, agreement("a", orchestrator.AgreementCancelledAtBank)}, nil, nil, orchestrator.ReasonCancelledAtBank},
		{"raw channel retired", nil, []orchestrator.Standing{rawDebit}, []routing.Candidate{retired}, orchestrator.ReasonRawRetired},
		{"raw channel taken out", nil, []orchestrator.Standing{rawDebit}, nil, orchestrator.ReasonRawRetired},
		{"raw channel in maintenance comes back", nil, []orchestrator.Standing{rawDebit}, []routing.Candidate{resting}, orchestrator.ReasonFirstSigning},
		{"signed elsewhere wins over raw", []orchestrator.Agreement{elsewhere}, []orchestrator.Standing{rawDebit}, []routing.Candidate{retired}, orchestrator.ReasonSignedElsewhere},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			req := request()
			req.Agreements, req.Standings = c.agreements, c.standings
			d := routing.Choose(req, append(c.others, channel("a", orchestrator.KindAgreementBank, 1)))
			if d.Chosen != "a" || d.SignReason != c.want {
				t.Errorf("chosen %q, reason %q, want %q", d.Chosen, d.SignReason, c.want)
			}
		})
	}
}

func TestExcludedChannelsAreNotTried(t *testing.T) {
	t.Parallel()
	req := request()
	req.Excluded = []string{"a"}
	d := routing.Choose(req, []routing.Candidate{channel("a", orchestrator.KindWithholdingRaw, 1), channel("b", orchestrator.KindWithholdingRaw, 9)})
	if d.Chosen != "b" || why(t, d, "a") != orchestrator.WhyExcluded {
		t.Fatalf("decision: %+v", d)
	}
}

// anyInputs draws a routing problem.
func anyInputs(t *rapid.T) (routing.Request, []routing.Candidate) {
	kinds := []orchestrator.ChannelKind{
		orchestrator.KindAgreementBank, orchestrator.KindBindingPlatform, orchestrator.KindWithholdingPlatform,
		orchestrator.KindWithholdingRaw, orchestrator.KindCodeEveryPayment,
	}
	states := []orchestrator.ChannelState{orchestrator.ChannelEnabled, orchestrator.ChannelEnabled, orchestrator.ChannelDisabled, orchestrator.ChannelRetired}
	req := request()
	req.Policy = rapid.SampledFrom([]orchestrator.RoutingPolicy{orchestrator.SilentFirst, orchestrator.RouteFirst}).Draw(t, "policy")
	req.PayerPresent = rapid.Bool().Draw(t, "present")
	var list []routing.Candidate
	for i := range rapid.IntRange(0, 8).Draw(t, "channels") {
		id := "ch-" + string(rune('a'+i))
		c := channel(id, rapid.SampledFrom(kinds).Draw(t, "kind"), money.Fen(rapid.IntRange(1, 3).Draw(t, "fee")))
		c.Config.State = rapid.SampledFrom(states).Draw(t, "state")
		c.Config.Priority = rapid.IntRange(1, 2).Draw(t, "priority")
		if rapid.Bool().Draw(t, "signed") {
			req.Agreements = append(req.Agreements, agreement(id, rapid.SampledFrom(orchestrator.AgreementStates()).Draw(t, "agreement")))
		}
		if rapid.Bool().Draw(t, "failed once") {
			c.Health = c.Health.Charged(false)
		}
		list = append(list, c)
	}
	return req, list
}

func TestOrderOfCandidatesDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		req, list := anyInputs(t)
		want := routing.Choose(req, list)
		shuffled := slices.Clone(list)
		seed := rapid.Uint64().Draw(t, "shuffle")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		other := req
		other.Agreements = slices.Clone(req.Agreements)
		slices.Reverse(other.Agreements)
		if got := routing.Choose(other, shuffled); !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	})
}

func TestExplanationIsTotalAndTrue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		req, list := anyInputs(t)
		d := routing.Choose(req, list)
		if len(d.Candidates) != len(list) {
			t.Fatalf("%d of %d candidates explained", len(d.Candidates), len(list))
		}
		taken := 0
		for _, c := range d.Candidates {
			if c.Why == "" {
				t.Fatalf("%s has no reason", c.ChannelID)
			}
			if c.Taken {
				taken++
				if c.ChannelID != d.Chosen || !c.Eligible || c.Silent != d.Silent || c.SignReason != d.SignReason {
					t.Fatalf("taken %+v, decision %+v", c, d)
				}
			}
		}
		if (d.Chosen != "") != (taken == 1) || (d.Chosen == "") != (d.Failure != "") {
			t.Fatalf("chosen %q, taken %d, failure %q", d.Chosen, taken, d.Failure)
		}
		if !req.PayerPresent && d.Chosen != "" && !d.Silent {
			t.Fatal("an absent payer would be asked")
		}
	})
}

func TestInputsAreNamed(t *testing.T) {
	t.Parallel()
	req := request()
	list := []routing.Candidate{channel("a", orchestrator.KindAgreementBank, 1)}
	one := routing.Choose(req, list).Inputs
	req.Amount++
	if routing.Choose(req, list).Inputs == one {
		t.Error("another amount has the same name")
	}
}
