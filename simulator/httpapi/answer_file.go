package httpapi

import (
	"countersign/contract/channel"
	"countersign/simulator"
)

// csvType is the type of statements and agreement files.
var csvType = []string{"text/csv; charset=utf-8"}

// mostJournalled is how much of a file the journal keeps, in bytes: its columns and
// some lines. A file can be asked for again.
const mostJournalled = 4 << 10

// kindOf is the type of an accepted answer.
func kindOf(out *simulator.Outcome) []string {
	if out.File != nil {
		return csvType
	}
	return jsonType
}

// journalled is what the journal keeps of an answer: of a file the beginning, of a
// large batch nothing, since each of its signings can be queried.
func journalled(out *simulator.Outcome, body []byte) []byte {
	switch {
	case out.File != nil && len(body) > mostJournalled:
		return append(append([]byte(nil), body[:mostJournalled]...), "\n..."...)
	case len(body) > longestBody:
		return nil
	}
	return body
}

// journalledRequest is what the journal keeps of a request: nothing of a large batch.
func journalledRequest(body []byte) []byte {
	if len(body) > longestBody {
		return nil
	}
	return body
}

// batchOf is the schema BindingBatch.
func batchOf(b *simulator.BatchView) channel.BindingBatch {
	made := channel.BindingBatch{
		BatchNo: b.BatchNo, Signed: b.Signed, Declined: b.Declined, Items: make([]channel.BindingItemResult, 0, len(b.Items)),
	}
	for i := range b.Items {
		item := channel.BindingItemResult{SignNo: b.Items[i].SignNo}
		if b.Items[i].Signing != nil {
			item.Signing = signingOf(b.Items[i].Signing)
		}
		if b.Items[i].Problem != "" {
			problem := channel.ProblemCode(b.Items[i].Problem)
			item.Problem = &problem
		}
		made.Items = append(made.Items, item)
	}
	return made
}
