package engine_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"countersign/internal/money"
	"countersign/orchestrator"
)

// memoryStore is a Store in memory: one writer at a time, work on a copy, swapped in at the commit. It keeps
// the unique indexes that carry the promises.
type memoryStore struct {
	mu   sync.Mutex
	data *tables
	fail func(point int) error // called at each commit with its number
	n    int
}

type tables struct {
	Seq        int64
	Order      int64
	Merchants  map[string]orchestrator.Merchant
	Channels   map[string]orchestrator.ChannelConfig
	Healths    map[string]orchestrator.Health
	Cards      map[string]orchestrator.Card
	Standings  map[string]orchestrator.Standing
	Agreements map[string]orchestrator.Agreement
	Checks     map[string]orchestrator.Check
	Signings   map[string]orchestrator.Signing
	Decisions  map[string]orchestrator.Decision
	Checkouts  map[string]orchestrator.Checkout
	Payments   map[string]orchestrator.Payment
	Attempts   map[string]orchestrator.Attempt
	Verifs     map[string]orchestrator.Verification
	Syncs      map[string]orchestrator.SyncItem
	Idem       map[string]orchestrator.IdempotencyRecord
	Inbox      map[string]bool
	Notices    map[string]orchestrator.Notice
	Events     []orchestrator.Event
	Evidence   map[string]orchestrator.Evidence
	Born       map[string]int64
	Failures   map[string]int  // of due rows, by kind and id
	Unreadable map[string]bool // ids of rows that cannot be decoded
}

func newMemoryStore() *memoryStore { return &memoryStore{data: newTables()} }

func newTables() *tables {
	t := &tables{}
	t.fill()
	return t
}

func (t *tables) fill() {
	mk(&t.Merchants)
	mk(&t.Channels)
	mk(&t.Healths)
	mk(&t.Cards)
	mk(&t.Standings)
	mk(&t.Agreements)
	mk(&t.Checks)
	mk(&t.Signings)
	mk(&t.Decisions)
	mk(&t.Checkouts)
	mk(&t.Payments)
	mk(&t.Attempts)
	mk(&t.Verifs)
	mk(&t.Syncs)
	mk(&t.Idem)
	mk(&t.Inbox)
	mk(&t.Notices)
	mk(&t.Evidence)
	mk(&t.Born)
	mk(&t.Failures)
	mk(&t.Unreadable)
}

func mk[K comparable, V any](m *map[K]V) {
	if *m == nil {
		*m = map[K]V{}
	}
}

// copy is what a transaction works on. Rows are values, and their slices are replaced, never changed in place.
func (t *tables) copy() *tables {
	c := *t
	c.Merchants, c.Channels, c.Healths = maps.Clone(t.Merchants), maps.Clone(t.Channels), maps.Clone(t.Healths)
	c.Cards, c.Standings, c.Agreements = maps.Clone(t.Cards), maps.Clone(t.Standings), maps.Clone(t.Agreements)
	c.Checks, c.Signings, c.Decisions = maps.Clone(t.Checks), maps.Clone(t.Signings), maps.Clone(t.Decisions)
	c.Checkouts, c.Payments, c.Attempts = maps.Clone(t.Checkouts), maps.Clone(t.Payments), maps.Clone(t.Attempts)
	c.Verifs, c.Syncs, c.Idem = maps.Clone(t.Verifs), maps.Clone(t.Syncs), maps.Clone(t.Idem)
	c.Inbox, c.Notices, c.Evidence = maps.Clone(t.Inbox), maps.Clone(t.Notices), maps.Clone(t.Evidence)
	c.Born, c.Events = maps.Clone(t.Born), slices.Clip(t.Events)
	c.Failures, c.Unreadable = maps.Clone(t.Failures), maps.Clone(t.Unreadable)
	return &c
}

