package simulator_test

import (
	"reflect"
	"strings"
	"testing"

	"countersign/simulator"
)

// derivedFields are the fields of a world that no state holds: each follows from
// others, is given to Load, or lives for one step only.
//
//nolint:gochecknoglobals // an immutable table
var derivedFields = map[string]string{
	"World.template":      "given to Load",
	"World.effects":       "of the step under way",
	"World.strikes":       "of the step under way",
	"World.struck":        "of the step under way",
	"World.inMoment":      "of the step under way",
	"World.call":          "of the step under way",
	"World.early":         "of the step under way",
	"World.magic":         "of the catalogue given to Load",
	"World.overtaken":     "counted in the due table",
	"journal.bodies":      "counted in the rows",
	"verdictBook.blamed":  "of the step under way",
	"blame.name":          "of the step under way",
	"blame.number":        "of the step under way",
	"World.standings":     "made of what orders say",
	"channel.windows":     "compiled from the profile",
	"faultBook.catalogue": "given to Load",
	"faultRule.kind":      "from the catalogue, by the rule's name",
	"member.channel":      "by its id",
	"member.agreements":   "made of the agreements of the world",
	"account.number":      "of the holder's card",
	"account.bank":        "from the BIN table",
	"account.cardType":    "from the BIN table",
	"agreement.member":    "AgreementState.MemberNo",
	"charge.member":       "the member it stands at",
	"ledgerRow.charge":    "LedgerState.OrderNo",
}

