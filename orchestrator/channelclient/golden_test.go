package channelclient

import (
	"encoding/base64"
	"errors"
	"net/http"
	"testing"
	"time"

	golden "countersign/fixtures/wire"
	"countersign/internal/clock"
	"countersign/orchestrator"
)

// goldenAccess is a configuration in which a vector's verifier is ours.
func goldenAccess(t *testing.T, v golden.Vector, signing bool) orchestrator.Access {
	t.Helper()
	text := v.Key
	if signing {
		text = v.SigningKey
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	access := hmacAccess("http://127.0.0.1")
	access.Keys = orchestrator.ChannelKeys{Alg: v.Alg, RequestKID: v.KID, RequestKey: text64(key), ReplyKID: v.KID, ReplyKey: text64(key)}
	access.Config.ChannelID, access.Config.MemberNo = v.Audience, v.Audience
	access.Clock = clock.NewVirtual(time.Unix(v.Now, 0))
	return access
}

// verdict is "" for a vector that verifies, else the member that is wrong.
func verdict(t *testing.T, v golden.Vector) string {
	t.Helper()
	access := goldenAccess(t, v, false)
	header, err := verify(access, []string{v.Header}, []byte(v.Body))
	var wrong refusal
	switch {
	case errors.As(err, &wrong):
		return string(wrong)
	case err != nil:
		t.Fatalf("verify: %v", err)
	case v.Shape == "answer" && header.Status != v.Status:
		return "status"
	case v.Shape == "answer" && header.ReqJTI != v.RequestJTI:
		return "req_jti"
	case v.Shape != "answer" && header.Method != v.Method:
		return "method"
	case v.Shape != "answer" && header.Target != v.Target:
		return "target"
	}
	return ""
}

func TestGoldenSignaturesAreJudgedAsWritten(t *testing.T) {
	t.Parallel()
	vectors, err := golden.Vectors()
	if err != nil || len(vectors) == 0 {
		t.Fatalf("%d vectors: %v", len(vectors), err)
	}
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			if got := verdict(t, v); got != v.Wrong {
				t.Errorf("wrong member %q, want %q", got, v.Wrong)
			}
		})
	}
}

func TestOurSignaturesVerifyUnderTheGoldenKeys(t *testing.T) {
	t.Parallel()
	vectors, err := golden.Vectors()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		if !v.Valid || v.Shape != "request" {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			signed, err := signRequest(goldenAccess(t, v, true), v.JTI, v.Method, v.Target, []byte(v.Body))
			if err != nil {
				t.Fatal(err)
			}
			v.Header = signed
			if got := verdict(t, v); got != "" {
				t.Errorf("our signature is refused for %q", got)
			}
		})
	}
}

func TestOurOwnRequestIsNoAnswerAndNoNotification(t *testing.T) {
	t.Parallel()
	access := hmacAccess("http://127.0.0.1")
	access.Keys.ReplyKID, access.Keys.ReplyKey = access.Keys.RequestKID, access.Keys.RequestKey // a foolish configuration
	signed, err := signRequest(access, "jti_1", http.MethodPost, "/notify", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verify(access, []string{signed}, []byte("{}")); !errors.Is(err, ErrSignature) {
		t.Errorf("a request of ours verifies as the channel's: %v", err)
	}
}
