package simulator

import (
	"errors"
	"fmt"
	"strings"

	"countersign/internal/cardholder"
)

// testMarker stands right after the six digits of a BIN in every card number of
// the product, so that no real card can be mistaken for one of ours.
const testMarker = "000000"

// testRegion is the unassigned region code every invented ID number begins with.
const testRegion = "990000"

// testDocument begins every invented number of a document other than the resident ID.
const testDocument = "TEST"

// Template is a compiled Universe: immutable tables that any number of worlds
// share. Worlds copy an account when they first change it.
type Template struct {
	universe Universe
	banks    map[string]*Bank
	bins     binTable
	channels map[string]*Profile
	windows  map[string][]window
	accounts map[string]*Account // by card number
	allowed  map[string]bool
}

// Compile checks a universe and makes it a template. The error joins everything
// that is wrong and holds no personal data.
func Compile(u Universe) (*Template, error) {
	t := &Template{
		universe: u, bins: newBINTable(u.BINs),
		banks: map[string]*Bank{}, channels: map[string]*Profile{}, windows: map[string][]window{},
		accounts: make(map[string]*Account, len(u.Accounts)), allowed: map[string]bool{},
	}
	var errs []error
	errs = append(errs, lintBINs(u.BINs)...)
	for _, number := range u.AllowedCards {
		t.allowed[number] = true
	}
	errs = append(errs, t.addBanks()...)
	errs = append(errs, t.addChannels()...)
	errs = append(errs, t.addAccounts()...)
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("compile universe: %w", err)
	}
	return t, nil
}

// Universe returns what the template was compiled from. Do not change it.
func (t *Template) Universe() Universe { return t.universe }

// addBanks indexes the banks and checks that BINs name them.
func (t *Template) addBanks() []error {
	var errs []error
	for i := range t.universe.Banks {
		b := &t.universe.Banks[i]
		if b.Code == "" || t.banks[b.Code] != nil {
			errs = append(errs, inUniverse("banks", i, "code", fmt.Errorf("bank %q: %w", b.Code, errMissingOrTwice)))
		}
		t.banks[b.Code] = b
	}
	for i, b := range t.universe.BINs {
		if t.banks[b.Bank] == nil {
			errs = append(errs, inUniverse("bins", i, "bank", fmt.Errorf("BIN %s: bank %q %w", b.Prefix, b.Bank, errNotListed)))
		}
	}
	return errs
}

// addChannels indexes and checks the profiles.
func (t *Template) addChannels() []error {
	var errs []error
	for i := range t.universe.Channels {
		p := &t.universe.Channels[i]
		if p.ChannelID == "" || t.channels[p.ChannelID] != nil {
			errs = append(errs, inUniverse("channels", i, "channel_id", fmt.Errorf("channel %q: %w", p.ChannelID, errMissingOrTwice)))
		}
		t.channels[p.ChannelID] = p
		windows, wrong := t.compileProfile(p)
		t.windows[p.ChannelID] = windows
		for _, err := range wrong {
			errs = append(errs, inUniverse("channels", i, "", err))
		}
	}
	return errs
}

// compileProfile checks a profile against itself and the banks, and compiles its
// windows of maintenance.
func (t *Template) compileProfile(p *Profile) ([]window, []error) {
	var windows []window
	var errs []error
	if err := p.Check(); err != nil {
		errs = append(errs, err)
	}
	for i, terms := range p.Banks {
		if t.banks[terms.Bank] == nil {
			errs = append(errs, &profileError{p.ChannelID, fmt.Sprintf("banks[%d].bank", i), fmt.Sprintf("bank %q is not listed", terms.Bank)})
		}
	}
	for i, w := range p.Maintenance {
		compiled, err := compileWindow(w)
		if err != nil {
			errs = append(errs, &profileError{p.ChannelID, fmt.Sprintf("maintenance[%d]", i), err.Error()})
		}
		windows = append(windows, compiled)
	}
	return windows, errs
}

// addAccounts indexes the accounts and checks their cards.
func (t *Template) addAccounts() []error {
	var errs []error
	for i := range t.universe.Accounts {
		a := &t.universe.Accounts[i]
		if a.State == "" {
			a.State = CardNormal
		}
		number := a.Holder.CardNumber.Reveal()
		if !t.CardAllowed(a.Holder.CardNumber) {
			errs = append(errs, inUniverse("accounts", i, "holder.card_number",
				fmt.Errorf("account %d (card ending %s): %w", i, a.Holder.CardNumber.Last4(), errNoTestCard)))
		}
		if t.accounts[number] != nil {
			errs = append(errs, inUniverse("accounts", i, "holder.card_number",
				fmt.Errorf("account %d (card ending %s): %w", i, a.Holder.CardNumber.Last4(), errListedTwice)))
		}
		t.accounts[number] = a
	}
	return errs
}

// CardAllowed reports whether a card number may be used here: one of a listed BIN
// with the test marker right after the six digits of the BIN, or one that the
// universe lists by name. All others could be somebody's real card.
func (t *Template) CardAllowed(card cardholder.CardNumber) bool {
	number := card.Reveal()
	if t.allowed[number] {
		return true
	}
	bin, known := t.bins.find(number)
	after := max(len(bin.Prefix), len(card.BIN()))
	return known && strings.HasPrefix(number[after:], testMarker)
}

// idAllowed reports whether an ID number is an invented one.
func idAllowed(e cardholder.FourElements) bool {
	number := e.IDNumber.Reveal()
	return strings.HasPrefix(number, testRegion) || (e.IDType != cardholder.ResidentID && strings.HasPrefix(number, testDocument))
}