// stored is the content after it went to a disk and back: what a restart finds.
func (t *tables) stored() *tables {
	raw, err := json.Marshal(t)
	if err != nil {
		panic(err)
	}
	c := &tables{}
	if err := json.Unmarshal(raw, c); err != nil {
		panic(err)
	}
	c.fill()
	return c
}

func (s *memoryStore) Update(ctx context.Context, fn func(orchestrator.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	if s.fail != nil {
		if err := s.fail(s.n); err != nil {
			return err
		}
	}
	c := s.data.copy()
	if err := fn(memoryTx{c}); err != nil {
		return err
	}
	s.data = c
	return nil
}

func (s *memoryStore) View(_ context.Context, fn func(orchestrator.Tx) error) error {
	s.mu.Lock()
	c := s.data
	s.mu.Unlock()
	return fn(memoryTx{c})
}

// snapshot is the committed content.
func (s *memoryStore) snapshot() *tables {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data
}

type memoryTx struct{ t *tables }

func (m memoryTx) Merchants() orchestrator.Merchants { return fakeMerchants(m) }
func (m memoryTx) Channels() orchestrator.Channels   { return fakeChannels(m) }
func (m memoryTx) Healths() orchestrator.Healths     { return fakeHealths(m) }
func (m memoryTx) Cards() orchestrator.Cards         { return fakeCards{rowsOf(m.t, m.t.Cards, cardOps)} }
func (m memoryTx) Standings() orchestrator.Standings { return fakeStandings(m) }
func (m memoryTx) Agreements() orchestrator.Agreements {
	return fakeAgreements{rowsOf(m.t, m.t.Agreements, agreementOps)}
}
func (m memoryTx) Checks() orchestrator.Checks { return rowsOf(m.t, m.t.Checks, checkOps) }
func (m memoryTx) Signings() orchestrator.Signings {
	return fakeSignings{rowsOf(m.t, m.t.Signings, signingOps)}
}
func (m memoryTx) Decisions() orchestrator.Decisions { return fakeDecisions(m) }
func (m memoryTx) Checkouts() orchestrator.Checkouts { return rowsOf(m.t, m.t.Checkouts, checkoutOps) }

func (m memoryTx) Payments() orchestrator.Payments {
	return fakePayments{rowsOf(m.t, m.t.Payments, paymentOps)}
}

func (m memoryTx) Attempts() orchestrator.Attempts {
	return fakeAttempts{rowsOf(m.t, m.t.Attempts, attemptOps)}
}

func (m memoryTx) Verifications() orchestrator.Verifications {
	return fakeVerifications{rowsOf(m.t, m.t.Verifs, verifOps)}
}

func (m memoryTx) Syncs() orchestrator.Syncs             { return fakeSyncs{rowsOf(m.t, m.t.Syncs, syncOps)} }
func (m memoryTx) Idempotency() orchestrator.Idempotency { return fakeIdem(m) }
func (m memoryTx) Inbox() orchestrator.Inbox             { return fakeInbox(m) }
func (m memoryTx) Notices() orchestrator.Notices {
	return fakeNotices{rowsOf(m.t, m.t.Notices, noticeOps)}
}
func (m memoryTx) Events() orchestrator.Events { return fakeEvents(m) }
func (m memoryTx) Dues() orchestrator.Dues     { return fakeDues(m) }

// ops tells the generic table about one kind of row.
type ops[T any] struct {
	key     func(T) (merchant, id string)
	version func(*T) *int64
	clash   func(t *tables, row T) error
}

type rows[T any] struct {
	t   *tables
	m   map[string]T
	ops ops[T]
}

func rowsOf[T any](t *tables, m map[string]T, o ops[T]) rows[T] { return rows[T]{t, m, o} }

func (r rows[T]) Insert(row *T) error {
	_, id := r.ops.key(*row)
	if _, ok := r.m[id]; ok {
		return orchestrator.ErrDuplicate
	}
	if r.ops.clash != nil {
		if err := r.ops.clash(r.t, *row); err != nil {
			return err
		}
	}
	*r.ops.version(row) = 1
	r.t.Order++
	r.t.Born[id] = r.t.Order
	r.m[id] = *row
	return nil
}

func (r rows[T]) Update(row *T) error {
	_, id := r.ops.key(*row)
	old, ok := r.m[id]
	if !ok {
		return orchestrator.ErrNotFound
	}
	if *r.ops.version(&old) != *r.ops.version(row) {
		return orchestrator.ErrVersion
	}
	if r.ops.clash != nil {
		if err := r.ops.clash(r.t, *row); err != nil {
			return err
		}
	}
	*r.ops.version(row)++
	r.m[id] = *row
	return nil
}

func (r rows[T]) Get(merchantID, id string) (T, error) {
	row, ok := r.m[id]
	if r.t.Unreadable[id] {
		var none T
		return none, errUnreadable
	}
	if m, _ := r.ops.key(row); !ok || m != merchantID {
		var none T
		return none, orchestrator.ErrNotFound
	}
	return row, nil
}

// where answers matching rows in the order they were made.
func (r rows[T]) where(match func(T) bool) []T {
	list := []T{}
	for _, row := range r.m {
		if match(row) {
			list = append(list, row)
		}
	}
	slices.SortFunc(list, func(a, b T) int {
		_, x := r.ops.key(a)
		_, y := r.ops.key(b)
		return cmp.Compare(r.t.Born[x], r.t.Born[y])
	})
	return list
}

func first[T any](list []T) (T, error) {
	if len(list) == 0 {
		var none T
		return none, orchestrator.ErrNotFound
	}
	return list[0], nil
}

var cardOps = ops[orchestrator.Card]{
	key: func(r orchestrator.Card) (string, string) { return r.MerchantID, r.ID }, version: func(r *orchestrator.Card) *int64 { return &r.Version },
	clash: func(t *tables, row orchestrator.Card) error {
		for _, o := range t.Cards {
			if o.ID != row.ID && o.MerchantID == row.MerchantID && o.PayerID == row.PayerID && o.Fingerprint == row.Fingerprint && o.Usable() && row.Usable() {
				return orchestrator.ErrDuplicateCard
			}
		}
		return nil
	},
}

var agreementOps = ops[orchestrator.Agreement]{
	key: func(r orchestrator.Agreement) (string, string) { return r.MerchantID, r.ID }, version: func(r *orchestrator.Agreement) *int64 { return &r.Version },
	clash: func(t *tables, row orchestrator.Agreement) error {
		for _, o := range t.Agreements {
			if o.ID != row.ID && o.CardID == row.CardID && o.ChannelID == row.ChannelID && o.State == orchestrator.AgreementActive && row.State == orchestrator.AgreementActive {
				return orchestrator.ErrLiveAgreement
			}
		}
		return nil
	},
}

var checkOps = ops[orchestrator.Check]{
	key: func(r orchestrator.Check) (string, string) { return r.MerchantID, r.ID }, version: func(r *orchestrator.Check) *int64 { return &r.Version },
}

var signingOps = ops[orchestrator.Signing]{
	key: func(r orchestrator.Signing) (string, string) { return r.MerchantID, r.ID }, version: func(r *orchestrator.Signing) *int64 { return &r.Version },
	clash: func(t *tables, row orchestrator.Signing) error {
		for _, o := range t.Signings {
			if o.ID != row.ID && o.CardID == row.CardID && o.ChannelID == row.ChannelID && o.IsOpen() && row.IsOpen() {
				return orchestrator.ErrOpenSigning
			}
		}
		return nil
	},
}

var checkoutOps = ops[orchestrator.Checkout]{
	key: func(r orchestrator.Checkout) (string, string) { return r.MerchantID, r.ID }, version: func(r *orchestrator.Checkout) *int64 { return &r.Version },
}

var paymentOps = ops[orchestrator.Payment]{
	key: func(r orchestrator.Payment) (string, string) { return r.MerchantID, r.ID }, version: func(r *orchestrator.Payment) *int64 { return &r.Version },
	clash: func(t *tables, row orchestrator.Payment) error {
		for _, o := range t.Payments {
			if o.ID != row.ID && o.MerchantID == row.MerchantID && o.MerchantOrderNo == row.MerchantOrderNo {
				return orchestrator.ErrDuplicateOrder
			}
		}
		return nil
	},
}

var attemptOps = ops[orchestrator.Attempt]{
	key: func(r orchestrator.Attempt) (string, string) { return r.MerchantID, r.ID }, version: func(r *orchestrator.Attempt) *int64 { return &r.Version },
	clash: func(t *tables, row orchestrator.Attempt) error {
		if _, ok := t.Payments[row.PaymentID]; !ok {
			return errors.New("the attempt's payment is not stored")
		}
		for _, o := range t.Attempts {
			if o.ID != row.ID && o.PaymentID == row.PaymentID && o.Live() && row.Live() {
				return orchestrator.ErrLiveAttempt
			}
			if o.ID != row.ID && o.OrderNo == row.OrderNo {
				return orchestrator.ErrDuplicateCharge
			}
		}
		return nil
	},
}

var verifOps = ops[orchestrator.Verification]{
	key: func(r orchestrator.Verification) (string, string) { return r.MerchantID, r.ID }, version: func(r *orchestrator.Verification) *int64 { return &r.Version },
}

var syncOps = ops[orchestrator.SyncItem]{
	key: func(r orchestrator.SyncItem) (string, string) { return r.MerchantID, r.ID }, version: func(r *orchestrator.SyncItem) *int64 { return &r.Version },
}

var noticeOps = ops[orchestrator.Notice]{
	key: func(r orchestrator.Notice) (string, string) { return r.MerchantID, r.ID }, version: func(r *orchestrator.Notice) *int64 { return &r.Version },
}

type fakeMerchants memoryTx

func (f fakeMerchants) Put(row *orchestrator.Merchant) error {
	if f.t.Merchants[row.ID].Version != row.Version {
		return orchestrator.ErrVersion
	}
	row.Version++
	f.t.Merchants[row.ID] = *row
	return nil
}

func (f fakeMerchants) Get(id string) (orchestrator.Merchant, error) {
	m, ok := f.t.Merchants[id]
	if !ok {
		return m, orchestrator.ErrNotFound
	}
	return m, nil
}

func (f fakeMerchants) ByTokenHash(hash string) (orchestrator.Merchant, error) {
	for _, m := range f.t.Merchants {
		if m.TokenHash == hash {
			return m, nil
		}
	}
	return orchestrator.Merchant{}, orchestrator.ErrNotFound
}

func (f fakeMerchants) List() ([]orchestrator.Merchant, error) {
	list := []orchestrator.Merchant{}
	for _, m := range f.t.Merchants {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b orchestrator.Merchant) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

type fakeChannels memoryTx

func (f fakeChannels) Put(row *orchestrator.ChannelConfig) error {
	key := row.MerchantID + "/" + row.ChannelID
	if f.t.Channels[key].Version != row.Version {
		return orchestrator.ErrVersion
	}
	for other, c := range f.t.Channels {
		if other != key && c.ChannelID == row.ChannelID && c.MemberNo == row.MemberNo {
			return orchestrator.ErrDuplicateMember
		}
	}
	row.Version++
	f.t.Channels[key] = *row
	return nil
}

func (f fakeChannels) Get(m, id string) (orchestrator.ChannelConfig, error) {
	c, ok := f.t.Channels[m+"/"+id]
	if !ok {
		return c, orchestrator.ErrNotFound
	}
	return c, nil
}

func (f fakeChannels) List(m string) ([]orchestrator.ChannelConfig, error) {
	list := []orchestrator.ChannelConfig{}
	for _, c := range f.t.Channels {
		if c.MerchantID == m {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b orchestrator.ChannelConfig) int { return cmp.Compare(a.ChannelID, b.ChannelID) })
	return list, nil
}

type fakeHealths memoryTx

func (f fakeHealths) Put(row *orchestrator.Health) error {
	key := row.MerchantID + "/" + row.ChannelID
	if f.t.Healths[key].Version != row.Version {
		return orchestrator.ErrVersion
	}
	row.Version++
	f.t.Healths[key] = *row
	return nil
}

func (f fakeHealths) Get(m, id string) (orchestrator.Health, error) {
	h := f.t.Healths[m+"/"+id]
	h.MerchantID, h.ChannelID = m, id
	return h, nil
}

type fakeCards struct{ rows[orchestrator.Card] }

func (f fakeCards) ByFingerprint(m, payer, fingerprint string) (orchestrator.Card, error) {
	return first(f.where(func(c orchestrator.Card) bool {
		return c.MerchantID == m && c.PayerID == payer && c.Fingerprint == fingerprint && c.Usable()
	}))
}

func (f fakeCards) TakenAway(m, payer, fingerprint string) (orchestrator.Card, error) {
	list := f.where(func(c orchestrator.Card) bool {
		return c.MerchantID == m && c.PayerID == payer && c.Fingerprint == fingerprint && !c.Usable()
	})
	slices.SortStableFunc(list, func(a, b orchestrator.Card) int { return b.UnboundAt.Compare(a.UnboundAt) })
	return first(list)
}

func (f fakeCards) ForgetElements(m string) error {
	for _, c := range f.where(func(c orchestrator.Card) bool {
		return c.MerchantID == m && (c.SealedElements != nil || c.FormerElements != nil)
	}) {
		c.SealedElements, c.FormerElements = nil, nil
		if err := f.Update(&c); err != nil {
			return err
		}
	}
	return nil
}

type fakeStandings memoryTx

func (f fakeStandings) Put(row *orchestrator.Standing) error {
	key := row.CardID + "/" + row.ChannelID
	if f.t.Standings[key].Version != row.Version {
		return orchestrator.ErrVersion
	}
	row.Version++
	f.t.Standings[key] = *row
	return nil
}

func (f fakeStandings) Get(_, card, ch string) (orchestrator.Standing, error) {
	return f.t.Standings[card+"/"+ch], nil
}

func (f fakeStandings) List(_, card string) ([]orchestrator.Standing, error) {
	list := []orchestrator.Standing{}
	for _, s := range f.t.Standings {
		if s.CardID == card {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b orchestrator.Standing) int { return cmp.Compare(a.ChannelID, b.ChannelID) })
	return list, nil
}

type fakeAgreements struct{ rows[orchestrator.Agreement] }

func (f fakeAgreements) ByCard(_, card string) ([]orchestrator.Agreement, error) {
	return f.where(func(a orchestrator.Agreement) bool { return a.CardID == card }), nil
}

func (f fakeAgreements) ByNumber(m, ch, no string) (orchestrator.Agreement, error) {
	return first(f.where(func(a orchestrator.Agreement) bool {
		return a.MerchantID == m && a.ChannelID == ch && a.AgreementNo == no
	}))
}

type fakeSignings struct{ rows[orchestrator.Signing] }

func (f fakeSignings) Open(m, payer, card, ch string) (orchestrator.Signing, error) {
	return first(f.where(func(s orchestrator.Signing) bool {
		return s.MerchantID == m && s.PayerID == payer && s.CardID == card && s.ChannelID == ch && s.IsOpen()
	}))
}

func (f fakeSignings) BySignNo(m, ch, no string) (orchestrator.Signing, error) {
	return first(f.where(func(s orchestrator.Signing) bool { return s.MerchantID == m && s.ChannelID == ch && s.SignNo == no }))
}

func (f fakeSignings) ByCheck(m, id string) (orchestrator.Signing, error) {
	return first(f.where(func(s orchestrator.Signing) bool { return s.MerchantID == m && s.CheckID == id }))
}

func (f fakeSignings) ByOwner(m, id string) ([]orchestrator.Signing, error) {
	return f.where(func(s orchestrator.Signing) bool { return s.MerchantID == m && s.Owner.ID == id }), nil
}

func (f fakeSignings) SMSSince(m, card, ch string, since time.Time) (int, error) {
	n := 0
	for _, s := range f.m {
		if s.MerchantID == m && s.CardID == card && (ch == "" || s.ChannelID == ch) && !s.CreatedAt.Before(since) {
			n += s.SMSCount
		}
	}
	return n, nil
}

func (f fakeSignings) NextSMS(m, card, ch string, since time.Time) (time.Time, error) {
	var at time.Time
	for _, s := range f.m {
		if s.MerchantID == m && s.CardID == card && s.ChannelID == ch && !s.CreatedAt.Before(since) && s.SMSCount > 0 &&
			s.State != orchestrator.SigningActive && s.SMS.ResendAfter.After(at) {
			at = s.SMS.ResendAfter
		}
	}
	return at, nil
}

type fakeDecisions memoryTx

func (f fakeDecisions) Insert(row *orchestrator.Decision) error {
	f.t.Order++
	f.t.Born[row.ID] = f.t.Order
	f.t.Decisions[row.ID] = *row
	return nil
}

func (f fakeDecisions) Get(_, id string) (orchestrator.Decision, error) {
	d, ok := f.t.Decisions[id]
	if !ok {
		return d, orchestrator.ErrNotFound
	}
	return d, nil
}

func (f fakeDecisions) ByOwner(_, owner string) ([]orchestrator.Decision, error) {
	list := []orchestrator.Decision{}
	for _, d := range f.t.Decisions {
		if d.Owner.ID == owner {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b orchestrator.Decision) int { return cmp.Compare(a.RouteVersion, b.RouteVersion) })
	return list, nil
}

type fakePayments struct{ rows[orchestrator.Payment] }

func (f fakePayments) ByOrderNo(m, no string) (orchestrator.Payment, error) {
	return first(f.where(func(p orchestrator.Payment) bool { return p.MerchantID == m && p.MerchantOrderNo == no }))
}

func (f fakePayments) OpenOfCard(m, card string) ([]orchestrator.Payment, error) {
	return f.where(func(p orchestrator.Payment) bool { return p.MerchantID == m && p.CardID == card && !p.Final() }), nil
}

func (f fakePayments) Find(id string) (orchestrator.Payment, error) {
	return first(f.where(func(p orchestrator.Payment) bool { return p.ID == id }))
}

func (f fakePayments) Latest(m string, limit int) ([]orchestrator.Payment, error) {
	list := f.where(func(p orchestrator.Payment) bool { return p.MerchantID == m })
	slices.Reverse(list)
	return list[:min(limit, len(list))], nil
}

type fakeAttempts struct{ rows[orchestrator.Attempt] }

func (f fakeAttempts) ByOrderNo(m, ch, no string) (orchestrator.Attempt, error) {
	return first(f.where(func(a orchestrator.Attempt) bool { return a.MerchantID == m && a.ChannelID == ch && a.OrderNo == no }))
}

func (f fakeAttempts) ByPayment(m, id string) ([]orchestrator.Attempt, error) {
	return f.where(func(a orchestrator.Attempt) bool { return a.MerchantID == m && a.PaymentID == id }), nil
}

func (f fakeAttempts) Used(m, card, ch string, since time.Time) (money.Fen, int, error) {
	var sum money.Fen
	n := 0
	for _, a := range f.m {
		if a.MerchantID == m && a.CardID == card && a.ChannelID == ch && a.CountsForLimits() && !a.OrderTime.Before(since) {
			sum += a.Amount
			n++
		}
	}
	return sum, n, nil
}

type fakeVerifications struct {
	rows[orchestrator.Verification]
}

func (f fakeVerifications) OpenOfCard(m, card string) ([]orchestrator.Verification, error) {
	return f.where(func(v orchestrator.Verification) bool { return v.MerchantID == m && v.CardID == card && !v.Final() }), nil
}

type fakeSyncs struct{ rows[orchestrator.SyncItem] }

func (f fakeSyncs) ByBatch(m, batch string) ([]orchestrator.SyncItem, error) {
	return f.where(func(s orchestrator.SyncItem) bool { return s.MerchantID == m && s.BatchID == batch }), nil
}

type fakeIdem memoryTx

func (f fakeIdem) Insert(row orchestrator.IdempotencyRecord) error {
	key := row.MerchantID + "/" + row.Operation + "/" + row.Key
	if _, ok := f.t.Idem[key]; ok {
		return orchestrator.ErrDuplicateKey
	}
	f.t.Idem[key] = row
	return nil
}

func (f fakeIdem) Get(m, op, key string) (orchestrator.IdempotencyRecord, error) {
	r, ok := f.t.Idem[m+"/"+op+"/"+key]
	if !ok {
		return r, orchestrator.ErrNotFound
	}
	return r, nil
}

func (f fakeIdem) SetProblem(m, op, key string, problem orchestrator.Code, tries int) error {
	r, err := f.Get(m, op, key)
	r.Problem, r.TriesLeft = problem, tries
	f.t.Idem[m+"/"+op+"/"+key] = r
	return err
}

type fakeInbox memoryTx

func (f fakeInbox) Insert(m, ch, event, _ string, _ time.Time) error {
	key := m + "/" + ch + "/" + event
	if f.t.Inbox[key] {
		return orchestrator.ErrDuplicateInbox
	}
	f.t.Inbox[key] = true
	return nil
}

type fakeNotices struct{ rows[orchestrator.Notice] }

func (f fakeNotices) ByReference(m, ref string) ([]orchestrator.Notice, error) {
	return f.where(func(n orchestrator.Notice) bool { return n.MerchantID == m && n.Reference == ref }), nil
}

type fakeEvents memoryTx

func (f fakeEvents) Append(events ...orchestrator.Event) error {
	for _, e := range events {
		f.t.Seq++
		e.Seq = f.t.Seq
		f.t.Events = append(f.t.Events, e)
	}
	return nil
}

func (f fakeEvents) ByReference(m, ref string) ([]orchestrator.Event, error) {
	list := []orchestrator.Event{}
	for _, e := range f.t.Events {
		if e.MerchantID == m && e.Reference == ref {
			list = append(list, e)
		}
	}
	return list, nil
}

func (f fakeEvents) AddEvidence(row orchestrator.Evidence) error {
	f.t.Evidence[row.ID] = row
	return nil
}

func (f fakeEvents) Evidence(_, id string) (orchestrator.Evidence, error) {
	e, ok := f.t.Evidence[id]
	if !ok {
		return e, orchestrator.ErrNotFound
	}
	return e, nil
}

type fakeDues memoryTx

// each visits every row with a due time or a lease.
func (f fakeDues) each(visit func(ref orchestrator.DueRef, lease orchestrator.Lease)) {
	ref := func(k orchestrator.DueKind, m, id string, at time.Time) orchestrator.DueRef {
		return orchestrator.DueRef{Kind: k, MerchantID: m, ID: id, At: at, Failures: f.t.Failures[string(k)+id]}
	}
	for _, r := range f.t.Attempts {
		visit(ref(orchestrator.DueAttempt, r.MerchantID, r.ID, r.DueAt), r.Lease)
	}
	for _, r := range f.t.Signings {
		visit(ref(orchestrator.DueSigning, r.MerchantID, r.ID, r.DueAt), r.Lease)
	}
	for _, r := range f.t.Checks {
		visit(ref(orchestrator.DueCheck, r.MerchantID, r.ID, r.DueAt), r.Lease)
	}
	for _, r := range f.t.Agreements {
		visit(ref(orchestrator.DueAgreement, r.MerchantID, r.ID, r.DueAt), r.Lease)
	}
	for _, r := range f.t.Notices {
		visit(ref(orchestrator.DueNotice, r.MerchantID, r.ID, r.DueAt), r.Lease)
	}
}

func (f fakeDues) waiting(merchantID string) []orchestrator.DueRef {
	list := []orchestrator.DueRef{}
	f.each(func(ref orchestrator.DueRef, _ orchestrator.Lease) {
		system := merchantID == "" && f.t.Merchants[ref.MerchantID].Clock == orchestrator.ClockSystem
		if !ref.At.IsZero() && (system || ref.MerchantID == merchantID) {
			list = append(list, ref)
		}
	})
	slices.SortFunc(list, func(a, b orchestrator.DueRef) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.ID, b.ID))
	})
	return list
}