// heldFields are the fields that a line of the state has under another name, or that
// are written as a list of their own.
//
//nolint:gochecknoglobals // an immutable table
var heldFields = map[string]string{
	"World.id": "State.ID", "World.seed": "State.Seed", "World.now": "State.Now", "World.made": "State.Made",
	"World.channels": "State.Channels", "World.banks": "State.Banks", "World.accounts": "State.Accounts",
	"World.members": "State.Members", "World.agreements": "State.Agreements", "World.inbox": "State.Inbox",
	"World.ledger": "State.Ledger", "World.journal": "State.Journal", "World.due": "State.Due", "World.notices": "State.Notices",
	"World.jtis": "State.JTIs", "World.sent": "State.Sent", "World.rules": "State.Faults",
	"channel.profile": "ChannelState.Profile", "channel.maintenance": "ChannelState.Maintenance", "channel.retired": "ChannelState.Retired",
	"account.Account": "AccountState.Holder", "member.Member": "MemberState.Member", "member.ordinal": "MemberState.Ordinal",
	"member.checks": "MemberState.Checks", "member.passed": "MemberState.Passed", "member.signings": "MemberState.Signings",
	"member.charges": "MemberState.Charges", "member.refunds": "MemberState.Refunds", "member.usage": "MemberState.Usage",
	"member.urls": "MemberState.URLs", "elementCheck.content": "CheckState.Content", "elementCheck.view": "CheckState.CheckView",
	"holder.payerRef": "AgreementState.PayerRef", "holder.card": "AgreementState.Card",
	"signing.no": "SigningState.No", "signing.content": "SigningState.Content", "signing.payerRef": "SigningState.PayerRef",
	"signing.elements": "SigningState.Elements", "signing.status": "SigningState.Status", "signing.reason": "SigningState.Reason",
	"signing.code": "SigningState.Code", "signing.agreement": "SigningState.Agreement", "signing.bound": "SigningState.Bound",
	"signing.notifyURL": "SigningState.NotifyURL", "signing.at": "SigningState.At",
	"agreement.no": "AgreementState.No", "agreement.payerRef": "AgreementState.PayerRef", "agreement.signNo": "AgreementState.SignNo",
	"agreement.account": "AgreementState.Card", "agreement.status": "AgreementState.Status", "agreement.evidence": "AgreementState.Evidence",
	"agreement.notify": "AgreementState.NotifyURL", "agreement.signedAt": "AgreementState.SignedAt",
	"agreement.expires": "AgreementState.Expires", "agreement.ended": "AgreementState.Ended",
	"charge.orderNo": "ChargeState.OrderNo", "charge.agreement": "ChargeState.Agreement", "charge.account": "ChargeState.Card",
	"rarities.payerRef": "ChargeState.PayerRef", "standing.notifyURL": "ChargeState.NotifyURL", "rarities.code": "ChargeState.Code",
	"charge.content": "ChargeState.Content", "charge.debit": "ChargeState.Debit", "charge.orderTime": "ChargeState.OrderTime",
	"charge.accepted": "ChargeState.Accepted", "rarities.finished": "ChargeState.Finished", "charge.amount": "ChargeState.Amount",
	"rarities.refunded": "ChargeState.Refunded", "charge.rare": "ChargeState.PayerRef", "charge.standing": "ChargeState.Status",
	"standing.status": "ChargeState.Status", "standing.reason": "ChargeState.Reason",
	"refund.no": "RefundState.No", "refund.charge": "RefundState.OrderNo", "refund.content": "RefundState.Content",
	"refund.amount": "RefundState.Amount", "refund.notify": "RefundState.Notify", "refund.status": "RefundState.Status",
	"refund.reason": "RefundState.Reason", "refund.accepted": "RefundState.Accepted", "refund.finished": "RefundState.Finished",
	"ledgerRow.at": "LedgerState.At", "ledgerRow.refund": "LedgerState.RefundNo",
	"codeState.profile": "CodeState.Profile", "codeState.seq": "CodeState.Seq", "codeState.failures": "CodeState.Failures",
	"codeState.sentAt": "CodeState.SentAt", "codeState.expires": "CodeState.Expires", "codeState.live": "CodeState.Live",
	"issuedCode.text": "IssuedState.Text", "issuedCode.expires": "IssuedState.Expires",
	"usage.day": "UsageState.Day", "usage.month": "UsageState.Month", "usage.dayAmount": "UsageState.DayAmount",
	"usage.monthAmount": "UsageState.MonthAmount", "usage.dayCount": "UsageState.DayCount",
	"inbox.messages": "InboxState.Messages", "inbox.last": "InboxState.Last",
	"journal.rows": "JournalState.Rows", "journal.last": "JournalState.Last",
	"JournalRow.requestBody": "RowState.Request", "JournalRow.answerStatus": "RowState.AnswerStatus", "JournalRow.answerBody": "RowState.Answer",
	"dueTable.loud": "DueState.Loud", "dueTable.quiet": "DueState.Quiet", "dueTable.seq": "DueState.Seq",
	"dueEntry.at": "DueEntry.At", "dueEntry.seq": "DueEntry.Seq", "dueEntry.message": "DueEntry.Message", "dueEntry.charge": "DueEntry.OrderNo",
	"dueEntry.agreement": "DueEntry.Agreement", "dueEntry.event": "DueEntry.Event", "dueEntry.serial": "DueEntry.Serial",
	"dueEntry.plan": "DueEntry.Plan", "dueEntry.late": "DueEntry.Late",
	"noticeBook.pending": "NoticesState.Pending", "noticeBook.done": "NoticesState.Done", "noticeBook.log": "NoticesState.Log",
	"notice.event": "NoticeState.Event", "notice.serial": "NoticeState.Serial", "notice.ref": "NoticeState.Ref", "notice.url": "NoticeState.URL",
	"notice.schedule": "NoticeState.Schedule", "notice.attempt": "NoticeState.Attempt", "notice.plan": "NoticeState.Plan",
	"notice.inFlight": "NoticeState.InFlight", "notice.struck": "NoticeState.Struck", "notice.record": "NoticeState.Record", "notice.rows": "NoticeState.Rows",
	"World.settings": "State.Settings", "World.late": "State.Late", "World.verdicts": "State.Verdicts",
	"member.batches": "MemberState.Batches", "batch.no": "BatchState.No", "batch.content": "BatchState.Content",
	"batch.items": "BatchState.Items", "batchItem.signNo": "BatchItemState.SignNo", "batchItem.problem": "BatchItemState.Problem",
	"JournalRow.bared": "RowState.Bared", "journal.bare": "JournalState.Bare",
	"dueEntry.overtaken": "DueEntry.Overtaken", "dueEntry.errand": "DueEntry.Errand", "dueEntry.row": "DueEntry.Row",
	"notice.NoticeProgress": "NoticeState.NoticeProgress", "noticeBook.held": "NoticesState.Held", "noticeBook.plans": "NoticesState.Plans",
	"noticeBook.logged": "NoticesState.Logged", "PlanView.NotificationPlan": "PlanView.NotificationPlan",
	"faultRule.byNumber": "FaultState.ByNumber", "faultBook.struck": "StrikesState.Struck", "faultBook.byNumber": "StrikesState.ByNumber",
	"faultBook.oddByNumber": "StrikesState.OddByNumber", "faultBook.magic": "StrikesState.Magic",
	"verdictBook.made": "VerdictsState.Made", "verdictBook.omitted": "VerdictsState.Omitted", "verdictBook.open": "VerdictsState.Open",
	"verdictBook.storm": "VerdictsState.Storm", "verdictBook.told": "VerdictsState.Told",
	"jtiMemory.since": "JTIState.Since", "jtiMemory.now": "JTIState.Now", "jtiMemory.then": "JTIState.Then",
	"sentMessage.content": "SentMessageState.Content", "sentMessage.id": "SentMessageState.ID", "sentBook.now": "SentState.Now", "sentBook.then": "SentState.Then",
	"faultBook.rules": "State.Faults", "faultRule.FaultRule": "FaultState.FaultRule", "faultRule.matched": "FaultState.Matched", "faultRule.struck": "FaultState.Struck",
}

