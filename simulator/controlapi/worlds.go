package controlapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// The merchant that a world made from the demo template starts with; others are
// added by name.
const (
	demoMerchant     = "demo"
	demoMerchantName = "演示商户"
)

// decimal writes a number.
func decimal(n int) string { return strconv.Itoa(n) }

// CreateWorld makes a world that lives in memory.
func (s *Server) CreateWorld(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, http.StatusCreated, func() (any, error) {
		wanted, err := read[control.WorldRequest](r)
		if err != nil {
			return nil, err
		}
		return s.create(r.Context(), &wanted)
	})
}

// create makes the world and, from the demo template, its first merchant.
func (s *Server) create(ctx context.Context, wanted *control.WorldRequest) (*control.World, error) {
	OrDefaults(wanted, s.config.Defaults)
	name := string(control.Demo)
	if wanted.Template != nil {
		name = string(*wanted.Template)
	}
	template, err := s.templateFor(name, wanted)
	if err != nil {
		return nil, err
	}
	plan := engine.NewWorld{Template: template, TTL: time.Duration(value(wanted.TtlSeconds)) * time.Second}
	if plan.ID, err = freeID(wanted.WorldId); err != nil {
		return nil, err
	}
	if wanted.Seed != nil {
		plan.Seed = uint64(*wanted.Seed)
	}
	if wanted.Clock != nil {
		if plan.Virtual = wanted.Clock.Mode == control.ClockVirtual; !plan.Virtual && wanted.Clock.Start != nil {
			return nil, unprocessable("/clock/start", "a real clock has no start", "leave start out, or ask for mode virtual")
		}
		if wanted.Clock.Start != nil {
			if problem := simulator.CheckInstant("clock.start", *wanted.Clock.Start); problem != nil {
				return nil, problem
			}
			plan.Start = *wanted.Clock.Start
		}
	}
	info, err := s.config.Engine.CreateWorld(ctx, plan)
	if err != nil {
		return nil, err
	}
	if name == string(control.Demo) {
		if _, err := s.addMerchant(ctx, info.ID, demoMerchant, demoMerchantName, ""); err != nil {
			_ = s.config.Engine.DeleteWorld(ctx, info.ID)
			return nil, err
		}
	}
	if err := s.furnish(ctx, info.ID, wanted); err != nil {
		_ = s.config.Engine.DeleteWorld(ctx, info.ID)
		return nil, err
	}
	return s.describe(info.ID)
}

// templateFor is the template of that name, narrowed to some channels or widened
// by some cards where that is asked for.
func (s *Server) templateFor(name string, wanted *control.WorldRequest) (*simulator.Template, error) {
	template, known := s.config.Templates.Template(name)
	if !known {
		return nil, unprocessable("/template", "no such template here", "")
	}
	if wanted.Channels == nil && wanted.AllowCards == nil {
		return template, nil
	}
	universe, err := Field(template.Universe(), wanted)
	if err != nil {
		return nil, err
	}
	compiled, err := simulator.Compile(universe)
	if err != nil {
		return nil, fmt.Errorf("compile template: %w", err)
	}
	return compiled, nil
}

// choose narrows channels to those named.
func choose(channels []simulator.Profile, names []string) ([]simulator.Profile, error) {
	var chosen []simulator.Profile
	taken := map[string]bool{}
	for i, name := range names {
		found := false
		for _, p := range channels {
			if p.ChannelID == name && !taken[name] {
				chosen, found, taken[name] = append(chosen, p), true, true
			}
		}
		if !found {
			return nil, unprocessable("/channels/"+decimal(i), "the template has no such channel, or it is listed twice", "")
		}
	}
	return chosen, nil
}

// DescribeWorld shows one world.
func (s *Server) DescribeWorld(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) { return s.describe(world) })
}

// DeleteWorld ends a world that lives in memory.
func (s *Server) DeleteWorld(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusNoContent, func() (any, error) {
		info, err := s.config.Engine.World(world)
		if err != nil {
			return nil, err
		}
		if info.Durable {
			return nil, hint(httpjson.NewProblem(http.StatusConflict, codeConflict, "a durable world would come back at the next start"),
				"reset it, or stop the program and remove its data folder")
		}
		s.forgetBreaks(world)
		return nil, s.config.Engine.DeleteWorld(r.Context(), world)
	})
}

// ResetWorld puts a world back to how it was made.
func (s *Server) ResetWorld(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		if err := s.config.Engine.ResetWorld(r.Context(), world); err != nil {
			return nil, err
		}
		s.forgetBreaks(world)
		return s.describe(world)
	})
}

// ExportWorld writes the canonical state.
func (s *Server) ExportWorld(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.adapter.Handle(func(w http.ResponseWriter, _ *http.Request) error {
		text, err := s.config.Engine.Canonical(world)
		if err != nil {
			return err
		}
		httpjson.WriteBytes(w, http.StatusOK, text)
		return nil
	}).ServeHTTP(w, r)
}

// describe collects what the contract tells of a world.
func (s *Server) describe(worldID string) (*control.World, error) {
	info, err := s.config.Engine.World(worldID)
	if err != nil {
		return nil, err
	}
	view, err := s.config.Engine.Clock(worldID)
	if err != nil {
		return nil, err
	}
	base := "/w/" + worldID
	made := &control.World{
		WorldId: worldID, Seed: int64(info.Seed), Durable: info.Durable, Clock: clockState(&view, nil),
		ProtocolPath: base, ProtocolUrl: given(s.config.ProtocolURL),
		Messaging: control.Gateway{BasePath: base + "/messaging", Token: s.config.GatewayToken(worldID, info.Seed)},
		CreatedAt: info.CreatedAt.UTC(), ExpiresAt: given(info.ExpiresAt), Parent: given(info.Parent),
		Channels: []control.Channel{}, Members: []control.Member{}, People: []control.Card{},
	}
	err = s.config.Engine.Read(worldID, func(w *simulator.World) {
		for _, c := range w.Channels() {
			made.Channels = append(made.Channels, s.channelOf(base, &c))
		}
		for _, m := range w.Members() {
			made.Members = append(made.Members, memberOf(&m))
		}
		made.People = people(w)
		settingsOf(w, made)
		if allowed := w.Template().Universe().AllowedCards; len(allowed) > 0 {
			made.AllowCards = &allowed
		}
	})
	return made, err
}

// people lists the cards of a world with their holders: those of its template in
// its order, then those issued since.
func people(w *simulator.World) []control.Card {
	cards := []control.Card{}
	listed := map[string]bool{}
	for _, a := range w.Template().Universe().Accounts {
		if card, known := w.Card(a.Holder.CardNumber); known {
			listed[a.Holder.CardNumber.Reveal()] = true
			cards = append(cards, cardOf(&card))
		}
	}
	for _, card := range w.Cards() {
		if !listed[card.Holder.CardNumber.Reveal()] {
			cards = append(cards, cardOf(&card))
		}
	}
	return cards
}
