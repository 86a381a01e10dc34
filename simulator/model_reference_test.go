package simulator_test

import (
	"slices"
	"time"

	"countersign/internal/money"
)

// reference is a channel with one member in maps and ifs: what the contract says must be there, and not
// how the simulator does it. It shares no code with the simulator.
type reference struct {
	modelRules
	now        time.Time
	cards      map[string]*refCard
	signings   map[string]*refSigning
	agreements map[string]*refAgreement
	orders     map[string]*refOrder
	refunds    map[string]*refRefund
	checked    map[string]bool // cards whose elements passed
	debits     []refDebit      // for the limits
	pending    *refCode        // the code whose text is on its way to the handset
}

type refCard struct {
	bank    string
	balance money.Fen
	frozen  bool
}

// refCode is what is out for one signing or order.
type refCode struct {
	live     map[string]time.Time // text and end
	failed   int
	sent     time.Time
	how      string
	lastText string
}

type refSigning struct {
	card, status, reason string
	mismatch             bool
	at                   time.Time
	code                 *refCode
	agreement            string
}

type refAgreement struct {
	card, status string
	ends         time.Time
}

type refOrder struct {
	card, agreement, status, reason string
	amount, refunded                money.Fen
	at                              time.Time
	code                            *refCode
	tombstone                       bool
}

type refRefund struct {
	order, status, reason string
	amount                money.Fen
}

type refDebit struct {
	card   string
	amount money.Fen
	at     time.Time
}

// told is an answer in short: a problem, or where a thing stands.
type told struct {
	problem, status, reason string
	tries                   int
	alive                   string // number of the agreement it names
}

// newReference has the cards of the sample.
func newReference(rules modelRules, now time.Time) *reference {
	return &reference{
		modelRules: rules, now: now, signings: map[string]*refSigning{}, agreements: map[string]*refAgreement{},
		orders: map[string]*refOrder{}, refunds: map[string]*refRefund{}, checked: map[string]bool{},
		cards: map[string]*refCard{
			"one": {bank: "ICBC", balance: 1_000_000}, "two": {bank: "ICBC", balance: 50_000}, "three": {bank: "CMB", balance: 1_000_000},
		},
	}
}

// send puts a new code under way; the handset tells its text through texted.
func (r *reference) send(c *refCode) {
	c.sent = r.now
	r.pending = c
}

// texted is the text of the code that was sent last.
func (r *reference) texted(text string) {
	c := r.pending
	r.pending = nil
	if c.how != "both" || c.live == nil {
		c.live = map[string]time.Time{}
	}
	c.live[text] = r.now.Add(modelCodeLife)
	c.lastText = text
}

// typed judges a code: right, wrong or old.
func (r *reference) typed(c *refCode, text string) string {
	end, known := c.live[text]
	switch {
	case !known:
		c.failed++
		return "wrong"
	case !r.now.Before(end):
		return "old"
	}
	c.live = map[string]time.Time{}
	return "right"
}

// bankSays is the bank's word on elements: "" when they are those of a card in order.
func (r *reference) bankSays(card string, mismatch bool) string {
	c := r.cards[card]
	switch {
	case !slices.Contains(r.banks, c.bank):
		return "card_unsupported"
	case mismatch:
		return "elements_mismatch"
	case c.frozen:
		return "card_frozen"
	}
	return ""
}

// live is the number of a card's living agreement.
func (r *reference) live(card string) string {
	for no, g := range r.agreements {
		if g.card == card && g.status == "active" {
			return no
		}
	}
	return ""
}

// pass lets time go by: agreements die of age, what waits for a code too long is over.
func (r *reference) pass(d time.Duration) {
	r.now = r.now.Add(d)
	for _, g := range r.agreements {
		if g.status == "active" && r.days > 0 && !r.now.Before(g.ends) {
			g.status = "expired"
		}
	}
	for _, s := range r.signings {
		if s.status == "code_sent" && !r.now.Before(s.at.Add(modelOpen)) {
			s.status, s.reason = "expired", "code_expired"
		}
	}
	for _, o := range r.orders {
		if o.status == "code_required" && !r.now.Before(o.at.Add(modelOpen)) {
			o.status, o.reason = "declined", "code_expired"
		}
	}
}

// signingStands shows a signing.
func (r *reference) signingStands(s *refSigning) told {
	t := told{status: s.status, reason: s.reason, alive: s.agreement}
	if s.status == "code_sent" {
		t.tries = modelTries - s.code.failed
	}
	return t
}

