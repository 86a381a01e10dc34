package contract

import _ "embed"

// Clauses is clauses.yaml: every rule of the contract as a line with its id. steps.Catalogue reads it.
//
//go:embed clauses.yaml
var Clauses []byte
