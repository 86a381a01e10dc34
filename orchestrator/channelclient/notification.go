package channelclient

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"countersign/contract/channel"
	"countersign/orchestrator"
)

// Errors of VerifyNotification; all may be wrapped. Their texts name what is wrong, never a value.
var (
	// ErrSignature: missing, by another key or algorithm, for another place, too old or from the future.
	ErrSignature = errSignature
	// ErrReplayed: the identifier (jti) was seen before.
	ErrReplayed = errors.New("notification is replayed")
	// ErrMalformed: authentic, but not what the contract says a notification is.
	ErrMalformed = errors.New("notification is malformed")
)

// VerifyNotification checks an inbound notification and converts it. Method and target are those of
// the request line as it arrived (http.Request.Method and RequestURI); body is the raw body. Before
// anything is parsed the signature must hold: by the configured key of this member at this channel,
// for this method, target and member number, within five minutes of the merchant's clock, its jti
// not seen before. Nothing is stored: the caller puts the event id into the inbox and only then says
// "received".
func (c *Client) VerifyNotification(
	access orchestrator.Access, method, target string, headers http.Header, body []byte,
) (orchestrator.Notification, error) {
	header, err := verify(access, headers.Values(SignatureHeader), body)
	if err != nil {
		return orchestrator.Notification{}, err
	}
	switch {
	case header.Method != method:
		return orchestrator.Notification{}, refused("method")
	case header.Target != target:
		return orchestrator.Notification{}, refused("target")
	case !c.replays.first(access.Config.MerchantID+"\x00"+access.Config.ChannelID, header.JTI, access.Clock.Now()):
		return orchestrator.Notification{}, fmt.Errorf("jti: %w", ErrReplayed)
	}
	return parseNotification(access, body)
}

// parseNotification reads the body of an authentic notification.
func parseNotification(access orchestrator.Access, body []byte) (orchestrator.Notification, error) {
	var wire channel.Notification
	if wellFormed(body) != nil || json.Unmarshal(body, &wire) != nil {
		return orchestrator.Notification{}, fmt.Errorf("body: %w", ErrMalformed)
	}
	if wire.MemberNo != access.Config.MemberNo || !numberForm.MatchString(wire.EventId) || !wire.Type.Valid() {
		return orchestrator.Notification{}, fmt.Errorf("member_no, event_id or type: %w", ErrMalformed)
	}
	notification := orchestrator.Notification{
		EventID: wire.EventId, Type: string(wire.Type), MemberNo: wire.MemberNo,
		Wire: orchestrator.WireTrace{Digest: digest(body), Masked: masked(body)},
	}
	if detail := fill(&notification, wire); detail != "" {
		return orchestrator.Notification{}, fmt.Errorf("%s: %w", detail, ErrMalformed)
	}
	return notification, nil
}

// fill converts the one report that the type of the notification promises, and holds the two
// together: "succeeded" about a charge that is not would be a lie.
func fill(n *orchestrator.Notification, wire channel.Notification) (detail string) {
	switch {
	case n.Type == orchestrator.NotifyRefundSucceeded && wire.Refund != nil:
		return ""
	case n.Type == orchestrator.NotifySigningSigned && wire.Signing != nil:
		n.Signing, detail = signingOf(n.MemberNo, *wire.Signing)
		return agree(detail, n.Signing != nil && n.Signing.Status == orchestrator.SigningSigned)
	case n.Type == orchestrator.NotifyAgreementEnded && wire.Agreement != nil:
		n.Agreement, detail = agreementOf(n.MemberNo, *wire.Agreement)
		return agree(detail, n.Agreement != nil && n.Agreement.Status != orchestrator.AgreementStatusActive)
	case n.Type == orchestrator.NotifyChargeSucceeded && wire.Charge != nil:
		n.Charge, detail = chargeOf(n.MemberNo, *wire.Charge)
		return agree(detail, n.Charge != nil && n.Charge.Status == orchestrator.ChargeSucceeded)
	case n.Type == orchestrator.NotifyChargeDeclined && wire.Charge != nil:
		n.Charge, detail = chargeOf(n.MemberNo, *wire.Charge)
		return agree(detail, n.Charge != nil && n.Charge.Status == orchestrator.ChargeDeclined)
	}
	return detailIncomplete
}

// agree keeps an earlier detail, else complains when type and report differ.
func agree(detail string, same bool) string {
	if detail == "" && !same {
		return detailUnknownValue
	}
	return detail
}
