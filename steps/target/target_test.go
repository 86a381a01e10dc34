package target_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"countersign/steps/runner"
	"countersign/steps/target"
)

func environment(pairs map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := pairs[name]; return v, ok }
}

func TestARemoteTargetThatWasNamedMustBeDescribed(t *testing.T) {
	t.Parallel()
	for name, pairs := range map[string]map[string]string{
		"nothing":           {},
		"no control port":   {target.EnvProtocol: "http://127.0.0.1:7100"},
		"not an address":    {target.EnvProtocol: "7100", target.EnvControl: "http://127.0.0.1:7101"},
		"another protocol":  {target.EnvProtocol: "ftp://127.0.0.1", target.EnvControl: "http://127.0.0.1:7101"},
		"platform nonsense": {target.EnvProtocol: "http://a", target.EnvControl: "http://b", target.EnvPlatform: "::"},
	} {
		config, err := target.RemoteFromEnv(environment(pairs))
		if err == nil {
			_, err = target.Remote(config)
		}
		if !errors.Is(err, target.ErrNotDescribed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARemotePlatformWithoutAControlPortHasNoClock(t *testing.T) {
	t.Parallel()
	for control, clock := range map[string]bool{"": false, "http://127.0.0.1:7201": true} {
		r, err := target.Remote(target.RemoteConfig{Addresses: target.Addresses{
			Protocol: "http://127.0.0.1:7100", Control: "http://127.0.0.1:7101", Platform: "http://127.0.0.1:7200", PlatformControl: control,
		}})
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Contains(r.Abilities(), runner.AbilityClock); got != clock {
			t.Errorf("control %q: clock ability is %v", control, got)
		}
	}
}

func TestATokenIsNeverPrinted(t *testing.T) {
	t.Parallel()
	token := target.Token("0123456789abcdef")
	text, _ := json.Marshal(token)
	if all := fmt.Sprintf("%s %v %#v %s", token, token, token, text); strings.Contains(all, token.Reveal()) {
		t.Error(all)
	}
}
