package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"

	"github.com/goccy/go-yaml"
)

// maxInput bounds a file that is sent, in bytes: more than the control plane takes, so that it is the one to refuse.
const maxInput = 130 << 20

// readInput reads a file, or standard input for "-".
func (c *console) readInput(path string) ([]byte, error) {
	from := c.in
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, usage("the file cannot be read: "+reason(err), "mend the path; - is standard input")
		}
		defer func() { _ = file.Close() }()
		from = file
	}
	if from == nil {
		return nil, usage("there is no standard input", "name a file")
	}
	text, err := io.ReadAll(io.LimitReader(from, maxInput+1))
	if err != nil {
		return nil, usage("the file cannot be read: "+reason(err), "mend the path; - is standard input")
	}
	if len(text) > maxInput {
		return nil, usage(path+" has more than 130 MiB", "the control plane takes 128 MiB at most: make a smaller world")
	}
	return text, nil
}

// readForm reads a file of YAML or JSON as a value of the contract; a member it does not know is refused.
func readForm[T any](c *console, path, kind string) (*T, error) {
	text, err := c.readInput(path)
	if err != nil {
		return nil, err
	}
	asJSON, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, usage(path+" is neither YAML nor JSON: "+firstLine(yaml.FormatError(err, false, false)), "write "+kind)
	}
	var form T
	strict := json.NewDecoder(bytes.NewReader(asJSON))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&form); err != nil {
		return nil, usage(path+" is not "+kind+": "+err.Error(), "its members are those of contract/control.yaml; quote numbers of cards and mobiles")
	}
	return &form, nil
}
