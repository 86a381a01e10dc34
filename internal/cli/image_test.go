package cli

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// composeFile is what the test reads of docker/compose.yaml.
type composeFile struct {
	Services map[string]struct {
		Image       string            `yaml:"image"`
		Command     []string          `yaml:"command"`
		Environment map[string]string `yaml:"environment"`
		Volumes     []string          `yaml:"volumes"`
		Ports       []string          `yaml:"ports"`
	} `yaml:"services"`
	Volumes map[string]any `yaml:"volumes"`
}

func TestTheComposeFileSpeaksOfThisProgram(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docker/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var compose composeFile
	if err := yaml.Unmarshal(text, &compose); err != nil {
		t.Fatal(err)
	}
	if len(compose.Services) != 2 {
		t.Fatalf("%d services, want 2", len(compose.Services))
	}
	for name, service := range compose.Services {
		cmd, rest, err := newRoot(&console{}).Find(service.Command)
		if err != nil || !cmd.HasParent() {
			t.Fatalf("%s: %v is no command (%v)", name, service.Command, err)
		}
		if err := cmd.ParseFlags(rest); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for variable := range service.Environment {
			knowsVariable(t, variable)
		}
		for _, volume := range service.Volumes {
			if from, _, _ := strings.Cut(volume, ":"); !slices.Contains(sortedKeys(compose.Volumes), from) {
				t.Errorf("%s: volume %s is not declared", name, from)
			}
		}
		for _, port := range service.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s: port %s is open to others", name, port)
			}
		}
	}
}

func TestTheImageSetsVariablesThatTheProgramReads(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docker/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, variable := range regexp.MustCompile(`COUNTERSIGN_[A-Z_]+`).FindAllString(string(text), -1) {
		knowsVariable(t, variable)
	}
}

// knowsVariable wants an environment variable to belong to a flag.
func knowsVariable(t *testing.T, variable string) {
	t.Helper()
	name := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(variable, envPrefix)), "_", "-")
	if !slices.Contains(flagNames(newRoot(&console{})), name) {
		t.Errorf("%s belongs to no flag", variable)
	}
}
