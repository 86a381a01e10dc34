package worldlog

import (
	"testing"

	"countersign/simulator"
)

func TestALogWithADelayInSecondsIsRead(t *testing.T) {
	t.Parallel()
	in, err := decodeInput([]byte(`{"at":"2018-06-06T11:30:00Z","name":"AddFault","command":{"rule":{"id":"f","fault":"slow","when":{},"delay_seconds":7}}}`))
	if err != nil {
		t.Fatal(err)
	}
	added, ok := in.Command.(simulator.AddFault)
	if !ok || added.Rule.DelayMS != 7000 || added.Rule.ID != "f" {
		t.Errorf("%+v", in.Command)
	}
}
