package runner

import _ "embed"

// ResultSchema is the JSON schema of result.json.
//
//go:embed result.schema.json
var ResultSchema []byte
