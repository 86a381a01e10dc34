package worldlog

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"countersign/internal/money"
	"countersign/simulator"
)

// formatVersion is the version of the file's format and of what replaying it means:
// it rises when the rules draw chance otherwise, too, since the inputs of an older log
// would then make another world than the one whose answers were given. 2: a seed is
// drawn from otherwise than in 1.
const formatVersion = 2

// Errors of logs of other versions. Nothing of such a log is used or changed.
var (
	// ErrOlder means: the log was made by an earlier version.
	ErrOlder = errors.New("world log was made by an earlier version of this program")
	// ErrNewer means: the log was made by a later version.
	ErrNewer = errors.New("world log was made by a later version of this program")
)

// Header says how the world began. It is the first line of the file, with the
// whole universe, so that other fixtures tomorrow do not change yesterday's world.
type Header struct {
	ID       string
	Name     string
	Seed     uint64
	Virtual  bool
	Start    time.Time
	Universe simulator.Universe

	// fromState means: the line after this one is the state that the log goes on from.
	fromState bool
}

// plainHeader is a header in full.
type plainHeader struct {
	Format       int                 `json:"format"`
	ID           string              `json:"id"`
	Name         string              `json:"name,omitempty"`
	Seed         uint64              `json:"seed"`
	Virtual      bool                `json:"virtual,omitempty"`
	Start        time.Time           `json:"start"`
	Banks        []simulator.Bank    `json:"banks"`
	BINs         []simulator.BIN     `json:"bins"`
	Channels     []simulator.Profile `json:"channels"`
	Accounts     []plainAccount      `json:"accounts"`
	AllowedCards []string            `json:"allowed_cards,omitempty"`
	FromState    bool                `json:"from_state,omitempty"`
}

// plainAccount is an account in full.
type plainAccount struct {
	Holder      plainElements       `json:"holder"`
	Balance     money.Fen           `json:"balance"`
	State       simulator.CardState `json:"state"`
	DebitNotice bool                `json:"debit_notice,omitempty"`
}

// encodeHeader writes a header as JSON.
func encodeHeader(h Header) ([]byte, error) {
	p := plainHeader{
		Format: formatVersion, ID: h.ID, Name: h.Name, Seed: h.Seed, Virtual: h.Virtual, Start: h.Start,
		Banks: h.Universe.Banks, BINs: h.Universe.BINs, Channels: h.Universe.Channels, AllowedCards: h.Universe.AllowedCards,
		FromState: h.fromState,
	}
	for _, a := range h.Universe.Accounts {
		p.Accounts = append(p.Accounts, revealAccount(a))
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write log header: %w", err)
	}
	return text, nil
}

// decodeHeader reads a header back.
func decodeHeader(text []byte) (Header, error) {
	var p plainHeader
	if err := json.Unmarshal(text, &p); err != nil {
		return Header{}, fmt.Errorf("read log header: %w", err)
	}
	switch {
	case p.Format > 0 && p.Format < formatVersion:
		return Header{}, fmt.Errorf("%w (format %d, this one reads %d)", ErrOlder, p.Format, formatVersion)
	case p.Format > formatVersion:
		return Header{}, fmt.Errorf("%w (format %d, this one reads %d)", ErrNewer, p.Format, formatVersion)
	case p.Format != formatVersion:
		return Header{}, errors.New("read log header: it says no format")
	}
	h := Header{ID: p.ID, Name: p.Name, Seed: p.Seed, Virtual: p.Virtual, Start: p.Start, Universe: simulator.Universe{
		Banks: p.Banks, BINs: p.BINs, Channels: p.Channels, AllowedCards: p.AllowedCards,
	}}
	h.fromState = p.FromState
	for _, plain := range p.Accounts {
		a, err := plain.conceal()
		if err != nil {
			return Header{}, fmt.Errorf("read log header: %w", err)
		}
		h.Universe.Accounts = append(h.Universe.Accounts, a)
	}
	return h, nil
}

// revealAccount writes an account out.
func revealAccount(a simulator.Account) plainAccount {
	return plainAccount{Holder: reveal(a.Holder), Balance: a.Balance, State: a.State, DebitNotice: a.DebitNotice}
}

// conceal reads an account back.
func (p plainAccount) conceal() (simulator.Account, error) {
	holder, err := p.Holder.conceal()
	return simulator.Account{Holder: holder, Balance: p.Balance, State: p.State, DebitNotice: p.DebitNotice}, err
}
