package steps

import (
	"testing"

	"countersign/contract/channel"
	"countersign/contract/control"
)

func TestASecretIsFoundAloneAndNotInsideALongerNumber(t *testing.T) {
	t.Parallel()
	secrets := map[string]string{"code": "012345"}
	for text, shown := range map[string]bool{
		`{"code":"012345"}`: true, `012345`: true, `code 012345.`: true, `{"at":"9012345"}`: false, `{"n":0123456}`: false, ``: false,
	} {
		if got := Shows([]byte(text), secrets) != nil; got != shown {
			t.Errorf("%q: shown is %v", text, got)
		}
	}
}

func TestAWrongCodeIsNoneOfThoseSent(t *testing.T) {
	t.Parallel()
	if got := otherCode(4, []string{"1111", "2222", "0815"}); got != "3333" {
		t.Errorf("got %s", got)
	}
}

func TestEveryDefectChangesTheMessage(t *testing.T) {
	t.Parallel()
	const good = `{"agreement_no":"agr_1","amount":100,"currency":"CNY","expires_at":"2018-06-06T11:31:00Z",` +
		`"member_no":"M100001","order_no":"ord_1","order_time":"2018-06-06T11:30:00Z","payer_ref":"p"}`
	for name, spoil := range defects {
		if spoil(good) == good {
			t.Errorf("%s changes nothing", name)
		}
	}
}

// T6 binds channels that declare themselves agreement channels, and nobody else.
func TestOnlyAgreementChannelsAreHeldToTheNetworksRule(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		declares bool
		sender   control.Party
		broken   bool
	}{
		"agreement channel, bank texts":        {true, control.PartyBank, false},
		"agreement channel, third party texts": {true, control.PartyThirdParty, true},
		"agreement channel, platform texts":    {true, control.PartyPlatform, true},
		"other channel, third party texts":     {false, control.PartyThirdParty, false},
	} {
		err := BankTexts(channel.ChannelProfile{AgreementChannel: row.declares}, control.Message{Sender: row.sender})
		if (err != nil) != row.broken {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPlacesOfMembersAreComparedWhateverTheirSpelling(t *testing.T) {
	t.Parallel()
	for _, spelling := range []string{"a.b", "/a/b", "#/a/b"} {
		if normalPointer(spelling) != "a.b" {
			t.Errorf("%s became %s", spelling, normalPointer(spelling))
		}
	}
}
