package simulator

import "time"

// A storm is more queries of one order than stormQueries within stormWindow.
const (
	stormQueries = 20
	stormWindow  = time.Second
	stormOrders  = 1000 // orders counted at a time
)

// queryStorm counts the queries of each order in the window under way.
type queryStorm struct {
	Since  time.Time      `json:"since,omitzero"`
	Counts map[string]int `json:"counts,omitempty"` // by member and order number
}

// judgeQuery counts a query and lets its answer settle the order.
func (w *World) judgeQuery(m *member, orderNo string, out *Outcome) {
	s := &w.verdicts.storm
	if s.Counts == nil || !w.now.Before(s.Since.Add(stormWindow)) {
		s.Since, s.Counts = w.now, map[string]int{}
	}
	key := m.name() + "/" + orderNo
	if count, counted := s.Counts[key]; counted || len(s.Counts) < stormOrders {
		s.Counts[key] = count + 1
		if count == stormQueries {
			w.accuse(verdictOn(VerdictQueryStorm, w.now, m.ChannelID, m.MemberNo, orderNo, w.evidence(out.Row)...))
		}
	}
	w.resolve(m, orderNo, out)
}
