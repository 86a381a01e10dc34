package simulator

import "time"

// Export is everything in a world, in a fixed order: two worlds with the same
// seed and the same inputs have byte-identical exports once written as JSON (the
// engine does). Personal data are masked; the inbox texts are not, as they are
// all a handset has.
type Export struct {
	ID         string              `json:"id"`
	Seed       uint64              `json:"seed"`
	Now        time.Time           `json:"now"`
	Made       counters            `json:"made"`
	Channels   []ChannelExport     `json:"channels"`
	Accounts   []AccountView       `json:"accounts"`
	Members    []MemberExport      `json:"members"`
	Agreements []AgreementView     `json:"agreements"`
	Ledger     []LedgerRow         `json:"ledger"`
	LateLines  []lateLine          `json:"late_lines,omitempty"`
	Inbox      []Message           `json:"inbox"`
	Journal    []JournalRow        `json:"journal"`
	Faults     []FaultView         `json:"faults"`
	Pending    []NotificationState `json:"pending_notifications"`
	Deliveries []DeliveryRecord    `json:"deliveries"`
	Due        []DueExport         `json:"due"`
	Verdicts   []Verdict           `json:"verdicts,omitempty"` // those overdue at Now as well
	Omitted    int64               `json:"omitted_verdicts,omitempty"`
	JTIs       int                 `json:"jtis"`
	MessageNos int                 `json:"message_nos"`
}

// ChannelExport is a channel's switches, and its profile where that is not the
// template's.
type ChannelExport struct {
	ChannelID   string   `json:"channel_id"`
	Maintenance bool     `json:"maintenance"`
	Retired     bool     `json:"retired"`
	Profile     *Profile `json:"profile,omitempty"`
}

// MemberExport is a member and what it did. Keys are left out.
type MemberExport struct {
	MemberNo     string          `json:"member_no"`
	ChannelID    string          `json:"channel_id"`
	Merchant     string          `json:"merchant,omitempty"`
	MerchantName string          `json:"merchant_name"`
	NotifyURL    string          `json:"notify_url,omitempty"`
	Checks       []CheckView     `json:"checks,omitempty"`
	Signings     []SigningExport `json:"signings,omitempty"`
	Charges      []ChargeView    `json:"charges,omitempty"`
	Refunds      []RefundView    `json:"refunds,omitempty"`
	Batches      []BatchView     `json:"batches,omitempty"`
}

// SigningExport is a signing with what its view does not tell.
type SigningExport struct {
	SigningView
	PayerRef string `json:"payer_ref"`
	Failures int    `json:"failures,omitempty"`
	SMSSent  int    `json:"sms_sent,omitempty"`
	Bound    bool   `json:"bound,omitempty"` // without a code
}

// NotificationState is a notification not acknowledged yet.
type NotificationState struct {
	Event    Event  `json:"event"`
	URL      string `json:"url"`
	Attempt  int    `json:"attempt"`
	InFlight bool   `json:"in_flight,omitempty"`
}

// DueExport is something due.
type DueExport struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
}

// Export collects the world. It changes nothing.
func (w *World) Export() Export {
	e := Export{
		ID: w.id, Seed: w.seed, Now: w.now, Made: w.made, Accounts: w.Accounts(), Agreements: w.Agreements(),
		Ledger: w.Ledger(), Inbox: append([]Message(nil), w.inbox.messages...), Journal: w.Journal(0, 0),
		Faults: w.Faults(), Deliveries: w.Deliveries(), Pending: w.Pending(), Due: w.Due(),
		Verdicts: w.Verdicts(w.now), Omitted: w.verdicts.omitted,
		LateLines: append([]lateLine(nil), w.late...), JTIs: len(w.jtis.now) + len(w.jtis.then), MessageNos: len(w.sent.now) + len(w.sent.then),
	}
	for _, id := range sortedKeys(w.channels) {
		c := w.channels[id]
		row := ChannelExport{ChannelID: id, Maintenance: c.maintenance, Retired: c.retired}
		if c.profile != w.template.channels[id] {
			row.Profile = c.profile
		}
		e.Channels = append(e.Channels, row)
	}
	for _, no := range sortedKeys(w.members) {
		e.Members = append(e.Members, w.exportMember(w.members[no]))
	}
	return e
}

// exportMember collects one member.
func (w *World) exportMember(m *member) MemberExport {
	e := MemberExport{
		MemberNo: m.MemberNo, ChannelID: m.ChannelID, Merchant: m.Merchant, MerchantName: m.MerchantName, NotifyURL: m.NotifyURL,
	}
	for _, no := range sortedKeys(m.checks) {
		e.Checks = append(e.Checks, m.checks[no].view)
	}
	for _, no := range sortedKeys(m.signings) {
		s := m.signings[no]
		x := SigningExport{SigningView: *w.viewSigning(s), PayerRef: s.payerRef, Bound: s.bound}
		if s.code != nil {
			x.Failures, x.SMSSent = s.code.failures, s.code.seq
		}
		e.Signings = append(e.Signings, x)
	}
	for _, no := range sortedKeys(m.charges) {
		e.Charges = append(e.Charges, *w.viewCharge(m.charges[no]))
	}
	for _, no := range sortedKeys(m.refunds) {
		e.Refunds = append(e.Refunds, *w.viewRefund(m.refunds[no]))
	}
	e.Batches = w.exportBatches(m)
	return e
}

// Pending lists the notifications not acknowledged yet, by event id.
func (w *World) Pending() []NotificationState {
	states := make([]NotificationState, 0, len(w.notices.pending))
	for _, id := range sortedKeys(w.notices.pending) {
		n := w.notices.pending[id]
		states = append(states, NotificationState{Event: n.event, URL: n.url, Attempt: n.attempt, InFlight: n.inFlight})
	}
	return states
}

// Due lists what will happen by itself, earliest first.
func (w *World) Due() []DueExport {
	rest := dueTable{loud: append(dueHeap(nil), w.due.loud...), quiet: append(dueHeap(nil), w.due.quiet...)}
	entries := make([]DueExport, 0, len(rest.loud)+len(rest.quiet))
	for {
		e, more := rest.take(endOfTime)
		if !more {
			return entries
		}
		entries = append(entries, DueExport{At: e.at, What: e.what()})
	}
}

// endOfTime is later than anything due.
//
//nolint:gochecknoglobals // a constant instant; time.Date is no constant
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// what describes a due entry.
func (e *dueEntry) what() string {
	switch {
	case e.message != nil:
		return "message about " + string(e.message.About)
	case e.charge != nil:
		return e.errand.String() + " " + e.charge.orderNo
	case e.agreement != nil:
		return "agreement " + e.agreement.no + " expires"
	}
	return "notification " + e.event
}