// TestStateCoversEveryFieldOfAWorld names a field that was added to the rows of a
// world and has no line in State: give it one (state*.go), and a line above.
func TestStateCoversEveryFieldOfAWorld(t *testing.T) {
	t.Parallel()
	lines := map[string]bool{}
	stateFields(reflect.TypeFor[simulator.State](), lines, map[reflect.Type]bool{})
	seen := map[reflect.Type]bool{}
	worldFields(reflect.TypeFor[simulator.World](), seen, func(owner reflect.Type, field reflect.StructField) {
		name := owner.Name() + "." + field.Name
		line, held := heldFields[name]
		switch {
		case derivedFields[name] != "":
		case held && lines[line]:
		case held:
			t.Errorf("%s is said to be held by %s, which does not exist", name, line)
		default:
			t.Errorf("%s is held by no line of State", name)
		}
	})
}

// worldFields visits the fields of all structs in a world that JSON would not write.
func worldFields(of reflect.Type, seen map[reflect.Type]bool, visit func(reflect.Type, reflect.StructField)) {
	switch of.Kind() { //nolint:exhaustive // the others hold nothing
	case reflect.Pointer, reflect.Slice, reflect.Array:
		worldFields(of.Elem(), seen, visit)
	case reflect.Map:
		worldFields(of.Key(), seen, visit)
		worldFields(of.Elem(), seen, visit)
	case reflect.Struct:
		if seen[of] || !strings.HasSuffix(of.PkgPath(), "countersign/simulator") || of.Name() == "Template" {
			return
		}
		seen[of] = true
		for field := range of.Fields() {
			if written := field.IsExported() && field.Tag.Get("json") != "-" && field.Tag.Get("json") != ""; !written && of.Name() != "Account" && of.Name() != "Moment" && !strings.HasSuffix(of.Name(), "Fault") {
				visit(of, field)
			}
			if derivedFields[of.Name()+"."+field.Name] == "" {
				worldFields(field.Type, seen, visit)
			}
		}
	}
}

// stateFields collects the fields of all structs in a state.
func stateFields(of reflect.Type, lines map[string]bool, seen map[reflect.Type]bool) {
	switch of.Kind() { //nolint:exhaustive // the others hold nothing
	case reflect.Pointer, reflect.Slice:
		stateFields(of.Elem(), lines, seen)
	case reflect.Struct:
		if seen[of] || !strings.HasSuffix(of.PkgPath(), "countersign/simulator") {
			return
		}
		seen[of] = true
		for field := range of.Fields() {
			lines[of.Name()+"."+field.Name] = true
			stateFields(field.Type, lines, seen)
		}
	}
}
