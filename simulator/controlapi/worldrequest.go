package controlapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// worldSchema is the schema WorldRequest, read when first needed.
//
//nolint:gochecknoglobals // made once and never changed
var worldSchema = sync.OnceValues(func() (*openapi3.Schema, error) {
	spec, err := control.GetSpec()
	if err != nil {
		return nil, fmt.Errorf("read the control document: %w", err)
	}
	return spec.Components.Schemas["WorldRequest"].Value, nil
})

// ReadWorldRequest reads what POST /v1/worlds takes, for callers that have it from a
// file. Where it does not fit the document, ProblemOf knows the member.
func ReadWorldRequest(body []byte) (*control.WorldRequest, error) {
	schema, err := worldSchema()
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&tree); err != nil {
		return nil, httpjson.NewProblem(http.StatusBadRequest, httpjson.CodeInvalidRequest, "the request is no JSON")
	}
	if err := schema.VisitJSON(tree, openapi3.DisableSchemaErrorDetails()); err != nil {
		return nil, schemaProblem(err)
	}
	made := &control.WorldRequest{}
	if err := httpjson.DecodeStrict(body, made); err != nil {
		return nil, err
	}
	return made, nil
}

// ProblemOf is the problem that the control plane would answer for an error.
func ProblemOf(err error) (*httpjson.Problem, bool) {
	if problem, ok := errors.AsType[*httpjson.Problem](err); ok {
		return problem, true
	}
	made, known := translate(err)
	return &made, known
}

// Furnish gives a world that was made elsewhere what a request wants in it besides its
// template: members, cards, faults, plans, settings.
func Furnish(ctx context.Context, e *engine.Engine, world string, wanted *control.WorldRequest) error {
	return (&Server{config: Config{Engine: e}}).furnish(ctx, world, wanted)
}

// Field is a universe as a request wants it: without people for the template "empty",
// narrowed to some channels, widened by some cards.
func Field(u simulator.Universe, wanted *control.WorldRequest) (simulator.Universe, error) {
	if wanted.Template != nil && *wanted.Template == control.Empty {
		u.Accounts = nil
	}
	if wanted.Channels != nil {
		chosen, err := choose(u.Channels, *wanted.Channels)
		if err != nil {
			return u, err
		}
		u.Channels = chosen
	}
	u.AllowedCards = append(append([]string(nil), u.AllowedCards...), value(wanted.AllowCards)...)
	return u, nil
}

// OrDefaults fills what a request leaves out with what the defaults have for it, member
// by member of the top level; nil has nothing.
func OrDefaults(wanted, d *control.WorldRequest) {
	if d == nil {
		return
	}
	instead(&wanted.WorldId, d.WorldId)
	instead(&wanted.Seed, d.Seed)
	instead(&wanted.Template, d.Template)
	instead(&wanted.Clock, d.Clock)
	instead(&wanted.Temper, d.Temper)
	instead(&wanted.Oddities, d.Oddities)
	instead(&wanted.MagicValues, d.MagicValues)
	instead(&wanted.FaultBudget, d.FaultBudget)
	instead(&wanted.TtlSeconds, d.TtlSeconds)
	instead(&wanted.Members, d.Members)
	instead(&wanted.Cards, d.Cards)
	instead(&wanted.Faults, d.Faults)
	instead(&wanted.NotificationPlans, d.NotificationPlans)
	instead(&wanted.Channels, d.Channels)
	instead(&wanted.AllowCards, d.AllowCards)
}

// instead takes the default where nothing was given.
func instead[T any](given **T, otherwise *T) {
	if *given == nil {
		*given = otherwise
	}
}
