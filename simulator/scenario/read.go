package scenario

import (
	"errors"
	"strconv"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of the nesting, found before the parser runs: it calls itself for each level.
// A WorldRequest has five.
const (
	deepest    = 16  // of lists and maps within each other
	widest     = 128 // columns before the first word of a line: each level of a block takes one
	mostDashes = 4   // list items begun on one line
	// mostTokens bounds what the parser is given: it takes the square of their number,
	// minutes for a file of the longest size. The largest world request has half as many.
	mostTokens = 40_000
)

// plainYAML is what a file that cannot be read should look like.
const plainYAML = "write plain YAML or JSON, as in fixtures/scenarios"

// read makes the tree of a text, of maps, lists, texts, numbers and truth values.
func (s *Scenario) read(text []byte) (any, error) {
	file, err := s.parse(text)
	if err != nil {
		return nil, err
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, s.wrong("", 1, "one document is wanted", plainYAML)
	}
	return s.value("", file.Docs[0].Body, 0)
}

// parse runs the parser, unless the text is nested too deep for it. A parser of
// somebody else's that panics has met a text it cannot read.
func (s *Scenario) parse(text []byte) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			file, err = nil, s.wrong("", 1, "cannot be read", plainYAML)
		}
	}()
	tokens := lexer.Tokenize(string(text))
	if line, deep := tooDeep(tokens); deep {
		return nil, s.wrong("", line, "nested too deep", "a world request has five levels")
	}
	if line, found := complexKey(tokens); found {
		return nil, s.wrong("", line, "a member has a name that is no plain word", plainYAML)
	}
	if len(tokens) > mostTokens {
		return nil, s.wrong("", tokens[mostTokens].Position.Line, "too many words and marks", "a scenario describes one world; make the rest by the control plane")
	}
	file, err = parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // those are refused below, without their text
	if err == nil {
		return file, nil
	}
	line := 1
	var syntax yaml.Error
	if errors.As(err, &syntax) && syntax.GetToken() != nil {
		line = syntax.GetToken().Position.Line
	}
	return nil, s.wrong("", line, "cannot be read as YAML", "mind indentation, quotes and brackets there")
}

// complexKey finds a name written with a question mark; many of them are what the parser
// is slowest at.
func complexKey(tokens token.Tokens) (line int, found bool) {
	for _, t := range tokens {
		if t.Type == token.MappingKeyType {
			return t.Position.Line, true
		}
	}
	return 0, false
}

// tooDeep finds the line where a text is nested deeper than the parser should be given.
func tooDeep(tokens token.Tokens) (line int, deep bool) {
	brackets, dashes := 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, dashes = t.Position.Line, 0
			if brackets == 0 && t.Position.Column > widest {
				return line, true
			}
		}
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			brackets++
		case token.MappingEndType, token.SequenceEndType:
			brackets--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.TagType:
			dashes++
		default:
		}
		if brackets > deepest || dashes > mostDashes {
			return line, true
		}
	}
	return 0, false
}

// value makes the tree below a node and remembers the lines. Anchors, aliases, merges
// and tags are refused: a few lines of them make gigabytes, and nobody needs them here.
func (s *Scenario) value(at string, node ast.Node, depth int) (any, error) {
	if depth > deepest {
		return nil, s.wrong(at, lineOf(node), "nested too deep", "a world request has five levels")
	}
	switch n := node.(type) {
	case *ast.MappingNode:
		return s.members(at, n.Values, depth)
	case *ast.MappingValueNode:
		return s.members(at, []*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		list := make([]any, 0, len(n.Values))
		for i, item := range n.Values {
			place := at + "/" + strconv.Itoa(i)
			s.lines[place] = lineOf(item)
			made, err := s.value(place, item, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, made)
		}
		return list, nil
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.IntegerNode:
		return n.Value, nil
	case *ast.FloatNode:
		return n.Value, nil
	case *ast.BoolNode:
		return n.Value, nil
	case *ast.NullNode:
		return nil, nil
	}
	return nil, s.wrong(at, lineOf(node), "anchors, aliases, tags and merges are not read here", "write the value out")
}

// members makes the tree of a map. A name that stands twice is refused.
func (s *Scenario) members(at string, values []*ast.MappingValueNode, depth int) (any, error) {
	made := map[string]any{}
	for _, member := range values {
		line := lineOf(member)
		key, plain := member.Key.(*ast.StringNode)
		if !plain {
			return nil, s.wrong(at, line, "a member has a name that is no plain word", plainYAML)
		}
		place := at + "/" + key.Value
		if _, twice := made[key.Value]; twice {
			return nil, s.wrong(at, line, "a member stands twice", "keep one of the two")
		}
		s.lines[place] = line
		below, err := s.value(place, member.Value, depth+1)
		if err != nil {
			return nil, err
		}
		made[key.Value] = below
	}
	return made, nil
}

// lineOf is the line a node begins in, from 1.
func lineOf(node ast.Node) int {
	switch n := node.(type) {
	case nil:
		return 1
	case *ast.MappingNode:
		if len(n.Values) > 0 {
			return lineOf(n.Values[0])
		}
	case *ast.MappingValueNode:
		return lineOf(n.Key)
	}
	if t := node.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 1
}
