package controlapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/internal/money"
	"countersign/simulator"
)

// ChangeChannel turns a channel's switches, or gives it another profile.
func (s *Server) ChangeChannel(w http.ResponseWriter, r *http.Request, world control.WorldID, channelID string) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		wanted, err := read[control.ChannelChange](r)
		if err != nil {
			return nil, err
		}
		if _, err := s.channel(world, channelID); err != nil {
			return nil, err
		}
		if wanted.Profile != nil {
			if err := s.changeProfile(r.Context(), world, channelID, wanted.Profile); err != nil {
				return nil, err
			}
		}
		if wanted.State != nil {
			maintenance, retired := *wanted.State == control.ChangeMaintenance, *wanted.State == control.ChangeRetired
			if err := s.do(r.Context(), world, simulator.SwitchChannel{ChannelID: channelID, Maintenance: &maintenance, Retired: &retired}); err != nil {
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

// channelOf is the schema Channel.
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

// changeProfile puts another profile in force. Maintenance by the hours of the day,
// which the wire does not know, stays as it is.
func (s *Server) changeProfile(ctx context.Context, world, channelID string, wanted *channel.ChannelProfile) error {
	profile := profileOf(wanted)
	err := s.config.Engine.Read(world, func(w *simulator.World) {
		if present, known := w.Channel(channelID); known {
			profile.Maintenance = append(daily(present.Maintenance), profile.Maintenance...)
		}
	})
	if err != nil {
		return err
	}
	return s.do(ctx, world, simulator.ChangeProfile{ChannelID: channelID, Profile: profile})
}

// daily are the windows that have no place on the wire.
func daily(windows []simulator.Window) []simulator.Window {
	return slices.DeleteFunc(slices.Clone(windows), func(w simulator.Window) bool {
		_, err := time.Parse(time.RFC3339, w.From)
		return err == nil
	})
}

// profileOf reads the schema ChannelProfile.
func profileOf(p *channel.ChannelProfile) simulator.Profile {
	made := simulator.Profile{
		ChannelID: p.ChannelId, NameZH: p.NameZh, NameEN: p.NameEn, Kind: simulator.Kind(p.Kind), Binds: p.Binds,
		PlatformSMS: p.PlatformSms, AgreementChannel: p.AgreementChannel, Sender: simulator.Party(p.Sender),
		Verifier: simulator.Party(p.Verifier), ChargeBy: simulator.ChargeBy(p.ChargeBy), CodeOnEveryPayment: p.CodeOnEveryPayment,
		PaymentCodeSender: simulator.Party(value(p.PaymentCodeSender)),
		Code: simulator.CodeRules{
			Length: p.Code.Length, LifetimeSeconds: p.Code.LifetimeSeconds, Tries: p.Code.Tries,
			ResendGapSeconds: p.Code.ResendGapSeconds, Resend: simulator.ResendSemantics(p.Code.Resend),
		},
		Idempotent: p.Idempotent, MaxInFlightSeconds: p.MaxInFlightSeconds, ExpiryHonoured: p.ExpiryHonoured,
		CloseOffered: p.CloseOffered, AgreementLifetimeDays: p.AgreementLifetimeDays,
		Notification: simulator.NotificationRules{ScheduleSeconds: p.Notification.ScheduleSeconds, Ack: string(p.Notification.Ack)},
		SignatureAlg: string(p.SignatureAlg), SMSBrandZH: p.SmsBrandZh, MerchantInSMS: p.MerchantInSms,
	}
	for _, code := range p.FinalCodes {
		made.FinalCodes = append(made.FinalCodes, simulator.ProblemCode(code))
	}
	for _, key := range p.QueryKeys {
		made.QueryKeys = append(made.QueryKeys, string(key))
	}
	for _, bank := range p.Banks {
		made.Banks = append(made.Banks, termsOf(&bank))
	}
	for _, window := range value(p.Maintenance) {
		made.Maintenance = append(made.Maintenance, simulator.Window{
			From: window.From.Format(time.RFC3339), To: window.To.Format(time.RFC3339),
		})
	}
	return made
}

// termsOf reads the schema BankSupport.
func termsOf(bank *channel.BankSupport) simulator.BankTerms {
	terms := simulator.BankTerms{Bank: bank.Bank, Limits: simulator.Limits{
		Single: money.Fen(bank.Single), Daily: money.Fen(bank.Daily), Monthly: money.Fen(bank.Monthly), DailyCount: bank.DailyCount,
	}}
	for _, card := range bank.CardTypes {
		terms.CardTypes = append(terms.CardTypes, simulator.CardType(card))
	}
	return terms
}
