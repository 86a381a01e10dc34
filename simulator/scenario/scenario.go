package scenario

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/simulator/controlapi"
)

// LongestFile is the cap of a scenario file, in bytes.
const LongestFile = 1 << 20

// Scenario is a file that was read and fits the document.
type Scenario struct {
	// Request is what the file says. It has no world_id.
	Request control.WorldRequest

	file  string         // its name, without the folders
	lines map[string]int // from 1, by JSON pointer
}

// Error says where a file is wrong. It is one line, and quotes no value.
type Error struct {
	File  string
	Line  int    // from 1; 0 when it is about the whole file
	Field string // JSON pointer; may be empty
	What  string
	Next  string // what to do; may be empty
}

// Error is place, reason and next step.
func (e *Error) Error() string {
	text := "scenario " + e.File
	if e.Line > 0 {
		text += fmt.Sprintf(": line %d", e.Line)
	}
	if e.Field != "" {
		text += ": " + e.Field
	}
	text += ": " + e.What
	if e.Next != "" {
		text += "; " + e.Next
	}
	return text
}

// Open reads the file of a path.
func Open(name string) (*Scenario, error) {
	return Load(os.DirFS(filepath.Dir(name)), filepath.Base(name))
}

// Load reads a file of a folder, such as an embedded one.
func Load(folder fs.FS, name string) (*Scenario, error) {
	text, err := readFile(folder, name)
	if err != nil {
		reason := err
		if inside, ok := errors.AsType[*fs.PathError](err); ok {
			reason = inside.Err
		}
		return nil, &Error{File: path.Base(name), What: "cannot be read: " + reason.Error(), Next: "mend the path"}
	}
	return Parse(name, text)
}

// readFile reads no more than Parse takes, and one byte for it to see that there is more.
func readFile(folder fs.FS, name string) ([]byte, error) {
	file, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, LongestFile+1))
}

// Parse reads the text of a file and holds it against the document. The name stands in
// errors only.
func Parse(name string, text []byte) (*Scenario, error) {
	s := &Scenario{file: path.Base(name), lines: map[string]int{}}
	if len(text) > LongestFile {
		return nil, &Error{File: s.file, What: "longer than 1 MiB", Next: "a scenario describes one world; make the rest by the control plane"}
	}
	tree, err := s.read(text)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(tree)
	if err != nil {
		return nil, s.wrong("", 1, "cannot be written as JSON", "leave unusual values out")
	}
	request, err := controlapi.ReadWorldRequest(body)
	if err != nil {
		return nil, s.Place(err)
	}
	if request.WorldId != nil {
		return nil, s.wrong("/world_id", 0, "a scenario may make many worlds", "leave it out; world_id belongs to POST /v1/worlds")
	}
	s.Request = *request
	return s, nil
}

// Place turns a problem about the request into an Error with the line of its member.
// Other errors are given back as they are.
func (s *Scenario) Place(err error) error {
	problem, known := controlapi.ProblemOf(err)
	if !known {
		return err
	}
	return s.wrong(problem.Field, 0, problem.Detail, nextStep(problem))
}

// nextStep is what to do about a problem.
func nextStep(p *httpjson.Problem) string {
	if strings.Contains(p.Detail, "another type") {
		return "put a text that looks like a number in quotes"
	}
	if hint, ok := p.Extras["hint"].(string); ok && hint != "" {
		return hint
	}
	return "see WorldRequest in contract/control.yaml"
}

// wrong is an Error about a member; line 0 is looked up: that of the member, or of the
// nearest one around it.
func (s *Scenario) wrong(field string, line int, what, next string) error {
	for at := field; line == 0 && at != ""; at = at[:strings.LastIndexByte(at, '/')] {
		line = s.lines[at]
		if !strings.HasPrefix(at, "/") {
			break
		}
	}
	return &Error{File: s.file, Line: line, Field: field, What: what, Next: next}
}

// Over puts what the file says in the place of what a request has; the rest stays.
func (s *Scenario) Over(request *control.WorldRequest) {
	made := s.Request
	controlapi.OrDefaults(&made, request)
	*request = made
}
