package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"countersign/fixtures"
	"countersign/internal/ids"
)

// placeholderHelp is the part of the help texts about placeholders.
const placeholderHelp = `A value "@..." in the body, or in the path, stands for something else:
  @demo-card, @<card_id>         the four elements of a card of the fixtures
  @payer, @card, @checkout, @payment   what the last calls were about
  @new                           a fresh number
  @now, @soon                    this instant, and a minute later`

// placeholders replaces values "@..." by what they stand for.
type placeholders struct {
	notes *notes
	field *fixtures.Set
	now   func() string
	soon  func() string
}

// placeholderInPath finds placeholders inside a path.
var placeholderInPath = regexp.MustCompile(`@[a-z][a-z-]*`)

// path replaces placeholders in a path.
func (p *placeholders) path(path string) (string, error) {
	var wrong error
	out := placeholderInPath.ReplaceAllStringFunc(path, func(name string) string {
		value, err := p.value(name)
		text, isText := value.(string)
		switch {
		case err != nil:
			wrong = err
		case !isText:
			wrong = usage(name+" does not fit into a path", "use it in the body")
		}
		return text
	})
	return out, wrong
}

// body replaces placeholders in a JSON body; a body without any is left as it is, byte for byte.
func (p *placeholders) body(text string) ([]byte, error) {
	if !strings.Contains(text, `"@`) {
		return []byte(text), nil
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, usage("the body has placeholders and is no JSON: "+err.Error(), "mend the quotes; the shell takes some away")
	}
	tree, err := p.replace(tree)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tree); err != nil {
		return nil, fmt.Errorf("encode body: %w", err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

// replace walks a JSON tree.
func (p *placeholders) replace(node any) (any, error) {
	var err error
	switch value := node.(type) {
	case map[string]any:
		for key := range value {
			if value[key], err = p.replace(value[key]); err != nil {
				return nil, err
			}
		}
	case []any:
		for i := range value {
			if value[i], err = p.replace(value[i]); err != nil {
				return nil, err
			}
		}
	case string:
		if strings.HasPrefix(value, "@") {
			return p.value(value)
		}
	}
	return node, nil
}

// value is what one placeholder stands for.
func (p *placeholders) value(name string) (any, error) {
	remembered := map[string]string{
		"@payer": p.notes.PayerID, "@card": p.notes.CardID, "@checkout": p.notes.CheckoutID, "@payment": p.notes.PaymentID,
	}
	if value, known := remembered[name]; known {
		if value == "" {
			first := map[string]string{"@checkout": "land 88.00", "@payment": "pay 88.00"}
			return nil, usage(name+" stands for nothing yet", "make one first with `countersign call "+cmp.Or(first[name], "bind")+"`")
		}
		return value, nil
	}
	switch name {
	case "@new":
		return ids.Random{}.New("ord_"), nil
	case "@now":
		return p.now(), nil
	case "@soon":
		return p.soon(), nil
	case "@demo-card":
		person, card := p.field.Demo()
		return elements(person, card), nil
	}
	person, card, ok := p.field.Card(strings.TrimPrefix(name, "@"))
	if !ok {
		return nil, usage(name+" is no placeholder and no card of the fixtures", "see `countersign call --help`")
	}
	return elements(person, card), nil
}

// elements are the four elements of a card in the wire's spelling.
func elements(person fixtures.Person, card fixtures.Card) map[string]any {
	return map[string]any{
		"name": person.Name, "id_type": "resident_id", "id_number": person.IDNumber,
		"card_number": card.Number, "mobile": person.Mobile,
	}
}
