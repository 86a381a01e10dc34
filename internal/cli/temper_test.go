package cli

import (
	"maps"
	"testing"
)

func TestRatesOfOdditiesComeFromTheEnvironment(t *testing.T) {
	t.Parallel()
	rates, err := oddities([]string{"HOME=/", "COUNTERSIGN_ODDITY_SMS_LOST=20", "COUNTERSIGN_ODDITY_BUSY_DONE=0", "COUNTERSIGN_ODDITY_SMS_TWICE=", "COUNTERSIGN_TEMPER=hostile"})
	if want := map[string]int{"sms_lost": 20, "busy_done": 0}; err != nil || !maps.Equal(rates, want) {
		t.Errorf("%v %v", rates, err)
	}
	if _, err := oddities([]string{"COUNTERSIGN_ODDITY_SMS_LOST=often"}); err == nil {
		t.Error("a rate that is no number was taken")
	}
}
