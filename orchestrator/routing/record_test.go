package routing_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"countersign/orchestrator"
	"countersign/orchestrator/routing"
)

func TestARecordedDecisionIsMadeAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		req, list := anyInputs(t)
		req.ElementsAtHand = rapid.Bool().Draw(t, "elements at hand")
		req.Landed = rapid.SampledFrom([]string{"", "ch-a", "ch-b", "ch-z"}).Draw(t, "landed")
		req.Excluded = rapid.SliceOfDistinct(rapid.SampledFrom([]string{"ch-a", "ch-c"}), func(s string) string { return s }).Draw(t, "excluded")
		want := routing.Choose(req, list)
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var stored orchestrator.Decision
		if err := json.Unmarshal(text, &stored); err != nil {
			t.Fatal(err)
		}
		got := routing.Replay(stored)
		if len(got.Candidates) == 0 {
			got.Candidates = want.Candidates
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("made again:\n got %+v\nwant %+v", got, want)
		}
	})
}

func TestEveryInputIsInTheRecord(t *testing.T) {
	t.Parallel()
	req := request()
	req.Excluded, req.Agreements = []string{"z", "b"}, []orchestrator.Agreement{agreement("a", orchestrator.AgreementActive)}
	req.Standings = []orchestrator.Standing{{ChannelID: "a", CheckNo: "chk_1", CodeCheckNo: "chk_1", CodePassedAt: now}}
	one := channel("a", orchestrator.KindAgreementBank, 1)
	one.Config.ProfileDigest, one.UsedToday, one.CountToday, one.UsedMonth = "digest", 5, 2, 9
	one.Config.Profile.Banks[0].Limits = orchestrator.Limits{Single: 20000, Daily: 30000, Monthly: 40000, DailyCount: 5}
	d := routing.Choose(req, []routing.Candidate{one})
	if terms := (orchestrator.RouteTerms{Bank: "ICBC", CardType: "debit", ElementsAtHand: true, Excluded: []string{"b", "z"}}); !reflect.DeepEqual(d.Terms, terms) {
		t.Errorf("terms are %+v", d.Terms)
	}
	want := orchestrator.CandidateFacts{
		Profile: "digest", State: orchestrator.ChannelEnabled, Breaker: orchestrator.BreakerClosed, Method: orchestrator.MethodTexted,
		ChargeBy: orchestrator.ChargeByAgreement, FeeRule: orchestrator.Fee{Fixed: 1}, BankServed: true, CardTypeServed: true,
		Limits: one.Config.Profile.Banks[0].Limits, UsedToday: 5, CountToday: 2, UsedMonth: 9,
		AgreementID: "agr_a", Agreement: orchestrator.AgreementActive, AgreementLive: true, ElementsChecked: true, CodePassed: true,
	}
	if got := d.Candidates[0].Facts; got != want {
		t.Errorf("facts are %+v", got)
	}
}

func TestAChannelWithoutItsElementsComesLast(t *testing.T) {
	t.Parallel()
	raw, signed := channel("raw", orchestrator.KindWithholdingRaw, 1), channel("signed", orchestrator.KindAgreementBank, 50)
	list := []routing.Candidate{raw, signed, channel("unsigned", orchestrator.KindAgreementBank, 2)}
	for _, policy := range []orchestrator.RoutingPolicy{orchestrator.SilentFirst, orchestrator.RouteFirst} {
		for _, present := range []bool{true, false} {
			req := request()
			req.Policy, req.PayerPresent, req.ElementsAtHand = policy, present, false
			req.Agreements = []orchestrator.Agreement{agreement("signed", orchestrator.AgreementActive)}
			d := routing.Choose(req, list)
			if d.Chosen != "signed" || !d.Silent || why(t, d, "raw") != orchestrator.WhyElementsMissing {
				t.Errorf("%s, payer present %v: %+v", policy, present, d)
			}
		}
	}
}

func TestWhatIsMissingWhenNobodyIsChosen(t *testing.T) {
	t.Parallel()
	passed := []orchestrator.Standing{{ChannelID: "a", CheckNo: "chk_1", CodeCheckNo: "chk_1", CodePassedAt: now}}
	for _, c := range []struct {
		name      string
		kind      orchestrator.ChannelKind
		standings []orchestrator.Standing
		want      string
	}{
		{"raw", orchestrator.KindWithholdingRaw, nil, orchestrator.FailureElementsRequired},
		{"own code passed", orchestrator.KindWithholdingPlatform, passed, orchestrator.FailureElementsRequired},
		{"unsigned", orchestrator.KindAgreementBank, nil, orchestrator.FailurePayerNeeded},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			req := request()
			req.PayerPresent, req.ElementsAtHand, req.Standings = false, false, c.standings
			if d := routing.Choose(req, []routing.Candidate{channel("a", c.kind, 1)}); d.Chosen != "" || d.Failure != c.want {
				t.Errorf("chosen %q, failure %q, want %q", d.Chosen, d.Failure, c.want)
			}
		})
	}
	req := request()
	req.Amount, req.ElementsAtHand, req.Standings = 0, false, passed
	if d := routing.Choose(req, []routing.Candidate{channel("a", orchestrator.KindWithholdingPlatform, 1)}); !d.Silent {
		t.Errorf("a verification needs no elements for what is verified: %+v", d)
	}
}

func TestTheLandingIsKeptAsLongAsItCanBe(t *testing.T) {
	t.Parallel()
	req := request()
	req.Landed = "b"
	list := []routing.Candidate{channel("a", orchestrator.KindAgreementBank, 1), channel("b", orchestrator.KindAgreementBank, 9), channel("c", orchestrator.KindAgreementBank, 10)}
	d := routing.Choose(req, list)
	if d.Chosen != "b" || why(t, d, "b") != orchestrator.WhyLanded || why(t, d, "a") != orchestrator.WhyNotLanded || why(t, d, "c") != orchestrator.WhyDearer {
		t.Fatalf("decision: %+v", d)
	}
	list[1].Config.State = orchestrator.ChannelDisabled
	if d = routing.Choose(req, list); d.Chosen != "a" || why(t, d, "a") != orchestrator.WhyBest {
		t.Fatalf("decision: %+v", d)
	}
	req.Landed = "a"
	if d = routing.Choose(req, list); why(t, d, "a") != orchestrator.WhyBest {
		t.Fatalf("decision: %+v", d)
	}
}
