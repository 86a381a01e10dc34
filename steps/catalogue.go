package steps

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"countersign/contract"
	"countersign/steps/runner"
)

// Catalogue reads the clauses of the contract for the runner, in the order of the file.
func Catalogue() ([]runner.Clause, error) {
	var rows []struct {
		ID      string   `yaml:"id"`
		Level   string   `yaml:"level"`
		Since   string   `yaml:"since"`
		Profile string   `yaml:"profile"`
		Talk    []string `yaml:"talk"`
		Text    string   `yaml:"text"`
	}
	if err := yaml.UnmarshalWithOptions(contract.Clauses, &rows, yaml.Strict()); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, fmt.Errorf("clauses.yaml: %s", first)
	}
	clauses := make([]runner.Clause, 0, len(rows))
	for _, r := range rows {
		clauses = append(clauses, runner.Clause{
			ID: r.ID, Level: runner.Level(r.Level), Since: r.Since, Profile: r.Profile, Talk: r.Talk, Text: r.Text,
		})
	}
	return clauses, nil
}
