package docker

import (
	"os"
	"strings"
	"testing"
)

func TestTheImageOpensThePortsThatTheHelperMaps(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	_, exposed, _ := strings.Cut(string(text), "\nEXPOSE ")
	exposed, _, _ = strings.Cut(exposed, "\n")
	for _, port := range []string{protocolPort, controlPort, platformPort, platformControlPort, consolePort} {
		if number := strings.TrimSuffix(port, "/tcp"); !strings.Contains(exposed, number) {
			t.Errorf("port %s is not exposed (%s)", number, exposed)
		}
	}
}

func TestOptionsSayWhatIsStarted(t *testing.T) {
	t.Parallel()
	s := &settings{env: map[string]string{}}
	for _, option := range []Option{SimulatorOnly(), WithTestClock(), WithSimulatorURL("http://simulator:7100")} {
		option(s)
	}
	if s.command[0] != "simulator" || s.env["COUNTERSIGN_TEST_CLOCK"] != "true" || s.env["COUNTERSIGN_SIMULATOR_URL"] != "http://simulator:7100" {
		t.Errorf("settings %+v", s)
	}
	if one, other := token(), token(); len(one) != 32 || one == other {
		t.Error("tokens are not 128 drawn bits")
	}
}
