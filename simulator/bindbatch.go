package simulator

// MostBatchItems is how many old signings one batch may bring along.
const MostBatchItems = 500

// BindBatch binds many cards without a code at once: the old customers of former
// days (T7). SignNo of the items are the member's own, as of single bindings.
type BindBatch struct {
	BatchNo string `json:"batch_no"`
	Items   []Bind `json:"items"`
}

// QueryBindingBatch asks where a batch stands.
type QueryBindingBatch struct {
	BatchNo string `json:"batch_no"`
}

// Operation names the command.
func (BindBatch) Operation() Operation { return OpBindBatch }

// Operation names the command.
func (QueryBindingBatch) Operation() Operation { return OpBindBatchQuery }

// BatchView is a batch as it stands; Items are in the order of the request.
type BatchView struct {
	BatchNo  string          `json:"batch_no"`
	Signed   int             `json:"signed"`
	Declined int             `json:"declined"` // refused items count too
	Items    []BatchItemView `json:"items"`
}

// BatchItemView is the signing of one item, or the problem it met.
type BatchItemView struct {
	SignNo  string       `json:"sign_no"`
	Signing *SigningView `json:"signing,omitempty"`
	Problem ProblemCode  `json:"problem,omitempty"`
}

// batch is a batch as it was taken: nothing of it changes later but its signings.
type batch struct {
	no      string
	content digest
	items   []batchItem
}

// batchItem is a signing by its number, or why there is none.
type batchItem struct {
	signNo  string
	problem ProblemCode
}

// bindBatch takes a batch. Each item is judged by itself, as a binding of its own
// number would be; what is wrong with one harms no other.
func (w *World) bindBatch(m *member, c BindBatch) Outcome {
	if problem := m.checkBatch(c); problem != nil {
		return Outcome{Problem: problem}
	}
	content := c.contentOf()
	if b := m.batches[c.BatchNo]; b != nil {
		if b.content != content {
			w.blame(VerdictOtherContent, c.BatchNo)
			return Outcome{Problem: refuse(ProblemNumberReused, "batch_no was used with other content")}
		}
		return Outcome{Batch: w.viewBatch(m, b)}
	}
	b := &batch{no: c.BatchNo, content: content, items: make([]batchItem, 0, len(c.Items))}
	seen := make(map[string]bool, len(c.Items))
	whole := w.inMoment
	for _, item := range c.Items {
		b.items = append(b.items, w.bindItem(m, item, seen[item.SignNo]))
		seen[item.SignNo] = true
	}
	w.inMoment = whole
	if m.batches == nil {
		m.batches = map[string]*batch{}
	}
	m.batches[b.no] = b
	return Outcome{Batch: w.viewBatch(m, b)}
}

// checkBatch refuses a batch as a whole.
func (m *member) checkBatch(c BindBatch) *Problem {
	switch {
	case !m.channel.profile.Binds:
		return refuse(ProblemInvalidRequest, "this channel keeps no bindings; an element check is enough")
	case len(c.Items) == 0 || len(c.Items) > MostBatchItems:
		return invalid("items", "1 to 500 items are wanted")
	}
	return nil
}

// bindItem binds one item. Faults meet it as a binding of its own.
func (w *World) bindItem(m *member, item Bind, again bool) batchItem {
	if again {
		return batchItem{signNo: item.SignNo, problem: ProblemNumberReused}
	}
	w.inMoment = w.momentOf(m, item)
	made := batchItem{signNo: item.SignNo}
	if out := w.bind(m, item); out.Problem != nil {
		made.problem = out.Problem.Code
	}
	return made
}

// contentOf is what makes a batch the same batch: every item, in order.
func (c BindBatch) contentOf() digest {
	parts := make([]string, 0, 2*len(c.Items))
	for i := range c.Items {
		content := c.Items[i].contentOf()
		parts = append(parts, c.Items[i].SignNo, string(content[:]))
	}
	return fingerprint(parts...)
}

// queryBindingBatch answers where a batch stands.
func (w *World) queryBindingBatch(m *member, c QueryBindingBatch) Outcome {
	b := m.batches[c.BatchNo]
	if b == nil {
		return Outcome{Problem: refuse(ProblemBatchNotFound, "no batch of that number")}
	}
	return Outcome{Batch: w.viewBatch(m, b)}
}

// viewBatch shows a batch.
func (w *World) viewBatch(m *member, b *batch) *BatchView {
	v := &BatchView{BatchNo: b.no, Items: make([]BatchItemView, 0, len(b.items))}
	for _, item := range b.items {
		made := BatchItemView{SignNo: item.signNo, Problem: item.problem}
		if item.problem == "" {
			made.Signing = w.viewSigning(m.signings[item.signNo])
		}
		if made.Signing != nil && made.Signing.Status == SigningSigned {
			v.Signed++
		} else {
			v.Declined++
		}
		v.Items = append(v.Items, made)
	}
	return v
}

// exportBatches shows all batches of a member, by number.
func (w *World) exportBatches(m *member) []BatchView {
	views := make([]BatchView, 0, len(m.batches))
	for _, no := range sortedKeys(m.batches) {
		views = append(views, *w.viewBatch(m, m.batches[no]))
	}
	return views
}
