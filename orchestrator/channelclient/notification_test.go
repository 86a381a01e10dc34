package channelclient

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"countersign/internal/clock"
	"countersign/orchestrator"
)

const notifyTarget = "/notify/mer_1/bridge-pay?x=1"

const succeeded = `{"event_id":"evt_0001","type":"charge.succeeded","member_no":"M100000001","occurred_at":"2018-06-06T04:00:00Z","charge":` + goodCharge + `}`

// notice is a notification as it arrives.
type notice struct {
	method, target, body string
	members              protectedMembers
	headers              http.Header
}

// noticeOf is one that is right in every way.
func noticeOf(access orchestrator.Access, jti, body string) notice {
	members := protectedMembers{
		"alg": access.Keys.Alg, "kid": access.Keys.ReplyKID, "b64": false, "crit": []string{"b64"}, "iat": noon.Unix(),
		"jti": jti, "aud": access.Config.MemberNo, "method": http.MethodPost, "target": notifyTarget,
	}
	return notice{method: http.MethodPost, target: notifyTarget, body: body, members: members}
}

// verified signs the notification and gives it to the client.
func (n notice) verified(client *Client, access orchestrator.Access) (orchestrator.Notification, error) {
	headers := n.headers
	if headers == nil {
		headers = http.Header{SignatureHeader: {n.members.sign(access, replySigningKey(access), n.body)}}
	}
	return client.VerifyNotification(access, n.method, n.target, headers, []byte(n.body))
}

func TestAGoodNotificationIsTaken(t *testing.T) {
	t.Parallel()
	for alg, access := range map[string]orchestrator.Access{"HS256": hmacAccess(""), "EdDSA": edwardsAccess("")} {
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			got, err := noticeOf(access, "jti_1", succeeded).verified(over(t, Over(nil)), access)
			if err != nil {
				t.Fatal(err)
			}
			if got.EventID != "evt_0001" || got.Type != "charge.succeeded" || got.MemberNo != "M100000001" ||
				got.Charge == nil || got.Charge.OrderNo != "ord_0001" || got.Charge.Amount != 1999 || len(got.Wire.Digest) != 64 {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestEveryTypeOfNotificationIsRead(t *testing.T) {
	t.Parallel()
	head := `{"event_id":"evt_0001","member_no":"M100000001","occurred_at":"2018-06-06T04:00:00Z","type":`
	for name, c := range map[string]struct {
		body string
		ok   bool
	}{
		"declined":                    {head + `"charge.declined","charge":` + edited("succeeded", "declined") + `}`, true},
		"signed":                      {head + `"signing.signed","signing":` + signedNow + `}`, true},
		"ended":                       {head + `"agreement.ended","agreement":` + strings.Replace(goodAgreement, "active", "cancelled_at_bank", 1) + `}`, true},
		"refunded":                    {head + `"refund.succeeded","refund":{"refund_no":"rfd_0001","order_no":"ord_0001","status":"succeeded"}}`, true},
		"success of a decline":        {head + `"charge.succeeded","charge":` + edited("succeeded", "declined") + `}`, false},
		"decline of a success":        {head + `"charge.declined","charge":` + goodCharge + `}`, false},
		"end of what lives":           {head + `"agreement.ended","agreement":` + goodAgreement + `}`, false},
		"signed without an agreement": {head + `"signing.signed","signing":{"sign_no":"sgn_0001","status":"signed"}}`, false},
		"nothing inside":              {head + `"charge.succeeded"}`, false},
		"unknown type":                {head + `"charge.maybe"}`, false},
		"no event id":                 {strings.Replace(succeeded, "evt_0001", "", 1), false},
		"another member inside":       {strings.Replace(succeeded, `"member_no":"M100000001"`, `"member_no":"M100000002"`, 1), false},
		"a member twice":              {strings.Replace(succeeded, `{"event_id"`, `{"event_id":"evt_0002","event_id"`, 1), false},
		"no JSON":                     {"charge=succeeded", false},
		"empty":                       {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			access := hmacAccess("")
			_, err := noticeOf(access, "jti_1", c.body).verified(over(t, Over(nil)), access)
			if (err == nil) != c.ok || (err != nil && !errors.Is(err, ErrMalformed)) {
				t.Errorf("error %v, want none: %v", err, c.ok)
			}
		})
	}
}

func TestANotificationFromSomewhereElseIsRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*notice, orchestrator.Access){
		"unsigned":             func(n *notice, _ orchestrator.Access) { n.headers = http.Header{} },
		"another method":       func(n *notice, _ orchestrator.Access) { n.method = http.MethodPut },
		"another target":       func(n *notice, _ orchestrator.Access) { n.target = "/notify/mer_2/bridge-pay?x=1" },
		"target without query": func(n *notice, _ orchestrator.Access) { n.target = "/notify/mer_1/bridge-pay" },
		"another member":       func(n *notice, _ orchestrator.Access) { n.members = n.members.with("aud", "M100000002") },
		"another key": func(n *notice, a orchestrator.Access) {
			n.headers = http.Header{SignatureHeader: {n.members.sign(a, hmacKey('q'), n.body)}}
		},
		"body changed": func(n *notice, a orchestrator.Access) {
			n.headers = http.Header{SignatureHeader: {n.members.sign(a, replySigningKey(a), n.body)}}
			n.body = strings.Replace(n.body, "1999", "2999", 1)
		},
		"too old": func(n *notice, _ orchestrator.Access) {
			n.members = n.members.with("iat", noon.Add(-301*time.Second).Unix())
		},
		"from the future": func(n *notice, _ orchestrator.Access) {
			n.members = n.members.with("iat", noon.Add(301*time.Second).Unix())
		},
		"an answer":     func(n *notice, a orchestrator.Access) { n.members = answerMembers(a, "jti_0", 200) },
		"no identifier": func(n *notice, _ orchestrator.Access) { n.members = n.members.with("jti", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			access := hmacAccess("")
			n := noticeOf(access, "jti_1", succeeded)
			spoil(&n, access)
			if _, err := n.verified(over(t, Over(nil)), access); !errors.Is(err, ErrSignature) {
				t.Errorf("error is %v, want %v", err, ErrSignature)
			}
		})
	}
}