func (f fakeDues) Due(merchantID string, upTo time.Time, limit int) ([]orchestrator.DueRef, error) {
	list := slices.DeleteFunc(f.waiting(merchantID), func(r orchestrator.DueRef) bool { return r.At.After(upTo) })
	return list[:min(limit, len(list))], nil
}

func (f fakeDues) Next(merchantID string) (time.Time, bool, error) {
	list := f.waiting(merchantID)
	if len(list) == 0 {
		return time.Time{}, false, nil
	}
	return list[0].At, true, nil
}

func (f fakeDues) Leased(owner string) ([]orchestrator.DueRef, error) {
	list := []orchestrator.DueRef{}
	f.each(func(ref orchestrator.DueRef, lease orchestrator.Lease) {
		if lease.Owner != "" && lease.Owner != owner {
			list = append(list, ref)
		}
	})
	return list, nil
}

func (f fakeDues) PutOff(ref orchestrator.DueRef, until time.Time) error {
	moved := false
	f.each(func(at orchestrator.DueRef, _ orchestrator.Lease) {
		moved = moved || (at.Kind == ref.Kind && at.ID == ref.ID && at.At.Equal(ref.At))
	})
	if !moved {
		return nil
	}
	f.t.Failures[string(ref.Kind)+ref.ID]++
	switch ref.Kind {
	case orchestrator.DueAttempt:
		putOff(f.t.Attempts, ref.ID, func(r *orchestrator.Attempt) { r.DueAt, r.Version = until, r.Version+1 })
	case orchestrator.DueSigning:
		putOff(f.t.Signings, ref.ID, func(r *orchestrator.Signing) { r.DueAt, r.Version = until, r.Version+1 })
	case orchestrator.DueCheck:
		putOff(f.t.Checks, ref.ID, func(r *orchestrator.Check) { r.DueAt, r.Version = until, r.Version+1 })
	case orchestrator.DueAgreement:
		putOff(f.t.Agreements, ref.ID, func(r *orchestrator.Agreement) { r.DueAt, r.Version = until, r.Version+1 })
	case orchestrator.DueNotice:
		putOff(f.t.Notices, ref.ID, func(r *orchestrator.Notice) { r.DueAt, r.Version = until, r.Version+1 })
	}
	return nil
}

func putOff[T any](rows map[string]T, id string, change func(*T)) {
	row := rows[id]
	change(&row)
	rows[id] = row
}

func (f fakeDues) Begun(ref orchestrator.DueRef) error {
	delete(f.t.Failures, string(ref.Kind)+ref.ID)
	return nil
}

var (
	errStoreDown  = errors.New("store is down")
	errUnreadable = errors.New("row cannot be decoded")
)
