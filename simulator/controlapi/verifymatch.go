package controlapi

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"countersign/contract/control"
)

// mostNearMisses is how many rows that came near are told.
const mostNearMisses = 3

// criterion is one member of a match and the value wanted.
type criterion struct{ name, wanted string }

// record is one row of a subject. Value gives a member as text; where a member has
// several values, the wanted one if it is among them.
type record struct {
	cursor int64
	value  func(name, wanted string) string
}

// differs lists the criteria that a record does not meet.
func (r *record) differs(criteria []criterion) []control.Difference {
	var differs []control.Difference
	for _, c := range criteria {
		if found := r.value(c.name, c.wanted); found != c.wanted {
			differs = append(differs, control.Difference{Field: c.name, Wanted: c.wanted, Found: found})
		}
	}
	return differs
}

// search collects what meets the criteria and what came near.
type search struct {
	criteria []criterion
	found    int
	cursors  []int64
	nearest  []control.NearMiss
	dropped  int64 // of the range asked for, no longer kept
}

// mostCursors bounds the cursors of an answer.
const mostCursors = 1000

// look judges one record.
func (s *search) look(r *record) {
	differs := r.differs(s.criteria)
	if len(differs) == 0 {
		s.found++
		if len(s.cursors) < mostCursors {
			s.cursors = append(s.cursors, r.cursor)
		}
		return
	}
	if len(differs) == len(s.criteria) && len(s.criteria) > 1 {
		return // nothing in common is not near
	}
	s.nearest = append(s.nearest, control.NearMiss{Cursor: r.cursor, Differs: differs})
	slices.SortStableFunc(s.nearest, func(a, b control.NearMiss) int {
		return cmp.Or(cmp.Compare(len(a.Differs), len(b.Differs)), cmp.Compare(b.Cursor, a.Cursor))
	})
	s.nearest = s.nearest[:min(len(s.nearest), mostNearMisses)]
}

// bounds is how often something should be found; most is negative without a bound.
type bounds struct{ least, most int }

// boundsOf reads a count; the second result names the member that is wrong.
func boundsOf(c control.Count) (bounds, string) {
	b := bounds{most: -1}
	switch {
	case c.Exactly != nil && (c.AtLeast != nil || c.AtMost != nil):
		return b, "/count/exactly"
	case c.Exactly != nil:
		return bounds{least: *c.Exactly, most: *c.Exactly}, ""
	case c.AtLeast == nil && c.AtMost == nil:
		return b, "/count"
	}
	b.least = value(c.AtLeast)
	if c.AtMost != nil {
		b.most = *c.AtMost
	}
	if b.most >= 0 && b.least > b.most {
		return b, "/count/at_most"
	}
	return b, ""
}

// judge says whether a count is settled, and whether it holds. Too many is settled
// at once; enough is settled at once where nothing is too many; all else when the
// window is over. Where records were dropped, nothing can be said about too many.
func (b bounds) judge(found int, dropped int64, over bool) (settled, held bool) {
	switch {
	case b.most >= 0 && (found > b.most || dropped > 0):
		return true, false
	case b.most < 0 && found >= b.least:
		return true, true
	}
	return over, over && found >= b.least
}

// words says the bounds for people.
func (b bounds) words() string {
	switch {
	case b.most == 0:
		return "none"
	case b.most == b.least:
		return fmt.Sprintf("exactly %d", b.most)
	case b.most < 0:
		return fmt.Sprintf("at least %d", b.least)
	case b.least == 0:
		return fmt.Sprintf("at most %d", b.most)
	}
	return fmt.Sprintf("%d to %d", b.least, b.most)
}

// result is the schema Verification. Values are masked by the caller's function.
func (s *search) result(subject string, b bounds, held bool, mask func(name, value string) string) control.Verification {
	made := control.Verification{Held: held, Found: s.found, Cursors: []int64{}, NearMisses: []control.NearMiss{}}
	made.Cursors = append(made.Cursors, s.cursors...)
	made.Explanation = fmt.Sprintf("%s: wanted %s, found %d", subject, b.words(), s.found)
	if s.dropped > 0 {
		made.Dropped = &s.dropped
		made.Explanation += fmt.Sprintf("; %d older ones of the range are no longer kept, so that there may have been more: ask after a later cursor", s.dropped)
	}
	if held || s.found >= b.least {
		return made
	}
	for _, near := range s.nearest {
		masked := control.NearMiss{Cursor: near.Cursor, Differs: make([]control.Difference, 0, len(near.Differs))}
		for _, d := range near.Differs {
			masked.Differs = append(masked.Differs, control.Difference{Field: d.Field, Wanted: mask(d.Field, d.Wanted), Found: mask(d.Field, d.Found)})
		}
		made.NearMisses = append(made.NearMisses, masked)
	}
	if len(made.NearMisses) > 0 {
		made.Explanation += "; nearest is row " + nearestWords(&made.NearMisses[0])
	}
	return made
}

// nearestWords says in what a row differs.
func nearestWords(near *control.NearMiss) string {
	parts := make([]string, 0, len(near.Differs))
	for _, d := range near.Differs {
		parts = append(parts, fmt.Sprintf("%s is %q, not %q", d.Field, d.Found, d.Wanted))
	}
	return fmt.Sprintf("%d, where %s", near.Cursor, strings.Join(parts, " and "))
}
