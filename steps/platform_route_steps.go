package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"countersign/contract/control"
	"countersign/contract/platform"
	"countersign/internal/money"
)

// platformRouteSteps are about which channel took a payment, what each channel heard, and what operators
// are told about it.
func platformRouteSteps() []Step {
	return []Step{
		{`the last debit was made at ` + reLetter, lastDebitAt},
		{`the SMS with the code came by ` + reLetter, codeCameBy},
		{reLetter + ` has heard (no|\d+) (charge|signing application|signing confirmation|element check|binding|closing|termination)s?`, hasHeard},
		{`no channel has heard anything`, heardNothing},
		{`the element check came before the code was texted`, checkBeforeCode},
		{`the route takes ` + reLetter + ` because it is ` + reWord, routeTakes},
		{`the route passes over ` + reLetter + ` because of ` + reWord, routePasses},
		{`the route names every channel of the merchant, and takes one`, routeNamesAll},
		{`the last debit was made at the channel whose id comes first`, lastDebitAtFirst},
		{`the route passes over the other channel because of ` + reWord, routePassesOther},
		{`the route tells that ` + reLetter + ` is (enabled|disabled|maintenance|retired), its breaker (closed|open|half_open), (with a live|without an) agreement`, routeTells},
		{`the route tells that ` + reYuan + ` of ` + reYuan + ` a day were used at ` + reLetter, routeTellsUse},
		{`the story tells of (late_success)`, storyEvent},
		{`the story tells of ` + reNumber + ` attempts?`, storyAttempts},
		{`the story ends the last attempt as ([A-Z_]+), with evidence`, storyEvidence},
		{`the story is told under the payment's one reference`, storyReference},
	}
}

// letterOf finds how the scenario calls a channel.
func (s *platformState) letterOf(channelID string) string {
	for _, c := range s.channels {
		if c.sim.ChannelId == channelID {
			return c.name
		}
	}
	return channelID
}

func lastDebitAt(ctx context.Context, letter string) error {
	w := From(ctx)
	debits, err := w.Ledger(ctx, control.LedgerEntryKindDebit)
	if err != nil {
		return err
	}
	if len(debits) == 0 {
		return errors.New("the bank's ledger shows no debit")
	}
	if got := platformNote(w).letterOf(debits[len(debits)-1].ChannelId); got != letter {
		return fmt.Errorf("the last debit was made at channel %s, not %s", got, letter)
	}
	return nil
}

func codeCameBy(ctx context.Context, letter string) error {
	w := From(ctx)
	codes, err := w.codesTextedSoFar(ctx)
	if err != nil {
		return err
	}
	if len(codes) == 0 {
		return errors.New("no code was texted")
	}
	if got := platformNote(w).letterOf(word(codes[len(codes)-1].ChannelId)); got != letter {
		return fmt.Errorf("the code came by channel %s, not %s", got, letter)
	}
	return nil
}

var heardWords = map[string]control.Operation{
	"charge": control.OperationCharge, "signing application": control.OperationSigningApply,
	"signing confirmation": control.OperationSigningConfirm, "element check": control.OperationElementCheck,
	"binding": control.OperationBind, "closing": control.OperationChargeClose, "termination": control.OperationAgreementTerminate,
}

