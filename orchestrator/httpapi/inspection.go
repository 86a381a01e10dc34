package httpapi

import (
	"net/http"

	"countersign/contract/platform"
	"countersign/internal/money"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// ExplainRoute answers every decision of a payment with every candidate, taken or not, and why.
func (a *api) ExplainRoute(w http.ResponseWriter, r *http.Request, id platform.PaymentID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		decisions, err := a.options.Engine.ExplainRoute(c.ctx, id)
		explanation := platform.RouteExplanation{PaymentId: id, Decisions: make([]platform.Decision, 0, len(decisions))}
		for _, d := range decisions {
			explanation.Decisions = append(explanation.Decisions, decision(d))
		}
		return http.StatusOK, explanation, err
	})
}

// GetStory answers what happened, in order, under the one reference (T14).
func (a *api) GetStory(w http.ResponseWriter, r *http.Request, id platform.PaymentID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		view, err := a.options.Engine.Story(c.ctx, id)
		return http.StatusOK, story(view), err
	})
}

// QueryNow asks the channel now, and answers the story after.
func (a *api) QueryNow(w http.ResponseWriter, r *http.Request, id platform.PaymentID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		view, err := a.options.Engine.QueryNow(c.ctx, id)
		return http.StatusOK, story(view), err
	})
}

// decision is one choice of a channel on the wire.
func decision(d orchestrator.Decision) platform.Decision {
	excluded := notNil(d.Terms.Excluded)
	wire := platform.Decision{
		DecisionId: d.ID, RouteVersion: d.RouteVersion, Policy: platform.Policy(d.Policy), At: d.At.UTC(), Chosen: optional(d.Chosen),
		Silent: &d.Silent, SignReason: signReason(d.SignReason), Failure: optional(d.Failure), Amount: fen(d.Amount),
		PayerPresent: &d.PayerPresent, Bank: optional(d.Terms.Bank), CardType: optional(d.Terms.CardType),
		ElementsAtHand: &d.Terms.ElementsAtHand, Excluded: &excluded, Landed: optional(d.Terms.Landed), Inputs: optional(d.Inputs),
		Candidates: make([]platform.Candidate, 0, len(d.Candidates)),
	}
	for _, c := range d.Candidates {
		wire.Candidates = append(wire.Candidates, platform.Candidate{
			ChannelId: c.ChannelID, Eligible: c.Eligible, Taken: c.Taken, Silent: &c.Silent, Why: c.Why, Fee: fen(c.Fee),
			Priority: &c.Priority, SuccessPermille: &c.SuccessPermille, SignReason: signReason(c.SignReason),
			ElementsMissing: &c.ElementsMissing, Facts: candidateFacts(c.Facts),
		})
	}
	return wire
}

// candidateFacts is what a decision has seen of a channel, on the wire; nil for one that was made before facts were kept.
func candidateFacts(f orchestrator.CandidateFacts) *platform.CandidateFacts {
	if f.State == "" {
		return nil
	}
	state, breaker := platform.ChannelState(f.State), platform.CandidateFactsBreaker(f.Breaker)
	return &platform.CandidateFacts{
		Profile: optional(f.Profile), State: &state, Maintenance: &f.Maintenance, Breaker: &breaker,
		Method: optional(string(f.Method)), ChargeBy: optional(string(f.ChargeBy)), CodeOnEveryPayment: &f.CodeOnEveryPayment,
		FeeRule:    &platform.Fee{Fixed: int64(f.FeeRule.Fixed), BasisPoints: int(f.FeeRule.BasisPoints)},
		BankServed: &f.BankServed, CardTypeServed: &f.CardTypeServed,
		LimitSingle: fen(f.Limits.Single), LimitDaily: fen(f.Limits.Daily), LimitMonthly: fen(f.Limits.Monthly),
		LimitDailyCount: &f.Limits.DailyCount, UsedToday: fen(f.UsedToday), UsedMonth: fen(f.UsedMonth), CountToday: &f.CountToday,
		AgreementId: optional(f.AgreementID), Agreement: optional(string(f.Agreement)), AgreementLive: &f.AgreementLive,
		ElementsChecked: &f.ElementsChecked, CodePassed: &f.CodePassed, SignedElsewhere: &f.SignedElsewhere, RawRetired: &f.RawRetired,
	}
}

// fen is an amount on the wire where it may be absent.
func fen(amount money.Fen) *int64 {
	n := int64(amount)
	return &n
}

// story is a payment's story on the wire. Its one reference is the payment's id (T14).
func story(v engine.StoryView) platform.Story {
	status := platform.PaymentStatus(v.Payment.Status)
	attempts := make([]platform.StoryAttempt, 0, len(v.Attempts))
	for _, at := range v.Attempts {
		attempts = append(attempts, platform.StoryAttempt{
			AttemptId: at.ID, ChannelId: at.ChannelID, OrderNo: at.OrderNo, OrderTime: instant(at.OrderTime), State: string(at.State),
			Reason: optional(at.Reason), Amount: int64(at.Amount), EvidenceId: optional(at.EvidenceID), NextQueryAt: instant(at.DueAt),
			Queries: &at.Queries,
		})
	}
	events := make([]platform.StoryEvent, 0, len(v.Events))
	for _, e := range v.Events {
		events = append(events, platform.StoryEvent{
			Seq: e.Seq, At: e.At.UTC(), Actor: string(e.Actor), Event: e.Name, Subject: e.Subject, SubjectId: optional(e.SubjectID),
			ChannelId: optional(e.ChannelID), Old: optional(e.Old), New: optional(e.New), Cause: optional(e.Cause), EvidenceId: optional(e.EvidenceID),
		})
	}
	return platform.Story{
		PaymentId: v.Payment.ID, Reference: v.Payment.ID, Status: &status, Signings: storySignings(v.Signings),
		Attempts: &attempts, Events: events,
	}
}

// storySignings are the signings of a payment on the wire.
func storySignings(all []orchestrator.Signing) *[]platform.StorySigning {
	signings := make([]platform.StorySigning, 0, len(all))
	for _, s := range all {
		signings = append(signings, platform.StorySigning{
			SigningId: s.ID, ChannelId: s.ChannelID, SignNo: s.SignNo, State: string(s.State), Reason: signReason(s.Reason),
		})
	}
	return &signings
}
