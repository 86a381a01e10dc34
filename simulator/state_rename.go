package simulator

import "strings"

// Renamed is the state under another world's name, with other member numbers and
// keys: members maps each present number to what the member becomes; one that is
// not in it stays. Every place that names a number follows. Bodies in the journal
// are what was sent, and stay. The receiver must not be used any more.
func (s State) Renamed(id string, members map[string]Member) State {
	r := &renamer{from: "/w/" + s.ID + "/", to: "/w/" + id + "/", members: members}
	s.ID = id
	for i := range s.Members {
		if became, renamed := members[s.Members[i].MemberNo]; renamed {
			s.Members[i].MemberNo, s.Members[i].Keys, s.Members[i].OldKeys = became.MemberNo, became.Keys, nil
		}
	}
	for i := range s.Agreements {
		r.number(&s.Agreements[i].MemberNo)
	}
	for i := range s.Ledger {
		r.number(&s.Ledger[i].MemberNo)
	}
	for i := range s.Journal.Rows {
		r.row(&s.Journal.Rows[i].JournalRow)
	}
	for i := range s.Due.Loud {
		r.number(&s.Due.Loud[i].MemberNo)
	}
	for i := range s.Faults {
		r.number(&s.Faults[i].When.MemberNo)
	}
	for i := range s.Verdicts.Made {
		v := &s.Verdicts.Made[i]
		r.number(&v.MemberNo)
		v.Evidence = append([]JournalRow(nil), v.Evidence...)
		for j := range v.Evidence {
			r.row(&v.Evidence[j])
		}
	}
	for i := range s.Verdicts.Open {
		r.number(&s.Verdicts.Open[i].MemberNo)
		r.row(&s.Verdicts.Open[i].Row)
	}
	for i := range s.Notices.Plans {
		r.number(&s.Notices.Plans[i].Match.MemberNo)
	}
	r.notices(&s.Notices)
	return s
}

// renamer knows who becomes whom.
type renamer struct {
	from, to string // prefixes of the world's paths
	members  map[string]Member
}

// number renames one number.
func (r *renamer) number(no *string) {
	if became, renamed := r.members[*no]; renamed {
		*no = became.MemberNo
	}
}

// row renames what a journal row speaks of.
func (r *renamer) row(row *JournalRow) {
	r.number(&row.MemberNo)
	if rest, found := strings.CutPrefix(row.Target, r.from); found {
		row.Target = r.to + rest
	}
}

// notices renames notifications and their log.
func (r *renamer) notices(s *NoticesState) {
	for i := range s.Pending {
		r.notice(&s.Pending[i])
	}
	for i := range s.Done {
		r.notice(&s.Done[i])
	}
	for i := range s.Log {
		r.number(&s.Log[i].MemberNo)
	}
}

// notice renames one notification.
func (r *renamer) notice(n *NoticeState) {
	n.Event = r.event(n.Event)
	if n.Own != nil {
		own := *n.Own
		r.number(&own.MemberNo)
		n.Own = &own
	}
}

// event is an event of the renamed member; the views are copied, since others share
// them.
func (r *renamer) event(e Event) Event {
	r.number(&e.MemberNo)
	if e.Charge != nil {
		view := *e.Charge
		r.number(&view.MemberNo)
		e.Charge = &view
	}
	if e.Agreement != nil {
		e.Agreement = r.agreement(e.Agreement)
	}
	if e.Signing != nil {
		view := *e.Signing
		if view.Agreement != nil {
			view.Agreement = r.agreement(view.Agreement)
		}
		e.Signing = &view
	}
	if e.Refund != nil {
		view := *e.Refund
		r.number(&view.MemberNo)
		e.Refund = &view
	}
	return e
}

// agreement is a view of the renamed member's agreement.
func (r *renamer) agreement(from *AgreementView) *AgreementView {
	view := *from
	r.number(&view.MemberNo)
	return &view
}