// heardAt counts what a channel was asked.
func (w *World) heardAt(ctx context.Context, letter string, operation control.Operation) (int, error) {
	c, err := platformNote(w).named(letter)
	if err != nil {
		return 0, err
	}
	if err := w.atRest(ctx); err != nil {
		return 0, err
	}
	rows, err := w.journal(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, r := range rows {
		if word(r.ChannelId) == c.sim.ChannelId && r.Operation == operation && inbound(r) {
			n++
		}
	}
	return n, nil
}

// inbound tells whether a row of the journal is a request to a channel.
func inbound(r control.JournalRow) bool {
	return r.Direction == nil || *r.Direction == control.DirectionIn
}

func hasHeard(ctx context.Context, letter, count, words string) error {
	wanted := 0
	if count != "no" {
		var err error
		if wanted, err = strconv.Atoi(count); err != nil {
			return err
		}
	}
	n, err := From(ctx).heardAt(ctx, letter, heardWords[words])
	if err == nil && n != wanted {
		return fmt.Errorf("channel %s has heard %d of %s, not %d", letter, n, words, wanted)
	}
	return err
}

func heardNothing(ctx context.Context) error {
	w := From(ctx)
	if err := w.atRest(ctx); err != nil {
		return err
	}
	rows, err := w.journal(ctx)
	for _, r := range rows {
		if inbound(r) && word(r.ChannelId) != "" {
			return fmt.Errorf("channel %s has heard %s", platformNote(w).letterOf(*r.ChannelId), r.Operation)
		}
	}
	return err
}

// checkBeforeCode is what keeps the platform from texting a number nobody has confirmed.
func checkBeforeCode(ctx context.Context) error {
	w := From(ctx)
	if err := w.atRest(ctx); err != nil {
		return err
	}
	rows, err := w.journal(ctx)
	if err != nil {
		return err
	}
	check := slices.IndexFunc(rows, func(r control.JournalRow) bool {
		return r.Operation == control.OperationElementCheck && inbound(r) && r.Committed
	})
	text := slices.IndexFunc(rows, func(r control.JournalRow) bool { return r.Operation == control.OperationSms })
	if check < 0 || text < 0 || text < check {
		return fmt.Errorf("in the journal the check is row %d and the first SMS row %d", check+1, text+1)
	}
	return nil
}

// decision gives the latest route decision of the payment.
func (w *World) decision(ctx context.Context) (*platform.Decision, error) {
	s := platformNote(w)
	if s.payment == nil {
		return nil, s.unexpected("a payment")
	}
	r, err := w.platform.operator.ExplainRouteWithResponse(ctx, s.payment.PaymentId)
	route, err := Fetched[platform.RouteExplanation](r, err)
	if err != nil {
		return nil, fmt.Errorf("the route: %w", err)
	}
	s.told = append(s.told, r.Body)
	if len(route.Decisions) == 0 {
		return nil, errors.New("the payment has no route decision")
	}
	latest := slices.MaxFunc(route.Decisions, func(a, b platform.Decision) int { return a.RouteVersion - b.RouteVersion })
	return &latest, nil
}

// candidate finds a channel in the latest decision.
func (w *World) candidate(ctx context.Context, letter string) (*platform.Candidate, error) {
	c, err := platformNote(w).named(letter)
	if err != nil {
		return nil, err
	}
	d, err := w.decision(ctx)
	if err != nil {
		return nil, err
	}
	for _, found := range d.Candidates {
		if found.ChannelId == c.sim.ChannelId {
			return &found, nil
		}
	}
	return nil, fmt.Errorf("the route does not name channel %s", letter)
}

func routeTakes(ctx context.Context, letter, why string) error {
	c, err := From(ctx).candidate(ctx, letter)
	if err == nil && (!c.Taken || c.Why != why) {
		return fmt.Errorf("channel %s is taken: %t, because it is %s", letter, c.Taken, c.Why)
	}
	return err
}

func routePasses(ctx context.Context, letter, why string) error {
	c, err := From(ctx).candidate(ctx, letter)
	if err == nil && (c.Taken || c.Why != why) {
		return fmt.Errorf("channel %s is taken: %t, because of %s", letter, c.Taken, c.Why)
	}
	return err
}

// firstByID are the letters of the scenario's channels, in the order of their ids.
func (s *platformState) firstByID() []string {
	sorted := slices.SortedFunc(slices.Values(s.channels), func(a, b *platformChannel) int {
		return strings.Compare(a.sim.ChannelId, b.sim.ChannelId)
	})
	letters := make([]string, 0, len(sorted))
	for _, c := range sorted {
		letters = append(letters, c.name)
	}
	return letters
}

func lastDebitAtFirst(ctx context.Context) error {
	return lastDebitAt(ctx, platformNote(From(ctx)).firstByID()[0])
}

func routePassesOther(ctx context.Context, why string) error {
	return routePasses(ctx, platformNote(From(ctx)).firstByID()[1], why)
}

// facts is what the latest decision has seen of a channel.
func (w *World) facts(ctx context.Context, letter string) (*platform.CandidateFacts, error) {
	c, err := w.candidate(ctx, letter)
	if err == nil && c.Facts == nil {
		return nil, fmt.Errorf("the route tells nothing of what was seen of channel %s", letter)
	}
	if err != nil {
		return nil, err
	}
	return c.Facts, nil
}

func routeTells(ctx context.Context, letter, state, breaker, agreement string) error {
	f, err := From(ctx).facts(ctx, letter)
	if err != nil {
		return err
	}
	live := f.AgreementLive != nil && *f.AgreementLive
	if word(f.State) != state || word(f.Breaker) != breaker || live != (agreement == "with a live") {
		return fmt.Errorf("the route tells that channel %s is %s, its breaker %s, a live agreement: %t", letter, word(f.State), word(f.Breaker), live)
	}
	if len(word(f.Profile)) != 64 {
		return fmt.Errorf("the route does not name the profile of channel %s", letter)
	}
	return nil
}

func routeTellsUse(ctx context.Context, used, limit, letter string) error {
	f, err := From(ctx).facts(ctx, letter)
	if err != nil {
		return err
	}
	wantUsed, err := money.Parse(used)
	if err != nil {
		return err
	}
	wantLimit, err := money.Parse(limit)
	if err != nil {
		return err
	}
	if f.UsedToday == nil || f.LimitDaily == nil || *f.UsedToday != int64(wantUsed) || *f.LimitDaily != int64(wantLimit) {
		return fmt.Errorf("the route tells other figures of channel %s", letter)
	}
	return nil
}

// storyEvent finds an event of the payment itself.
func storyEvent(ctx context.Context, name string) error {
	story, err := From(ctx).story(ctx)
	if err == nil && !slices.ContainsFunc(story.Events, func(e platform.StoryEvent) bool { return e.Subject == "payment" && e.Event == name }) {
		return fmt.Errorf("the story tells of no %s", name)
	}
	return err
}

func routeNamesAll(ctx context.Context) error {
	w := From(ctx)
	d, err := w.decision(ctx)
	if err != nil {
		return err
	}
	taken := 0
	for _, c := range d.Candidates {
		if c.Why == "" {
			return fmt.Errorf("the route gives no reason for channel %s", platformNote(w).letterOf(c.ChannelId))
		}
		if c.Taken {
			taken++
		}
	}
	if want := len(platformNote(w).channels); len(d.Candidates) != want || taken != 1 {
		return fmt.Errorf("the route names %d channels of %d and takes %d", len(d.Candidates), want, taken)
	}
	return nil
}

// story reads what happened to the payment.
func (w *World) story(ctx context.Context) (*platform.Story, error) {
	s := platformNote(w)
	if s.payment == nil {
		return nil, s.unexpected("a payment")
	}
	if err := w.atRest(ctx); err != nil {
		return nil, err
	}
	r, err := w.platform.operator.GetStoryWithResponse(ctx, s.payment.PaymentId)
	story, err := Fetched[platform.Story](r, err)
	if err != nil {
		return nil, fmt.Errorf("the story: %w", err)
	}
	s.told = append(s.told, r.Body)
	return story, nil
}

func attemptsOf(story *platform.Story) []platform.StoryAttempt {
	if story.Attempts == nil {
		return nil
	}
	return *story.Attempts
}

func storyAttempts(ctx context.Context, n int) error {
	story, err := From(ctx).story(ctx)
	if err == nil && len(attemptsOf(story)) != n {
		return fmt.Errorf("the story tells of %d attempts, not %d", len(attemptsOf(story)), n)
	}
	return err
}

func storyEvidence(ctx context.Context, state string) error {
	story, err := From(ctx).story(ctx)
	if err != nil {
		return err
	}
	all := attemptsOf(story)
	if len(all) == 0 {
		return errors.New("the story tells of no attempt")
	}
	if last := all[len(all)-1]; last.State != state || word(last.EvidenceId) == "" {
		return fmt.Errorf("the last attempt is %s, with evidence %q", last.State, word(last.EvidenceId))
	}
	return nil
}

// storyReference holds the events, and the bank's ledger, against the one reference (T14).
func storyReference(ctx context.Context) error {
	w := From(ctx)
	story, err := w.story(ctx)
	if err != nil {
		return err
	}
	if story.Reference != platformNote(w).payment.PaymentId || len(story.Events) == 0 {
		return fmt.Errorf("the story has the reference %s and %d events", story.Reference, len(story.Events))
	}
	debits, err := w.Ledger(ctx, control.LedgerEntryKindDebit)
	if err != nil {
		return err
	}
	for _, d := range debits {
		if !slices.ContainsFunc(attemptsOf(story), func(a platform.StoryAttempt) bool { return a.OrderNo == d.OrderNo }) {
			return fmt.Errorf("the ledger shows order %s, which no attempt of the story has", d.OrderNo)
		}
	}
	return nil
}
