package app

import (
	"encoding/binary"

	"countersign/fixtures"
	"countersign/internal/cardholder"
	"countersign/internal/chance"
	"countersign/orchestrator"
)

// secretChance draws what must not be guessed, codes above all. Its seed is a keyed hash under the vault's key: the same
// after a restart, known to nobody.
type secretChance struct{ seed uint64 }

// newSecretChance derives the seed.
func newSecretChance(vault orchestrator.Vault) secretChance {
	return secretChance{seed: binary.BigEndian.Uint64(vault.MAC("chance", []byte("seed")))}
}

// Draw is a number.
func (c secretChance) Draw(entity, event string) uint64 { return chance.Draw(c.seed, entity, event) }

// Digits is a code, leading zeros kept.
func (c secretChance) Digits(entity, event string, n int) string {
	return chance.Digits(c.seed, entity, event, n)
}

// issuers tells the bank of a card number, by the fixtures' BINs, which are read when first asked for.
type issuers struct {
	field func() (*fixtures.Set, error)
}

// Lookup finds bank and card type; the longest prefix wins.
func (i issuers) Lookup(number cardholder.CardNumber) (bank, cardType string, ok bool) {
	set, err := i.field()
	if err != nil {
		return "", "", false
	}
	bank, bin, ok := set.Issuer(number.Reveal())
	return bank, bin.CardType, ok
}
