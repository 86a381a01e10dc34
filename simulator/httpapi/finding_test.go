package httpapi

import (
	"fmt"
	"strings"
	"testing"
)

func TestMemberNumbersAndKeyIDsAreShownWhole(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"M25423412345780", "M25423412345780-request-1", "/w/demo/channels/bridge-pay/v1/limits?member_no=M25423412345780",
		"/v1/charges/ord_1?member_no=M25423412345780&order_time=2018-06-26T08%3A00%3A00Z",
	} {
		if got := shownText([]byte(text)); got != text {
			t.Errorf("%s is shown as %s", text, got)
		}
	}
}

func TestCardNumbersAreMaskedWhateverStandsBeside(t *testing.T) {
	t.Parallel()
	const card = "6222020000000000011"
	for _, text := range []string{card, "M" + card, "M25423412345780-" + card, card + "-M25423412345780", "XM" + card, "M254234_" + card} {
		if got := shownText([]byte(text)); strings.Contains(got, card) {
			t.Errorf("%s is shown as %s", text, got)
		}
	}
}

func TestTheFindingNamesAnAdditionalMemberAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	f := newField(t)
	c := f.at("bridge-pay", "GET", "/v1/limits?member_no="+f.members["bridge-pay"].MemberNo, "")
	c.claims["typ"] = "JOSE"
	got := f.send(c)
	finding, _ := got.json["signature"].(map[string]any)
	if finding["wrong"] != "typ" || !strings.Contains(fmt.Sprint(got.json["hint"]), "no other") {
		t.Fatalf("answer: %s", got.body)
	}
	c = f.at("bridge-pay", "GET", "/v1/limits?member_no="+f.members["bridge-pay"].MemberNo, "")
	c.claims["kid"] = f.members["bridge-pay"].Keys.Reply.KID
	got = f.send(c)
	finding, _ = got.json["signature"].(map[string]any)
	header, _ := finding["protected"].(map[string]any)
	if header["kid"] != f.members["bridge-pay"].Keys.Reply.KID || header["target"] != c.target {
		t.Errorf("header is shown as %v, sent with kid %s and target %s", header, f.members["bridge-pay"].Keys.Reply.KID, c.target)
	}
}
