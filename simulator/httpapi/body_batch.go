package httpapi

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"countersign/simulator"
)

// longestBatch is the cap of a batch's body, in bytes: 500 items of a kilobyte.
const longestBatch = 512 << 10

// batchBody is the schema BindingBatchRequest.
type batchBody struct {
	MemberNo string     `json:"member_no"`
	BatchNo  string     `json:"batch_no"`
	Items    []itemBody `json:"items"`
}

// itemBody is the schema BindingItem.
type itemBody struct {
	SignNo   string           `json:"sign_no"`
	PayerRef string           `json:"payer_ref"`
	Elements elementsBody     `json:"elements"`
	Evidence itemEvidenceBody `json:"evidence"`
}

// itemEvidenceBody is the schema Evidence within an item, where nobody can mark
// what is absent beforehand.
type itemEvidenceBody struct {
	Kind      string       `json:"kind"`
	Reference string       `json:"reference"`
	CheckNo   optionalText `json:"check_no,omitzero"`
	SignedOn  optionalText `json:"signed_on,omitzero"`
}

// optionalText is a text that knows whether it was sent.
type optionalText struct {
	text string
	sent bool
}

// errText refuses what is no text.
var errText = errors.New("a text is wanted")

// UnmarshalJSON reads a text and nothing else, null included.
func (t *optionalText) UnmarshalJSON(raw []byte) error {
	if len(raw) == 0 || raw[0] != '"' {
		return errText
	}
	t.sent = true
	if err := json.Unmarshal(raw, &t.text); err != nil {
		return errText
	}
	return nil
}

// marked is the text as bodies with marks have it.
func (t optionalText) marked() string {
	if !t.sent {
		return absent
	}
	return t.text
}

// evidence is the same as of a single binding.
func (e *itemEvidenceBody) evidence() evidenceBody {
	return evidenceBody{Kind: e.Kind, Reference: e.Reference, CheckNo: e.CheckNo.marked(), SignedOn: e.SignedOn.marked()}
}

// check names the first wrong member.
func (b *batchBody) check() *refusal {
	if bad := checkNumbers(b.MemberNo, "/batch_no", b.BatchNo); bad != nil {
		return bad
	}
	if len(b.Items) == 0 || len(b.Items) > simulator.MostBatchItems {
		return wrongMember("/items", "1 to 500 items are wanted")
	}
	for i := range b.Items {
		if bad := b.Items[i].check(); bad != nil {
			bad.field = "/items/" + strconv.Itoa(i) + bad.field
			return bad
		}
	}
	return nil
}

// check names the first wrong member of an item.
func (i *itemBody) check() *refusal {
	if !validNumber(i.SignNo) {
		return wrongMember("/sign_no", wantedNumber)
	}
	if bad := checkPayer(i.PayerRef); bad != nil {
		return bad
	}
	if bad := i.Elements.check(); bad != nil {
		return bad
	}
	evidence := i.Evidence.evidence()
	return evidence.check()
}

// command is what the world is asked.
func (b *batchBody) command(string) simulator.Command {
	batch := simulator.BindBatch{BatchNo: b.BatchNo, Items: make([]simulator.Bind, 0, len(b.Items))}
	for i := range b.Items {
		item := &b.Items[i]
		batch.Items = append(batch.Items, simulator.Bind{
			SignNo: item.SignNo, PayerRef: item.PayerRef, Elements: item.Elements.value(),
			Evidence: simulator.Evidence{
				Kind: simulator.EvidenceKind(item.Evidence.Kind), Reference: item.Evidence.Reference,
				SignedOn: item.Evidence.SignedOn.text, CheckNo: item.Evidence.CheckNo.text,
			},
		})
	}
	return batch
}

// checkDay checks the day of a path.
func checkDay(day string) *refusal {
	const length = 10
	if len(day) != length || !validDate(day) || strings.ContainsAny(day, "_") {
		return wrongMember("day", "a business day like 2018-06-06 is wanted")
	}
	return nil
}
