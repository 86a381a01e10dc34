package httpapi

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"countersign/simulator"
)

func TestARefusedMethodTellsTheAllowedOnes(t *testing.T) {
	t.Parallel()
	f := newField(t)
	base := "/w/" + f.world + "/channels/bridge-pay"
	for target, allow := range map[string]string{
		base + "/v1/charges": "POST", base + "/v1/limits": "GET", base + "/v1/charges/ord_0001": "GET", "/channels/bridge-pay/v1/refunds": "POST",
		"/livez": "GET",
	} {
		request, err := http.NewRequest(http.MethodPatch, f.server.URL+target, strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		response, err := f.server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != allow {
			t.Errorf("%s: %d, Allow %q, want %q", target, response.StatusCode, response.Header.Get("Allow"), allow)
		}
	}
}

func TestAnEscapedSlashIsNoSeparator(t *testing.T) {
	t.Parallel()
	f := newField(t)
	member := "?member_no=" + f.members["bridge-pay"].MemberNo
	if got := f.send(f.at("bridge-pay", "GET", "/v1/limits"+member, "")); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	for _, path := range []string{"/v1%2flimits", "/v1%2Flimits", "%2fv1/limits", "/v1/charges/a%2fconfirm"} {
		if got := f.send(f.at("bridge-pay", "GET", path+member, "")); got.status != http.StatusNotFound || got.json["code"] != "not_found" {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

func TestTheJournalNamesWhatARefusedMessageWasAbout(t *testing.T) {
	t.Parallel()
	f := newField(t)
	member := f.members["bridge-pay"].MemberNo
	for _, row := range []struct {
		method, path, body string
		op                 simulator.Operation
		number             string
	}{
		{"POST", "/v1/charges", `{"member_no":"` + member + `","order_no":"ord_0001","amount":"x"}`, simulator.OpCharge, "ord_0001"},
		{"POST", "/v1/charges/ord_0002/close", `{"member_no":"` + member + `"}`, simulator.OpChargeClose, "ord_0002"},
		{"POST", "/v1/refunds", `{"refund_no":"rfd_0001","member_no":"` + member + `"}`, simulator.OpRefund, "rfd_0001"},
		{"POST", "/v1/element-checks", `{"member_no":"` + member + `","check_no":"6222021234567890128"}`, simulator.OpElementCheck, ""},
		{"GET", "/v1/limits?member_no=" + member + "&x=1", "", simulator.OpLimits, ""},
	} {
		got := f.send(f.at("bridge-pay", row.method, row.path, row.body))
		if last := f.lastRow(); got.status != http.StatusBadRequest || last.Operation != row.op || last.Ref != row.number || last.AnswerStatus() != 400 {
			t.Errorf("%s %s: %d, journal has %s %q", row.method, row.path, got.status, last.Operation, last.Ref)
		}
	}
}
