package simulator

import "reflect"

// UniverseState is a universe as plain data, elements in full: the other half of a
// world's file.
type UniverseState struct {
	Banks        []Bank         `json:"banks"`
	BINs         []BIN          `json:"bins"`
	Channels     []Profile      `json:"channels"`
	Accounts     []AccountState `json:"accounts,omitempty"`
	AllowedCards []string       `json:"allowed_cards,omitempty"`
}

// Save writes a universe out.
func (u Universe) Save() UniverseState {
	s := UniverseState{Banks: u.Banks, BINs: u.BINs, Channels: u.Channels, AllowedCards: u.AllowedCards}
	for _, a := range u.Accounts {
		s.Accounts = append(s.Accounts, AccountState{
			Holder: saveElements(a.Holder), Balance: a.Balance, State: a.State, DebitNotice: a.DebitNotice,
		})
	}
	return s
}

// Most of each that a universe in a file may list.
const (
	mostBanks    = 1000
	mostBINs     = 100_000
	mostChannels = 100
	mostAccounts = 200_000
	mostAllowed  = 100
)

// CompileState makes a template of a universe that anybody may have written. What is
// wrong with it is a StateError, and no personal data are in the error.
func CompileState(s UniverseState) (*Template, error) {
	if problem := s.tooMuch(); problem != nil {
		return nil, problem
	}
	c := &checker{}
	if c.walk("universe", reflect.ValueOf(s)); c.failed != nil {
		return nil, c.failed
	}
	u := Universe{Banks: s.Banks, BINs: s.BINs, Channels: s.Channels, AllowedCards: s.AllowedCards}
	l := &loader{}
	for i := range s.Accounts {
		from, at := &s.Accounts[i], l.at("accounts", i)
		holder, err := from.Holder.load()
		switch {
		case err != nil || !holder.Complete():
			return nil, &StateError{Field: "universe." + at + ".holder", Why: "are no four elements"}
		case !idAllowed(holder):
			return nil, &StateError{Field: "universe." + at + ".holder.id_number", Why: "is not invented"}
		case from.Balance < 0:
			return nil, &StateError{Field: "universe." + at + ".balance", Why: "must not be below zero"}
		case from.State != "" && !knownState(from.State):
			return nil, &StateError{Field: "universe." + at + ".state", Why: "no such card state"}
		}
		u.Accounts = append(u.Accounts, Account{Holder: holder, Balance: from.Balance, State: from.State, DebitNotice: from.DebitNotice})
	}
	t, err := Compile(u)
	if err != nil {
		return nil, stateErrorOf(err)
	}
	return t, nil
}

// tooMuch refuses more of anything than a universe may hold, and texts too long.
func (s *UniverseState) tooMuch() error {
	for _, list := range []struct {
		name         string
		length, most int
	}{
		{"banks", len(s.Banks), mostBanks},
		{"bins", len(s.BINs), mostBINs},
		{"channels", len(s.Channels), mostChannels},
		{"accounts", len(s.Accounts), mostAccounts},
		{"allowed_cards", len(s.AllowedCards), mostAllowed},
	} {
		if list.length > list.most {
			return &StateError{Field: "universe." + list.name, Why: "is too long"}
		}
	}
	for i := range s.Banks {
		b := &s.Banks[i]
		if b.SettleAfterSeconds < 0 || b.SettleAfterSeconds > longestPause || b.SMSDelaySeconds < 0 || b.SMSDelaySeconds > longestPause {
			return &StateError{Field: "universe." + (*loader)(nil).at("banks", i), Why: "a pause is out of range"}
		}
	}
	return nil
}
