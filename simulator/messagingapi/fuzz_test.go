package messagingapi

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"countersign/contract/messaging"
	"countersign/simulator"
)

// FuzzMessageBodies holds the gateways against their document: what is taken fits it, and is plain text
// of one line, so that nobody writes a second SMS into the first.
func FuzzMessageBodies(f *testing.F) {
	spec, err := messaging.GetSpec()
	if err != nil {
		f.Fatal(err)
	}
	sms, weChat := spec.Components.Schemas["SMSMessage"].Value, spec.Components.Schemas["WeChatMessage"].Value
	f.Add([]byte(`{"message_no":"msg_0001","purpose":"code","template":"code","mobile":"13800000001","text":"【平台】验证码 012345","reference":"pay_1"}`))
	f.Add([]byte(`{"message_no":"msg_0001","purpose":"debit_notice","template":"notice","open_id":"oid-1","text":"扣款"}`))
	f.Add([]byte(`{"message_no":"msg_0001","purpose":"code","template":"code","mobile":"13800000001","text":"a\nb"}`))
	f.Add([]byte(`{"message_no":"\ud800"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if common, command, err := readSMS(body); err == nil {
			taken(t, sms, body, &common, command)
		}
		if common, command, err := readWeChat(body); err == nil {
			taken(t, weChat, body, &common, command)
		}
	})
}

// taken looks at a body that was read into a command.
func taken(t *testing.T, schema *openapi3.Schema, body []byte, c *common, command simulator.Command) {
	t.Helper()
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		t.Fatalf("taken: %q", body)
	}
	if err := schema.VisitJSON(value, openapi3.VisitAsRequest()); err != nil {
		t.Fatalf("%q is against the document: %v", body, err)
	}
	if command == nil || !simulator.PlainText(c.Text) || !simulator.PlainText(c.Reference) {
		t.Fatalf("taken: %q", body)
	}
}
