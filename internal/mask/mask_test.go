package mask_test

import (
	"encoding/json"
	"testing"

	"countersign/internal/mask"
)

func TestJSONMasksByNameAndPattern(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, body, want string }{
		{
			"elements", `{"elements":{"name":"测试某","id_type":"resident_id","id_number":"99000019900307118X","card_number":"6222020000000010011","mobile":"13800000001"}}`,
			`{"elements":{"name":"**某","id_type":"resident_id","id_number":"9****************X","card_number":"622202*********0011","mobile":"138****0001"}}`,
		},
		{"unknown members of elements", `{"elements":{"hobby":"chess","n":7,"list":["a",["b"]]},"order_no":"A1"}`, `{"elements":{"hobby":"***","n":"***","list":["***",["***"]]},"order_no":"A1"}`},
		{"a code", `{"code":"012345","member_no":"M100001"}`, `{"code":"***","member_no":"M100001"}`},
		{"a code as a number", `{"code":123456}`, `{"code":"***"}`},
		{"the code of a problem", `{"code":"invalid_request","status":400}`, `{"code":"invalid_request","status":400}`},
		{"secrets", `{"token":"abc","webhook_secret":"x","reply_key":{"kid":"k1","k":"zzz"},"Authorization":"Bearer q"}`, `{"token":"***","webhook_secret":"***","reply_key":{"kid":"***","k":"***"},"Authorization":"***"}`},
		{"null, true and empty", `{"token":null,"name":"","mobile":true}`, `{"token":null,"name":"","mobile":true}`},
		{"a card in free text", `{"summary":"card 6222020000000010011 please"}`, `{"summary":"card 622202*********0011 please"}`},
		{"a card as a number", `{"x":6222020000000010011}`, `{"x":"622202*********0011"}`},
		{"a card as a name", `{"6222020000000010011":1}`, `{"622202*********0011":1}`},
		{"an SMS", `{"text":"【测试银行】验证码012345，您正在签约，尾号0011。"}`, `{"text":"【测试银行】验证码****，您正在签约，尾号0011。"}`},
		{"an English SMS", `{"text":"654321 is your verification code, 12.34 CNY"}`, `{"text":"**** is your verification code, 12.34 CNY"}`},
		{"escapes", `{"x":"\u0036222020000000010011 \"\u4e2d"}`, `{"x":"622202*********0011 \"中"}`},
		{"JSON in a string", `{"data":"{\"name\":\"测试某\",\"amount\":100}"}`, `{"data":"{\"name\":\"**某\",\"amount\":100}"}`},
		{"white space is kept", "{ \"a\" : 1,\n\t\"b\" : [ true, null, -1.5e3 ] }", "{ \"a\" : 1,\n\t\"b\" : [ true, null, -1.5e3 ] }"},
		{"a mask stays", `{"mobile":"138****0001","card_number":"622202*********0011","name":"**某"}`, `{"mobile":"138****0001","card_number":"622202*********0011","name":"**某"}`},
		{"a bare number", ` 6222020000000010011 `, ` "622202*********0011" `},
		{"cut off in a string", `{"name":"测试某`, `{"name":"**某"`},
		{"cut off in a card", `{"card_number":"62220200000000100`, `{"card_number":"622202*******0100"`},
		{"broken", `{"name" "x", card_number: 6222020000000010011]]}`, `{"name" "x", card_number: "622202*********0011"]]}`},
		{"no JSON", `name=测试某&amount=100`, `name=**某&amount=100`},
		{"times and order numbers", `{"order_no":"20180630235959000001","at":"2018-06-30T16:00:00.123456789Z","ms":1530374400000,"amount":1999900}`, `{"order_no":"***","at":"2018-06-30T16:00:00.123456789Z","ms":1530374400000,"amount":1999900}`},
		{"a shorter order number by date", `{"order_no":"2018063023595901"}`, `{"order_no":"2018063023595901"}`},
		{"cards in a list", `{"card_number":["6222020000000010011","6222020000000010012"],"z":"y"}`, `{"card_number":["622202*********0011","622202*********0012"],"z":"y"}`},
		{"nothing", ``, ``},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := string(mask.JSON([]byte(row.body))); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
			if json.Valid([]byte(row.body)) && !json.Valid(mask.JSON([]byte(row.body))) {
				t.Error("valid JSON became invalid")
			}
		})
	}
}

func TestTextMasksPatterns(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, text, want string }{
		{"nothing", "charge ord_16x000001 of 12.34 at 2018-06-30T16:00:00Z", "charge ord_16x000001 of 12.34 at 2018-06-30T16:00:00Z"},
		{"spaces", "6222 0200 0000 0010 011", "622202*********0011"},
		{"dashes", "to 6225-8800-0000-0011.", "to 622588******0011."},
		{"dots", "to 6225.8800.0000.0011", "to 622588******0011"},
		{"full width", "卡号６２２２０２００００００００１００１１", "卡号622202*********0011"},
		{"glued to a word", "card6222020000000010011x", "card622202*********0011x"},
		{"two glued together", "622202000000001001113800000001", "***"},
		{"mobile", "call 13800000001 or 138-0000-0001 or +8613800000001", "call 138****0001 or 138****0001 or +86138****0001"},
		{"twelve digits are no mobile", "138000000012", "138000000012"},
		{"mobile after a date", "2018-06-30 13800000001", "2018-06-30 138****0001"},
		{"ID", "id 99000019900307118x, 990000199003072027", "id 9****************X, 9****************7"},
		{"ID in groups", "990000 19900307 118X", "9****************X"},
		{"header", "Authorization: Bearer abc.def\nHost: x", "Authorization: ***\nHost: x"},
		{"query", "/v1/signings?member_no=M1&code=123456&name=Some%20One", "/v1/signings?member_no=M1&code=***&name=**e"},
		{"XML", "<ACCOUNT_NAME>测试某</ACCOUNT_NAME><AMOUNT>1</AMOUNT>", "<ACCOUNT_NAME>**某</ACCOUNT_NAME><AMOUNT>1</AMOUNT>"},
		{"a code far from its word", "4321 dogs", "4321 dogs"},
		{"a code in two groups", "Your code: 123 456", "Your code: ***"},
		{"percent sign", "100% of 5%", "100% of 5%"},
		{"member in prose", `got "mobile": "13800000001"`, `got "mobile": "138****0001"`},
		{"machine word", "code=order_not_found", "code=order_not_found"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := mask.Text(row.text); got != row.want {
				t.Errorf("Text(%q)\n got %q\nwant %q", row.text, got, row.want)
			}
		})
	}
}
