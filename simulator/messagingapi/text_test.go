package messagingapi

import (
	"net/http"
	"strings"
	"testing"

	"countersign/simulator"
	"countersign/simulator/engine"
)

func TestAMessageHoldsNoCardOfSomebodyAndNoControlCharacters(t *testing.T) {
	t.Parallel()
	const foreign, invented = "6222021234567890128", "6222020000000001016"
	g := newGateway(t)
	template, err := simulator.Compile(simulator.Universe{
		Banks: []simulator.Bank{{Code: "ICBC", NameZH: "工商银行", NameEN: "ICBC"}},
		BINs:  []simulator.BIN{{Prefix: "622202", Length: 19, Bank: "ICBC", CardType: simulator.DebitCard}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if g.world, err = g.engine.CreateWorld(t.Context(), engine.NewWorld{Virtual: true, Seed: 7, Template: template}); err != nil {
		t.Fatal(err)
	}
	good := sms("msg_0001", "card "+invented)
	for name, row := range map[string]struct{ path, body, field string }{
		"a card":                {"/v1/sms", sms("msg_0001", "card "+foreign), "/text"},
		"a card in groups":      {"/v1/sms", sms("msg_0001", "卡号6222 0212 3456 7890 128。"), "/text"},
		"a card in full width":  {"/v1/sms", sms("msg_0001", "６２２２０２１２３４５６７８９０１２８"), "/text"},
		"a card as a reference": {"/v1/sms", strings.Replace(good, "pay_0001", foreign, 1), "/reference"},
		"a line break":          {"/v1/sms", sms("msg_0001", "好\n【工商银行】转账"), "/text"},
		"turned around":         {"/v1/sms", sms("msg_0001", "a\u202eb"), "/text"},
		"a reference in lines":  {"/v1/sms", strings.Replace(good, "pay_0001", `a\r\nb`, 1), "/reference"},
		"a card by WeChat": {
			"/v1/wechat", `{"message_no":"msg_0002","purpose":"debit_notice","template":"debited","open_id":"wx","text":"` + foreign + `"}`, "/text",
		},
	} {
		status, body := g.post(row.path, row.body)
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, `"field":"`+row.field+`"`) || strings.Contains(body, foreign) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	if n := len(g.inbox()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	if status, body := g.post("/v1/sms", good); status != http.StatusAccepted {
		t.Errorf("a test card: %d %s", status, body)
	}
}
