package simulator

import (
	"slices"
	"strings"
)

// checkRule refuses a rule that could have no effect in this world: it names what
// is not there, or strikes what no channel that it could meet ever does. A test
// that switches such a rule on would prove nothing.
func (w *World) checkRule(rule FaultRule) *Problem {
	if problem := CheckInstant("expires_at", rule.ExpiresAt); problem != nil && !rule.ExpiresAt.IsZero() {
		return problem
	}
	if !rule.ExpiresAt.IsZero() && !rule.ExpiresAt.After(w.now) {
		return invalid("expires_at", "lies in the past of the world's clock")
	}
	for _, r := range w.rules.rules {
		if r.ID == rule.ID && rule.ID != "" {
			return invalid("id", "a rule of that id is in force")
		}
	}
	if problem := w.checkNames(&rule.When); problem != nil {
		return problem
	}
	if problem := w.checkStranger(&rule); problem != nil {
		return problem
	}
	return w.checkReach(&rule)
}

// checkNames refuses names of what this world does not have.
func (w *World) checkNames(when *When) *Problem {
	m := w.members[when.MemberNo]
	switch {
	case when.ChannelID != "" && w.channels[when.ChannelID] == nil:
		return invalid("when.channel_id", "no such channel in this world")
	case when.MemberNo != "" && m == nil:
		return invalid("when.member_no", "no such member in this world")
	case m != nil && when.ChannelID != "" && m.ChannelID != when.ChannelID:
		return invalid("when.member_no", "the member is at another channel")
	case m != nil && when.Merchant != "" && m.Merchant != when.Merchant:
		return invalid("when.merchant", "the member belongs to another merchant")
	case when.Merchant != "" && !w.knowsMerchant(when.Merchant):
		return invalid("when.merchant", "no such merchant in this world")
	case when.Bank != "" && w.bank(when.Bank) == nil:
		return invalid("when.bank", "no such bank in this world")
	}
	return nil
}

// knowsMerchant reports whether a merchant has a member at any channel.
func (w *World) knowsMerchant(merchant string) bool {
	for _, m := range w.members {
		if m.Merchant == merchant {
			return true
		}
	}
	return false
}

// checkReach looks for one channel where the rule could strike, and says why there
// is none.
func (w *World) checkReach(rule *FaultRule) *Problem {
	bankReached, reason, revokes := rule.When.Bank == "", "", w.revokes(rule)
	for _, id := range sortedKeys(w.channels) {
		if !w.concerns(&rule.When, id) {
			continue
		}
		p := w.channels[id].profile
		if rule.When.Bank != "" && !p.reaches(rule.When.Bank) {
			continue
		}
		bankReached = true
		why := p.offersAny(rule)
		if why == "" && revokes && p.ChargeBy == ByElements {
			why = "the channel charges by elements, and no agreement could end"
		}
		if why == "" {
			return nil
		}
		reason = why
	}
	switch {
	case len(w.channels) == 0 || rule.Operation == OpSendSMS || rule.Operation == OpSendWeChat:
		return nil // the gateways are no channel's
	case !bankReached:
		return invalid("when.bank", "the channel does not reach that bank")
	}
	return invalid("operation", "could have no effect: "+reason)
}

// revokes reports whether a rule ends agreements.
func (w *World) revokes(rule *FaultRule) bool {
	kind, known := w.rules.catalogue.Kind(rule.Fault)
	if !known || rule.Point != PointBank {
		return false
	}
	var d Disposition
	kind.Apply(*rule, Moment{}, &d)
	return d.Bank.Revoke
}

// concerns reports whether requests at a channel can be ones that are selected.
func (w *World) concerns(when *When, channelID string) bool {
	if m := w.members[when.MemberNo]; m != nil {
		return m.ChannelID == channelID
	}
	return when.ChannelID == "" || when.ChannelID == channelID
}

// reaches reports whether the channel has terms for a bank.
func (p *Profile) reaches(bank string) bool {
	return slices.ContainsFunc(p.Banks, func(t BankTerms) bool { return t.Bank == bank })
}

// offersAny says why the channel never does what the rule is about, "" when it does.
func (p *Profile) offersAny(rule *FaultRule) string {
	ops := rule.Operations
	if rule.Operation != "" && rule.Operation != AnyOperation {
		ops = []Operation{rule.Operation}
	}
	reason := ""
	for _, op := range ops {
		if reason = p.never(op); reason == "" && op == OpNotification {
			reason = p.neverTells(rule.When.EventType)
		}
		if reason == "" {
			return ""
		}
	}
	return reason
}

// never says why the channel never carries an operation out, "" when it does.
func (p *Profile) never(op Operation) string {
	switch op {
	case OpChargeClose:
		if !p.CloseOffered {
			return "the channel offers no close"
		}
	case OpChargeConfirm, OpChargeResend:
		if !p.CodeOnEveryPayment {
			return "the channel asks for no code in a payment"
		}
	case OpSigningApply, OpSigningResend, OpSigningConfirm:
		if !p.signsByCode() {
			return "the channel signs nothing by code"
		}
	case OpBind, OpBindBatch, OpBindBatchQuery, OpSigningQuery, OpAgreementQuery, OpAgreementTerminate, OpAgreementFile:
		if !p.Binds {
			return "the channel keeps no bindings"
		}
	case OpNotification:
		if len(p.Notification.ScheduleSeconds) == 0 {
			return "the channel sends no notifications"
		}
	default:
	}
	return ""
}

// neverTells says why the channel has no event of a type, "" when it has.
func (p *Profile) neverTells(event EventType) string {
	ofBinding := strings.HasPrefix(string(event), "signing.") || strings.HasPrefix(string(event), "agreement.")
	if ofBinding && !p.Binds {
		return "the channel keeps no bindings and tells of none"
	}
	return ""
}
