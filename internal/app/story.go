package app

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"countersign/internal/console"
)

// Step is one thing that one party did to another, as the page draws it.
type Step = console.Step

// Story is who called whom: what really passed over the wires, as the simulator saw it, and how the payment changed, as
// the platform says.
type Story struct {
	PaymentID string   `json:"payment_id,omitempty"`
	Status    string   `json:"status,omitempty"`
	Numbers   []string `json:"numbers"`
	Steps     []Step   `json:"steps"`
}

// Parties of a story that are not named by the simulator.
const (
	PartyMerchant = "merchant"
	PartyPlatform = "platform"
)

// actorUser is who acts through the merchant API.
const actorUser = "user"

// ErrUnknownNumber is what a reader gives for a number that a side has never seen.
var ErrUnknownNumber = errors.New("unknown number")

// StoryReader reads JSON from the two sides: the control plane of the simulator, the operator scope of the platform.
type StoryReader interface {
	Control(ctx context.Context, path string, into any) error
	Operator(ctx context.Context, path string, into any) error
}

// platformStory is what the telling needs of the operator's story (contract/platform.yaml).
type platformStory struct {
	PaymentID string `json:"payment_id"`
	Reference string `json:"reference"`
	Status    string `json:"status"`
	Attempts  []struct {
		OrderNo string `json:"order_no"`
	} `json:"attempts"`
	Signings []struct {
		SignNo string `json:"sign_no"`
	} `json:"signings"`
	Events []platformEvent `json:"events"`
}

// platformEvent is one event of it.
type platformEvent struct {
	At        time.Time `json:"at"`
	Actor     string    `json:"actor"`
	Event     string    `json:"event"`
	SubjectID string    `json:"subject_id"`
	New       string    `json:"new"`
	Cause     string    `json:"cause"`
}

// paymentPrefix begins the ids of payments.
const paymentPrefix = "pay_"

// TellStory puts both sides together. A number that is no payment is told by the simulator alone. More numbers that are
// known to belong to the payment may be given.
func TellStory(ctx context.Context, reader StoryReader, world, number string, more ...string) (Story, error) {
	story := Story{Numbers: []string{number}, Steps: []Step{}}
	if strings.HasPrefix(number, paymentPrefix) {
		var platform platformStory
		if err := reader.Operator(ctx, "/operator/v1/payments/"+url.PathEscape(number)+"/story", &platform); err != nil {
			return story, err
		}
		story.PaymentID, story.Status, story.Numbers = platform.PaymentID, platform.Status, platform.numbers()
		story.Steps = platform.turns()
	}
	story.Numbers = append(story.Numbers, more...)
	for _, known := range story.Numbers {
		var seen struct {
			Steps []Step `json:"steps"`
		}
		err := reader.Control(ctx, "/v1/worlds/"+url.PathEscape(world)+"/story/"+url.PathEscape(known), &seen)
		if err != nil && (story.PaymentID == "" || !errors.Is(err, ErrUnknownNumber)) {
			return story, err
		}
		story.Steps = append(story.Steps, seen.Steps...)
	}
	// Stable: what one number's story tells of one instant is in its order already.
	slices.SortStableFunc(story.Steps, func(a, b Step) int { return a.At.Compare(b.At) })
	story.Steps = once(story.Steps)
	return story, nil
}

// once leaves out what was told before: one message may be known under two numbers.
func once(steps []Step) []Step {
	told := map[Step]bool{}
	return slices.DeleteFunc(steps, func(s Step) bool {
		before := told[s]
		told[s] = true
		return before
	})
}

// numbers are all numbers of the payment that a channel or a gateway may have seen.
func (s platformStory) numbers() []string {
	var all []string
	add := func(number string) {
		if number != "" && !slices.Contains(all, number) {
			all = append(all, number)
		}
	}
	add(s.Reference)
	for _, attempt := range s.Attempts {
		add(attempt.OrderNo)
	}
	for _, signing := range s.Signings {
		add(signing.SignNo)
	}
	return all
}

// turns are the changes of the payment itself: what the merchant asked for as a call, the rest as notes on the platform's
// line.
func (s platformStory) turns() []Step {
	steps := []Step{}
	for _, event := range s.Events {
		if event.SubjectID != s.PaymentID {
			continue
		}
		step := Step{At: event.At, From: PartyPlatform, To: PartyPlatform, What: "payment " + event.New}
		if event.Actor == actorUser {
			step.From, step.What, step.Outcome = PartyMerchant, event.Event, event.New
		}
		if event.Cause != "" {
			step.What += fmt.Sprintf(" (%s)", event.Cause)
		}
		steps = append(steps, step)
	}
	return steps
}
