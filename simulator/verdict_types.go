package simulator

import "time"

// VerdictName names a judgement on the tested client.
type VerdictName string

// What a client can be found to have done.
const (
	// VerdictChargedAgain: a new order number for the same payer, card and amount
	// while an earlier one is not resolved (invariants M1, M7).
	VerdictChargedAgain VerdictName = "charged_again_while_unknown"
	// VerdictNoQuery: an order whose answer was lost was neither queried nor closed
	// in time (V2).
	VerdictNoQuery VerdictName = "no_query_after_unknown"
	// VerdictChargedAfterTermination: an order made under an agreement that the
	// client itself had ended (A5).
	VerdictChargedAfterTermination VerdictName = "charged_after_termination"
	// VerdictOtherContent: a number used before came with other content.
	VerdictOtherContent VerdictName = "resent_with_other_content"
	// VerdictJTIReused: a message was signed under a jti that was accepted before.
	VerdictJTIReused VerdictName = "jti_reused"
	// VerdictForgedAcknowledged: a notification that is not the channel's own was
	// acknowledged (N1).
	VerdictForgedAcknowledged VerdictName = "acknowledged_forged_notification"
	// VerdictQueryStorm: one order was queried again and again at once (V4).
	VerdictQueryStorm VerdictName = "query_storm"
	// VerdictResendBeforeGap: a code was asked for again before the gap was over (S4).
	VerdictResendBeforeGap VerdictName = "resend_before_gap"
	// VerdictConfirmExhausted: a code was brought after the tries were used up (S3).
	VerdictConfirmExhausted VerdictName = "confirm_after_exhausted"
	// VerdictSignedAgain: a signing was begun for a card whose live agreement the
	// client had been told of.
	VerdictSignedAgain VerdictName = "signed_again_while_signed"
	// VerdictAfterExpiry: a charge was sent after the expiry it names itself (4.4).
	VerdictAfterExpiry VerdictName = "request_after_expiry"
)

// VerdictLevel says how binding the broken rule is.
type VerdictLevel string

// The levels, as in contract/clauses.yaml.
const (
	LevelMust   VerdictLevel = "must"
	LevelShould VerdictLevel = "should"
)

// Verdict is what a client did that the contract forbids, with the rows that
// prove it. Evidence are copies of those rows without bodies: it outlives the
// journal.
type Verdict struct {
	Name      VerdictName  `json:"verdict"`
	Clause    string       `json:"clause"` // of contract/clauses.yaml
	Level     VerdictLevel `json:"level"`
	Text      string       `json:"text"` // one sentence, numbers only
	At        time.Time    `json:"at"`
	ChannelID string       `json:"channel_id,omitempty"`
	MemberNo  string       `json:"member_no,omitempty"`
	Number    string       `json:"number,omitempty"` // order, signing, check, refund or event number
	Evidence  []JournalRow `json:"evidence,omitempty"`
}

// rule is what a verdict rests on, and its text.
type rule struct {
	name   VerdictName
	clause string
	level  VerdictLevel
	text   string
}

// rulebook lists all verdicts.
//
//nolint:gochecknoglobals // a table
var rulebook = []rule{
	{VerdictChargedAgain, "PF-UNKNOWN-003", LevelMust, "a new order was charged while an earlier one of the same payer, card and amount was still unknown"},
	{VerdictNoQuery, "PF-UNKNOWN-001", LevelMust, "an order whose answer was lost was neither queried nor closed in time"},
	{VerdictChargedAfterTermination, "PF-PAY-007", LevelMust, "an order was charged under an agreement that had been terminated on the merchant's side"},
	{VerdictOtherContent, "CH-IDEMPOTENCY-002", LevelMust, "a number that was used before was sent with other content"},
	{VerdictJTIReused, "CH-SIGNATURE-007", LevelMust, "a message was signed under a jti that was accepted before"},
	{VerdictForgedAcknowledged, "PF-UNKNOWN-007", LevelMust, "a notification that was not the channel's own was acknowledged"},
	{VerdictQueryStorm, "PF-UNKNOWN-001", LevelShould, "one order was queried more often within a second than anybody can need"},
	{VerdictResendBeforeGap, "PF-SIGN-013", LevelMust, "a code was asked for again before the resend gap was over"},
	{VerdictConfirmExhausted, "PF-SIGN-008", LevelMust, "a code was brought after the tries had been used up"},
	{VerdictSignedAgain, "PF-PAY-001", LevelShould, "a signing was begun for a card whose live agreement was known"},
	{VerdictAfterExpiry, "CH-CHARGE-005", LevelShould, "a charge was sent after the expiry it names itself"},
}

// VerdictRule tells which clause a verdict cites and how binding it is.
type VerdictRule struct {
	Name   VerdictName
	Clause string
	Level  VerdictLevel
}

// VerdictRules lists what a client can be found to have done.
func VerdictRules() []VerdictRule {
	rules := make([]VerdictRule, 0, len(rulebook))
	for _, r := range rulebook {
		rules = append(rules, VerdictRule{Name: r.name, Clause: r.clause, Level: r.level})
	}
	return rules
}

// ruleOf finds the rule behind a verdict.
func ruleOf(name VerdictName) rule {
	for _, r := range rulebook {
		if r.name == name {
			return r
		}
	}
	return rule{name: name, level: LevelMust}
}
