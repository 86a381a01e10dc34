package httpapi_test

import (
	"regexp"
	"slices"
	"testing"

	"countersign/contract/platform"
	"countersign/orchestrator"
)

func TestTheDocumentNamesEveryFailureCode(t *testing.T) {
	t.Parallel()
	spec, err := platform.GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	text := spec.Components.Schemas["Failure"].Value.Properties["code"].Value.Description
	words := regexp.MustCompile(`[a-z_]+`).FindAllString(text, -1)
	for _, code := range orchestrator.FailureCodes() {
		if !slices.Contains(words, code) {
			t.Errorf("%s is not in the document", code)
		}
	}
}
