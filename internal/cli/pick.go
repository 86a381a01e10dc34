package cli

import (
	"time"

	"github.com/spf13/cobra"

	"countersign/contract/control"
	"countersign/internal/money"
)

// picker reads flags as optional members of the contract: what was not given is absent. The first value that is none stays
// in err.
type picker struct {
	cmd *cobra.Command
	err error
}

// pick begins to read the flags of a command.
func pick(cmd *cobra.Command) *picker { return &picker{cmd: cmd} }

// given reports whether a flag was given.
func (p *picker) given(flag string) bool { return p.cmd.Flags().Changed(flag) }

// wrong keeps the first failure.
func (p *picker) wrong(flag, text, next string) {
	if p.err == nil {
		p.err = usage("--"+flag+" "+text+" cannot be read", next)
	}
}

// word is a text or a word of a list.
func word[T ~string](p *picker, flag string) *T {
	if !p.given(flag) {
		return nil
	}
	text, _ := p.cmd.Flags().GetString(flag)
	read := T(text)
	return &read
}

// words are the values of a flag that may be repeated.
func (p *picker) words(flag string) *[]string {
	if !p.given(flag) {
		return nil
	}
	list, _ := p.cmd.Flags().GetStringSlice(flag)
	return &list
}

// number is a whole number.
func (p *picker) number(flag string) *int {
	if !p.given(flag) {
		return nil
	}
	n, _ := p.cmd.Flags().GetInt(flag)
	return &n
}

// flag is yes or no.
func (p *picker) flag(flag string) *bool {
	if !p.given(flag) {
		return nil
	}
	yes, _ := p.cmd.Flags().GetBool(flag)
	return &yes
}

// millis is a duration in milliseconds.
func (p *picker) millis(flag string) *int { return p.units(flag, time.Millisecond) }

// seconds is a duration in seconds.
func (p *picker) seconds(flag string) *int { return p.units(flag, time.Second) }

// units is a duration in whole units, at least one unless it is nothing: what is given must not become nothing.
func (p *picker) units(flag string, unit time.Duration) *int {
	if !p.given(flag) {
		return nil
	}
	d, _ := p.cmd.Flags().GetDuration(flag)
	if d%unit != 0 {
		p.wrong(flag, d.String(), "give whole units of "+unit.String())
	}
	n := int(d / unit)
	return &n
}

// fen is an amount that is written in yuan.
func (p *picker) fen(flag string) *control.Fen {
	if !p.given(flag) {
		return nil
	}
	text, _ := p.cmd.Flags().GetString(flag)
	amount, err := money.Parse(text)
	if err != nil {
		p.wrong(flag, text, "write the amount in yuan, as 88.00")
	}
	fen := control.Fen(amount)
	return &fen
}

// instant is a time with its zone.
func (p *picker) instant(flag string) *time.Time {
	if !p.given(flag) {
		return nil
	}
	text, _ := p.cmd.Flags().GetString(flag)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		p.wrong(flag, text, "write the instant with its zone, as 2026-03-01T09:00:00+08:00")
	}
	return &at
}