func (r *reference) apply(no, card string, mismatch bool) told {
	if !r.texts {
		return told{problem: "code_not_offered"}
	}
	if s := r.signings[no]; s != nil {
		if s.card != card || s.mismatch != mismatch {
			return told{problem: "number_reused"}
		}
		return r.signingStands(s)
	}
	s := &refSigning{card: card, mismatch: mismatch, at: r.now, status: "code_sent"}
	r.signings[no] = s
	if reason := r.bankSays(card, mismatch); reason != "" {
		s.status, s.reason = "declined", reason
	} else if live := r.live(card); live != "" {
		s.status, s.agreement = "signed", live
	} else {
		s.code = &refCode{how: r.again}
		r.send(s.code)
	}
	return r.signingStands(s)
}

func (r *reference) resend(no string) told {
	s := r.signings[no]
	switch {
	case s == nil:
		return told{problem: "signing_not_found"}
	case s.status == "locked":
		return told{problem: "locked"}
	case s.status != "code_sent":
		return r.signingStands(s)
	case r.now.Before(s.code.sent.Add(modelGap)):
		return told{problem: "too_frequent"}
	}
	s.reason = ""
	r.send(s.code)
	return r.signingStands(s)
}

func (r *reference) confirm(no, text string) told {
	s := r.signings[no]
	switch {
	case s == nil:
		return told{problem: "signing_not_found"}
	case s.status == "locked":
		return told{problem: "locked"}
	case s.status != "code_sent":
		return r.signingStands(s)
	}
	switch r.typed(s.code, text) {
	case "old":
		s.reason = "code_expired"
	case "wrong":
		s.reason = "wrong_code"
		if s.code.failed >= modelTries {
			s.status, s.reason = "locked", "code_exhausted"
		}
	case "right":
		r.bindNow(s)
	}
	return r.signingStands(s)
}

// bindNow makes the agreement of a signing, or finds the one there is. The number is
// the channel's to give: the caller learns it and says it through numbered.
func (r *reference) bindNow(s *refSigning) {
	if reason := r.bankSays(s.card, s.mismatch); reason != "" {
		s.status, s.reason = "declined", reason
		return
	}
	s.status, s.reason = "signed", ""
	if s.agreement = r.live(s.card); s.agreement == "" {
		s.agreement = fresh
		r.agreements[fresh] = &refAgreement{card: s.card, status: "active", ends: r.now.AddDate(0, 0, r.days)}
	}
}

// fresh stands for the number of an agreement the channel has just made.
const fresh = "(new)"

// numbered gives the agreement just made its number; "" when none was.
func (r *reference) numbered(no string) {
	g := r.agreements[fresh]
	if g == nil || no == "" {
		return
	}
	delete(r.agreements, fresh)
	r.agreements[no] = g
	for _, s := range r.signings {
		if s.agreement == fresh {
			s.agreement = no
		}
	}
}

func (r *reference) querySigning(no string) told {
	if s := r.signings[no]; s != nil {
		return r.signingStands(s)
	}
	return told{problem: "signing_not_found"}
}

func (r *reference) check(card string, mismatch bool) told {
	if reason := r.bankSays(card, mismatch); reason != "" {
		return told{status: "declined", reason: reason}
	}
	r.checked[card] = true
	return told{status: "passed"}
}

func (r *reference) bind(no, card string, mismatch bool) told {
	if !r.bindsOnWord {
		return told{problem: "invalid_request"}
	}
	if s := r.signings[no]; s != nil {
		if s.card != card || s.mismatch != mismatch {
			return told{problem: "number_reused"}
		}
		return r.signingStands(s)
	}
	s := &refSigning{card: card, mismatch: mismatch, at: r.now}
	r.signings[no] = s
	if mismatch || !r.checked[card] {
		s.status, s.reason = "declined", "element_check_missing"
		return r.signingStands(s)
	}
	r.bindNow(s)
	return r.signingStands(s)
}

func (r *reference) terminate(no string) told {
	g := r.agreements[no]
	if g == nil {
		return told{problem: "not_found"}
	}
	if g.status == "active" {
		g.status = "terminated"
	}
	return told{status: g.status}
}

func (r *reference) cancelAtBank(card string) {
	if no := r.live(card); no != "" {
		r.agreements[no].status = "cancelled_at_bank"
	}
}
