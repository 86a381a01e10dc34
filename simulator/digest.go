package simulator

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"

	"countersign/internal/cardholder"
)

// digest is a fingerprint of content, to tell a repeat from another content
// under the same number. It lives in memory only.
type digest [16]byte

// shortDigest tells two contents of one order number apart; there are as many as
// orders.
type shortDigest [8]byte

// short is the first half of a digest.
func (d digest) short() shortDigest { return shortDigest(d[:len(shortDigest{})]) }

// fingerprint hashes parts kept apart by their lengths.
func fingerprint(parts ...string) digest {
	var buffer [512]byte
	text := buffer[:0]
	for _, p := range parts {
		text = binary.AppendUvarint(text, uint64(len(p)))
		text = append(text, p...)
	}
	sum := sha256.Sum256(text)
	return digest(sum[:len(digest{})])
}

// elementsFingerprint hashes four elements and their ID type.
func elementsFingerprint(e cardholder.FourElements) digest {
	return fingerprint(e.Name.Reveal(), string(e.IDType), e.IDNumber.Reveal(), e.CardNumber.Reveal(), e.Mobile.Reveal())
}

// contentOf is what makes a binding the same binding.
func (c Bind) contentOf() digest {
	elements := elementsFingerprint(c.Elements)
	return fingerprint(string(OpBind), c.PayerRef, string(elements[:]), string(c.Evidence.Kind),
		c.Evidence.Reference, c.Evidence.SignedOn, c.Evidence.CheckNo)
}

// contentOf is what makes a charge the same charge: every member. Expiry and
// notify URL count too: a platform stores the whole message before it sends it,
// and a copy that may be executed for longer is another order.
func (c ApplyCharge) contentOf() digest {
	elements := elementsFingerprint(c.Elements)
	return fingerprint(strconv.FormatInt(c.OrderTime.UnixNano(), 36), strconv.FormatInt(int64(c.Amount), 36), c.Currency,
		c.AgreementNo, string(elements[:]), c.CheckNo, c.PayerRef, c.Summary, strconv.FormatInt(c.ExpiresAt.UnixNano(), 36), c.NotifyURL)
}
