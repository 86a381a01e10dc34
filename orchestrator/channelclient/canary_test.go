package channelclient

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"

	"countersign/orchestrator"
)

// leaks lists the canaries found in a text, plain or encoded.
func leaks(text string) []string {
	var found []string
	for _, canary := range []string{canaryID, canaryCard, canaryMobile, canaryCode, string(hmacKey('q')), string(hmacKey('r'))} {
		for form, shown := range map[string]string{
			"plain": canary, "hex": hex.EncodeToString([]byte(canary)),
			"base64": strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(canary)), "="),
		} {
			if strings.Contains(text, shown) {
				found = append(found, canary+" ("+form+")")
			}
		}
	}
	return found
}

// everyPrint prints a value on all roads that lead into logs.
func everyPrint(v any) string {
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		_, _ = fmt.Fprintf(&out, verb+"\n", v)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("reply", "value", v)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("reply", "value", v)
	return out.String()
}

// Whatever a channel does with what it was told, it does not come back to where it could be stored or logged.
func TestNoReplyHoldsElementsCodesOrKeys(t *testing.T) {
	t.Parallel()
	echo := `"card_number":"` + canaryCard + `","id_number":"` + canaryID + `","mobile":"` + canaryMobile + `","name":"` + canaryName + `","code":"` + canaryCode + `"`
	body := edited(`"currency"`, echo+`,"currency"`)
	shapes := map[string]shape{
		"echo in a success":           {answer: signed(200, plainJSON, body)},
		"echo in a truncated success": {answer: signed(200, plainJSON, body[:len(body)-20])},
		"echo in HTML":                {answer: unsigned(200, "text/html", "<p>"+canaryCard+" "+canaryCode+" "+canaryMobile)},
		"echo in a problem":           {answer: signed(422, problemJSON, `{"status":422,"code":"maintenance","detail":"card `+canaryCard+` code `+canaryCode+`"}`)},
		"card number for a code":      {answer: signed(422, problemJSON, `{"status":422,"code":"`+canaryCard+`"}`)},
		"card number for a reason":    {answer: signed(200, plainJSON, edited(`"currency"`, `"reason":"`+canaryCard+`","currency"`))},
		"full mobile in the SMS":      {answer: signed(200, plainJSON, edited(`"currency"`, `"sms":`+strings.Replace(goodSMS, "138****0001", canaryMobile, 1)+`,"currency"`))},
		"error of the transport": {answer: func(_ orchestrator.Access, r *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("dial with body %v and code %s", r.Body, canaryCode)
		}},
	}
	for name, s := range shapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reply, _ := exchangeWith(t, hmacAccess("http://channel.test"), s)
			var all strings.Builder
			all.WriteString(everyPrint(reply) + string(reply.Wire.Masked))
			for _, report := range []any{reply.Charge, reply.Signing} {
				shown, _ := json.Marshal(report)
				all.Write(shown)
			}
			if found := leaks(all.String()); len(found) > 0 {
				t.Errorf("%v leaked by %s", found, all.String())
			}
		})
	}
}

func TestNoErrorHoldsElementsCodesOrKeys(t *testing.T) {
	t.Parallel()
	access := hmacAccess("http://" + canaryCard + ":x")
	access.Keys.RequestKey = orchestrator.NewSecret(string(hmacKey('q')) + "!")
	call := chargeCall(t)
	call.Code = orchestrator.NewSecret(canaryCode)
	x := exchange{access: access, call: call, jti: "jti_1"}
	var errs []error
	_, err := x.request(t.Context())
	errs = append(errs, err)
	_, err = signRequest(access, "jti_1", http.MethodPost, "/", nil)
	errs = append(errs, err)
	_, err = over(t, Over(httpmock.NewMockTransport())).VerifyNotification(hmacAccess(""), http.MethodPost, "/",
		http.Header{SignatureHeader: {canaryCard}}, []byte(canaryCard))
	errs = append(errs, err)
	for _, err := range errs {
		if err == nil {
			t.Fatal("no error to look at")
		}
		if found := leaks(everyPrint(err)); len(found) > 0 {
			t.Errorf("%v leaked by %v", found, err)
		}
	}
	if found := leaks(everyPrint(hmacAccess("")) + everyPrint(call)); len(found) > 0 {
		t.Errorf("%v leaked by configuration or call", found)
	}
}
