package fault

// Precedence is a line of the table that says which fault has its way when several
// strike the same request.
type Precedence struct {
	Faults string // which, or where
	Rule   string // what becomes of the others
}

// PrecedenceTable says which fault has its way, first line first. It is the only place
// where that is written down; docs/faults.md shows it, and the tests of the world and
// of the protocol door hold the code to it.
func PrecedenceTable() []Precedence {
	return []Precedence{
		{"an earlier point", "before_receive, received, bank, committed: a fault that ends the request at one point keeps it from all later ones, " +
			"and rules there neither match nor strike."},
		{"bank_silent, bank_slow, agreement_revoked, decline, bank_reverses, late_debit, partial_debit", "Of a charge the first of these. " +
			"No fault makes a bank debit what it would refuse by itself."},
		{"sms_lose", "Nothing arrives, copies neither. sms_late, sms_reorder and sms_duplicate add up."},
		{"withhold_reply", "The connection closes without an answer; nothing else of that point is seen."},
		{"hang", "No answer comes; nothing else of that point is seen but withhold_reply."},
		{"maintenance", "The refusal is signed and sound; faults of answers and of the socket at that point do nothing to it."},
		{"reset without a broken-off body", "The connection is reset in place of any answer."},
		{
			"gateway_error, redirect, system_busy, unknown_code, duplicate_order, rate_limit, not_found, stale_answer, crossed_answer",
			"One message takes the place of the truth: that of the rule added first. A gateway's is unsigned whatever else strikes.",
		},
		{"slow", "Delays whatever answer there is; of several delays the longest counts. Alone at an earlier point it delays the request itself."},
		{"open_enum, extra_fields, field_order", "Change the members of the message, in this order. A gateway's page and a file have none."},
		{"garbled_body, wrong_charset", "Spoil the bytes of what is there by then; of both the rule added first."},
		{"signature_missing, signature_wrong_key, signature_wrong_algorithm", "Spoil the signature over the spoilt bytes; of several the rule added first."},
		{"clock_skew", "Moves the iat of whatever signature is left; several add up."},
		{"drip, truncate, half_close, reset, endless_body, gzip_bomb", "Break on the socket what is sent by then."},
		{"key_rotate", "Comes after the answer is made, which is signed with the key as it was."},
		{"duplicate_request", "The second copy meets the faults again, except those before_receive; the client gets its answer, not that of the first."},
	}
}