func TestANotificationCountsOnce(t *testing.T) {
	t.Parallel()
	access, time0 := hmacAccess(""), clock.NewVirtual(noon)
	access.Clock = time0
	client := over(t, Over(nil))
	again := func(jti string) error {
		_, err := noticeOf(access, jti, succeeded).verified(client, access)
		return err
	}
	if err := again("jti_1"); err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Duration{0, time.Second, 4*time.Minute + 59*time.Second, 5 * time.Minute} {
		if err := time0.Set(noon.Add(at)); err != nil {
			t.Fatal(err)
		}
		if err := again("jti_1"); !errors.Is(err, ErrReplayed) {
			t.Errorf("replayed after %s: %v", at, err)
		}
	}
	if err := again("jti_2"); err != nil {
		t.Errorf("a retry of the channel carries a fresh identifier and is welcome: %v", err)
	}
	if err := time0.Set(noon.Add(5*time.Minute + time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := again("jti_1"); !errors.Is(err, ErrSignature) {
		t.Errorf("replayed when it is too old: %v", err)
	}
}

func TestIdentifiersAreRememberedTwiceTheTolerance(t *testing.T) {
	t.Parallel()
	seen := newReplays()
	for _, c := range []struct {
		owner, jti string
		after      time.Duration
		want       bool
	}{
		{"a", "1", 0, true},
		{"a", "1", 0, false},
		{"b", "1", 0, true},
		{"a", "2", 9 * time.Minute, true},
		{"a", "1", 10 * time.Minute, false},
		{"a", "2", 18 * time.Minute, false},
		{"a", "1", 21 * time.Minute, true},
		{"a", "1", 90 * time.Minute, true},
	} {
		if got := seen.first(c.owner, c.jti, noon.Add(c.after)); got != c.want {
			t.Errorf("%s %s after %s: first %v, want %v", c.owner, c.jti, c.after, got, c.want)
		}
	}
}
