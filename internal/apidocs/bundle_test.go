package apidocs

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func TestABundleStandsByItself(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"control", "channel", "messaging", "platform"} {
		text, err := Bundle(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), ".yaml#") {
			t.Errorf("%s refers to another file", name)
		}
		alone := openapi3.NewLoader()
		alone.IsExternalRefsAllowed = false
		bundled, err := alone.LoadFromData(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		whole, err := load(name)
		if err != nil {
			t.Fatal(err)
		}
		if bundled.Paths.Len() != whole.Paths.Len() || len(bundled.Components.Schemas) < len(whole.Components.Schemas) {
			t.Errorf("%s: %d paths of %d, %d schemas of %d", name, bundled.Paths.Len(), whole.Paths.Len(), len(bundled.Components.Schemas), len(whole.Components.Schemas))
		}
		if again, _ := Bundle(name); string(again) != string(text) {
			t.Errorf("%s: another text the second time", name)
		}
	}
}

func TestABundleKeepsTwoSchemasOfOneNameApart(t *testing.T) {
	t.Parallel()
	text, err := Bundle("control")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc.Components.Schemas["Party"]), "nobody") || doc.Components.Schemas["ChannelProfile"] == nil {
		t.Errorf("schemas: %s", doc.Components.Schemas["Party"])
	}
	// The channel's Code and the control plane's own members must not have been mixed up: a world still has its own.
	if !strings.Contains(string(doc.Components.Schemas["World"]), "protocol_path") {
		t.Error("the control plane's World is gone")
	}
}
