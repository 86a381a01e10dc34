package httpjson

// skip steps over a value of any type and checks it as strictly as the rest:
// syntax, bounds, UTF-8, duplicates.
func (s *scanner) skip() *fault {
	switch c := s.peek(); {
	case c == '"':
		_, bad := s.str()
		return bad
	case c == '{':
		return s.skipObject()
	case c == '[':
		return s.array(func(int) *fault { return s.skip() })
	case c == 't':
		return s.literal("true")
	case c == 'f':
		return s.literal("false")
	case c == 'n':
		return s.literal("null")
	case c == '-' || (c >= '0' && c <= '9'):
		_, _, bad := s.number()
		return bad
	}
	return s.syntax()
}

// skipObject steps over an object whose members nobody declared.
func (s *scanner) skipObject() *fault {
	var seen nameSet
	return s.object(func(name []byte) *fault {
		if !seen.add(name) {
			return wrong(DuplicateMember, "a member appears twice")
		}
		return s.skip()
	})
}

// object walks over an object and calls member when the value of a member is
// next; faults come back with the member's name.
func (s *scanner) object(member func(name []byte) *fault) *fault {
	return s.list('}', "an object has too many members", func(int) *fault {
		name, bad := s.str()
		if bad != nil {
			return bad
		}
		s.space()
		if !s.take(':') {
			return s.syntax()
		}
		s.space()
		if bad := member(name); bad != nil {
			return bad.under(printable(name))
		}
		return nil
	})
}

// array walks over an array and calls element when a value is next; faults
// come back with the index.
func (s *scanner) array(element func(index int) *fault) *fault {
	return s.list(']', "an array has too many elements", func(index int) *fault {
		if bad := element(index); bad != nil {
			return bad.underIndex(index)
		}
		return nil
	})
}

// list walks over what stands between commas, from the opening bracket to end,
// and calls item where the next one begins.
func (s *scanner) list(end byte, tooMany string, item func(index int) *fault) *fault {
	if bad := s.enter(); bad != nil {
		return bad
	}
	defer s.leave()
	s.space()
	if s.take(end) {
		return nil
	}
	for index := 0; ; index++ {
		if index >= MaxElements {
			return wrong(TooMany, tooMany)
		}
		if bad := item(index); bad != nil {
			return bad
		}
		s.space()
		if s.take(end) {
			return nil
		}
		if !s.take(',') {
			return s.syntax()
		}
		s.space()
	}
}

// nameSet finds a member's name that comes twice. Small objects are compared
// one by one, since a map would cost more than the object.
type nameSet struct {
	few  [][]byte
	many map[string]struct{}
}

// add notes a name and reports whether it is new.
func (n *nameSet) add(name []byte) bool {
	const few = 16
	if n.many != nil {
		if _, twice := n.many[string(name)]; twice {
			return false
		}
		n.many[string(name)] = struct{}{}
		return true
	}
	for _, other := range n.few {
		if string(other) == string(name) {
			return false
		}
	}
	n.few = append(n.few, name)
	if len(n.few) > few {
		n.many = make(map[string]struct{}, 4*few)
		for _, other := range n.few {
			n.many[string(other)] = struct{}{}
		}
	}
	return true
}
