package controlapi

import (
	"context"
	"encoding/json"
	"net/http"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/internal/money"
	"countersign/simulator"
)

// ChangeChannel turns a channel's switches, or changes its limits.
func (s *Server) ChangeChannel(w http.ResponseWriter, r *http.Request, world control.WorldID, channelID string) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		wanted, err := read[control.ChannelChange](r)
		if err != nil {
			return nil, err
		}
		present, err := s.channel(world, channelID)
		if err != nil {
			return nil, err
		}
		if wanted.Profile != nil {
			if err := onlyLimits(present.Profile, *wanted.Profile); err != nil {
				return nil, err
			}
		}
		if wanted.State != nil {
			maintenance, retired := *wanted.State == control.ChangeMaintenance, *wanted.State == control.ChangeRetired
			if _, err := s.do(r.Context(), world, simulator.SwitchChannel{ChannelID: channelID, Maintenance: &maintenance, Retired: &retired}); err != nil {
				return nil, err
			}
		}
		if wanted.Profile != nil {
			if err := s.setLimits(r.Context(), world, wanted.Profile); err != nil {
				return nil, err
			}
		}
		return s.channel(world, channelID)
	})
}

// channel shows one channel.
func (s *Server) channel(world, channelID string) (*control.Channel, error) {
	var made *control.Channel
	err := s.config.Engine.Read(world, func(w *simulator.World) {
		for _, c := range w.Channels() {
			if c.Profile.ChannelID == channelID {
				view := s.channelOf("/w/"+world, &c)
				made = &view
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if made == nil {
		return nil, httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "no such channel in this world")
	}
	return made, nil
}

// channelOf is the schema Channel. The profile is the one the world was made with;
// limits changed since are told by the channel itself (GET v1/limits).
func (s *Server) channelOf(base string, c *simulator.ChannelView) control.Channel {
	state := control.ChannelOpen
	switch {
	case c.Retired:
		state = control.ChannelRetired
	case !c.Open:
		state = control.ChannelMaintenance
	}
	return control.Channel{
		ChannelId: c.Profile.ChannelID, BasePath: base + "/channels/" + c.Profile.ChannelID, State: state, Profile: *s.config.Profile(c.Profile),
	}
}

// onlyLimits refuses a profile that differs in more than the limits: a channel
// does not become another one while its members are at work.
func onlyLimits(present, wanted channel.ChannelProfile) error {
	if len(present.Banks) != len(wanted.Banks) {
		return notOnlyLimits()
	}
	for i, bank := range wanted.Banks {
		if bank.Single < 0 || bank.Daily < 0 || bank.Monthly < 0 || bank.DailyCount < 0 {
			return unprocessable("/profile/banks/"+decimal(i), "a limit is 0 (none) or more", "")
		}
	}
	a, err := withoutLimits(present)
	if err != nil {
		return err
	}
	b, err := withoutLimits(wanted)
	if err != nil {
		return err
	}
	if string(a) != string(b) {
		return notOnlyLimits()
	}
	return nil
}

// notOnlyLimits says what cannot be changed.
func notOnlyLimits() error {
	return unprocessable("/profile", "of a profile only the limits of its banks can be changed in a running world",
		"GET the world, change single, daily, monthly or daily_count, and send the profile back; for another profile make another world")
}

// withoutLimits is a profile as JSON with all limits at 0.
func withoutLimits(p channel.ChannelProfile) ([]byte, error) {
	banks := make([]channel.BankSupport, 0, len(p.Banks))
	for _, bank := range p.Banks {
		banks = append(banks, channel.BankSupport{Bank: bank.Bank, CardTypes: bank.CardTypes})
	}
	p.Banks = banks
	if p.Maintenance != nil && len(*p.Maintenance) == 0 {
		p.Maintenance = nil
	}
	return json.Marshal(p)
}

// setLimits puts the limits of a profile in force.
func (s *Server) setLimits(ctx context.Context, world string, p *channel.ChannelProfile) error {
	for _, bank := range p.Banks {
		_, err := s.do(ctx, world, simulator.SetLimits{ChannelID: p.ChannelId, Bank: bank.Bank, Limits: simulator.Limits{
			Single: money.Fen(bank.Single), Daily: money.Fen(bank.Daily), Monthly: money.Fen(bank.Monthly), DailyCount: bank.DailyCount,
		}})
		if err != nil {
			return err
		}
	}
	return nil
}
