package contract_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/goccy/go-yaml"

	"countersign/contract"
	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/contract/messaging"
	"countersign/contract/platform"
)

var documents = []string{"channel.yaml", "platform.yaml", "messaging.yaml", "control.yaml"}

// tree reads a document as plain data.
func tree(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := contract.Documents.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return doc
}

func TestTheDocumentsLoadWithAllReferences(t *testing.T) {
	t.Parallel()
	specs := map[string]func() (*openapi3.T, error){
		"channel": channel.GetSpec, "control": control.GetSpec, "messaging": messaging.GetSpec, "platform": platform.GetSpec,
	}
	for name, load := range specs {
		doc, err := load()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if doc.OpenAPI != "3.1.0" || doc.Info == nil || doc.Info.Version == "" || doc.Paths.Len() == 0 {
			t.Errorf("%s is no OpenAPI 3.1.0 document with paths", name)
		}
	}
}

// The validator reads the documents as 3.0 and ignores these keywords of 3.1 in silence: what they
// demand would be demanded nowhere.
func TestTheDocumentsUseNoKeywordThatTheValidatorIgnores(t *testing.T) {
	t.Parallel()
	forbidden := []string{
		"const", "if", "then", "else", "prefixItems", "unevaluatedProperties", "unevaluatedItems", "contains", "dependentRequired",
		"dependentSchemas", "patternProperties", "propertyNames", "$dynamicRef",
	}
	for _, name := range documents {
		walk(tree(t, name), name, func(where, key string) {
			if slices.Contains(forbidden, key) && !strings.HasSuffix(where, "/properties") {
				t.Errorf("%s/%s: the validator ignores it", where, key)
			}
		})
	}
}

// walk visits every key of a document with the place it stands in.
func walk(node any, where string, visit func(where, key string)) {
	switch n := node.(type) {
	case map[string]any:
		for key, value := range n {
			visit(where, key)
			walk(value, where+"/"+key, visit)
		}
	case []any:
		for i, value := range n {
			walk(value, fmt.Sprintf("%s/%d", where, i), visit)
		}
	}
}

// at follows a path of keys.
func at(t *testing.T, doc map[string]any, path string) any {
	t.Helper()
	var node any = doc
	for key := range strings.SplitSeq(path, "/") {
		m, ok := node.(map[string]any)
		if !ok || m[key] == nil {
			t.Fatalf("%s is not in the document", path)
		}
		node = m[key]
	}
	return node
}

func enum(t *testing.T, file, path string) []string {
	t.Helper()
	list, ok := at(t, tree(t, file), "components/schemas/"+path+"/enum").([]any)
	if !ok {
		t.Fatalf("%s of %s is no enumeration", path, file)
	}
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = fmt.Sprint(w)
	}
	return slices.Sorted(slices.Values(words))
}

// The same word list stands in several documents; one that grows in one place only would be a word that
// the other side cannot say.
func TestWordListsThatMustBeEqualAreEqual(t *testing.T) {
	t.Parallel()
	type place struct{ file, path string }
	lists := map[string][]place{
		"parties":      {{"channel.yaml", "Party"}, {"control.yaml", "Party"}, {"platform.yaml", "Party"}},
		"ID types":     {{"channel.yaml", "Elements/properties/id_type"}, {"control.yaml", "Elements/properties/id_type"}, {"platform.yaml", "Elements/properties/id_type"}},
		"card types":   {{"channel.yaml", "CardType"}, {"control.yaml", "Card/properties/card_type"}, {"platform.yaml", "Card/properties/card_type"}},
		"algorithms":   {{"channel.yaml", "ChannelProfile/properties/signature_alg"}, {"control.yaml", "Key/properties/alg"}, {"platform.yaml", "Key/properties/alg"}},
		"SMS subjects": {{"channel.yaml", "About"}, {"platform.yaml", "About"}},
	}
	for name, places := range lists {
		want := enum(t, places[0].file, places[0].path)
		for _, p := range places[1:] {
			if got := enum(t, p.file, p.path); !slices.Equal(got, want) {
				t.Errorf("%s: %s says %v, %s says %v", name, places[0].file, want, p.file, got)
			}
		}
	}
}

// Every subject a channel can name in an answer must be one the inbox can show.
func TestTheInboxKnowsEverySubjectOfAChannel(t *testing.T) {
	t.Parallel()
	inbox := enum(t, "control.yaml", "MessageAbout")
	for _, about := range enum(t, "channel.yaml", "About") {
		if !slices.Contains(inbox, about) {
			t.Errorf("the inbox cannot show an SMS about %s", about)
		}
	}
}

// An agreement or a charge in the world's truth has a status of the channel's contract; the truth leaves
// it open, so there must be no second list.
func TestOnlyTheChannelDocumentListsReasons(t *testing.T) {
	t.Parallel()
	reasons := enum(t, "channel.yaml", "Reason")
	for _, name := range []string{"platform.yaml", "messaging.yaml", "control.yaml"} {
		walk(tree(t, name), name, func(where, key string) {
			if key != "enum" {
				return
			}
			list, ok := at(t, tree(t, name), strings.TrimPrefix(where, name+"/")+"/enum").([]any)
			if !ok {
				return
			}
			shared := 0
			for _, w := range list {
				if slices.Contains(reasons, fmt.Sprint(w)) {
					shared++
				}
			}
			if shared > len(reasons)/2 {
				t.Errorf("%s repeats the list of reasons; refer to it", where)
			}
		})
	}
}

// A list of a hundred lines is read by people: it must not have doubles.
func TestNoEnumerationHasAWordTwice(t *testing.T) {
	t.Parallel()
	for _, name := range documents {
		text, err := contract.Documents.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		doc := tree(t, name)
		if len(text) == 0 || doc["openapi"] != "3.1.0" {
			t.Errorf("%s does not say openapi 3.1.0", name)
		}
		eachEnum(doc, name, func(where string, words []any) {
			seen := map[string]bool{}
			for _, w := range words {
				if seen[fmt.Sprint(w)] {
					t.Errorf("%s has %v twice", where, w)
				}
				seen[fmt.Sprint(w)] = true
			}
		})
	}
}

func eachEnum(node any, where string, visit func(string, []any)) {
	switch n := node.(type) {
	case map[string]any:
		if words, ok := n["enum"].([]any); ok {
			visit(where, words)
		}
		for key, value := range n {
			eachEnum(value, where+"/"+key, visit)
		}
	case []any:
		for i, value := range n {
			eachEnum(value, fmt.Sprintf("%s/%d", where, i), visit)
		}
	}
}
