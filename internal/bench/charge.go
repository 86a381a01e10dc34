package bench

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Rounds and requests of a rate: the two servers take turns, so that a machine that slows down slows both.
const (
	rounds   = 11
	perRound = 4000
)

// The bars of a signed, stateful charge (design 5).
const (
	hs256Bar = 0.5
	eddsaBar = 0.8
)

// measureChargeHS256 holds signed charges against a bare echo of the same requests.
func measureChargeHS256(ctx context.Context, o *Options) ([]Figure, error) {
	return measureCharge(ctx, o, "charge-hs256", "bridge-pay", "bare echo", hs256Bar, func(*field) (*child, error) {
		return spawn(ctx, o.Program, "", bareCommand, bareEcho)
	})
}

// measureChargeEdDSA holds signed charges against a bare server that does only that verify and that sign.
func measureChargeEdDSA(ctx context.Context, o *Options) ([]Figure, error) {
	return measureCharge(ctx, o, "charge-eddsa", "lotus-pay", "bare verify and sign", eddsaBar, func(f *field) (*child, error) {
		for _, m := range f.world.Members {
			if m.ChannelId == f.client.ChannelID {
				return spawn(ctx, o.Program, m.RequestKey.Material, bareCommand, bareSign)
			}
		}
		return nil, fmt.Errorf("no member at %s", f.client.ChannelID)
	})
}

// measureCharge is the rate of signed charges over kept connections, every one a new order, to that of a bare server.
func measureCharge(
	ctx context.Context, o *Options, name, channelID, bareIs string, bar float64, startBare func(*field) (*child, error),
) ([]Figure, error) {
	c, err := startSimulator(ctx, o.Program)
	if err != nil {
		return nil, err
	}
	defer c.end()
	f, err := c.makeField(ctx, channelID)
	if err != nil {
		return nil, err
	}
	bare, err := startBare(f)
	if err != nil {
		return nil, err
	}
	defer bare.end()
	var rates, limits, ratios []float64
	for round := range rounds {
		requests, err := f.orders(round*perRound, perRound, time.Now())
		if err != nil {
			return nil, err
		}
		limit, err := drive(ctx, bare.Address, requests)
		if err != nil {
			return nil, fmt.Errorf("bare server: %w", err)
		}
		took, err := drive(ctx, hostOf(c.Simulator), requests)
		if err != nil {
			return nil, err
		}
		if round == 0 {
			continue // caches, heaps and connections are new
		}
		rates, limits = append(rates, perRound/took.Seconds()), append(limits, perRound/limit.Seconds())
		ratios = append(ratios, limit.Seconds()/took.Seconds())
	}
	if err := f.debited(ctx, rounds*perRound); err != nil {
		return nil, err
	}
	made := Figure{Name: name, Value: median(rates), Unit: "charges/s", Better: Higher}.Against(median(limits), bareIs, bar)
	made.Ratio = median(ratios) // of pairs that ran side by side
	made.Holds = made.Ratio >= bar
	return []Figure{made}, nil
}

// debited asks the last order, so that nobody measures refusals.
func (f *field) debited(ctx context.Context, orders int) error {
	body := map[string]any{
		"member_no": f.client.MemberNo, "order_no": fmt.Sprintf("ord_%09d", orders), "order_time": time.Now().UTC().Format(time.RFC3339),
		"payer_ref": payer, "amount": 1, "currency": "CNY", "agreement_no": f.agreement, "expires_at": time.Now().UTC().Add(time.Hour).Format(time.RFC3339),
	}
	var charge struct {
		Status string `json:"status"`
	}
	if err := f.post(ctx, "/v1/charges", body, &charge); err != nil {
		return err
	}
	if charge.Status != "succeeded" {
		return fmt.Errorf("charges end %s", charge.Status)
	}
	return nil
}

// close lets go of the connections of a measurement's own client.
func (f *field) close() {
	if t, ok := f.client.HTTP.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}
